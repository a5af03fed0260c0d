import { parsePhoneNumberFromString as parse, type CountryCode } from 'libphonenumber-js/min'
import { AppError } from '../../errors.ts'

/** Digits with country code. Without `+`, a number of the workspace's country or, failing that, an international one. */
export function readPhone(input: string, defaultCountry: string | null): string {
  const candidates = input.startsWith('+')
    ? [parse(input)]
    : [defaultCountry ? parse(input, defaultCountry as CountryCode) : undefined, parse(`+${input.replace(/^00/, '')}`)]
  const phone = candidates.find((candidate) => candidate?.isPossible())
  if (!phone) throw new AppError('contact.phone_invalid')
  return phone.number.slice(1)
}
