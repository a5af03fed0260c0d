import { expect, test } from 'vitest'
import { isSince } from './useHello.ts'

test('a message from before a number was connected is not the hello that is waited for', () => {
  expect(isSince('2026-03-02T10:00:04.000Z', '2026-03-02T10:00:05.700Z')).toBe(false)
  expect(isSince('2026-03-02T10:00:06.000Z', '2026-03-02T10:00:05.700Z')).toBe(true)
})

test('one of the same second is, though Meta cuts the second off', () => {
  expect(isSince('2026-03-02T10:00:05.000Z', '2026-03-02T10:00:05.700Z')).toBe(true)
})
