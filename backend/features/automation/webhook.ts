import type { Context } from '../../feature.ts'
import { second } from '../../platform/clock.ts'
import type { HttpClient } from '../../platform/http-client.ts'
import { PermanentFailure, type Job } from '../../platform/jobs/jobs.ts'
import type { Facts } from './decide.ts'

export const ruleHookJob = 'rule-webhook'

/** A job of its own, so that a slow address holds nobody up, and one that is away for a moment is tried again. */
export function hookJob({ now, workspaceId }: Context, url: string, { facts, key }: { facts: Facts; key: string }) {
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
  return {
    kind: ruleHookJob,
    key: `${ruleHookJob}:${key}`,
    runAt: now().toISOString(),
    attempts: 5,
    payload: { url, key, body },
  }
}

/** Public addresses only: a rule must not reach into the network Parley runs in. */
export async function callHook(http: HttpClient, { payload }: Pick<Job, 'payload'>): Promise<void> {
  const { url, key, body } = payload as { url: string; key: string; body: object }
  const answer = await http.request({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
    timeoutMs: 10 * second,
    maxBytes: 64 * 1024,
    publicOnly: true,
  })
  if (!answer.ok && answer.kind === 'forbidden') throw new PermanentFailure(answer.reason)
  if (!answer.ok) throw new Error(answer.reason)
  if (answer.status >= 500 || answer.status === 429) throw new Error(`The address answered ${answer.status}`)
  if (answer.status >= 300) throw new PermanentFailure(`The address answered ${answer.status}`)
}
