import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { MessageDirection, MessageSource, MessageStatus } from '../contract/messages.ts'
import { instant, integer, ownedColumns, text } from './columns.ts'
import { workspaces } from './workspaces.ts'

/** How many messages of a day were alike in all of this. */
export type DayCell = {
  direction: MessageDirection
  status: MessageStatus
  channelId: string
  userId: string | null
  source: MessageSource
  /** Meta's pricing category, and whether it is charged; null where Meta said nothing. */
  category: string | null
  billable: boolean
  count: number
}
export type DayHour = { hour: number; received: number; sent: number }
/** After how many seconds each answer came; `first` are the first answers that conversations ever got. */
export type DayWait = { channelId: string; userId: string | null; first: boolean; seconds: number[] }

const ownWorkspaceId = () =>
  text()
    .notNull()
    .references(() => workspaces.id, { onDelete: 'cascade' })

/** The messages of one past day, counted: reports read these and count only the latest days themselves. */
export const messageDays = pgTable(
  'message_days',
  {
    ...ownedColumns(),
    workspaceId: ownWorkspaceId(),
    /** Whose day it is: another time zone has other days. */
    timeZone: text().notNull(),
    day: text().notNull(),
    received: integer().notNull(),
    sent: integer().notNull(),
    /** Its cells, hours and waits, packed (features/message-days/pack.ts). */
    figures: text().notNull(),
  },
  (one) => [uniqueIndex('message_days_day').on(one.workspaceId, one.timeZone, one.day)],
)

/** Something changed about messages of that time, so a day that was counted before is to be counted again. */
export const messageDayMarks = pgTable(
  'message_day_marks',
  {
    ...ownedColumns(),
    workspaceId: ownWorkspaceId(),
    from: instant().notNull(),
    to: instant().notNull(),
  },
  (mark) => [index('message_day_marks_workspace').on(mark.workspaceId, mark.from)],
)
