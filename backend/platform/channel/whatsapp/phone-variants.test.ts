import { expect, test } from 'vitest'
import { phoneVariants } from './phone-variants.ts'

test.each([
  ['5511987654321', ['5511987654321', '551187654321']],
  ['551187654321', ['551187654321', '5511987654321']],
  ['551132654321', ['551132654321']],
  ['5211234567890', ['5211234567890', '521234567890']],
  ['5215512345678', ['5215512345678', '525512345678']],
  ['525512345678', ['525512345678', '5215512345678']],
  ['16505551234', ['16505551234']],
  ['4915112345678', ['4915112345678']],
  ['', ['']],
])('%s is also written %j', (digits, variants) => {
  expect(phoneVariants(digits)).toEqual(variants)
})

test('the other spelling of the other spelling is the first one', () => {
  for (const digits of ['5511987654321', '551187654321', '5215512345678', '525512345678']) {
    const [, other] = phoneVariants(digits)
    expect(phoneVariants(other!)[1]).toBe(digits)
  }
})
