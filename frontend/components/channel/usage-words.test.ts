import { expect, test } from 'vitest'
import { categoryWords, stepMonth } from './usage-words.ts'

test('months follow each other over the end of a year', () => {
  expect([stepMonth('2026-01', -1), stepMonth('2026-12', 1), stepMonth('2026-05', 0)]).toEqual([
    '2025-12',
    '2027-01',
    '2026-05',
  ])
})

test('a category that nobody knows yet is shown in its own words', () => {
  expect(categoryWords('general_purpose_ai')).toBe('General purpose ai')
})
