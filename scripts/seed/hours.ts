const hour = 60 * 60_000
const day = 24 * hour

/** How many of a day's talks happen in each hour, from midnight on: a café that fills at lunch and again after work. */
const busy = [0, 0, 0, 0, 0, 0, 0, 1, 3, 5, 6, 7, 8, 7, 5, 4, 5, 6, 7, 6, 3, 1, 0, 0]
const total = busy.reduce((sum, share) => sum + share, 0)

/**
 * Moves a moment of an even stream to an hour at which people write, and keeps the order of moments. Hours are UTC, which
 * is near enough to Lisbon. Today ends now: what would lie ahead is squeezed into the part of the day that has passed.
 */
export function toBusyHour(time: number, now: number): number {
  const midnight = Math.floor(time / day) * day
  const passed = Math.min(day, now - midnight)
  let rest = ((time - midnight) / passed) * total
  const at = busy.findIndex((share) => (rest -= share) < 0)
  if (at === -1) return time
  const moment = (at + 1 + rest / busy[at]!) * hour
  return Math.round(midnight + (moment * passed) / day)
}
