import type { RunAction } from '../../contract/automation.ts'
import type { Context, ContextFor } from '../../feature.ts'
import type { AutomationRule, AutomationRun, Conversation, SystemStore } from '../../model/index.ts'
import { hour, minute } from '../../platform/clock.ts'
import type { Job } from '../../platform/jobs/jobs.ts'
import { isTooLate, mostLate } from '../later/late.ts'
import { ruleJob, type RuleJob } from '../triggers/triggers.ts'
import { decide, type Facts, type Occasion, type Verdict } from './decide.ts'
import { findChat, readFacts, readOccasion } from './facts.ts'
import { missed } from './follow-ups.ts'
import { addRun } from './runs.ts'
import { takeStep } from './steps.ts'
import { hookJob } from './webhook.ts'
import { sweepSilence } from './sweep.ts'

export const mostRules = 100

export function readRules({ store }: Pick<Context, 'store'>): Promise<AutomationRule[]> {
  return store.automationRules.find({ sort: ['position', 'asc'], limit: mostRules })
}

/** One occasion, asked of every rule in order. A repetition finds its runs and finishes those that were cut off. */
export async function runRules(contextFor: ContextFor, job: Pick<Job, 'workspaceId' | 'payload'>): Promise<void> {
  const { event, subject, key } = job.payload as RuleJob
  const context = contextFor(job.workspaceId)
  const conversation = await findChat(context, subject)
  if (!conversation) return
  const occasion = await readOccasion(context, event, conversation)
  if (!occasion) return
  for (const rule of (await readRules(context)).filter(({ enabled }) => enabled)) {
    const current = await context.store.conversations.get(conversation.id)
    const facts = current && (await readFacts(context, current, [rule]))
    if (!facts) return
    const runKey = `rule:${rule.id}:${key}`
    const known = await context.store.automationRuns.first({ key: runKey })
    const happened = known
      ? await finish(context, rule, known, facts)
      : await consider(context, rule, runKey, { occasion, facts })
    context.flush()
    if (happened && rule.isLast) return
  }
}

type Occurrence = { occasion: Occasion; facts: Facts }

/** Answers whether the rule happened. */
async function consider(context: Context, rule: AutomationRule, key: string, { occasion, facts }: Occurrence) {
  const { conversation } = facts
  const last = await context.store.ruleCooldowns.first({ ruleId: rule.id, conversationId: conversation.id })
  const verdict = judge(rule, occasion, facts, last?.happenedAt ?? null)
  if (verdict.kind === 'silent') return false
  const run = { kind: 'rule' as const, key, ruleId: rule.id, name: rule.name, reason: verdict.reason }
  if (verdict.kind === 'skip') {
    await addRun(context, conversation, { ...run, outcome: 'skipped' })
    return false
  }
  const started = await context.store.transaction(async (store) => {
    const tx = { ...context, store }
    if (!(await takeTurn(tx, rule, conversation, key))) return undefined
    return addRun(tx, conversation, { ...run, outcome: 'running' })
  })
  return started ? finish(context, rule, started, facts) : false
}

/** What is needed of a rule to let it happen; one that is tried before it is saved has no more. */
export type Runnable = Pick<
  AutomationRule,
  'id' | 'name' | 'trigger' | 'triggerKind' | 'match' | 'conditions' | 'steps' | 'everyMinutes' | 'isLast' | 'createdBy'
>

/** Whether a rule happens: for what really happened, and for what somebody only imagines. */
export function judge(rule: Runnable, occasion: Occasion, facts: Facts, lastHappenedAt: string | null): Verdict {
  const decided = decide(rule, occasion, facts, lastHappenedAt)
  return decided.kind === 'happen' && wasMissed(rule, facts) ? { kind: 'skip', reason: missed } : decided
}

const writing = new Set(['text', 'template', 'buttons'])

/** A silence that ended while nobody looked. What only concerns colleagues still helps them. */
function wasMissed({ trigger, steps }: Runnable, { conversation, now }: Facts): boolean {
  if (trigger.kind !== 'no_reply' || !steps.some(({ kind }) => writing.has(kind))) return false
  const due = new Date(Date.parse(conversation.lastMessageAt) + trigger.hours * hour)
  return isTooLate(due, now, mostLate.automatic)
}

/** Of two occasions at the same moment one gets the chat's turn of this rule. */
async function takeTurn({ store, now }: Context, rule: AutomationRule, { id }: Conversation, key: string) {
  const pair = { ruleId: rule.id, conversationId: id }
  const turn = { happenedAt: now().toISOString(), key }
  const [first] = await store.ruleCooldowns.insertMany([{ ...pair, ...turn }], { ifTaken: 'skip' })
  if (first) return true
  const before = new Date(now().getTime() - rule.everyMinutes * minute).toISOString()
  const [again] = await store.ruleCooldowns.updateWhere({ ...pair, happenedAt: { lte: before } }, turn, { limit: 1 })
  return again !== undefined
}

/** Takes the steps of a run that has begun, from the first again after a crash. */
async function finish(context: Context, rule: AutomationRule, run: AutomationRun, facts: Facts): Promise<boolean> {
  if (run.outcome !== 'running') return run.outcome === 'done'
  const { actions, calls } = await takeSteps(context, rule, run, facts)
  const outcome = actions.some(({ ok }) => ok) ? 'done' : 'refused'
  const still = { onlyIf: { outcome: 'running' as const } }
  const done = await context.store.transaction(async (store) => {
    await store.schedule(calls)
    return store.automationRuns.update(run.id, { outcome, actions }, still)
  })
  if (done) context.notify({ name: 'automation:run', payload: { run: done } })
  return true
}

type Named = Pick<AutomationRun, 'id' | 'key'>

/** Takes each step and says what came of it; web addresses are to be called once that stands in the log. */
export async function takeSteps(context: Context, rule: Runnable, run: Named, facts: Facts) {
  const leavesUnanswered =
    rule.triggerKind === 'outside_hours' || (rule.trigger.kind === 'no_reply' && rule.trigger.side === 'us')
  const actions: RunAction[] = []
  const calls: ReturnType<typeof hookJob>[] = []
  for (const [index, step] of rule.steps.entries()) {
    const turn = {
      facts,
      key: `${run.key}:${index}`,
      runId: run.id,
      index,
      leavesUnanswered,
      remindUserId: rule.createdBy,
    }
    actions.push(await takeStep(context, step, turn))
    if (step.kind === 'webhook') calls.push(hookJob(context, step.url, turn))
  }
  return { actions, calls }
}

/** Looks, for each rule that waits for a silence, for the chats that have become silent for long enough. */
export async function sweepRules(system: SystemStore, contextFor: ContextFor): Promise<void> {
  for (let last: string | undefined; ;) {
    const page = await system.automationRules.find({
      where: { triggerKind: 'no_reply', enabled: true },
      sort: ['id', 'asc'],
      limit: 100,
      ...(last ? { after: { value: last, id: last } } : {}),
    })
    for (const rule of page) await sweepRule(contextFor(rule.workspaceId), rule)
    if (page.length < 100) return
    last = page.at(-1)!.id
  }
}

async function sweepRule(context: Context, { id, trigger, sweptUntil, sweptId }: AutomationRule): Promise<void> {
  if (trigger.kind !== 'no_reply') return
  const runAt = context.now().toISOString()
  await sweepSilence(context, {
    hours: trigger.hours,
    needsReply: trigger.side === 'us',
    mark: { sweptUntil, sweptId },
    move: async (store, from, to) => Boolean(await store.automationRules.update(id, to, { onlyIf: from })),
    jobOf: ({ id: conversationId, lastMessage }) => {
      const messageId = lastMessage?.id ?? ''
      const event = { kind: 'no_reply' as const, ruleId: id, messageId }
      return ruleJob({ event, subject: { conversationId }, key: `silence:${id}:${conversationId}:${messageId}` }, runAt)
    },
  })
}
