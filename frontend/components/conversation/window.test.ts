import { expect, test } from 'vitest'
import { composerModeOf, windowOf } from './window.ts'

const now = Date.parse('2026-11-21T12:00:00.000Z')
const at = (hours: number) => ({ windowExpiresAt: new Date(now + hours * 3_600_000).toISOString() })

test('the ring is green, amber in the last two hours, and grey when the 24 hours are over', () => {
  expect([24, 2.01, 2, 0.01, 0, -5].map((hours) => windowOf(at(hours), now).state)).toEqual([
    'open',
    'open',
    'closing',
    'closing',
    'closed',
    'closed',
  ])
})

test('the ring shrinks with the time that is left and is never more than whole', () => {
  expect([30, 24, 12, 6, -1].map((hours) => windowOf(at(hours), now).fraction)).toEqual([1, 1, 0.5, 0.25, 0])
})

test('a customer who never wrote has no window', () => {
  expect(windowOf({ windowExpiresAt: null }, now).state).toBe('never')
})

test('outside the window the composer is the template picker, and nobody writes into a chat that another app answers', () => {
  expect(composerModeOf({ ...at(1), standbySince: null }, now)).toBe('write')
  expect(composerModeOf({ ...at(-1), standbySince: null }, now)).toBe('template')
  expect(composerModeOf({ windowExpiresAt: null, standbySince: null }, now)).toBe('template')
  expect(composerModeOf({ ...at(1), standbySince: '2026-11-21T11:00:00.000Z' }, now)).toBe('standby')
})
