import { reminders as routes } from '../../contract/reminders.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context, type ContextFor } from '../../feature.ts'
import type { Reminder } from '../../model/index.ts'
import { RunAgainAt, type Job } from '../../platform/jobs/jobs.ts'
import { getConversation } from '../conversations/conversations.ts'
import { notifyPeople } from '../notifications/notify.ts'
import { readPage } from '../pages.ts'
import { checkFuture } from './time.ts'

export const reminderJob = 'reminder'
const keyOf = (id: string) => `${reminderJob}:${id}`

const personOf = ({ user }: Context): string => {
  if (!user) throw new AppError('auth.forbidden')
  return user.id
}

async function listReminders(context: Context, query: Parsed<typeof routes.list>['query']) {
  const { state, conversationId } = query
  const { rows, pagination } = await readPage(context.store.reminders, query, {
    where: {
      userId: personOf(context),
      ...(state ? { state } : {}),
      ...(conversationId ? { conversationId } : {}),
    },
    sort: ['dueAt', 'asc'],
  })
  return { reminders: rows, pagination }
}

type Draft = { conversationId: string; note: string; dueAt: string; id?: string }

/** `id` makes a repetition harmless. Answers undefined when it was made before. */
export async function addReminder(
  context: Context,
  userId: string,
  { conversationId, note, dueAt, id }: Draft,
): Promise<Reminder | undefined> {
  checkFuture(context, dueAt)
  const { contactName } = await getConversation(context, conversationId)
  return context.store.transaction(async (store) => {
    const fields = { userId, conversationId, contactName, note, dueAt, state: 'waiting' as const }
    const [reminder] = await store.reminders.insertMany([{ ...fields, ...(id ? { id } : {}) }], { ifTaken: 'skip' })
    if (reminder) await plan({ ...context, store }, reminder)
    return reminder
  })
}

async function plan({ store, notify }: Context, reminder: Reminder): Promise<void> {
  const { id, dueAt, userId } = reminder
  await store.schedule([{ kind: reminderJob, key: keyOf(id), runAt: dueAt, payload: { id, dueAt } }])
  notify({ name: 'reminder:updated', to: userId, payload: { reminder } })
}

async function updateReminder(context: Context, id: string, patch: Parsed<typeof routes.update>['body']) {
  const userId = personOf(context)
  if (patch.dueAt) checkFuture(context, patch.dueAt)
  return context.store.transaction(async (store) => {
    const tx = { ...context, store }
    const set = {
      ...(patch.note === undefined ? {} : { note: patch.note }),
      ...(patch.dueAt ? { dueAt: new Date(patch.dueAt).toISOString(), state: 'waiting' as const } : {}),
    }
    const reminder = await store.reminders.update(id, set, { onlyIf: { userId } })
    if (!reminder) throw new AppError('reminder.not_found')
    if (patch.dueAt) await plan(tx, reminder)
    else tx.notify({ name: 'reminder:updated', to: userId, payload: { reminder } })
    return reminder
  })
}

async function tickOff(context: Context, id: string): Promise<Reminder> {
  const userId = personOf(context)
  const reminder = await context.store.reminders.update(id, { state: 'done' }, { onlyIf: { userId } })
  if (!reminder) throw new AppError('reminder.not_found')
  await context.store.cancel([keyOf(id)])
  context.notify({ name: 'reminder:updated', to: userId, payload: { reminder } })
  return reminder
}

async function removeReminder(context: Context, id: string): Promise<void> {
  const userId = personOf(context)
  if ((await context.store.reminders.removeWhere({ id, userId })) === 0) throw new AppError('reminder.not_found')
  await context.store.cancel([keyOf(id)])
  context.notify({ name: 'reminder:removed', to: userId, payload: { reminderId: id } })
}

/** Its time has come. Run again, or after somebody chose another time, it changes nothing. */
export async function remind(contextFor: ContextFor, job: Pick<Job, 'workspaceId' | 'payload'>): Promise<void> {
  const context = contextFor(job.workspaceId)
  const { id, dueAt } = job.payload as { id: string; dueAt: string }
  if (context.now().toISOString() < dueAt) throw new RunAgainAt(new Date(dueAt))
  await context.store.transaction(async (store) => {
    const tx = { ...context, store }
    const reminder = await store.reminders.update(id, { state: 'due' }, { onlyIf: { state: 'waiting', dueAt } })
    if (!reminder) return
    const { userId, conversationId, contactName, note } = reminder
    tx.notify({ name: 'reminder:updated', to: userId, payload: { reminder } })
    await notifyPeople(tx, [
      {
        userId,
        kind: 'reminder',
        key: `${keyOf(id)}:${dueAt}`,
        conversation: { id: conversationId, contactName },
        preview: note,
      },
    ])
  })
  context.flush()
}

export const reminders = implement(routes, {
  list: (context, { query }) => listReminders(context, query),
  create: async (context, { body }) => {
    const reminder = await addReminder(context, personOf(context), {
      ...body,
      dueAt: new Date(body.dueAt).toISOString(),
    })
    return reminder!
  },
  update: (context, { params, body }) => updateReminder(context, params.reminderId, body),
  done: (context, { params }) => tickOff(context, params.reminderId),
  async remove(context, { params }) {
    await removeReminder(context, params.reminderId)
    return {}
  },
})
