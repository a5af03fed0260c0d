import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { Check, CheckState } from '../contract/doctor.ts'
import { channels } from './channels.ts'
import { instant, json, ownedColumns, text } from './columns.ts'

/** What the last check of each number found. */
export const channelHealth = pgTable(
  'channel_health',
  {
    ...ownedColumns(),
    channelId: text()
      .notNull()
      .references(() => channels.id, { onDelete: 'cascade' }),
    checkedAt: instant().notNull(),
    state: text().$type<CheckState>().notNull(),
    checks: json<Check[]>().notNull(),
    /** Where Meta was told to send webhooks; the hourly check has no browser to ask. */
    callbackUrl: text(),
  },
  (health) => [
    uniqueIndex('channel_health_channel').on(health.channelId),
    index('channel_health_workspace').on(health.workspaceId, health.checkedAt),
  ],
)
