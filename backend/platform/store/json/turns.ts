import type { FailedJobs, Job, JobCount, Outcome } from '../../jobs/jobs.ts'
import type { StoreDriver, StoreOperations, Where } from '../port.ts'
import { jobsSpec, scheduleJobs, settleQueue, updateJob, type JobDocument } from './jobs.ts'

/** Gives the earliest due jobs to this worker, each once. */
export async function takeTurns(
  driver: StoreDriver,
  take: { worker: string; kinds: readonly string[]; now: Date; limit: number },
): Promise<JobDocument[]> {
  const due = { state: 'waiting', kind: { in: take.kinds }, runAt: { lte: take.now.toISOString() } }
  const change = { set: { state: 'running', worker: take.worker }, add: { attempt: 1 } }
  const taken = await driver.update(jobsSpec, due, change, {
    sort: ['runAt', 'asc'],
    limit: take.limit,
    ifHeld: 'skip',
  })
  return taken as JobDocument[]
}

/** Ends a turn, unless it is no longer this worker's: then somebody else has it, or its job is gone. */
export function endTurn(driver: StoreDriver, { id, worker }: JobDocument, outcome: Outcome, now: Date): Promise<void> {
  return driver.transaction(async (tx) => {
    const [job] = await tx.find(jobsSpec, { where: { id, worker, state: 'running' }, limit: 1 })
    if (job) await settleJob(tx, job as JobDocument, outcome, now)
  })
}

/** Ends turns that nobody will end: those of an earlier process, or those that a stopping worker did not wait for. */
export function releaseTurns(driver: StoreDriver, whose: Where, now: Date): Promise<void> {
  return driver.transaction(async (tx) => {
    const where = { ...whose, state: 'running' }
    const cutOff = await tx.find(jobsSpec, { where, limit: await tx.count(jobsSpec, where) })
    for (const document of cutOff) {
      const job = document as JobDocument
      const reason = 'The process stopped while it ran this job'
      const hasMore = job.attempt < job.attempts
      const outcome: Outcome = hasMore
        ? { as: 'waiting', runAt: job.runAt, isCounted: true, reason }
        : { as: 'failed', reason }
      await settleJob(tx, job, outcome, now)
    }
  })
}

async function settleJob(tx: StoreOperations, job: JobDocument, outcome: Outcome, now: Date): Promise<void> {
  if (job.next || outcome.as === 'done') {
    await tx.remove(jobsSpec, { id: job.id })
    if (job.next?.job) await scheduleJobs(tx, [job.next.job])
  } else if (outcome.as === 'failed') {
    await updateJob(tx, job.id, { state: 'failed', lastError: outcome.reason, failedAt: now.toISOString() })
  } else {
    const { runAt, reason, isCounted } = outcome
    const attempt = isCounted ? job.attempt : job.attempt - 1
    const state = job.queue === null ? 'waiting' : 'queued'
    await updateJob(tx, job.id, { state, runAt, attempt, worker: null, lastError: reason })
  }
  await settleQueue(tx, job.queue)
}

export async function findNextRunAt(driver: StoreDriver, kinds: readonly string[]): Promise<string | undefined> {
  const where = { state: 'waiting', kind: { in: kinds } }
  const [next] = await driver.find(jobsSpec, { where, sort: ['runAt', 'asc'], limit: 1 })
  return (next as JobDocument | undefined)?.runAt
}

export async function listFailed(
  driver: StoreDriver,
  workspaceId: string,
  { limit, after }: { limit: number; after?: string },
): Promise<FailedJobs> {
  const [value = '', id = ''] = after?.split('|') ?? []
  const found = await driver.find(jobsSpec, {
    where: { workspaceId, state: 'failed' },
    sort: ['failedAt', 'desc'],
    ...(after === undefined ? {} : { after: { value, id } }),
    limit: limit + 1,
  })
  const jobs = (found as JobDocument[]).slice(0, limit)
  const last = found.length > limit ? jobs.at(-1) : undefined
  return { jobs: jobs.map(describeFailure), next: last ? `${last.failedAt}|${last.id}` : null }
}

export function retryFailed(
  driver: StoreDriver,
  workspaceId: string,
  id: string,
  { runAt, attempts }: { runAt: string; attempts: number },
): Promise<boolean> {
  return driver.transaction(async (tx) => {
    const [found] = await tx.find(jobsSpec, { where: { id, workspaceId, state: 'failed' }, limit: 1 })
    if (!found) return false
    const job = found as JobDocument
    const state = job.queue === null ? 'waiting' : 'queued'
    await updateJob(tx, id, { state, runAt, attempts, attempt: 0, worker: null, failedAt: null })
    await settleQueue(tx, job.queue)
    return true
  })
}

export function removeFailed(driver: StoreDriver, workspaceId: string, ids: readonly string[]): Promise<number> {
  return driver.transaction((tx) => tx.remove(jobsSpec, { id: { in: ids }, workspaceId, state: 'failed' }))
}

export function forgetFailed(driver: StoreDriver, before: Date, limit: number): Promise<number> {
  return driver.transaction(async (tx) => {
    const where = { state: 'failed', failedAt: { lt: before.toISOString() } }
    const old = await tx.find(jobsSpec, { where, sort: ['failedAt', 'asc'], limit })
    return old.length === 0 ? 0 : tx.remove(jobsSpec, { id: { in: old.map(({ id }) => id) } })
  })
}

export function toJob({ id, workspaceId, kind, key, payload, attempt, attempts }: JobDocument): Job {
  return { id, workspaceId, kind, key, payload, attempt, attempts }
}

function describeFailure({ id, workspaceId, kind, key, payload, attempt, lastError, failedAt }: JobDocument) {
  return { id, workspaceId, kind, key, payload, attempt, reason: lastError ?? '', failedAt: failedAt ?? '' }
}

export async function countJobs(driver: StoreDriver, now: Date): Promise<JobCount[]> {
  const all = await driver.group(jobsSpec, { by: ['kind', 'state'] })
  const due = await driver.group(jobsSpec, {
    where: { state: 'waiting', runAt: { lte: now.toISOString() } },
    by: ['kind'],
  })
  const dueOf = new Map(due.map(({ keys, count }) => [keys[0], count]))
  const counts: JobCount[] = due.map(({ keys, count }) => ({ kind: String(keys[0]), state: 'due', count }))
  const waiting = new Map<string, number>()
  for (const { keys, count } of all) {
    const [kind, state] = keys as [string, JobDocument['state']]
    if (state === 'running' || state === 'failed') counts.push({ kind, state, count })
    else waiting.set(kind, (waiting.get(kind) ?? 0) + count)
  }
  for (const [kind, count] of waiting) {
    const later = count - (dueOf.get(kind) ?? 0)
    if (later > 0) counts.push({ kind, state: 'waiting', count: later })
  }
  return counts
}
