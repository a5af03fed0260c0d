import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { FollowUps, RunAction, RunKind, RunOutcome } from '../contract/automation.ts'
import type { BusinessHours } from '../contract/business-hours.ts'
import { flag, instant, json, ownedColumns, text } from './columns.ts'
import { conversations } from './conversations.ts'
import { workspaces } from './workspaces.ts'

const workspaceId = () =>
  text()
    .notNull()
    .references(() => workspaces.id, { onDelete: 'cascade' })

/** One row for each workspace that ever changed them; the defaults are in features/automation/settings.ts. */
export const automationSettings = pgTable(
  'automation_settings',
  {
    ...ownedColumns(),
    workspaceId: workspaceId(),
    businessHours: json<BusinessHours>(),
    followUps: json<FollowUps>(),
    followUpsEnabled: flag().notNull().default(false),
    /** Chats whose last message is older than this were looked at; the id is that of the last one. */
    sweptUntil: instant(),
    sweptId: text(),
  },
  (settings) => [
    uniqueIndex('automation_settings_workspace').on(settings.workspaceId),
    index('automation_settings_follow_ups').on(settings.followUpsEnabled, settings.id),
  ],
)

/** What automation did, or why it did not. `key` names the occasion, so that nothing is done twice for one. */
export const automationRuns = pgTable(
  'automation_runs',
  {
    ...ownedColumns(),
    workspaceId: workspaceId(),
    kind: text().$type<RunKind>().notNull(),
    key: text().notNull(),
    ruleId: text(),
    name: text().notNull(),
    conversationId: text()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    contactName: text().notNull(),
    outcome: text().$type<RunOutcome>().notNull(),
    reason: text().notNull(),
    actions: json<RunAction[]>().notNull(),
    expiresAt: instant().notNull(),
  },
  (run) => [
    uniqueIndex('automation_runs_key').on(run.workspaceId, run.key),
    index('automation_runs_recent').on(run.workspaceId, run.createdAt),
    index('automation_runs_conversation').on(run.conversationId, run.createdAt),
    index('automation_runs_rule').on(run.ruleId, run.createdAt),
    index('automation_runs_expiry').on(run.expiresAt),
  ],
)
