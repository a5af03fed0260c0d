import * as z from 'zod'
import { defineRoutes } from './route.ts'
import { CleanText, DayInput, Instant } from './values.ts'

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'Use a time such as 09:30.')

/** `24:00` is the end of the day; whoever is open past midnight has an interval on both days. */
export const Interval = z
  .strictObject({ from: Clock, to: Clock })
  .refine(({ from, to }) => from < to, 'The end must be after the beginning.')
export type Interval = z.infer<typeof Interval>

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
export type Weekday = (typeof weekdays)[number]

const Day = z.array(Interval).max(4)

/** A day of the calendar that is not like its weekday; no intervals means closed. */
export const Holiday = z.strictObject({
  date: DayInput,
  name: CleanText.trim().max(80).default(''),
  intervals: Day.default([]),
})
export type Holiday = z.infer<typeof Holiday>

export const isTimeZone = (zone: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  } catch {
    return false
  }
}

const TimeZone = CleanText.max(60).refine(isTimeZone, 'There is no such time zone.')

/** While `enabled` is false, the business counts as always open. */
export const BusinessHours = z.strictObject({
  enabled: z.boolean(),
  timeZone: TimeZone,
  week: z.strictObject({
    monday: Day,
    tuesday: Day,
    wednesday: Day,
    thursday: Day,
    friday: Day,
    saturday: Day,
    sunday: Day,
  }),
  holidays: z.array(Holiday).max(200),
})
export type BusinessHours = z.infer<typeof BusinessHours>

const Answer = BusinessHours.extend({
  isOpen: z.boolean(),
  /** Null while it is open, or when it never opens again. */
  nextOpening: Instant.nullable(),
})

export const businessHours = defineRoutes({
  get: {
    method: 'GET',
    path: '/settings/business-hours',
    result: Answer,
    summary: 'When the business is open, and whether it is now',
  },
  update: {
    method: 'PATCH',
    path: '/settings/business-hours',
    body: BusinessHours.partial(),
    result: Answer,
    access: 'admin',
    summary: 'Change the opening hours, the holidays or the time zone',
  },
})
