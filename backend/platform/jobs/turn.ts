import { PermanentFailure, RunAgainAt, type Job, type Outcome, type WorkerOptions } from './jobs.ts'

const longestReason = 2000

/** Runs a handler once and says what becomes of its job. */
export async function runTurn(
  job: Job,
  handler: (job: Job) => Promise<void>,
  options: Pick<WorkerOptions, 'now' | 'log' | 'backOff'>,
): Promise<Outcome> {
  try {
    await handler(job)
    return { as: 'done' }
  } catch (error) {
    if (error instanceof RunAgainAt) {
      return { as: 'waiting', runAt: error.at.toISOString(), isCounted: false, reason: error.message }
    }
    return judgeFailure(job, error, options)
  }
}

function judgeFailure(job: Job, error: unknown, { now, log, backOff }: Parameters<typeof runTurn>[2]): Outcome {
  const isFinal = error instanceof PermanentFailure
  const reason = (isFinal ? error.message : String(error)).slice(0, longestReason)
  const turn = `Job ${job.kind} ${job.key} of ${job.workspaceId}, attempt ${job.attempt} of ${job.attempts}`
  if (isFinal || job.attempt >= job.attempts) {
    log.error(`${turn}, failed for good: ${describe(error)}`)
    return { as: 'failed', reason }
  }
  const runAt = new Date(now().getTime() + backOff(job.attempt)).toISOString()
  log.warn(`${turn}, failed and runs again at ${runAt}: ${describe(error)}`)
  return { as: 'waiting', runAt, isCounted: true, reason }
}

/** With the stack: it is the only trace of a mistake in a handler. */
function describe(error: unknown): string {
  return error instanceof Error && !(error instanceof PermanentFailure) ? (error.stack ?? String(error)) : String(error)
}
