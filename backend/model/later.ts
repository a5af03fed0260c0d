import { index, pgTable } from 'drizzle-orm/pg-core'
import type { MessageError, NewMessage } from '../contract/messages.ts'
import type { ReminderState } from '../contract/reminders.ts'
import type { ScheduledState } from '../contract/scheduled-messages.ts'
import { conversations } from './conversations.ts'
import { instant, json, ownedColumns, text } from './columns.ts'
import { users } from './workspaces.ts'

const conversationId = () =>
  text()
    .notNull()
    .references(() => conversations.id, { onDelete: 'cascade' })

/** "Remind me tomorrow": one person's own. */
export const reminders = pgTable(
  'reminders',
  {
    ...ownedColumns(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    conversationId: conversationId(),
    contactName: text().notNull(),
    note: text().notNull(),
    dueAt: instant().notNull(),
    state: text().$type<ReminderState>().notNull(),
  },
  (reminder) => [
    index('reminders_mine').on(reminder.userId, reminder.dueAt),
    index('reminders_state').on(reminder.userId, reminder.state, reminder.dueAt),
    index('reminders_conversation').on(reminder.conversationId, reminder.dueAt),
  ],
)

/** A message that waits for its time. What becomes of it is decided then, by the same rules as of any other. */
export const scheduledMessages = pgTable(
  'scheduled_messages',
  {
    ...ownedColumns(),
    conversationId: conversationId(),
    contactName: text().notNull(),
    /** Who wrote it, and is told when it was refused. */
    userId: text(),
    message: json<NewMessage>().notNull(),
    sendAt: instant().notNull(),
    state: text().$type<ScheduledState>().notNull(),
    error: json<MessageError>(),
    messageId: text(),
  },
  (scheduled) => [
    index('scheduled_messages_conversation').on(scheduled.conversationId, scheduled.sendAt),
    index('scheduled_messages_state').on(scheduled.workspaceId, scheduled.state, scheduled.sendAt),
    index('scheduled_messages_time').on(scheduled.workspaceId, scheduled.sendAt),
  ],
)
