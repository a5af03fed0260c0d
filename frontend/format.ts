const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' })
const longWeekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' })
const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const fullDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
const longDate = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

const startOfDay = (instant: number) => new Date(instant).setHours(0, 0, 0, 0)
/** Whole calendar days between two instants in the reader's time zone; a day with 23 or 25 hours counts as one. */
const daysApart = (earlier: number, later: number) => Math.round((startOfDay(later) - startOfDay(earlier)) / day)

export const clockTime = (instant: string) => clock.format(new Date(instant))
export const dateOf = (instant: string) => fullDate.format(new Date(instant))
export const fullTime = (instant: string) => dateAndTime.format(new Date(instant))

/** As short as a row allows: the hour today, then the weekday, then the date. */
export function rowTime(instant: string, now: number): string {
  const then = Date.parse(instant)
  const days = daysApart(then, now)
  if (days <= 0) return clock.format(then)
  if (days === 1) return 'Yesterday'
  if (days < 7) return weekday.format(then)
  return new Date(then).getFullYear() === new Date(now).getFullYear() ? dayAndMonth.format(then) : fullDate.format(then)
}

/** The line above the messages of a day. */
export function dayLabel(instant: string, now: number): string {
  const then = Date.parse(instant)
  const days = daysApart(then, now)
  if (days === 0) return 'Today'
  if (days === 1) return 'Yesterday'
  if (days > 1 && days < 7) return longWeekday.format(then)
  return longDate.format(then)
}

export const dayKey = (instant: string) => String(startOfDay(Date.parse(instant)))

/** "3 h 20 min", "45 min": what is left of a span. */
export function spanLeft(milliseconds: number): string {
  if (milliseconds < minute) return 'less than a minute'
  const hours = Math.floor(milliseconds / hour)
  const minutes = Math.floor((milliseconds % hour) / minute)
  if (hours === 0) return `${minutes} min`
  return minutes === 0 || hours >= 10 ? `${hours} h` : `${hours} h ${minutes} min`
}

/** "just now", "5 min ago", then the row's words. */
export function timeAgo(instant: string, now: number): string {
  const passed = now - Date.parse(instant)
  if (passed < minute) return 'just now'
  if (passed < hour) return `${Math.floor(passed / minute)} min ago`
  if (passed < day) return `${Math.floor(passed / hour)} h ago`
  return fullDate.format(Date.parse(instant))
}

export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`
}

/** 75 → "1:15". */
export function playTime(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.round(seconds)) : 0
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

// Groups after the country code where people expect their own; elsewhere digits go by threes.
const groupings: Record<string, number[]> = {
  '1': [3, 3, 4],
  '44': [4, 6],
  '49': [3, 4, 9],
  '52': [2, 4, 4],
  '54': [2, 4, 4],
  '55': [2, 5, 4],
  '91': [5, 5],
}
// Country codes have one to three digits (ITU E.164): these two begin one of one digit, these pairs are one of two.
const countryCode = /^(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/

/** Groups the digits of an international number so that an eye can read it; anything else stays as it is. */
export function readablePhone(phone: string): string {
  const digits = /^\+(\d{7,15})$/.exec(phone)?.[1]
  if (!digits) return phone
  const country = countryCode.exec(digits)![0]
  const groups: string[] = []
  let rest = digits.slice(country.length)
  // Brazil's landlines have eight digits after the area code, its mobiles nine.
  const sizes = country === '55' && rest.length === 10 ? [2, 4, 4] : (groupings[country] ?? [])
  for (const size of sizes) {
    groups.push(rest.slice(0, size))
    rest = rest.slice(size)
  }
  // A single digit left over would look lost; the last group then has four.
  while (rest) {
    const size = rest.length === 4 ? 4 : 3
    groups.push(rest.slice(0, size))
    rest = rest.slice(size)
  }
  return `+${country} ${groups.filter(Boolean).join(' ')}`
}
