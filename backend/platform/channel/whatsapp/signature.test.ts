import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signBody, verifySignature } from './signature.ts'

const secret = 'an app secret'
const body = Buffer.from('{"object":"whatsapp_business_account"}')
const good = signBody(body, secret)
const hex = good.slice('sha256='.length)

test('the very bytes that were signed are accepted', () => {
  expect(verifySignature(body, good, secret)).toBe(true)
  expect(good).toBe(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
})

describe('a signature is refused that is', () => {
  test.each<[string, string | string[] | undefined]>([
    ['missing', undefined],
    ['empty', ''],
    ['only the name of the algorithm', 'sha256='],
    ['without the algorithm', hex],
    ['of another algorithm', `sha1=${hex}`],
    ['of another length', `sha512=${hex}`],
    ['cut short', good.slice(0, -1)],
    ['too long', `${good}0`],
    ['in capital letters', `sha256=${hex.toUpperCase()}`],
    ['with capitals in the algorithm', `SHA256=${hex}`],
    ['with a blank before', ` ${good}`],
    ['with a blank after', `${good} `],
    ['with a line break after', `${good}\n`],
    ['in base64', `sha256=${Buffer.from(hex, 'hex').toString('base64')}`],
    ['not of hexadecimal digits', `sha256=${'g'.repeat(64)}`],
    ['wrong', `sha256=${'0'.repeat(64)}`],
    ['given twice', [good, good]],
    ['given twice in one header', `${good}, ${good}`],
    ['a list of one', [good]],
    ['of another secret', signBody(body, 'another secret')],
    ['of the verify token', signBody(body, '')],
  ])('%s', (_name, header) => {
    expect(verifySignature(body, header, secret)).toBe(false)
  })

  test('made with an empty secret', () => {
    expect(verifySignature(body, signBody(body, ''), '')).toBe(false)
  })
})

test('the raw bytes decide, not what they mean', () => {
  const escaped = Buffer.from(String.raw`{"text":"\u00e9\ud83d\ude00 \/"}`)
  const plain = Buffer.from('{"text":"é😀 /"}')
  expect(JSON.parse(escaped.toString())).toEqual(JSON.parse(plain.toString()))
  expect(verifySignature(escaped, signBody(escaped, secret), secret)).toBe(true)
  expect(verifySignature(plain, signBody(escaped, secret), secret)).toBe(false)
})

test('any bytes and any header are judged without an error', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ unit: 'binary' }), (bytes, header) => {
      expect(verifySignature(Buffer.from(bytes), header, secret)).toBe(false)
      expect(verifySignature(Buffer.from(bytes), signBody(Buffer.from(bytes), secret), secret)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('one changed bit is noticed', () => {
  for (let bit = 0; bit < 256; bit++) {
    const digest = Buffer.from(hex, 'hex')
    digest[bit >> 3]! ^= 1 << (bit & 7)
    expect(verifySignature(body, `sha256=${digest.toString('hex')}`, secret)).toBe(false)
  }
})
