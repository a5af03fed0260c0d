import { expect, test } from 'vitest'
import { snoozeTimes } from './snooze.ts'

const labels = (...time: [number, number, number, number, number?]) =>
  snoozeTimes(new Date(...time)).map(({ label }) => label)

test('a time that is past is not offered', () => {
  expect(labels(2026, 10, 18, 10)).toEqual(['In two hours', 'This evening', 'Tomorrow morning', 'Next Monday'])
  expect(labels(2026, 10, 18, 19)).toEqual(['In two hours', 'Tomorrow morning', 'Next Monday'])
})

test('on a Sunday tomorrow is Monday already, and on a Monday the next one is in a week', () => {
  expect(labels(2026, 10, 22, 10)).not.toContain('Next Monday')
  const monday = snoozeTimes(new Date(2026, 10, 23, 10)).at(-1)!
  expect([monday.label, new Date(monday.until).getDate()]).toEqual(['Next Monday', 30])
})
