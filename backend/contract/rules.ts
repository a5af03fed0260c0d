import * as z from 'zod'
import { AutomationTemplate } from './automation.ts'
import { defineRoutes, Done } from './route.ts'
import { Condition } from './segments.ts'
import { CleanText, Id, Instant, InstantInput, Label, Tag } from './values.ts'

const Words = z.array(CleanText.trim().min(1).max(80)).min(1).max(20)

/** What a rule waits for. `fuzzy` forgives a wrong letter or two; there are no patterns to write. */
export const Trigger = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('keyword'),
    match: z.enum(['exact', 'contains', 'starts', 'fuzzy']),
    words: Words,
  }),
  z.strictObject({ kind: z.literal('first_message') }),
  z.strictObject({ kind: z.literal('outside_hours') }),
  /** The title or id of a button or of a row of a list. */
  z.strictObject({ kind: z.literal('button'), words: Words }),
  z.strictObject({ kind: z.literal('tag_added'), tag: Tag }),
  z.strictObject({ kind: z.literal('stage_changed'), stageId: Id }),
  /** `side`: who has been silent for so long. */
  z.strictObject({
    kind: z.literal('no_reply'),
    side: z.enum(['customer', 'us']),
    hours: z.number().min(0.25).max(720),
  }),
])
export type Trigger = z.infer<typeof Trigger>
export type TriggerKind = Trigger['kind']

/** Everything a segment can ask, about this one person, and what only a moment has. */
export const RuleCondition = z.union([
  z.strictObject({ field: z.literal('hours'), op: z.literal('is'), value: z.enum(['open', 'closed']) }),
  z.strictObject({
    field: z.literal('text'),
    op: z.enum(['contains', 'lacks']),
    value: CleanText.trim().min(1).max(200),
  }),
  z.strictObject({ field: z.literal('segment'), op: z.enum(['is', 'not']), value: Id }),
  Condition,
])
export type RuleCondition = z.infer<typeof RuleCondition>

/** Where it leads is judged when it is saved: `automation.address_invalid`, `…_private`, `…_port`. */
const WebAddress = CleanText.trim().min(1).max(2000)

const Text = CleanText.trim().min(1)

/** Texts may say `{{name}}`, `{{first_name}}`, `{{phone}}` or the name of a custom field. */
export const RuleStep = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text: Text.max(4096) }),
  z.strictObject({ kind: z.literal('template'), template: AutomationTemplate }),
  z.strictObject({
    kind: z.literal('buttons'),
    body: Text.max(1024),
    buttons: z
      .array(z.strictObject({ id: Text.max(256), title: Text.max(20) }))
      .min(1)
      .max(3),
  }),
  z.strictObject({ kind: z.literal('tag'), on: z.enum(['contact', 'conversation']), tag: Tag }),
  z.strictObject({ kind: z.literal('untag'), on: z.enum(['contact', 'conversation']), tag: Tag }),
  z.strictObject({ kind: z.literal('assign'), userId: Id.nullable() }),
  /** Moves the open lead of the person, or makes one. */
  z.strictObject({ kind: z.literal('stage'), stageId: Id }),
  z.strictObject({ kind: z.literal('note'), text: Text.max(4000) }),
  /** Whoever looks after the chat, else the author of the rule. */
  z.strictObject({ kind: z.literal('remind'), note: Text.max(500), afterHours: z.number().min(0.25).max(2160) }),
  z.strictObject({ kind: z.literal('webhook'), url: WebAddress }),
  z.strictObject({ kind: z.literal('pause') }),
])
export type RuleStep = z.infer<typeof RuleStep>

const draft = {
  name: Label,
  enabled: z.boolean(),
  trigger: Trigger,
  match: z.enum(['all', 'any']),
  conditions: z.array(RuleCondition).max(20),
  steps: z.array(RuleStep).min(1).max(10),
  /** In one chat it happens at most once in so many minutes. */
  everyMinutes: z.number().int().min(1).max(43_200),
  /** Rules further down are not asked when this one happens. */
  isLast: z.boolean(),
}

export const RuleDraft = z.strictObject({
  ...draft,
  enabled: draft.enabled.default(true),
  match: draft.match.default('all'),
  conditions: draft.conditions.default([]),
  everyMinutes: draft.everyMinutes.default(60),
  isLast: draft.isLast.default(true),
})
export type RuleDraft = z.output<typeof RuleDraft>

/** Something the rule names and that is gone: where in the rule, and a sentence. */
export const RuleProblem = z.object({ path: z.string(), message: z.string() })
export type RuleProblem = z.infer<typeof RuleProblem>

export const Rule = z.object({
  ...draft,
  id: Id,
  createdAt: Instant,
  updatedAt: Instant,
  position: z.number(),
  /** What the rule names and went since it was saved. */
  problems: z.array(RuleProblem),
})
export type Rule = z.infer<typeof Rule>

export const WebhookTrial = z.object({
  ok: z.boolean(),
  /** What it answered with; null when no answer came. */
  status: z.number().nullable(),
  /** What happened, in a sentence. */
  sentence: z.string(),
})
export type WebhookTrial = z.infer<typeof WebhookTrial>

const RuleParams = '/automation/rules/:ruleId'

/** Something that rules wait for, as a person imagines it. */
export const PreviewOccasion = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('message'), text: CleanText.max(4096), isFirst: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal('button'), title: CleanText.trim().min(1).max(256) }),
  z.strictObject({ kind: z.literal('tag_added'), tag: Tag }),
  z.strictObject({ kind: z.literal('stage_changed'), stageId: Id }),
  /** `side` has been silent for so long. */
  z.strictObject({ kind: z.literal('no_reply'), side: z.enum(['customer', 'us']), hours: z.number().min(0).max(720) }),
])
export type PreviewOccasion = z.infer<typeof PreviewOccasion>

export const Preview = z.object({
  ruleId: Id.nullable(),
  name: z.string(),
  happens: z.boolean(),
  /** Why, or why not, in a sentence. */
  reason: z.string(),
  /** What each step would do, or why it could not. */
  steps: z.array(z.object({ kind: z.string(), ok: z.boolean(), detail: z.string() })),
})
export type Preview = z.infer<typeof Preview>

export const rules = defineRoutes({
  list: {
    method: 'GET',
    path: '/automation/rules',
    result: z.object({ rules: z.array(Rule) }),
    summary: 'The rules in their order; there are at most 100',
  },
  create: {
    method: 'POST',
    path: '/automation/rules',
    body: RuleDraft,
    result: Rule,
    status: 201,
    access: 'admin',
    idempotent: true,
    summary: 'Add a rule: when this happens, and that holds, then do so',
  },
  order: {
    method: 'PUT',
    path: '/automation/rules',
    body: z.strictObject({ ruleIds: z.array(Id).max(100) }),
    result: z.object({ rules: z.array(Rule) }),
    access: 'admin',
    summary: 'Put the rules in this order',
  },
  update: {
    method: 'PATCH',
    path: RuleParams,
    body: z.strictObject(draft).partial(),
    result: Rule,
    access: 'admin',
    summary: 'Change a rule, or turn it on or off',
  },
  remove: { method: 'DELETE', path: RuleParams, result: Done, access: 'admin', summary: 'Remove a rule' },
  tryWebhook: {
    method: 'POST',
    path: '/automation/webhook/test',
    body: z.strictObject({ url: WebAddress }),
    result: WebhookTrial,
    access: 'admin',
    summary: 'Call a web address once, with an example of what a rule sends, and say what it answered',
  },
  /** Runs the same engine as real messages, and does nothing. */
  preview: {
    method: 'POST',
    path: '/automation/preview',
    body: z.strictObject({
      occasion: PreviewOccasion,
      /** As if it were this customer; otherwise somebody made up. */
      conversationId: Id.optional(),
      /** As if it were this moment. */
      at: InstantInput.optional(),
      /** A rule that is not saved yet, asked alone. */
      rule: RuleDraft.optional(),
    }),
    result: z.object({ results: z.array(Preview) }),
    summary: 'What the rules would do if this happened, and why; nothing is done',
  },
})
