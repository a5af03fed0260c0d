import type { IncomingChannelChange, IncomingItem } from '../../channel.ts'
import { lookUp, readNumber, readText } from '../json.ts'
import { compact } from '../messages/kind.ts'
import { baseOf, notice, sentence, words, type Change } from './field.ts'

type Facts = {
  summary: string
  info?: { [name: string]: string | undefined }
  problem?: IncomingChannelChange['problem']
}

/** A change of what Parley knows about a number, or about all numbers of an account. */
export function channelChange(change: Change, { summary, info = {}, problem }: Facts): IncomingChannelChange {
  const known = compact(info) as Record<string, string>
  return compact({
    kind: 'channel' as const,
    ...baseOf(change, { part: change.value }),
    displayPhone: readText(change.value['display_phone_number'] ?? change.value['phone_number']),
    info: Object.keys(known).length > 0 ? known : undefined,
    problem,
    summary: sentence(summary),
  })
}

export function readPhoneQuality(change: Change): IncomingItem[] {
  const event = readText(change.value['event'])
  const limit = tierOf(change.value['max_daily_conversations_per_business'] ?? change.value['current_limit'])
  const states: { [event: string]: Facts['info'] } = {
    THROUGHPUT_UPGRADE: { throughput: 'HIGH' },
    FLAGGED: { status: 'FLAGGED' },
    UNFLAGGED: { status: 'CONNECTED' },
  }
  const summaries: { [event: string]: string } = {
    ONBOARDING: 'The number was connected',
    THROUGHPUT_UPGRADE: 'The number may send more messages a second now',
    FLAGGED: 'The number was flagged because customers reported or blocked it',
    UNFLAGGED: 'The number is no longer flagged',
    UPGRADE: 'The number may write to more customers a day now',
    DOWNGRADE: 'The number may write to fewer customers a day now',
  }
  const summary = lookUp(summaries, event) ?? `The number changed: ${words(event)}`
  return [channelChange(change, { summary, info: { ...lookUp(states, event), messagingLimit: limit } })]
}

export function readPhoneName(change: Change): IncomingItem[] {
  const decision = readText(change.value['decision'])?.toUpperCase()
  const name = readText(change.value['requested_verified_name'])
  const reason = readText(change.value['rejection_reason'])
  const why = decision === 'REJECTED' && reason && reason !== 'NONE' ? ` (${words(reason)})` : ''
  return [
    channelChange(change, {
      summary: `The display name${name ? ` “${name}”` : ''} is ${words(decision)}${why}`,
      info: { nameStatus: decision, verifiedName: decision === 'APPROVED' ? name : undefined },
    }),
  ]
}

export function readUsername(change: Change): IncomingItem[] {
  const status = readText(change.value['status'])?.toLowerCase()
  const username = readText(change.value['username'])?.replace(/^@/, '')
  return [
    channelChange(change, {
      summary: `The username${username ? ` @${username}` : ''} is ${words(status)}`,
      info: { username: status === 'deleted' ? '' : username },
    }),
  ]
}

export function readCapability(change: Change): IncomingItem[] {
  const { value } = change
  const limit = tierOf(value['max_daily_conversations_per_business'] ?? value['max_daily_conversation_per_phone'])
  const numbers = readNumber(value['max_phone_numbers_per_business'] ?? value['max_phone_numbers_per_waba'])
  const parts = [
    limit && `write to ${wordsOfTier(limit)} a day`,
    numbers !== undefined && `have ${numbers} numbers`,
  ].filter(Boolean)
  if (parts.length === 0) return [notice(change, value, 'The limits of the account changed')]
  return [
    channelChange(change, { summary: `The business may now ${parts.join(' and ')}`, info: { messagingLimit: limit } }),
  ]
}

const tiers: { [limit: number]: string } = {
  [-1]: 'TIER_UNLIMITED',
  50: 'TIER_50',
  250: 'TIER_250',
  1000: 'TIER_1K',
  2000: 'TIER_2K',
  10_000: 'TIER_10K',
  100_000: 'TIER_100K',
}

/** A number in Meta's example, `TIER_2K` in Meta's table. */
export function tierOf(value: unknown): string | undefined {
  const number = readNumber(value)
  if (number !== undefined) return lookUp(tiers, String(number)) ?? `TIER_${number}`
  return readText(value)?.toUpperCase().slice(0, 40)
}

function wordsOfTier(tier: string): string {
  if (tier === 'TIER_UNLIMITED') return 'any number of new customers'
  const [limit] = Object.entries(tiers).find(([, name]) => name === tier) ?? []
  return limit
    ? `${Number(limit).toLocaleString('en')} new customers`
    : `as many new customers as ${words(tier)} allows`
}
