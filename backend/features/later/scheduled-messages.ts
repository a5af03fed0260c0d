import { errors } from '../../contract/errors.ts'
import type { MessageError, NewMessage } from '../../contract/messages.ts'
import type { Parsed } from '../../contract/route.ts'
import { scheduledMessages as routes } from '../../contract/scheduled-messages.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context, type ContextFor } from '../../feature.ts'
import type { ScheduledMessage } from '../../model/index.ts'
import { RunAgainAt, type Job } from '../../platform/jobs/jobs.ts'
import { getConversation } from '../conversations/conversations.ts'
import { notifyPeople } from '../notifications/notify.ts'
import { readPage } from '../pages.ts'
import { sendMessage } from '../sending/send.ts'
import { isTooLate, mostLate } from './late.ts'
import { checkFuture } from './time.ts'

export const sendLaterJob = 'send-later'
const keyOf = (id: string) => `${sendLaterJob}:${id}`

function present({ message, ...row }: ScheduledMessage) {
  return { ...row, type: message.type, content: message.content as Record<string, unknown> }
}

const tell = ({ notify }: Context, row: ScheduledMessage) =>
  notify({ name: 'scheduled:updated', payload: { scheduled: present(row) } })

async function listScheduled({ store }: Context, query: Parsed<typeof routes.list>['query']) {
  const { conversationId, state } = query
  const { rows, pagination } = await readPage(store.scheduledMessages, query, {
    where: { ...(conversationId ? { conversationId } : {}), ...(state ? { state } : {}) },
    sort: ['sendAt', 'asc'],
  })
  return { scheduled: rows.map(present), pagination }
}

async function schedule(context: Context, message: NewMessage, sendAt: string) {
  checkFuture(context, sendAt)
  if (!message.conversationId || message.to) throw new AppError('message.target_missing')
  const { id: conversationId, contactName } = await getConversation(context, message.conversationId)
  return context.store.transaction(async (store) => {
    const tx = { ...context, store }
    const row = await store.scheduledMessages.insert({
      conversationId,
      contactName,
      userId: context.user?.id ?? null,
      message,
      sendAt: new Date(sendAt).toISOString(),
      state: 'waiting',
    })
    await plan(tx, row)
    return present(row)
  })
}

async function plan(context: Context, row: ScheduledMessage): Promise<void> {
  const { id, sendAt } = row
  await context.store.schedule([{ kind: sendLaterJob, key: keyOf(id), runAt: sendAt, payload: { id, sendAt } }])
  tell(context, row)
}

/** Only while it waits or was refused; one that goes out in this moment is not changed any more. */
async function change(context: Context, id: string, { message, sendAt }: Parsed<typeof routes.update>['body']) {
  if (sendAt) checkFuture(context, sendAt)
  return context.store.transaction(async (store) => {
    const tx = { ...context, store }
    const before = await getScheduled(tx, id)
    if (!isOpen(before)) throw new AppError('later.already_sent')
    const set = {
      ...(message
        ? {
            message: { replyTo: before.message.replyTo, ...message, conversationId: before.conversationId },
          }
        : {}),
      // Nobody says in the name of another what that one did not write, or what did not go out in their time.
      ...(message || before.state === 'refused' ? { userId: context.user?.id ?? null } : {}),
      // Another time gives one that was refused another chance.
      ...(sendAt ? { sendAt: new Date(sendAt).toISOString(), state: 'waiting' as const, error: null } : {}),
    }
    const row = await store.scheduledMessages.update(id, set, { onlyIf: { state: before.state } })
    if (!row) throw new AppError('later.already_sent')
    if (row.state === 'waiting') await plan(tx, row)
    else tell(tx, row)
    return present(row)
  })
}

const isOpen = ({ state }: ScheduledMessage) => state === 'waiting' || state === 'refused'

async function cancel(context: Context, id: string) {
  await getScheduled(context, id)
  const row = await context.store.scheduledMessages.update(
    id,
    { state: 'cancelled' },
    { onlyIf: { state: { in: ['waiting', 'refused'] } } },
  )
  if (!row) throw new AppError('later.already_sent')
  await context.store.cancel([keyOf(id)])
  tell(context, row)
  return present(row)
}

async function getScheduled({ store }: Context, id: string): Promise<ScheduledMessage> {
  const row = await store.scheduledMessages.get(id)
  if (!row) throw new AppError('later.not_found')
  return row
}

/** Its time has come: the message and the mark that it was sent exist together, so it goes out once. */
export async function sendScheduled(contextFor: ContextFor, job: Pick<Job, 'workspaceId' | 'payload'>): Promise<void> {
  const context = contextFor(job.workspaceId)
  const { id, sendAt } = job.payload as { id: string; sendAt: string }
  if (context.now().toISOString() < sendAt) throw new RunAgainAt(new Date(sendAt))
  try {
    // A message for the morning is not one for the night, or for two days later.
    if (isTooLate(sendAt, context.now(), mostLate.planned)) throw new AppError('later.missed')
    await context.store.transaction(async (store) => {
      const still = { onlyIf: { state: 'waiting' as const, sendAt } }
      const row = await store.scheduledMessages.update(id, { state: 'sent' }, still)
      if (!row) return
      const user = row.userId ? ((await store.users.get(row.userId)) ?? null) : null
      if (user?.disabledAt) throw new AppError('later.author_left')
      const tx = { ...context, store, user }
      // Its chat may have been joined to another since it was written.
      const message = await sendMessage(
        tx,
        { ...row.message, conversationId: row.conversationId },
        { source: 'user', idempotencyKey: keyOf(id) },
      )
      tell(tx, (await store.scheduledMessages.update(id, { messageId: message.id }))!)
    })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    await refuse(
      context,
      { id, sendAt },
      {
        code: error.code,
        message: errors[error.code].message,
        action: error.code === 'message.window_closed' ? 'template' : 'edit',
      },
    )
  }
  context.flush()
}

async function refuse(
  context: Context,
  { id, sendAt }: { id: string; sendAt: string },
  error: MessageError,
): Promise<void> {
  await context.store.transaction(async (store) => {
    const tx = { ...context, store }
    const still = { onlyIf: { state: 'waiting' as const, sendAt } }
    const row = await store.scheduledMessages.update(id, { state: 'refused', error }, still)
    if (!row) return
    tell(tx, row)
    await notifyPeople(
      tx,
      (await readersOf(tx, row, error)).map((userId) => ({
        userId,
        kind: 'not_sent',
        key: `${keyOf(id)}:refused:${row.sendAt}`,
        conversation: { id: row.conversationId, contactName: row.contactName },
        preview: error.message,
      })),
    )
  })
}

/** Whoever planned it; when they are gone, who has the chat now, or the owners. */
async function readersOf({ store }: Context, row: ScheduledMessage, { code }: MessageError): Promise<string[]> {
  if (code !== 'later.author_left') return row.userId ? [row.userId] : []
  const assignee = (await store.conversations.get(row.conversationId))?.assignedTo
  if (assignee && assignee !== row.userId) return [assignee]
  const owners = await store.users.find({ where: { role: 'owner', disabledAt: null }, limit: 100 })
  return owners.map(({ id }) => id)
}

export const scheduledMessages = implement(routes, {
  list: (context, { query }) => listScheduled(context, query),
  create: (context, { body }) => schedule(context, body.message, body.sendAt),
  update: (context, { params, body }) => change(context, params.scheduledId, body),
  cancel: (context, { params }) => cancel(context, params.scheduledId),
})
