import type { Lead, LeadStage } from '#contract/leads.ts'
import { fullTime, rowTime } from '../../format.ts'

/** "€1,250", with cents only where there are some. */
export function money(value: number, currency: string): string {
  const digits = Number.isInteger(value) ? 0 : 2
  try {
    return new Intl.NumberFormat(undefined, {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value)
  } catch {
    return `${value} ${currency}`
  }
}

export const stageTones: Record<LeadStage['kind'], string> = {
  open: 'bg-accent',
  won: 'bg-success',
  lost: 'bg-danger',
}

/** What is said and proposed when a lead ends. */
export const closings = {
  won: {
    is: 'is won',
    button: 'Mark as won',
    usual: ['A good price', 'Recommended by somebody', 'Bought before', 'A quick answer'],
  },
  lost: {
    is: 'is lost',
    button: 'Mark as lost',
    usual: ['Too expensive', 'Chose somebody else', 'No answer any more', 'Not now'],
  },
} as const

export type NextStepState = 'none' | 'overdue' | 'soon' | 'later'

const day = 24 * 60 * 60_000

export function nextStepOf({ nextStepAt }: Lead, now: number): NextStepState {
  if (!nextStepAt) return 'none'
  const left = Date.parse(nextStepAt) - now
  if (left < 0) return 'overdue'
  return left < day ? 'soon' : 'later'
}

/** A time to come, as short as it can be said. */
export function dueText(instant: string, now: number): string {
  const then = Date.parse(instant)
  if (then < now) return rowTime(instant, now)
  const days = Math.round((new Date(then).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / day)
  const time = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' }).format(then)
  if (days === 0) return `Today ${time}`
  if (days === 1) return `Tomorrow ${time}`
  if (days < 7) return new Intl.DateTimeFormat(undefined, { weekday: 'long' }).format(then)
  return new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' }).format(then)
}

const fieldNames: Record<string, string> = {
  title: 'Title',
  stageId: 'Stage',
  value: 'Value',
  currency: 'Currency',
  ownerId: 'Owner',
  nextStep: 'Next step',
  nextStepAt: 'Next step on',
  closedReason: 'Reason',
}
export const fieldName = (field: string) => fieldNames[field] ?? field

/** One side of a line of the history, for people. */
export function fieldValue(
  field: string,
  value: unknown,
  names: { stage: (id: string) => string | undefined; person: (id: string) => string | null },
): string {
  if (value === null || value === undefined || value === '') return 'nothing'
  if (field === 'stageId') return names.stage(String(value)) ?? 'a stage that is gone'
  if (field === 'ownerId') return names.person(String(value)) ?? 'nobody'
  if (field === 'nextStepAt') return fullTime(String(value))
  return String(value)
}

const usual = ['USD', 'EUR', 'GBP', 'BRL', 'MXN', 'INR', 'IDR', 'NGN', 'ZAR', 'AED']

/** The usual ones first, then all that the browser knows. */
export function currencyOptions(chosen: string) {
  const rest = Intl.supportedValuesOf('currency').filter((code) => !usual.includes(code))
  return [...new Set([chosen, ...usual, ...rest])].map((value) => ({ value, label: value }))
}

/** For `<input type="datetime-local">`, which knows no time zone. */
export function toLocalInput(instant: string | null): string {
  if (!instant) return ''
  const date = new Date(instant)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

export const fromLocalInput = (text: string): string | null => (text ? new Date(text).toISOString() : null)

/** Nine in the morning, so many days from now. */
export function morningIn(days: number, now: number): string {
  const date = new Date(now)
  date.setDate(date.getDate() + days)
  date.setHours(9, 0, 0, 0)
  return date.toISOString()
}
