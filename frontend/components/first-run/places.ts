/** Codes that are no country although they have a name. */
const unions = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ', 'AC', 'CP', 'CQ', 'DG', 'EA', 'IC', 'TA'])
const letters = Array.from({ length: 26 }, (_, index) => String.fromCodePoint(65 + index))

/** The countries that the browser has a name for, in alphabetical order. */
export function countryOptions() {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .flatMap((code) => {
      const name = unions.has(code) ? undefined : names.of(code)
      return name ? [{ value: code, label: name }] : []
    })
    .toSorted((a, b) => a.label.localeCompare(b.label))
}

const spoken = [
  'en',
  'pt',
  'es',
  'de',
  'fr',
  'it',
  'nl',
  'tr',
  'ar',
  'hi',
  'id',
  'sw',
  'zu',
  'ru',
  'uk',
  'pl',
  'he',
  'zh',
  'ja',
]

export function languageOptions(chosen: string) {
  const names = new Intl.DisplayNames('en', { type: 'language' })
  return [...new Set([chosen, ...spoken])]
    .map((value) => ({ value, label: names.of(value) ?? value }))
    .toSorted((a, b) => a.label.localeCompare(b.label))
}

export const timeZoneOptions = (chosen: string) =>
  [...new Set([chosen, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((value) => ({
    value,
    label: value.replaceAll('_', ' '),
  }))

/** What the browser knows about where it is. */
export function guessPlace() {
  const locale = new Intl.Locale(navigator.language)
  return {
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    language: locale.language,
    country: locale.region ?? locale.maximize().region ?? null,
  }
}

const euro = 'AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK'.split(' ')
const currencies: Record<string, string> = {
  ...Object.fromEntries(euro.map((country) => [country, 'EUR'])),
  AE: 'AED',
  AR: 'ARS',
  AU: 'AUD',
  BR: 'BRL',
  CA: 'CAD',
  CH: 'CHF',
  CL: 'CLP',
  CO: 'COP',
  EG: 'EGP',
  GB: 'GBP',
  GH: 'GHS',
  ID: 'IDR',
  IL: 'ILS',
  IN: 'INR',
  JP: 'JPY',
  KE: 'KES',
  MA: 'MAD',
  MX: 'MXN',
  MY: 'MYR',
  NG: 'NGN',
  NZ: 'NZD',
  PE: 'PEN',
  PH: 'PHP',
  PK: 'PKR',
  PL: 'PLN',
  SA: 'SAR',
  SG: 'SGD',
  TH: 'THB',
  TR: 'TRY',
  TZ: 'TZS',
  UA: 'UAH',
  US: 'USD',
  VN: 'VND',
  ZA: 'ZAR',
}
export const currencyOf = (country: string): string | undefined => currencies[country]
