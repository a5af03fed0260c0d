import type { ConversationStatus } from '../../contract/conversations.ts'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Conversation } from '../../model/index.ts'
import { queueTags } from '../triggers/triggers.ts'
import { recordChanges } from './entries.ts'
import { planWaking } from './waking.ts'

export type ConversationChange = {
  status?: ConversationStatus | undefined
  assignedTo?: string | null | undefined
  tags?: string[] | undefined
  snoozedUntil?: string | null | undefined
}

/** Others may change the same chat at the same moment; each try reads it afresh. */
const tries = 4

/**
 * Changes what the team decides about a chat, with the line in its thread, the people it concerns and the job that wakes
 * it, all or nothing. `changeOf` sees the chat as it is; undefined leaves it alone.
 */
export async function changeConversation(
  context: Context,
  id: string,
  changeOf: (before: Conversation) => ConversationChange | undefined,
  options: { quiet?: boolean } = {},
): Promise<{ before: Conversation; after: Conversation }> {
  return context.store.transaction(async (store) => {
    const tx = { ...context, store }
    for (let attempt = 0; attempt < tries; attempt++) {
      const before = await store.conversations.get(id)
      if (!before) throw new AppError('conversation.not_found')
      const change = changeOf(before)
      if (!change) return { before, after: before }
      const after = await store.conversations.update(id, fieldsOf(tx, change), { onlyIf: unchangedSince(before) })
      if (!after) continue
      await planWaking(tx, before, after)
      tx.notify({ name: 'conversation:updated', payload: { conversation: after } })
      await recordChanges(tx, [{ before, after }], options)
      if (change.tags)
        await queueTags(tx, [{ before: before.tags, after: after.tags, subject: { conversationId: id } }])
      return { before, after }
    }
    throw new AppError('request.conflict')
  })
}

const unchangedSince = ({ status, assignedTo, snoozedUntil }: Conversation) => ({ status, assignedTo, snoozedUntil })

function fieldsOf({ user }: Context, { status, assignedTo, tags, snoozedUntil }: ConversationChange) {
  return {
    status,
    assignedTo,
    ...(tags ? { tags: [...new Set(tags)] } : {}),
    ...(snoozedUntil === undefined ? {} : { snoozedUntil, snoozedBy: snoozedUntil && user ? user.id : null }),
    // Closing says that nothing is left to answer.
    ...(status === 'closed' ? { needsReply: false, snoozedUntil: null, snoozedBy: null } : {}),
  }
}
