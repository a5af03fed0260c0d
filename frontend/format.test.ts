import { expect, test } from 'vitest'
import { fileSize, playTime, readablePhone, rowTime, spanLeft } from './format.ts'

test.each([
  ['+5511987654321', '+55 11 98765 4321'],
  ['+551130901234', '+55 11 3090 1234'],
  ['+15550100001', '+1 555 010 0001'],
  ['+971501234567', '+971 501 234 567'],
  ['+351912345678', '+351 912 345 678'],
  ['+33612345678', '+33 612 345 678'],
  ['+4915112345678', '+49 151 1234 5678'],
  ['1234', '1234'],
  ['not a number', 'not a number'],
])('an international number is grouped, anything else is left alone: %s', (phone, expected) =>
  expect(readablePhone(phone)).toBe(expected),
)

test('a row shows the hour today, then yesterday, the weekday and the date', () => {
  const now = new Date(2026, 10, 21, 12).getTime()
  const at = (days: number) => new Date(now - days * 86_400_000).toISOString()
  expect([1, 3, 40].map((days) => rowTime(at(days), now))).toEqual([
    'Yesterday',
    new Intl.DateTimeFormat(undefined, { weekday: 'short' }).format(now - 3 * 86_400_000),
    new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' }).format(now - 40 * 86_400_000),
  ])
  expect(rowTime(at(0), now)).toMatch(/12/)
})

test('what is left of a window is said in hours, then in minutes', () => {
  expect([23.5, 3.25, 0.75, 0].map((hours) => spanLeft(hours * 3_600_000))).toEqual([
    '23 h',
    '3 h 15 min',
    '45 min',
    'less than a minute',
  ])
})

test('sizes and play times are short', () => {
  expect([fileSize(999), fileSize(248_000), fileSize(3_450_000), fileSize(5_368_709_120)]).toEqual([
    '999 B',
    '248 kB',
    '3.5 MB',
    '5.4 GB',
  ])
  expect([playTime(0), playTime(75), playTime(Number.POSITIVE_INFINITY)]).toEqual(['0:00', '1:15', '0:00'])
})
