import * as z from 'zod'
import { defineRoutes, Done } from './route.ts'
import { CleanText, Id, Instant, InstantInput, PageQuery, Pagination } from './values.ts'

/** `due`: its time has come and nobody has ticked it off. */
export const ReminderState = z.enum(['waiting', 'due', 'done'])
export type ReminderState = z.infer<typeof ReminderState>

/** "Remind me": a person's own, about one chat. */
export const Reminder = z.object({
  id: Id,
  createdAt: Instant,
  userId: Id,
  conversationId: Id,
  contactName: z.string(),
  note: z.string(),
  dueAt: Instant,
  state: ReminderState,
})
export type Reminder = z.infer<typeof Reminder>

const Note = CleanText.trim().max(500)

export const reminders = defineRoutes({
  list: {
    method: 'GET',
    path: '/reminders',
    query: PageQuery.extend({ state: ReminderState.optional(), conversationId: Id.optional() }),
    result: z.object({ reminders: z.array(Reminder), pagination: Pagination }),
    summary: 'Your reminders, the next first',
  },
  create: {
    method: 'POST',
    path: '/reminders',
    body: z.strictObject({ conversationId: Id, note: Note.default(''), dueAt: InstantInput }),
    result: Reminder,
    status: 201,
    idempotent: true,
    summary: 'Be reminded of a chat',
  },
  update: {
    method: 'PATCH',
    path: '/reminders/:reminderId',
    body: z.strictObject({ note: Note.optional(), dueAt: InstantInput.optional() }),
    result: Reminder,
    summary: 'Change a reminder; another time also snoozes one that is due',
  },
  done: {
    method: 'POST',
    path: '/reminders/:reminderId/done',
    result: Reminder,
    summary: 'Tick a reminder off',
  },
  remove: { method: 'DELETE', path: '/reminders/:reminderId', result: Done, summary: 'Remove a reminder' },
})
