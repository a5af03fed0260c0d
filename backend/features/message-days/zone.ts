const minute = 60_000
const day = 24 * 60 * minute
const formats = new Map<string, Intl.DateTimeFormat>()

/** `2026-11-21`, as the calendar of the time zone shows it. */
export function dayOf(at: Date, timeZone: string): string {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formats.set(timeZone, format)
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  return `${parts['year']}-${parts['month']}-${parts['day']}`
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * day).toISOString().slice(0, 10)
}

/** 1 is Monday, 7 is Sunday. */
export const weekdayOf = (date: string) => new Date(`${date}T00:00:00Z`).getUTCDay() || 7

/** Days in a row, both ends included. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (let one = from; one <= to; one = addDays(one, 1)) days.push(one)
  return days
}

const quarter = 15 * minute

/**
 * The instant at which a day begins. It is looked for, because clocks may be moved at midnight and then no clock ever
 * shows 00:00. Offsets of time zones are whole quarters of an hour.
 */
export function startOfDay(date: string, timeZone: string): Date {
  const midnight = Date.parse(`${date}T00:00:00Z`)
  let [before, from] = [midnight - 16 * 60 * minute, midnight + 16 * 60 * minute]
  while (from - before > quarter) {
    const middle = before + Math.floor((from - before) / quarter / 2) * quarter
    if (dayOf(new Date(middle), timeZone) >= date) from = middle
    else before = middle
  }
  return new Date(from)
}

/** Neighbouring days are counted with one question. */
export function runsOf(days: readonly string[], longest = 366): { from: string; to: string }[] {
  const runs: { from: string; to: string; length: number }[] = []
  for (const day of days) {
    const last = runs.at(-1)
    if (last && last.length < longest && addDays(last.to, 1) === day) {
      last.to = day
      last.length++
    } else runs.push({ from: day, to: day, length: 1 })
  }
  return runs
}
