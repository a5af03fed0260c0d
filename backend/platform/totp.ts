import { createHmac, randomBytes } from 'node:crypto'
import { safeEqual } from './crypto.ts'

/*
 * Time-based one-time passwords (RFC 6238): six digits of HMAC-SHA-1, new every 30 seconds, which is what every
 * authenticator app knows.
 *
 * - secret: 160 random bits, written in base 32
 * - step:   the number of 30-second spans since 1970
 */

const stepSeconds = 30
const digits = 6
/** One step early or late: clocks differ, and people type slowly. */
const tolerance = 1
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export function newTotpSecret(random: (size: number) => Buffer = randomBytes): string {
  return toBase32(random(20))
}

export function totpAt(secret: string, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest()
  const offset = mac[mac.length - 1]! & 15
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, '0')
}

export const totpStepOf = (now: Date) => Math.floor(now.getTime() / 1000 / stepSeconds)

/** The step whose code this is; none that is not later than `after`, so that a code works once. */
export function matchTotp(secret: string, code: string, { now, after }: { now: Date; after: number | null }) {
  const current = totpStepOf(now)
  for (let step = current - tolerance; step <= current + tolerance; step++)
    if (step > (after ?? -1) && safeEqual(totpAt(secret, step), code)) return step
  return undefined
}

/** What a QR code says to an authenticator app. */
export function totpUrl(secret: string, { account, issuer }: { account: string; issuer: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`
}

export function toBase32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((group) => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)]).join('')
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((group) => Number.parseInt(group, 2)))
}
