import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Job, JobStore, Outcome, Worker, WorkerOptions } from '../../jobs/jobs.ts'
import { startRunner } from './runner.ts'
import { countJobs, forgetFailed, hasWork, listFailed, removeFailed, retryFailed } from './turns.ts'

export function createJobStore(pool: Pool): JobStore {
  return {
    startWorker: (kinds, run, options) => startWorker(pool, kinds, run, options),
    count: () => countJobs(pool),
    listFailed: (workspaceId, page) => listFailed(pool, workspaceId, page),
    retryFailed: (workspaceId, id, change) => retryFailed(pool, workspaceId, id, change),
    removeFailed: (workspaceId, ids) => removeFailed(pool, workspaceId, ids),
    forgetFailed: (before, limit) => forgetFailed(pool, before, limit),
  }
}

function startWorker(
  pool: Pool,
  kinds: readonly string[],
  run: (job: Job) => Promise<Outcome>,
  options: WorkerOptions,
): Worker {
  const start = () => startRunner(pool, kinds, run, options)
  let runner = options.manual ? undefined : start()
  return {
    wake: () => runner?.nudge(),
    async runDue() {
      const active = runner ?? start()
      while (await hasWork(pool, kinds, active.id())) {
        active.nudge()
        await sleep(5)
      }
      if (options.manual) await active.stop()
    },
    async stop() {
      await runner?.stop()
      runner = undefined
    },
  }
}
