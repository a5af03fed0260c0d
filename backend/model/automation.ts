import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { FollowUps, RunAction, RunKind, RunOutcome } from '../contract/automation.ts'
import type { BusinessHours } from '../contract/business-hours.ts'
import type { RuleCondition, RuleStep, Trigger, TriggerKind } from '../contract/rules.ts'
import { flag, instant, integer, json, ownedColumns, text } from './columns.ts'
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

export const automationRules = pgTable(
  'automation_rules',
  {
    ...ownedColumns(),
    workspaceId: workspaceId(),
    name: text().notNull(),
    enabled: flag().notNull(),
    position: integer().notNull(),
    trigger: json<Trigger>().notNull(),
    /** The kind of its trigger, to look for. */
    triggerKind: text().$type<TriggerKind>().notNull(),
    match: text().$type<'all' | 'any'>().notNull(),
    conditions: json<RuleCondition[]>().notNull(),
    steps: json<RuleStep[]>().notNull(),
    everyMinutes: integer().notNull(),
    isLast: flag().notNull(),
    /** Who is reminded where nobody looks after the chat. */
    createdBy: text(),
    /** How far silences were looked at; see `automation_settings`. */
    sweptUntil: instant(),
    sweptId: text(),
  },
  (rule) => [
    index('automation_rules_order').on(rule.workspaceId, rule.position),
    index('automation_rules_active').on(rule.workspaceId, rule.enabled, rule.triggerKind),
    index('automation_rules_sweep').on(rule.triggerKind, rule.enabled, rule.id),
  ],
)

/** When a rule last happened in a chat, and for which occasion: the row that two processes compete for. */
export const ruleCooldowns = pgTable(
  'rule_cooldowns',
  {
    ...ownedColumns(),
    ruleId: text()
      .notNull()
      .references(() => automationRules.id, { onDelete: 'cascade' }),
    conversationId: text()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    happenedAt: instant().notNull(),
    key: text().notNull(),
  },
  (cooldown) => [
    uniqueIndex('rule_cooldowns_pair').on(cooldown.ruleId, cooldown.conversationId),
    index('rule_cooldowns_conversation').on(cooldown.conversationId),
  ],
)
