import { describe, expect, test } from 'vitest'
import { matchTotp, newTotpSecret, toBase32, totpAt, totpStepOf, totpUrl } from './totp.ts'

const secret = toBase32(Buffer.from('12345678901234567890'))

describe('one-time passwords', () => {
  // RFC 6238, appendix B, the last six of its eight digits.
  test.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('are those of the standard at second %i', (second, code) => {
    expect(totpAt(secret, totpStepOf(new Date(second * 1000)))).toBe(code)
  })

  test('hold one step early and late, and no longer', () => {
    const now = new Date(1234567890 * 1000)
    const step = totpStepOf(now)
    const found = [-2, -1, 0, 1, 2].map((by) => matchTotp(secret, totpAt(secret, step + by), { now, after: null }))
    expect(found).toEqual([undefined, step - 1, step, step + 1, undefined])
  })

  test('work once, and none from before works after it', () => {
    const now = new Date(1234567890 * 1000)
    const step = totpStepOf(now)
    expect(matchTotp(secret, totpAt(secret, step), { now, after: step })).toBeUndefined()
    expect(matchTotp(secret, totpAt(secret, step - 1), { now, after: step })).toBeUndefined()
    expect(matchTotp(secret, totpAt(secret, step + 1), { now, after: step })).toBe(step + 1)
  })

  test.each(['', '12345', '1234567', 'abcdef', '２８７０８２'])('are not %j', (code) => {
    expect(matchTotp(secret, code, { now: new Date(59_000), after: null })).toBeUndefined()
  })

  test('have secrets of 160 bits, each another one', () => {
    const made = new Set(Array.from({ length: 50 }, () => newTotpSecret()))
    expect(made.size).toBe(50)
    for (const one of made) expect(one).toMatch(/^[A-Z2-7]{32}$/)
  })

  test('are told to an app by an address that any name survives', () => {
    const url = new URL(totpUrl(secret, { account: 'ana+a@example.com', issuer: 'Ana & Söhne: Shop' }))
    expect(url.searchParams.get('secret')).toBe(secret)
    expect(url.searchParams.get('issuer')).toBe('Ana & Söhne: Shop')
  })
})
