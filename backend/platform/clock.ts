/** The moment it is. Passed in wherever a rule depends on time, so that tests move a clock instead of sleeping. */
export type Now = () => Date

export const systemNow: Now = () => new Date()

/** A clock that stands still until a test moves it. */
export function createTestClock(start = '2026-11-21T09:00:00.000Z'): {
  now: Now
  advance: (milliseconds: number) => void
} {
  let instant = Date.parse(start)
  return { now: () => new Date(instant), advance: (milliseconds) => void (instant += milliseconds) }
}

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour
