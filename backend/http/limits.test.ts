import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { networkOf } from './caller.ts'
import { openAttempts, type Attempts } from './limits.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

const ana = { ip: '198.51.100.7', account: 'ana@example.com' }

/** What a guess meets: `free`, or the seconds to wait. */
async function guess(attempts: Attempts, who: { ip: string; account?: string }): Promise<'free' | number> {
  return attempts.begin(who).then(
    () => 'free' as const,
    ({ retryAfter }: { retryAfter: number }) => Math.ceil(retryAfter),
  )
}

describe('guessing a password', () => {
  test('costs a growing pause from the fifth time on', async () => {
    const attempts = await openAttempts()
    const pauses: number[] = []
    for (let count = 0; count < 12; count++) {
      expect(await guess(attempts, ana)).toBe('free')
      const wait = await guess(attempts, { ...ana, ip: '198.51.100.200' })
      if (wait === 'free') continue
      pauses.push(wait)
      vi.advanceTimersByTime(wait * 1000 + 1)
    }
    // Two pairs of guesses cost nothing, the fifth begins to.
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60])
  })

  test('is over after twenty in an hour, and free again after it', async () => {
    const attempts = await openAttempts()
    let allowed = 0
    for (let second = 0; second < 3600; second += 10) {
      if ((await guess(attempts, ana)) === 'free') allowed++
      vi.advanceTimersByTime(10_000)
    }
    expect(allowed).toBe(20)
    vi.advanceTimersByTime(3600_000)
    expect(await guess(attempts, ana)).toBe('free')
  })

  test('locks nobody out who comes from elsewhere', async () => {
    const attempts = await openAttempts()
    for (let count = 0; count < 40; count++) await guess(attempts, ana)
    expect(await guess(attempts, ana)).not.toBe('free')
    expect(await guess(attempts, { ...ana, ip: '203.0.113.9' })).toBe('free')
  })

  test('is forgiven when it was right', async () => {
    const attempts = await openAttempts()
    for (let count = 0; count < 40; count++) {
      const attempt = await attempts.begin(ana)
      await attempt.succeeded()
    }
    expect(await guess(attempts, ana)).toBe('free')
  })

  test('of a hundred at once counts a hundred', async () => {
    const attempts = await openAttempts()
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => guess(attempts, ana)))
    expect(outcomes.filter((outcome) => outcome === 'free').length).toBeLessThanOrEqual(20)
  })
})

test('after the right password, twenty codes an hour may be tried for one account from all networks together', async () => {
  const attempts = await openAttempts()
  let allowed = 0
  for (let count = 0; count < 40; count++)
    await attempts.beginSecondFactor('usr_ana').then(
      () => allowed++,
      () => undefined,
    )
  expect(allowed).toBe(20)
  await (await attempts.beginSecondFactor('usr_bob')).succeeded()
  vi.advanceTimersByTime(3600_001)
  await attempts.beginSecondFactor('usr_ana')
})

test('one network may try thirty accounts in ten minutes', async () => {
  const attempts = await openAttempts()
  const outcomes: ('free' | number)[] = []
  for (let count = 0; count < 40; count++)
    outcomes.push(await guess(attempts, { ip: `198.51.100.${count}`, account: `user${count}` }))
  expect(outcomes.filter((outcome) => outcome === 'free')).toHaveLength(30)
  expect(outcomes.at(-1)).toBe(600)
  vi.advanceTimersByTime(601_000)
  expect(await guess(attempts, { ip: '198.51.100.1', account: 'user1' })).toBe('free')
})

test.each([
  ['198.51.100.7', '198.51.100'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::5', '2001:db8:0:0'],
  ['2001:0db8:0001::', '2001:db8:1:0'],
  ['::1', '0:0:0:0'],
  ['', ''],
])('%s belongs to the network %s', (ip, network) => {
  expect(networkOf(ip)).toBe(network)
})
