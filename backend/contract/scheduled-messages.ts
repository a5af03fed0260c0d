import * as z from 'zod'
import { MessageError, MessageType, NewMessage } from './messages.ts'
import { defineRoutes } from './route.ts'
import { Id, Instant, InstantInput, PageQuery, Pagination } from './values.ts'

/** `refused`: when its time came, it was not allowed any more; `error` says why. */
export const ScheduledState = z.enum(['waiting', 'sent', 'refused', 'cancelled'])
export type ScheduledState = z.infer<typeof ScheduledState>

export const ScheduledMessage = z.object({
  id: Id,
  createdAt: Instant,
  conversationId: Id,
  contactName: z.string(),
  userId: Id.nullable(),
  type: MessageType,
  /** As it was given: the `content` of POST /api/messages. */
  content: z.record(z.string(), z.unknown()),
  sendAt: Instant,
  state: ScheduledState,
  error: MessageError.nullable(),
  messageId: Id.nullable(),
})
export type ScheduledMessage = z.infer<typeof ScheduledMessage>

export const scheduledMessages = defineRoutes({
  list: {
    method: 'GET',
    path: '/scheduled-messages',
    query: PageQuery.extend({ conversationId: Id.optional(), state: ScheduledState.optional() }),
    result: z.object({ scheduled: z.array(ScheduledMessage), pagination: Pagination }),
    summary: 'Messages that are sent later, the next first',
  },
  create: {
    method: 'POST',
    path: '/scheduled-messages',
    body: z.strictObject({ message: NewMessage, sendAt: InstantInput }),
    result: ScheduledMessage,
    status: 201,
    idempotent: true,
    summary: 'Send a message of any kind at a later time; name its conversationId',
  },
  update: {
    method: 'PATCH',
    path: '/scheduled-messages/:scheduledId',
    body: z.strictObject({ message: NewMessage.optional(), sendAt: InstantInput.optional() }),
    result: ScheduledMessage,
    summary: 'Change a message that was not sent yet, or give one that was refused another time; now sends it at once',
  },
  cancel: {
    method: 'DELETE',
    path: '/scheduled-messages/:scheduledId',
    result: ScheduledMessage,
    summary: 'Do not send it after all',
  },
})
