import { conversations as routes } from '../../contract/conversations.ts'
import type { Message as ApiMessage } from '../../contract/messages.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { Conversation } from '../../model/index.ts'
import { changeConversation } from './change.ts'
import { readChanges } from './changes.ts'
import { setMark } from './marks.ts'
import { presentRow } from './rows.ts'
import { readPage } from '../pages.ts'
import { requireAssignee } from '../team/assignee.ts'
import { countBoxes, listConversations } from './listing.ts'
import type { MarkRead } from './read-receipts.ts'

export async function getConversation({ store }: Context, id: string): Promise<Conversation> {
  const conversation = await store.conversations.get(id)
  if (!conversation) throw new AppError('conversation.not_found')
  return conversation
}

type Patch = Parsed<typeof routes.update>['body']

export async function updateConversation(context: Context, id: string, patch: Patch): Promise<Conversation> {
  const { unread, ...change } = patch
  if (change.assignedTo) await requireAssignee(context.store, change.assignedTo)
  // A count that is there already says more than this mark.
  if (unread) await context.store.conversations.update(id, { unreadCount: 1 }, { onlyIf: { unreadCount: 0 } })
  const { after } = await changeConversation(context, id, () => change)
  if (unread) await setMark(context, id, after.inboundCount - 1, 'set')
  return after
}

/**
 * Opening a chat clears what is unread, nothing else: who must answer and what is snoozed are other facts. The mark is the
 * person's own; the count of the conversation says what nobody has opened.
 */
export async function markConversationRead(context: Context, id: string): Promise<Conversation> {
  const conversation = await getConversation(context, id)
  await setMark(context, id, conversation.inboundCount, 'raise')
  if (conversation.unreadCount === 0) return conversation
  // Guarded by the count that was seen, so that a message arriving meanwhile stays unread.
  const updated = await context.store.conversations.update(
    id,
    { unreadCount: 0 },
    { onlyIf: { unreadCount: conversation.unreadCount } },
  )
  if (!updated) return getConversation(context, id)
  context.notify({ name: 'conversation:updated', payload: { conversation: updated } })
  return updated
}

async function listThread(context: Context, conversationId: string, query: Parsed<typeof routes.messages>['query']) {
  const { rows, pagination } = await readPage(context.store.messages, query, {
    where: { conversationId },
    sort: ['sentAt', 'desc'],
  })
  if (rows.length === 0) await getConversation(context, conversationId)
  return { messages: rows as ApiMessage[], pagination }
}

export const createConversations = (deps: { markRead: MarkRead }) =>
  implement(routes, {
    list: (context, { query }) => listConversations(context, query),
    counts: (context) => countBoxes(context),
    get: async (context, { params }) => presentRow(context, await getConversation(context, params.conversationId)),
    update: async (context, { params, body }) =>
      presentRow(context, await updateConversation(context, params.conversationId, body)),
    messages: (context, { params, query }) => listThread(context, params.conversationId, query),
    read: async (context, { params }) => {
      const conversation = await markConversationRead(context, params.conversationId)
      await deps.markRead(context, conversation, 'on_open')
      return presentRow(context, conversation)
    },
    changes: (context, { query }) => readChanges(context, query),
  })
