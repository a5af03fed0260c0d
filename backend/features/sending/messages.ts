import { messages as routes, type Message as ApiMessage, type NewMessage } from '../../contract/messages.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { Message } from '../../model/index.ts'
import type { MarkRead } from '../conversations/read-receipts.ts'
import { testsOf } from '../message-log/filter.ts'
import { readMessageStats } from '../message-log/stats.ts'
import { resendMessage, sendMessage } from './send.ts'
import { readPage } from '../pages.ts'

async function listMessages(context: Context, query: Parsed<typeof routes.list>['query']) {
  const { conversationId, search } = query
  const { rows, pagination } = await readPage(context.store.messages, query, {
    where: { ...(conversationId ? { conversationId } : {}), ...(await testsOf(context, query)) },
    search,
    sort: ['sentAt', 'desc'],
  })
  return { messages: rows as ApiMessage[], pagination }
}

async function getMessage({ store }: Context, id: string): Promise<ApiMessage> {
  const message = await store.messages.get(id)
  if (!message) throw new AppError('message.not_found')
  return message as ApiMessage
}

const byHand = { source: 'user' } as const

export type SendDeps = { markRead: MarkRead }

export async function sendAndShow(deps: SendDeps, context: Context, body: NewMessage): Promise<ApiMessage> {
  const message = await sendMessage(context, body, byHand)
  context.afterwards?.((later) => showRead(deps, later, message))
  return message as ApiMessage
}

export const createMessages = (deps: SendDeps) =>
  implement(routes, {
    send: (context, { body }) => sendAndShow(deps, context, body),
    list: (context, { query }) => listMessages(context, query),
    stats: (context, { query }) => readMessageStats(context, query),
    get: (context, { params }) => getMessage(context, params.messageId),
    resend: async (context, { params }) => (await resendMessage(context, params.messageId, byHand)) as ApiMessage,
  })

/** Blue ticks with the answer, where the workspace wants them then. */
async function showRead({ markRead }: SendDeps, context: Context, { conversationId }: Message): Promise<void> {
  const conversation = await context.store.conversations.get(conversationId)
  if (conversation) await markRead(context, conversation, 'on_reply')
}
