import { expect, test } from 'vitest'
import { retryAt } from './retries.ts'

const now = new Date('2026-11-21T09:00:00.000Z')
const waitOf = (attempt: number, random: number) => {
  const at = retryAt({ attempt }, { kind: 'not_sent', reason: 'ECONNREFUSED' }, now, () => random)
  return at && at.getTime() - now.getTime()
}

test('what could not leave is tried again a fifth sooner or later than planned, each message at its own moment', () => {
  expect([waitOf(1, 0), waitOf(1, 0.5), waitOf(1, 1)]).toEqual([800, 1000, 1200])
  expect([waitOf(17, 0), waitOf(17, 0.5), waitOf(17, 1)]).toEqual([240_000, 300_000, 360_000])
  expect(waitOf(18, 0)).toBeUndefined()
})

test('what Meta asked to wait for is never tried sooner', () => {
  const retryAfter = () => 4000
  const error = { code: 131056, message: 'x', actor: 'nobody', action: 'wait' } as const
  const refusal = { code: 131056, scope: 'pair', ambiguous: false, error, retryAfter } as const
  const at = retryAt({ attempt: 2 }, { kind: 'refused', refusal }, now, () => 0)
  expect(at!.getTime() - now.getTime()).toBe(4000)
})
