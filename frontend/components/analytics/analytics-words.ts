/** "45 s", "12 min", "3 h 5 min", "2 d 4 h": how long customers waited. */
export function waitText(seconds: number | null): string {
  if (seconds === null) return '–'
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`
  return hours % 24 ? `${Math.floor(hours / 24)} d ${hours % 24} h` : `${Math.floor(hours / 24)} d`
}

const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 })
const number = new Intl.NumberFormat()
export const shareText = (share: number | null) => (share === null ? '–' : percent.format(share))
export const countText = (count: number) => number.format(count)

/** A day of the workspace is a date without a time: it must not be moved by the reader's time zone. */
const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })
export const dayText = (day: string) => dayAndMonth.format(new Date(`${day}T00:00:00Z`))

const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short', timeZone: 'UTC' })
/** 1 is Monday; the first of January 2024 was one. */
export const weekdayText = (day: number) => weekday.format(new Date(Date.UTC(2024, 0, day)))

export type Change = { text: string; direction: 'up' | 'down' | 'same' }

/** Against the period before; nothing to compare with says so by being absent. */
export function changeOf(now: number | null, before: number | null): Change | undefined {
  if (now === null || before === null || before === 0) return undefined
  const change = (now - before) / before
  if (Math.abs(change) < 0.005) return { text: 'no change', direction: 'same' }
  const text = percent.format(Math.abs(change) > 10 ? Math.round(Math.abs(change)) : Math.abs(change))
  return { text, direction: change > 0 ? 'up' : 'down' }
}

export const statusLabels: Record<string, string> = {
  received: 'Received',
  queued: 'Waiting',
  sending: 'Being sent',
  unknown: 'Not confirmed',
  accepted: 'Accepted',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
  played: 'Played',
  failed: 'Failed',
  not_sent: 'Not sent',
  deleted: 'Taken back',
}

export const categoryLabels: Record<string, string> = {
  service: 'Service',
  utility: 'Utility',
  marketing: 'Marketing',
  marketing_lite: 'Marketing (lite)',
  authentication: 'Authentication',
  referral_conversion: 'From an advertisement',
}

/** The next round number above, so that the lines of a chart stand at numbers people read: 1, 2, 5, 10, 20 … */
export function niceTop(largest: number): number {
  if (largest <= 4) return 4
  const power = 10 ** Math.floor(Math.log10(largest))
  return [1, 2, 4, 5, 10].map((step) => step * power).find((step) => step >= largest)!
}
