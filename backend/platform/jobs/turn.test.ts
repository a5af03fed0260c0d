import { expect, test } from 'vitest'
import { backOff } from './jobs.ts'

test('the wait grows fourfold up to an hour, give or take a fifth', () => {
  const middle = [1, 2, 3, 4, 5, 6, 7].map((attempt) => backOff(attempt, () => 0.5) / 1000)
  expect(middle).toEqual([4, 16, 64, 256, 1024, 3600, 3600])
  expect(backOff(1, () => 0)).toBeCloseTo(3200)
  expect(backOff(1, () => 1)).toBeCloseTo(4800)
})
