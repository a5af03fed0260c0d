import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAlarm } from './alarm.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const hour = 3_600_000
const pollMs = 2000

test.each([
  ['when it is due', 5000, 5000],
  ['at once again after a pause, when it is due and was not taken', -1, pollMs],
  ['within half a minute, since the clock of the database may be set', hour, 30_000],
  ['within half a minute, since no notification is certain', undefined, 30_000],
])('a worker looks for the next job %s', async (_when, wait, rings) => {
  const ring = vi.fn<() => void>()
  createAlarm(async () => wait, ring, pollMs).set()
  await vi.advanceTimersByTimeAsync(rings - 1)
  expect(ring).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(ring).toHaveBeenCalledOnce()
})
