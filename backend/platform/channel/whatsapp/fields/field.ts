import type { Instant } from '../../../../contract/values.ts'
import type { IncomingItem, IncomingNotice } from '../../channel.ts'
import { cutText, fingerprint, readInstant, type Json } from '../json.ts'

/** One `changes[]` entry of a webhook, with what the envelope around it says. */
export type Change = {
  field: string
  value: Json
  businessAccountId: string
  /** Empty for fields of an account. */
  phoneNumberId: string
  displayPhone?: string
  /** When Meta made it, or else when it came: for what has no time of its own. */
  at: Instant
  /** `entry.time` as it came: tells two equal events apart, and a redelivery from both. */
  time: unknown
  /** Nothing that has happened can have happened much later than it was told. */
  receivedAt: Instant
}

/** Clocks differ a little; a time further ahead would hold a chat at the top of the inbox, and its window open, for years. */
const longestLead = 24 * 60 * 60 * 1000

/** When something happened; what is missing or absurd happened when the webhook was made. */
export function happenedAt(change: Pick<Change, 'at' | 'receivedAt'>, value: unknown): Instant {
  const at = readInstant(value)
  return at && Date.parse(at) <= Date.parse(change.receivedAt) + longestLead ? at : change.at
}

export type FieldReader = (change: Change) => IncomingItem[]

/** What every item carries. Without a key of its own, an item is known by all that it says. */
export function baseOf(change: Change, keyOrPart: string | { part: unknown }) {
  const { businessAccountId, phoneNumberId, field, time } = change
  const key =
    typeof keyOrPart === 'string'
      ? keyOrPart
      : `${field}:${fingerprint([businessAccountId, phoneNumberId, field, time, keyOrPart.part])}`
  return { key, phoneNumberId, businessAccountId }
}

export function notice(
  change: Change,
  part: unknown,
  summary: string,
  more: Pick<IncomingNotice, 'effect' | 'person' | 'at'> = {},
): IncomingNotice {
  return { kind: 'notice', ...baseOf(change, { part }), field: change.field, summary: sentence(summary), ...more }
}

/** Fits the log and cannot break it, whatever a webhook said. */
export function sentence(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()
  return line.length > 300 ? `${cutText(line, 299)}…` : line
}

/** `PIN_RESET_REQUEST` as people would write it. */
export function words(code: string | undefined, fallback = 'unknown'): string {
  return code ? cutText(code.toLowerCase().replaceAll('_', ' '), 100) : fallback
}
