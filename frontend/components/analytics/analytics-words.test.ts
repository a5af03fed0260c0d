import { expect, test } from 'vitest'
import { changeOf, niceTop, waitText } from './analytics-words.ts'

test('a wait is told in the two units that matter', () => {
  expect([null, 0, 59, 60, 3599, 3600, 3900, 100_000, 200_000].map(waitText)).toEqual([
    '–',
    '0 s',
    '59 s',
    '1 min',
    '1 h',
    '1 h',
    '1 h 5 min',
    '27 h 47 min',
    '2 d 7 h',
  ])
})

test('a change is told against the period before, and not against nothing', () => {
  expect(changeOf(150, 100)).toMatchObject({ direction: 'up' })
  expect(changeOf(50, 100)).toMatchObject({ direction: 'down' })
  expect(changeOf(100, 100)).toMatchObject({ direction: 'same' })
  expect(changeOf(5, 0)).toBeUndefined()
  expect(changeOf(null, 3)).toBeUndefined()
})

test('charts end at a round number that nothing exceeds', () => {
  for (const largest of [0, 1, 4, 5, 9, 11, 19, 21, 99, 100, 101, 4567, 1_000_001]) {
    expect(niceTop(largest)).toBeGreaterThanOrEqual(largest)
    expect(niceTop(largest)).toBeLessThanOrEqual(Math.max(4, largest * 2.5))
  }
})
