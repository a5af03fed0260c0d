import { weekdays, type BusinessHours, type Interval } from '../../contract/business-hours.ts'
import { day, hour, minute } from '../../platform/clock.ts'

type Hours = Pick<BusinessHours, 'enabled' | 'timeZone' | 'week' | 'holidays'>

export function isOpen(hours: Hours, at: Date): boolean {
  if (!hours.enabled) return true
  const { date, time } = wallClock(hours.timeZone, at)
  return intervalsOf(hours, date).some(({ from, to }) => from <= time && time < to)
}

/** How far ahead an opening is looked for. */
const horizonDays = 400

/** `at` itself when it is open then; null when nothing opens within the next 400 days. */
export function nextOpening(hours: Hours, at: Date): Date | null {
  if (isOpen(hours, at)) return at
  const { date } = wallClock(hours.timeZone, at)
  for (let ahead = 0; ahead < horizonDays; ahead++) {
    const next = addDays(date, ahead)
    for (const { from } of intervalsOf(hours, next)) {
      const opening = instantOf(hours.timeZone, next, from)
      if (opening >= at && isOpen(hours, opening)) return opening
    }
  }
  return null
}

/** In the order of the day, so that the first that fits is the next. */
function intervalsOf({ week, holidays }: Hours, date: string): Interval[] {
  const holiday = holidays.find((one) => one.date === date)
  const intervals = holiday ? holiday.intervals : week[weekdays[(weekdayOf(date) + 6) % 7]!]
  return intervals.toSorted((a, b) => (a.from < b.from ? -1 : 1))
}

const weekdayOf = (date: string) => new Date(`${date}T00:00:00Z`).getUTCDay()
const addDays = (date: string, days: number) =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * day).toISOString().slice(0, 10)

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Making one is far dearer than using it. */
function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  formatters.set(timeZone, made)
  return made
}

/** What the calendar and the clock on the wall say in a time zone. */
export function wallClock(timeZone: string, at: Date): { date: string; time: string } {
  const parts = Object.fromEntries(
    formatterOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  return { date: `${parts['year']}-${parts['month']}-${parts['day']}`, time: `${parts['hour']}:${parts['minute']}` }
}

/**
 * The moment a clock on the wall shows this time. When clocks go back it shows it twice: the first counts. When they go
 * forward it may never show it: then the first moment after the gap counts.
 */
export function instantOf(timeZone: string, date: string, time: string): Date {
  const wanted = wallNumber(date, time)
  // Every offset in use lies between these; a zone changes its offset at most once in between.
  const offsets = [wanted - day, wanted + day].map((guess) => offsetAt(timeZone, new Date(guess)))
  const moments = offsets.map((offset) => wanted - offset).toSorted((a, b) => a - b)
  for (const moment of moments) if (moment + offsetAt(timeZone, new Date(moment)) === wanted) return new Date(moment)
  return firstAfterGap(timeZone, wanted, moments[0]!)
}

const wallNumber = (date: string, time: string) => Date.parse(`${date}T00:00:00Z`) + clockOf(time)
const clockOf = (time: string) => Number(time.slice(0, 2)) * hour + Number(time.slice(3)) * minute

function offsetAt(timeZone: string, at: Date): number {
  const { date, time } = wallClock(timeZone, at)
  return wallNumber(date, time) - Math.floor(at.getTime() / minute) * minute
}

function firstAfterGap(timeZone: string, wanted: number, from: number): Date {
  for (let moment = from; ; moment += minute)
    if (moment + offsetAt(timeZone, new Date(moment)) >= wanted) return new Date(moment)
}
