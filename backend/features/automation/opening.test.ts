import { describe, expect, test } from 'vitest'
import type { BusinessHours } from '../../contract/business-hours.ts'
import { isOpen, nextOpening } from './opening.ts'

const nine = [{ from: '09:00', to: '18:00' }]
const hours = (timeZone: string, more: Partial<BusinessHours> = {}): BusinessHours => ({
  enabled: true,
  timeZone,
  week: { monday: nine, tuesday: nine, wednesday: nine, thursday: nine, friday: nine, saturday: [], sunday: [] },
  holidays: [],
  ...more,
})
const at = (instant: string) => new Date(instant)
const opening = (given: BusinessHours, instant: string) => nextOpening(given, at(instant))?.toISOString() ?? null

describe('opening hours', () => {
  test.each([
    ['Europe/Berlin', '2026-01-05T08:00:00Z', '2026-07-06T07:00:00Z'],
    ['America/Sao_Paulo', '2026-01-05T12:00:00Z', '2026-07-06T12:00:00Z'],
    ['Asia/Kolkata', '2026-01-05T03:30:00Z', '2026-07-06T03:30:00Z'],
    ['America/New_York', '2026-01-05T14:00:00Z', '2026-07-06T13:00:00Z'],
    ['Australia/Lord_Howe', '2026-01-04T22:00:00Z', '2026-07-05T22:30:00Z'],
  ])('%s opens at nine of its own clock, in winter and in summer', (zone, winter, summer) => {
    for (const instant of [winter, summer]) {
      expect(isOpen(hours(zone), at(instant))).toBe(true)
      expect(isOpen(hours(zone), new Date(Date.parse(instant) - 1))).toBe(false)
      expect(opening(hours(zone), new Date(Date.parse(instant) - 1000).toISOString())).toBe(
        new Date(instant).toISOString(),
      )
    }
  })

  test('the end is not part of the hours, and after it the next day counts', () => {
    expect(isOpen(hours('UTC'), at('2026-01-05T17:59:59Z'))).toBe(true)
    expect(isOpen(hours('UTC'), at('2026-01-05T18:00:00Z'))).toBe(false)
    expect(opening(hours('UTC'), '2026-01-05T18:00:00Z')).toBe('2026-01-06T09:00:00.000Z')
  })

  test('over a weekend in which the clocks change, Monday nine stays nine', () => {
    expect(opening(hours('Europe/Berlin'), '2026-03-27T20:00:00Z')).toBe('2026-03-30T07:00:00.000Z')
    expect(opening(hours('Europe/Berlin'), '2026-10-23T20:00:00Z')).toBe('2026-10-26T08:00:00.000Z')
  })

  test('an opening that falls into the hour that does not exist happens right after it', () => {
    const night = hours('Europe/Berlin')
    night.week.sunday = [{ from: '02:30', to: '06:00' }]
    expect(opening(night, '2026-03-29T00:00:00Z')).toBe('2026-03-29T01:00:00.000Z')
  })

  test('in the hour that comes twice, the first counts', () => {
    const night = hours('Europe/Berlin')
    night.week.sunday = [{ from: '02:30', to: '06:00' }]
    expect(opening(night, '2026-10-24T23:00:00Z')).toBe('2026-10-25T00:30:00.000Z')
  })

  test('a holiday replaces its weekday, closed or with hours of its own', () => {
    const holidays = [
      { date: '2026-01-05', name: 'Closed', intervals: [] },
      { date: '2026-01-06', name: 'Short', intervals: [{ from: '12:00', to: '14:00' }] },
    ]
    expect(isOpen(hours('UTC', { holidays }), at('2026-01-05T10:00:00Z'))).toBe(false)
    expect(opening(hours('UTC', { holidays }), '2026-01-05T10:00:00Z')).toBe('2026-01-06T12:00:00.000Z')
  })

  test('open all day includes the last minute, and midnight belongs to the next day', () => {
    const all = hours('UTC')
    all.week.monday = [{ from: '00:00', to: '24:00' }]
    expect(isOpen(all, at('2026-01-05T23:59:59Z'))).toBe(true)
    expect(isOpen(all, at('2026-01-06T00:00:00Z'))).toBe(false)
  })

  test('a business that never opens has no next opening; one without hours is always open', () => {
    const never = hours('UTC', {
      week: { monday: [], tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [], sunday: [] },
    })
    expect(opening(never, '2026-01-05T10:00:00Z')).toBeNull()
    expect(isOpen({ ...never, enabled: false }, at('2026-01-05T10:00:00Z'))).toBe(true)
  })
})
