import type { Context } from '../../feature.ts'
import type { BulkItem, Conversation } from '../../model/index.ts'
import { changeConversation, type ConversationChange } from '../conversations/change.ts'

type Facts = NonNullable<BulkItem['before']>

export const factsOf = ({ status, assignedTo, tags, snoozedUntil, needsReply }: Conversation): Facts => ({
  status,
  assignedTo,
  tags,
  snoozedUntil,
  needsReply,
})

/** Puts a chat back as it was. What somebody changed since then is theirs and stays. */
export async function restore(context: Context, { conversationId, before, after, lastMessageAt }: BulkItem) {
  if (!before || !after) return
  await changeConversation(context, conversationId, (now) => changeBack(now, before, after), { quiet: true })
  // Closing said that nothing is left to answer; that was wrong, unless something was said since.
  if (before.needsReply && !after.needsReply && lastMessageAt)
    await context.store.conversations.update(
      conversationId,
      { needsReply: true },
      { onlyIf: { needsReply: false, lastMessageAt, status: before.status } },
    )
}

function changeBack(now: Conversation, before: Facts, after: Facts): ConversationChange | undefined {
  const change: ConversationChange = {}
  if (before.status !== after.status && now.status === after.status) change.status = before.status
  if (before.assignedTo !== after.assignedTo && now.assignedTo === after.assignedTo)
    change.assignedTo = before.assignedTo
  if (before.snoozedUntil !== after.snoozedUntil && now.snoozedUntil === after.snoozedUntil)
    change.snoozedUntil = before.snoozedUntil
  const added = after.tags.filter((tag) => !before.tags.includes(tag))
  const removed = before.tags.filter((tag) => !after.tags.includes(tag))
  if (added.length > 0 || removed.length > 0)
    change.tags = [...new Set([...now.tags.filter((tag) => !added.includes(tag)), ...removed])]
  return Object.keys(change).length > 0 ? change : undefined
}
