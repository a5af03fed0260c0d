import { owner } from '../test/world.ts'

/*
 * Words that nobody else says. Whatever is searched for them tells by them where a secret, or what belongs to a customer, got
 * out.
 */

/** By the names of the fields that take them. No request of a test gets through with them, but with `owner.password`. */
export const givenSecrets: { readonly [field: string]: string } = {
  accessToken: 'wrenaccess7f3a91c05512',
  appSecret: 'wrenappsecret0b55e1c97d40',
  verifyToken: 'wrenverify66d2aa10',
  password: 'wren password b7d1 calm',
  current: 'wren current c40e calm',
  token: 'wrentokenwrentokenwrentoken5d1c',
  code: 'wrencode881',
}
/** In the headers of every request. */
export const headerSecrets = { cookie: 'wrensessionwrensessionwrensession12', bearer: 'wrenbearer4402ab' }

export const secrets = [...Object.values(givenSecrets), ...Object.values(headerSecrets), owner.password]

/** What customers and colleagues write and are called, and where they are reached. */
export const personal = { word: 'wrenfeather', phone: '5521998877665', agent: 'wrenbrowser' }
const people = Object.values(personal)

/** As it is, and as it would look in the formats that bytes are kept in: in base64 it may begin at any of three places. */
export const spellings = (canary: string) => [
  canary,
  encodeURIComponent(canary),
  Buffer.from(canary).toString('hex'),
  ...[0, 1, 2].map((before) => insideBase64(canary, before)),
]

/** The letters that stand for these bytes alone, behind so many others. */
function insideBase64(canary: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(canary)])
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64')
  return whole.slice(before === 0 ? 0 : before + 1)
}

const find = (text: string, canaries: readonly string[]) =>
  canaries.filter((canary) => spellings(canary).some((spelling) => text.includes(spelling)))

export const findSecrets = (text: string) => find(text, secrets)
export const findCanaries = (text: string) => find(text, [...secrets, ...people])
