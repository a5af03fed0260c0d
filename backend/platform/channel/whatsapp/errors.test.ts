import { describe, expect, test } from 'vitest'
import type { Refusal } from '../channel.ts'
import { findErrorRow, refusalFrom, statusError } from './errors.ts'

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index)

/** Every code that Meta documents. */
const documented = `
  0 1 2 3 4 10 33 100 104 190 368 80007 80008 130403 130429 130472 130497
  131000 131005 131008 131009 131014 131016 131020 131021 131026 131030 131031 131037 131041 131042
  131044 131045 131047 131048 131049 131050 131051 131052 131053 131055 131056 131057 131059 131060
  131062 131063 131064 132000 132001 132005 132007 132008 132012 132015 132016 132018 132068 132069
  133000 133004 133005 133006 133008 133009 133010 133015 133016 134011 134100 134101 134102 135000
  136024 137000 139000 139001 139002 139003 139004 139100 139101 139102 139103 141010
  147001 147002 147003 147004 147005 1752041 200005 200006 200007
  2388001 2388012 2388091 2388093 2388103 2388019 2388039 2388040 2388047 2388072 2388073 2388293 2388299
  2494100 2593079 2593085 2593107 2593108 2593109`
  .trim()
  .split(/\s+/)
  .map(Number)
  .concat(range(200, 299), range(131201, 131215), range(138000, 138018), range(2494164, 2494179))

const answer = (code: number, more: object = {}) => ({
  error: {
    message: `(#${code}) Some words of Meta`,
    type: 'OAuthException',
    code,
    error_data: { details: 'More words' },
    ...more,
  },
})
const refusal = (code: number, httpStatus = 400, more: object = {}) => refusalFrom(httpStatus, answer(code, more))
const waits = ({ retryAfter }: Refusal, tries = 8) => range(1, tries).map((n) => retryAfter?.(n))

describe('every documented code', () => {
  test.each(documented)('%i has a row', (code) => {
    expect(findErrorRow(code)).toBeDefined()
  })

  test.each(documented)('%i has a sentence for a shopkeeper', (code) => {
    const { message } = findErrorRow(code)!
    expect(message).toMatch(/^[A-Z].*\.$/)
    expect(message).not.toMatch(/\d{3,}|API|HTTP|WABA|token|parameter|webhook|payload|OAuth|throughput/i)
    expect(message.length).toBeLessThan(130)
  })

  test('never shows the words of Meta as its sentence', () => {
    for (const code of documented) {
      const { error } = refusal(code)
      expect(error.message).not.toContain('words of Meta')
      expect(error.details).toBe(`More words · (#${code}) Some words of Meta`)
    }
  })
})

describe('what a refusal means for sending', () => {
  test.each([
    131048, 131049, 130472, 131050, 131026, 131047, 131021, 131051, 132000, 132001, 132005, 132012, 132015, 100, 131008,
    131009, 33,
  ])('%i ends this message only, for good', (code) => {
    expect(refusal(code)).toMatchObject({ code, scope: 'message', ambiguous: false })
    expect(refusal(code)).not.toHaveProperty('retryAfter')
  })

  test.each([190, 0, 10, ...range(200, 299), 131005, 131031, 131042, 131045, 133010, 368])(
    '%i stops the number until a person acts',
    (code) => {
      expect(refusal(code)).toMatchObject({ scope: 'channel', ambiguous: false, error: { action: 'channel' } })
      expect(refusal(code)).not.toHaveProperty('retryAfter')
    },
  )

  test('130429 waits from one second to one minute', () => {
    expect(refusal(130429)).toMatchObject({ scope: 'wait', ambiguous: false })
    expect(waits(refusal(130429))).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
  })

  test.each([4, 80007, 80008])('%i waits from one minute to one hour', (code) => {
    expect(refusal(code)).toMatchObject({ scope: 'wait', ambiguous: false })
    expect(waits(refusal(code)).slice(-2)).toEqual([3_600_000, 3_600_000])
    expect(waits(refusal(code))[0]).toBe(60_000)
  })

  test('131056 holds up one person only, for powers of four', () => {
    expect(refusal(131056)).toMatchObject({ scope: 'pair', ambiguous: false })
    expect(waits(refusal(131056), 5)).toEqual([1000, 4000, 16_000, 64_000, 256_000])
  })

  test.each([131000, 131016, 133004, 2, 1])('%i is tried five times more, then it has failed', (code) => {
    expect(refusal(code, 500)).toMatchObject({ ambiguous: true, error: { actor: 'meta' } })
    expect(waits(refusal(code), 6)).toEqual([5000, 30_000, 120_000, 600_000, 1_800_000, undefined])
  })

  test('131057 waits a minute, ten times', () => {
    expect(refusal(131057)).toMatchObject({ scope: 'wait' })
    expect(waits(refusal(131057), 11)).toEqual([...Array.from({ length: 10 }, () => 60_000), undefined])
  })

  test('131047 leads to a template', () => {
    expect(refusal(131047).error).toMatchObject({ actor: 'agent', action: 'template' })
  })

  test('a wait is asked for sensibly even when the count is not', () => {
    for (const tries of [0, -1, Number.NaN]) expect(refusal(130429).retryAfter?.(tries)).toBe(1000)
  })
})

describe('a code that nobody has told us about', () => {
  test('is classed by the HTTP status, never by its text', () => {
    expect(refusal(999_999, 400)).toMatchObject({ code: 999_999, scope: 'message', ambiguous: false })
    expect(refusal(999_999, 429)).toMatchObject({ scope: 'wait', ambiguous: false })
    expect(refusal(999_999, 401)).toMatchObject({ scope: 'channel' })
    expect(refusal(999_999, 500)).toMatchObject({ ambiguous: true })
    expect(refusal(999_999, 400, { is_transient: true })).toMatchObject({ ambiguous: true })
    for (const status of [400, 401, 403, 404, 429, 500])
      expect(refusal(999_999, status).error.message).not.toContain('words of Meta')
  })

  test.each([
    undefined,
    null,
    '',
    '<html>',
    [],
    {},
    { error: 'text' },
    { error: { code: 'x' } },
    { error: { code: {} } },
  ])('may not even be there: %j', (body) => {
    expect(refusalFrom(503, body)).toMatchObject({
      code: 503,
      ambiguous: true,
      error: { message: expect.stringMatching(/\.$/) },
    })
  })
})

test('a subcode tells more about code 100', () => {
  expect(refusal(100, 400, { error_subcode: 33 })).toMatchObject({ scope: 'channel' })
  expect(refusal(100, 400, { error_subcode: 2388299 }).error.message).toContain('begin or end with a variable')
  expect(refusal(130429, 400, { error_subcode: 2494055 })).toMatchObject({ code: 130429, scope: 'wait' })
})

test('words for people come before words for programs', () => {
  const error = { error_user_title: 'Name taken', error_user_msg: 'Choose another name', message: 'Invalid parameter' }
  expect(refusalFrom(400, { error: { code: 100, ...error } }).error.details).toBe(
    'Name taken · Choose another name · Invalid parameter',
  )
})

describe('the error of a status', () => {
  test('has the same sentence as a refusal', () => {
    const status = statusError([
      { code: 131026, title: 'Undeliverable', message: 'Undeliverable', error_data: { details: 'Not on WhatsApp' } },
    ])
    expect(status).toMatchObject({
      code: 131026,
      message: refusal(131026).error.message,
      details: 'Not on WhatsApp · Undeliverable',
    })
  })

  test.each([130429, 131000, 131016, 131056])(
    'with %i, which passes, offers to send again, since nobody does it by itself',
    (code) => {
      expect(statusError([{ code }])).toMatchObject({ action: 'resend' })
      expect(refusal(code).error).toMatchObject({ action: 'wait' })
    },
  )

  test.each([undefined, [], 'x', [null]])('may be missing: %j', (errors) => {
    expect(statusError(errors)).toMatchObject({ code: 'unknown', message: expect.stringMatching(/\.$/) })
  })

  test('of the oldest form has its details beside the code', () => {
    expect(statusError([{ code: 131051, title: 'Unsupported', details: 'Not supported' }]).details).toBe(
      'Not supported · Unsupported',
    )
  })
})
