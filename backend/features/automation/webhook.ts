import { AppError } from '../../errors.ts'
import type { Context, ContextFor } from '../../feature.ts'
import type { RunAction } from '../../contract/automation.ts'
import type { RuleStep, WebhookTrial } from '../../contract/rules.ts'
import { second } from '../../platform/clock.ts'
import type { HttpAnswer, HttpClient, HttpFailure } from '../../platform/http-client.ts'
import type { Job } from '../../platform/jobs/jobs.ts'
import type { JudgeAddress } from '../../platform/public-address.ts'
import type { Facts } from './decide.ts'

export const ruleHookJob = 'rule-webhook'
const attempts = 5

type Call = { url: string; key: string; runId: string; index: number; body: object }

/** A job of its own, so that a slow address holds nobody up, and one that is away for a moment is tried again. */
export function hookJob(
  { now, workspaceId }: Context,
  url: string,
  { facts, key, runId, index }: { facts: Facts; key: string; runId: string; index: number },
) {
  const { contact, conversation } = facts
  const body = {
    event: 'automation.rule',
    id: key,
    at: now().toISOString(),
    workspaceId,
    conversation: { id: conversation.id, status: conversation.status, tags: conversation.tags },
    contact: { id: contact.id, name: contact.displayName, phone: contact.phone, tags: contact.tags },
    lastMessage: conversation.lastMessage,
  }
  const payload: Call = { url, key, runId, index, body }
  return {
    kind: ruleHookJob,
    key: `${ruleHookJob}:${key}`,
    // Calls of one run write into the same line of the log, one after the other.
    queue: `${ruleHookJob}:${runId}`,
    runAt: now().toISOString(),
    attempts,
    payload,
  }
}

type Timing = { timeoutMs?: number }

/** Public websites only, and what the operator allowed: a rule must not reach into the network Parley runs in. */
function post(http: HttpClient, { url, key, body }: Pick<Call, 'url' | 'key' | 'body'>, timing: Timing) {
  return http.request({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
    timeoutMs: timing.timeoutMs ?? 10 * second,
    maxBytes: 64 * 1024,
    publicOnly: true,
  })
}

type Verdict = { ok: boolean; again: boolean; sentence: string }

export function judgeAnswer(answer: HttpAnswer | HttpFailure): Verdict {
  if (!answer.ok) return { ok: false, again: answer.kind !== 'forbidden', sentence: answer.reason }
  const { status } = answer
  if (status < 300) return { ok: true, again: false, sentence: `It answered ${status}.` }
  if (status < 400)
    return { ok: false, again: false, sentence: `It answered ${status}, a redirect; those are not followed.` }
  return { ok: false, again: status >= 500 || status === 429, sentence: `It answered ${status}.` }
}

/** Calls the address, and writes what came of it into the line of its run. */
export async function callHook(
  http: HttpClient,
  contextFor: ContextFor,
  job: Pick<Job, 'workspaceId' | 'payload' | 'attempt'>,
  timing: Timing = {},
): Promise<void> {
  const call = job.payload as Call
  // The person was erased, or the chat: nobody is told of them any more.
  if (!(await contextFor(job.workspaceId).store.automationRuns.get(call.runId))) return
  const { ok, again, sentence } = judgeAnswer(await post(http, call, timing))
  const isLast = !again || job.attempt >= attempts
  const fate = ok || !again ? '' : isLast ? ` Given up after ${attempts} times.` : ' It is tried again.'
  const context = contextFor(job.workspaceId)
  await noteAnswer(context, call, { ok, detail: `${describeCall(call.url)}: ${sentence}${fate}` })
  context.flush()
  // Given up, it has said so in the log; a failed job would keep what it was about to tell.
  if (!ok && !isLast) throw new Error(sentence)
}

export const describeCall = (url: string) => `Call ${URL.canParse(url) ? new URL(url).host : url}`

async function noteAnswer({ store, notify }: Context, { runId, index }: Call, told: Pick<RunAction, 'ok' | 'detail'>) {
  const run = await store.automationRuns.get(runId)
  if (!run?.actions[index]) return
  const actions = run.actions.map((action, at) => (at === index ? { ...action, ...told } : action))
  const noted = await store.automationRuns.update(runId, { actions })
  if (noted) notify({ name: 'automation:run', payload: { run: noted } })
}

/** Refuses what could not be called anyway, while the person who typed it is still there. */
export async function checkAddresses(judge: JudgeAddress, steps: readonly RuleStep[] = []): Promise<void> {
  for (const step of steps) if (step.kind === 'webhook') await checkAddress(judge, step.url)
}

async function checkAddress(judge: JudgeAddress, url: string): Promise<void> {
  const fault = await judge(url)
  if (fault) throw new AppError(`automation.address_${fault}`)
}

/** One call, now, with an example, so that the other side can be set up before a customer depends on it. */
export async function tryHook(
  { http, judge }: { http: HttpClient; judge: JudgeAddress },
  { now, workspaceId }: Context,
  url: string,
): Promise<WebhookTrial> {
  await checkAddress(judge, url)
  const at = now().toISOString()
  const body = {
    event: 'automation.test',
    id: `test:${at}`,
    at,
    workspaceId,
    conversation: { id: 'conv_example', status: 'open', tags: [] },
    contact: { id: 'cont_example', name: 'Ana Silva', phone: null, tags: [] },
    lastMessage: null,
  }
  const answer = await post(http, { url, key: body.id, body }, {})
  if (!answer.ok && answer.kind === 'forbidden') throw new AppError('automation.address_private')
  const { ok, sentence } = judgeAnswer(answer)
  return { ok, status: answer.ok ? answer.status : null, sentence }
}
