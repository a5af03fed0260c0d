import type { Parsed } from '../../contract/route.ts'
import { rules as routes, type Rule, type RuleDraft, type Trigger } from '../../contract/rules.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { AutomationRule } from '../../model/index.ts'
import { hour } from '../../platform/clock.ts'
import type { HttpClient } from '../../platform/http-client.ts'
import type { JudgeAddress } from '../../platform/public-address.ts'
import type { RuleWatch } from '../triggers/received.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'
import { findProblems, refuseUnknown } from './named.ts'
import { preview } from './preview.ts'
import { checkAddresses, tryHook } from './webhook.ts'
import { mostRules, readRules } from './run-rules.ts'

/** Only silences that become long enough from now on count. */
const markFrom = ({ now }: Context, trigger: Trigger) =>
  trigger.kind === 'no_reply'
    ? { sweptUntil: new Date(now().getTime() - trigger.hours * hour).toISOString(), sweptId: null }
    : {}

async function createRule(context: Context, draft: RuleDraft): Promise<AutomationRule> {
  await refuseUnknown(context, draft)
  const rules = await readRules(context)
  if (rules.length >= mostRules) throw new AppError('automation.too_many_rules')
  return context.store.automationRules.insert({
    ...draft,
    triggerKind: draft.trigger.kind,
    position: (rules.at(-1)?.position ?? 0) + 1,
    createdBy: context.user?.id ?? null,
    ...markFrom(context, draft.trigger),
  })
}

async function updateRule(context: Context, id: string, patch: Parsed<typeof routes.update>['body']) {
  const before = await context.store.automationRules.get(id)
  if (!before) throw new AppError('automation.rule_not_found')
  await refuseUnknown(context, patch)
  const named = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
  const trigger = patch.trigger ?? before.trigger
  const begins = patch.trigger !== undefined || (patch.enabled === true && !before.enabled)
  const updated = await context.store.automationRules.update(id, {
    ...named,
    triggerKind: trigger.kind,
    ...(begins ? markFrom(context, trigger) : {}),
  })
  if (!updated) throw new AppError('automation.rule_not_found')
  return updated
}

/** Rules that are not named keep their order behind the others. */
async function orderRules(context: Context, ruleIds: readonly string[]): Promise<AutomationRule[]> {
  return context.store.transaction(async (store) => {
    const rules = await readRules({ store })
    const rank = new Map(ruleIds.map((id, index) => [id, index]))
    const ordered = rules.toSorted((a, b) => (rank.get(a.id) ?? mostRules) - (rank.get(b.id) ?? mostRules))
    await store.automationRules.updateEach(ordered.map(({ id }, position) => ({ id, set: { position } })))
    return readRules({ store })
  })
}

/** Who has the address of a webhook can call it in the name of the business, so agents see only where it leads. */
function withoutAddresses({ user }: Context, rule: AutomationRule): AutomationRule {
  if (user?.role !== 'agent') return rule
  const steps = rule.steps.map((step) => (step.kind === 'webhook' ? { ...step, url: originOf(step.url) } : step))
  return { ...rule, steps }
}

async function present(context: Context, rules: readonly AutomationRule[]): Promise<Rule[]> {
  const problems = await findProblems(wholeStoreOf(context.store), rules)
  return rules.map((rule, index) => ({ ...withoutAddresses(context, rule), problems: problems[index]! }))
}

const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : '')

type Deps = { watch: RuleWatch; http: HttpClient; judge: JudgeAddress }

export function createRules({ watch, http, judge }: Deps) {
  const changing = async <T>({ workspaceId }: Context, work: Promise<T>): Promise<T> => {
    const result = await work
    watch.forget(workspaceId)
    return result
  }
  const presentOne = async (context: Context, rule: AutomationRule) => (await present(context, [rule]))[0]!
  return implement(routes, {
    list: async (context) => ({ rules: await present(context, await readRules(context)) }),
    async create(context, { body }) {
      await checkAddresses(judge, body.steps)
      return presentOne(context, await changing(context, createRule(context, body)))
    },
    order: async (context, { body }) => ({
      rules: await present(context, await orderRules(context, body.ruleIds)),
    }),
    async update(context, { params, body }) {
      await checkAddresses(judge, body.steps)
      return presentOne(context, await changing(context, updateRule(context, params.ruleId, body)))
    },
    async remove(context, { params }) {
      const isRemoved = await changing(context, context.store.automationRules.remove(params.ruleId))
      if (!isRemoved) throw new AppError('automation.rule_not_found')
      return {}
    },
    tryWebhook: (context, { body }) => tryHook({ http, judge }, context, body.url),
    async preview(context, { body }) {
      // A draft could ask about anything; those who make rules see everything anyway.
      if (body.rule && context.user?.role === 'agent') throw new AppError('auth.forbidden')
      await checkAddresses(judge, body.rule?.steps)
      return { results: await preview(context, body) }
    },
  })
}
