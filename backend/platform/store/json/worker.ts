import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Job, JobStore, Outcome, Worker, WorkerOptions } from '../../jobs/jobs.ts'
import type { StoreDriver } from '../port.ts'
import type { JobBell, JobDocument } from './jobs.ts'
import {
  countJobs,
  endTurn,
  findNextRunAt,
  forgetFailed,
  listFailed,
  releaseTurns,
  removeFailed,
  retryFailed,
  takeTurns,
  toJob,
} from './turns.ts'

/** A clock that was set, and a laptop that was asleep, are noticed after so long: timers run by another clock. */
const longestWait = 30_000

export function createJobStore(driver: StoreDriver, bell: JobBell): JobStore {
  return {
    startWorker: (kinds, run, options) => startWorker(driver, bell, kinds, run, options),
    count: (now) => countJobs(driver, now),
    listFailed: (workspaceId, page) => listFailed(driver, workspaceId, page),
    retryFailed: (workspaceId, id, change) => retryFailed(driver, workspaceId, id, change),
    removeFailed: (workspaceId, ids) => removeFailed(driver, workspaceId, ids),
    forgetFailed: (before, limit) => forgetFailed(driver, before, limit),
  }
}

/** The store belongs to one process, so whatever runs when a worker starts was cut off and is taken again at once. */
function startWorker(
  driver: StoreDriver,
  bell: JobBell,
  kinds: readonly string[],
  run: (job: Job) => Promise<Outcome>,
  { now, log, concurrency, pollMs, stopMs, manual }: WorkerOptions,
): Worker {
  const worker = randomUUID()
  const running = new Set<Promise<void>>()
  let isReady = false
  let isStopping = false
  let isLooking = false
  let lookAgain = false
  let looking = Promise.resolve()
  let alarm: NodeJS.Timeout | undefined

  async function startDue(): Promise<number> {
    if (!isReady) await releaseTurns(driver, { worker: { not: worker } }, now())
    isReady = true
    const limit = isStopping ? 0 : concurrency - running.size
    const jobs = limit > 0 ? await takeTurns(driver, { worker, kinds, now: now(), limit }) : []
    for (const job of jobs) {
      const turn = takeTurn(job).finally(() => running.delete(turn))
      running.add(turn)
      if (!manual) void turn.then(wake)
    }
    return jobs.length
  }

  async function takeTurn(job: JobDocument): Promise<void> {
    const outcome = await run(toJob(job))
    for (let tries = 0; ; tries++) {
      try {
        return await endTurn(driver, job, outcome, now())
      } catch (error) {
        // A disk stays full for hours, and is tried every second.
        if (tries === 0) log.error(`The end of job ${job.kind} ${job.key} could not be written: ${String(error)}`)
        if (isStopping) return
        await sleep(pollMs)
      }
    }
  }

  /** One look at a time; a wake in between means one more. */
  function wake(): void {
    lookAgain = true
    if (!isLooking && !isStopping) looking = look()
  }

  async function look(): Promise<void> {
    isLooking = true
    clearTimeout(alarm)
    let wait: number | undefined
    while (lookAgain) {
      lookAgain = false
      wait = await startDueAndAskNext().catch((error: unknown) => {
        log.error(`The store could not be asked for due jobs: ${String(error)}`)
        return pollMs
      })
    }
    isLooking = false
    if (wait !== undefined && !isStopping) alarm = setTimeout(wake, Math.min(wait, longestWait))
  }

  /** How long nothing will be due; undefined when only a change can make something due. */
  async function startDueAndAskNext(): Promise<number | undefined> {
    while ((await startDue()) > 0);
    const isFull = running.size >= concurrency
    const next = isFull ? undefined : await findNextRunAt(driver, kinds)
    return next === undefined ? undefined : Math.max(Date.parse(next) - now().getTime(), 1)
  }

  const unsubscribe = manual ? () => {} : bell.onScheduled(wake)
  if (!manual) wake()
  return {
    wake,
    async runDue() {
      for (;;) {
        const started = await startDue()
        if (running.size > 0) await Promise.race(running)
        else if (started === 0) return
      }
    },
    async stop() {
      isStopping = true
      unsubscribe()
      clearTimeout(alarm)
      await looking
      // What does not end in time is taken again by the next worker, see `startDue`.
      await Promise.race([Promise.all(running), sleep(stopMs, undefined, { ref: false })])
    },
  }
}
