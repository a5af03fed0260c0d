import type { Log } from '../store/store.ts'
import { runTurn } from './turn.ts'

/*
 * Jobs: work that must happen later, or must survive a restart. They are added with the store's `schedule` and `cancel`,
 * inside the transaction of the change that needs them, and run here.
 *
 * - kind:    which handler runs the job; a kind that no worker knows stays waiting
 * - key:     at most one job per workspace and key; scheduling it again moves the waiting one
 * - queue:   jobs of one queue never overlap and start in the order of `runAt`, then of scheduling
 * - turn:    one run of a job's handler by one worker
 * - attempt: the number of the turn; a job whose last attempt fails is kept as failed, with the reason, until it is forgotten
 *
 * What holds for every store:
 *
 * - at least once: a turn that a crash cut off is taken again, so a handler must find out what is already done
 * - turns of one key never overlap; a key that is scheduled during its own turn runs again after it
 * - cancelling during a turn does not stop it, but it is the last
 * - whoever lost a turn (its process was thought dead) cannot finish the turn of its successor
 */
export type Job = {
  id: string
  workspaceId: string
  kind: string
  key: string
  payload: { [field: string]: unknown }
  attempt: number
  attempts: number
}

export type Handlers = { [kind: string]: (job: Job) => Promise<void> }

/** Throw it when another attempt cannot help: the job fails at once, with this message as the reason. */
export class PermanentFailure extends Error {
  override name = 'PermanentFailure'
}

/** Throw it to be run again at a moment of the handler's choice. The attempt is not counted. */
export class RunAgainAt extends Error {
  override name = 'RunAgainAt'
  readonly at: Date

  constructor(at: Date, reason = 'Runs again later') {
    super(reason)
    this.at = at
  }
}

export type WorkerOptions = {
  now: () => Date
  log: Log
  /** Turns that run at the same time in this process. */
  concurrency: number
  /** Wait before looking again after the store could not be asked, or when what is due could not be taken. */
  pollMs: number
  /** How long `stop` waits for running turns before it gives their jobs back. */
  stopMs: number
  /** A worker that has not been heard of for four times this long is dead (only where several processes share a store). */
  heartbeatMs: number
  /** Nothing runs by itself, only by `runDue`. For tests. */
  manual: boolean
  backOff: (attempt: number) => number
}

export type Worker = {
  /** Runs whatever is due, also what becomes due meanwhile, and resolves when nothing is left. */
  runDue(): Promise<void>
  /** Looks for due jobs now, for example after a clock was moved. */
  wake(): void
  /** Takes no new turn, lets the running ones finish within `stopMs`, and gives back the jobs of those that did not. */
  stop(): Promise<void>
}

export type Outcome =
  | { as: 'done' }
  | { as: 'waiting'; runAt: string; isCounted: boolean; reason: string }
  | { as: 'failed'; reason: string }

export type FailedJob = Omit<Job, 'attempts'> & { reason: string; failedAt: string }
/** `next` is the `after` of the following page. */
export type FailedJobs = { jobs: FailedJob[]; next: string | null }

/** How many jobs of a kind there are: `due` ones could run now, `waiting` ones later. */
export type JobCount = { kind: string; state: 'due' | 'waiting' | 'running' | 'failed'; count: number }

/** What a store driver offers as its property `jobs`. */
export interface JobStore {
  count(now: Date): Promise<JobCount[]>
  startWorker(kinds: readonly string[], run: (job: Job) => Promise<Outcome>, options: WorkerOptions): Worker
  /** The latest failure first. */
  listFailed(workspaceId: string, page: { limit: number; after?: string }): Promise<FailedJobs>
  retryFailed(workspaceId: string, id: string, change: { runAt: string; attempts: number }): Promise<boolean>
  removeFailed(workspaceId: string, ids: readonly string[]): Promise<number>
  /** Of every workspace, the earliest failure first. */
  forgetFailed(before: Date, limit: number): Promise<number>
}

type Source = { jobs: JobStore }

export const defaultAttempts = 8

/** 4ⁿ seconds, at most an hour, give or take a fifth so that jobs that failed together do not come back together. */
export function backOff(attempt: number, random: () => number = Math.random): number {
  return Math.min(4 ** attempt, 3600) * 1000 * (0.8 + 0.4 * random())
}

export function startWorker(
  { jobs }: Source,
  handlers: Handlers,
  given: Pick<WorkerOptions, 'log'> & Partial<WorkerOptions>,
): Worker {
  const options: WorkerOptions = {
    now: () => new Date(),
    concurrency: 10,
    pollMs: 1000,
    stopMs: 20_000,
    heartbeatMs: 10_000,
    manual: false,
    backOff,
    ...given,
  }
  return jobs.startWorker(Object.keys(handlers), (job) => runTurn(job, handlers[job.kind]!, options), options)
}

export function listFailedJobs({ jobs }: Source, workspaceId: string, page: { limit: number; after?: string }) {
  return jobs.listFailed(workspaceId, page)
}

export function countJobs({ jobs }: Source, now: Date): Promise<JobCount[]> {
  return jobs.count(now)
}

/** Lets a failed job run again now, with all its attempts. False when it is not there, or not failed. */
export function retryFailedJob({ jobs }: Source, workspaceId: string, id: string, now: Date): Promise<boolean> {
  return jobs.retryFailed(workspaceId, id, { runAt: now.toISOString(), attempts: defaultAttempts })
}

/** Removes the failed jobs that are meant, for example because they name somebody who is to be forgotten. */
export async function removeFailedJobs(
  { jobs }: Source,
  workspaceId: string,
  isMeant: (job: FailedJob) => boolean,
): Promise<number> {
  let removed = 0
  for (let after: string | null | undefined; after !== null;) {
    const page: FailedJobs = await jobs.listFailed(workspaceId, { limit: 200, ...(after ? { after } : {}) })
    const ids = page.jobs.filter(isMeant).map(({ id }) => id)
    if (ids.length > 0) removed += await jobs.removeFailed(workspaceId, ids)
    after = page.next
  }
  return removed
}

/** Nobody looks for what failed long ago, and its payload may name people. Answers how many were removed, `limit` at most. */
export function forgetFailedJobs({ jobs }: Source, before: Date, limit: number): Promise<number> {
  return jobs.forgetFailed(before, limit)
}
