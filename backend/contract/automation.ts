import * as z from 'zod'
import { Conversation } from './conversations.ts'
import { sendableContents } from './messages.ts'
import { defineRoutes } from './route.ts'
import { CleanText, Id, Instant, PageQuery, Pagination } from './values.ts'

/** An approved template by name and language, with its variables; `{{name}}` and the like are filled in there too. */
export const AutomationTemplate = sendableContents.template.pick({
  templateId: true,
  name: true,
  language: true,
  variables: true,
})

/** What is sent to customers who do not answer. A reply always ends the round, and the count begins anew after it. */
export const FollowUps = z.strictObject({
  enabled: z.boolean(),
  /** Hours of silence after our last message. */
  afterHours: z.number().min(1).max(720),
  /** `text` goes out while WhatsApp allows it, and `template`, when there is one, afterwards. */
  kind: z.enum(['text', 'template']),
  text: CleanText.trim().max(4096),
  template: AutomationTemplate.nullable(),
  /** How often one silence is broken. */
  maxTimes: z.number().int().min(1).max(5),
  /** One that comes due outside the business hours waits for the next opening. */
  businessHoursOnly: z.boolean(),
})
export type FollowUps = z.infer<typeof FollowUps>

export const RunKind = z.enum(['rule', 'follow_up'])
export type RunKind = z.infer<typeof RunKind>

/** `running`: its actions are under way. `skipped`: it did not happen, `refused`: it was tried and not allowed. */
export const RunOutcome = z.enum(['running', 'done', 'skipped', 'refused'])
export type RunOutcome = z.infer<typeof RunOutcome>

export const RunAction = z.object({ kind: z.string(), ok: z.boolean(), detail: z.string() })
export type RunAction = z.infer<typeof RunAction>

export const AutomationRun = z.object({
  id: Id,
  createdAt: Instant,
  kind: RunKind,
  ruleId: Id.nullable(),
  name: z.string(),
  conversationId: Id,
  contactName: z.string(),
  outcome: RunOutcome,
  /** Why it happened, or why not, in a sentence. */
  reason: z.string(),
  actions: z.array(RunAction),
})
export type AutomationRun = z.infer<typeof AutomationRun>

const Settings = z.object({
  followUps: FollowUps,
  /** Networks of the operator's own that web addresses in rules may lead to; the rest must be public. */
  ownNetworks: z.array(z.string()),
})

export const automation = defineRoutes({
  get: {
    method: 'GET',
    path: '/settings/automation',
    result: Settings,
    summary: 'How customers who do not answer are followed up',
  },
  update: {
    method: 'PATCH',
    path: '/settings/automation',
    body: z.strictObject({ followUps: FollowUps.partial() }),
    result: Settings,
    access: 'admin',
    summary: 'Change how customers who do not answer are followed up',
  },
  runs: {
    method: 'GET',
    path: '/automation/runs',
    query: PageQuery.extend({ conversationId: Id.optional(), ruleId: Id.optional(), outcome: RunOutcome.optional() }),
    result: z.object({ runs: z.array(AutomationRun), pagination: Pagination }),
    summary: 'What automation did, or did not do and why, the latest first',
  },
  pause: {
    method: 'POST',
    path: '/conversations/:conversationId/automation',
    body: z.strictObject({ paused: z.boolean() }),
    result: Conversation,
    summary: 'Silence rules and follow-ups in one chat, or let them speak again; a person’s answer silences them too',
  },
})
