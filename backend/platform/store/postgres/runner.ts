import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Logger, runTaskList, type TaskList, type WorkerEvents, type WorkerPool } from 'graphile-worker'
import type { Pool } from 'pg'
import type { Job, Outcome, WorkerOptions } from '../../jobs/jobs.ts'
import { createAlarm } from './alarm.ts'
import { endTurn, findNextWait, releaseWorkers, sendHeartbeat, sweep, toJob } from './turns.ts'

/** graphile-worker's own polling asks once per slot; ours is one alarm for all. */
const hardlyEver = 2_000_000_000
const silentBeats = 4
const beatsPerSweep = 6

export type Runner = { id(): string; nudge(): void; stop(): Promise<void> }

/** graphile-worker's worker pool, with our endings of turns, heartbeats and timing. */
export function startRunner(
  pool: Pool,
  kinds: readonly string[],
  run: (job: Job) => Promise<Outcome>,
  { log, concurrency, pollMs, stopMs, heartbeatMs }: WorkerOptions,
): Runner {
  const logger = new Logger(() => (level, message) => {
    if (level === 'error' || level === 'warning') log.warn(`graphile-worker: ${message}`)
  })
  let isStopping = false
  let isListed: Promise<void> | undefined
  let beats = 0
  const alarm = createAlarm(() => findNextWait(pool), nudge, pollMs)
  let workers = launch()
  const heart = setInterval(() => void beat().catch(reportBeat), heartbeatMs)

  function launch(): WorkerPool {
    isListed = undefined
    const tasks: TaskList = Object.fromEntries(
      kinds.map((kind) => [
        kind,
        async (_payload: unknown, { job }) => endTurn(pool, job, await run(toJob(kind, job))),
      ]),
    )
    // Its own end of a turn finds nothing to do (see turns.ts), so it may come late and for many jobs at once.
    const preset = { worker: { completeJobBatchDelay: 50, failJobBatchDelay: 0 } }
    const timing = { concurrency, pollInterval: hardlyEver, noHandleSignals: true }
    const launched = runTaskList({ ...timing, preset, events: listen(), logger, forbiddenFlags }, tasks, pool)
    launched.promise.catch(() => {}).then(relaunch)
    return launched
  }

  /** It gives up when the database stays away for long. We do not. */
  async function relaunch(): Promise<void> {
    if (isStopping) return
    log.error('The job worker stopped by itself and is started again')
    await sleep(pollMs)
    if (!isStopping) workers = launch()
  }

  /** Takes of queued jobs pass each other over, so a worker that finds nothing sleeps although there is work: wake the next. */
  function listen(): WorkerEvents {
    const events = new EventEmitter() as WorkerEvents
    events.on('job:start', nudge)
    // It says so just before it listens.
    events.on('pool:listen:success', () => setTimeout(nudge, pollMs).unref())
    events.on('worker:getJob:empty', alarm.set)
    events.on('worker:getJob:error', alarm.set)
    return events
  }

  /** graphile-worker awaits this before every take: no job is taken before our heartbeat is there. No flag is forbidden. */
  async function forbiddenFlags(): Promise<null> {
    await Promise.resolve()
    isListed ??= beat()
    await isListed.catch((error: unknown) => {
      isListed = undefined
      throw error
    })
    return null
  }

  async function beat(): Promise<void> {
    const silent = await sendHeartbeat(pool, workers.id, silentBeats * heartbeatMs)
    if (silent.length > 0) {
      log.warn(`Job workers that are gone give back their jobs: ${silent.join(', ')}`)
      await releaseWorkers(pool, silent)
    }
    if (++beats % beatsPerSweep === 0) await sweep(pool)
  }

  function reportBeat(error: unknown): void {
    log.warn(`The job worker could not report that it is alive: ${String(error)}`)
  }

  function nudge(): void {
    try {
      if (!isStopping) workers.nudge(1)
    } catch {
      // It is shutting down by itself; `relaunch` follows.
    }
  }

  return {
    id: () => workers.id,
    nudge,
    async stop() {
      isStopping = true
      alarm.off()
      clearInterval(heart)
      const ended = Promise.resolve(workers.gracefulShutdown()).then(
        () => true,
        () => false,
      )
      const isDone = await Promise.race([ended, sleep(stopMs, false, { ref: false })])
      await releaseWorkers(pool, [workers.id])
      if (!isDone) await Promise.resolve(workers.forcefulShutdown('Stopping')).catch(() => {})
    },
  }
}
