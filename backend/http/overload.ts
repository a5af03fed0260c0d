import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Request } from 'express'
import { AppError } from '../errors.ts'

/** Refuses what can wait while the event loop is late. */
export type OverloadGuard = { check(request: Request): void; stop(): void }

const observed = 5000
const tooLate = 200
/** Signing in and sending go on: they are few, and a person waits for them. Webhooks and health never come here. */
const mustGoOn = /^\/(auth|app-password|messages)\b/

/** `lag` answers the 99th percentile of the delay since it was last asked, in milliseconds. */
export function createOverloadGuard(lag = measureLag(), every = repeat): OverloadGuard {
  let isLate = false
  const stop = every(() => (isLate = lag() > tooLate))
  return {
    check({ method, path }) {
      if (!isLate || (mustGoOn.test(path) && (method === 'POST' || path.startsWith('/auth')))) return
      throw new AppError('server.overloaded', { retryAfter: observed / 1000 })
    },
    stop,
  }
}

function repeat(look: () => void): () => void {
  const timer = setInterval(look, observed).unref()
  return () => clearInterval(timer)
}

function measureLag(): () => number {
  const resolution = 20
  const histogram = monitorEventLoopDelay({ resolution })
  histogram.enable()
  return () => {
    const delay = histogram.percentile(99) / 1e6 - resolution
    histogram.reset()
    return delay
  }
}
