import type { IncomingItem } from '../../channel.ts'
import {
  isObject,
  lookUp,
  readId,
  readInstant,
  readList,
  readNumber,
  readObject,
  readText,
  type Json,
} from '../json.ts'
import { happenedAt, notice, words, type Change } from './field.ts'
import { channelChange } from './phone-number.ts'

/** `account_update`: bans, restrictions, deletions, and a dozen things that only a log needs. */
export function readAccountUpdate(change: Change): IncomingItem[] {
  const event = readText(change.value['event'])?.toUpperCase() ?? ''
  const read = lookUp(events, event)
  if (read) return read(change)
  return [notice(change, change.value, lookUp(quiet, event) ?? `The account changed: ${words(event)}`)]
}

const events: { [event: string]: (change: Change) => IncomingItem[] } = {
  DISABLED_UPDATE: readBan,
  ACCOUNT_RESTRICTION: readRestrictions,
  ACCOUNT_DELETED: (change) => stop(change, 'The WhatsApp Business Account was deleted at Meta'),
  ACCOUNT_OFFBOARDED: (change) => stop(change, 'The number was disconnected from this app'),
  ACCOUNT_RECONNECTED: (change) => [channelChange(change, { summary: 'The number is connected again', problem: null })],
  PARTNER_REMOVED: readDisconnection,
  ACCOUNT_VIOLATION: (change) => [channelChange(change, { summary: violationOf(change) })],
  VERIFIED_ACCOUNT: (change) => [channelChange(change, { summary: 'The business was verified' })],
  BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE: (change) => {
    const country = readText(change.value['country'])
    return [notice(change, change.value, `Meta takes ${country ?? 'another country'} as the home of the business`)]
  },
  VOLUME_BASED_PRICING_TIER_UPDATE: (change) => {
    const { pricing_category, tier, region } = readObject(change.value['volume_tier_info'])
    const what = [words(readText(pricing_category)), readText(region), readText(tier)].filter(Boolean).join(', ')
    return [notice(change, change.value, `Another price tier was reached: ${what}`)]
  },
  PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE: (change) => {
    const { status, rejection_reasons } = readObject(change.value['partner_client_certification_info'])
    const reasons = [rejection_reasons].flat().flatMap((reason) => readText(reason) ?? [])
    const why = reasons.filter((reason) => reason !== 'NONE').map((reason) => words(reason))
    const summary = `The verification of the business is ${words(readText(status))}`
    return [notice(change, change.value, why.length > 0 ? `${summary} (${why.join(', ')})` : summary)]
  },
}

const quiet: { [event: string]: string } = {
  PARTNER_ADDED: 'The account was shared with an app',
  PARTNER_APP_INSTALLED: 'The account gave an app more permissions',
  PARTNER_APP_UNINSTALLED: 'The account took an app out',
  PARTNER_CLIENT_CERTIFICATION_NEEDED: 'Meta wants the business to be verified',
  AD_ACCOUNT_LINKED: 'An ad account was linked',
  MM_LITE_TERMS_SIGNED: 'The terms for marketing messages were accepted',
  AUTH_INTL_PRICE_ELIGIBILITY_UPDATE: 'International prices apply to authentication messages now',
}

function violationOf(change: Change): string {
  const { violation_type, remediation } = readObject(change.value['violation_info'])
  const advice = readText(remediation)
  const type = readText(violation_type)?.toUpperCase() ?? ''
  const [ending] = /_(UNBAN|WARN)$/.exec(type) ?? ['']
  const verdicts: { [ending: string]: string } = {
    _UNBAN: 'Meta lifted a restriction of the account',
    _WARN: 'Meta warns the account',
  }
  const verdict = lookUp(verdicts, ending) ?? 'Meta says the account broke its rules'
  return `${verdict}: ${words(type.slice(0, type.length - ending.length))}${advice ? `. ${advice}` : ''}`
}

function stop(change: Change, message: string): IncomingItem[] {
  return [channelChange(change, { summary: message, problem: { code: null, message: `${message}.` } })]
}

function readBan(change: Change): IncomingItem[] {
  const ban = readObject(change.value['ban_info'])
  const date = readText(ban['waba_ban_date'])
  const when = date ? ` (${date})` : ''
  const states = [ban['waba_ban_state']].flat().map((state) => readText(state)?.toUpperCase())
  switch (states.length === 1 ? states[0] : 'several') {
    case 'REINSTATE':
      return [channelChange(change, { summary: 'Meta lifted the ban of the account', problem: null })]
    case 'SCHEDULE_FOR_DISABLE':
      return [channelChange(change, { summary: `Meta is going to disable the account${when}` })]
    case 'DISABLE':
      return stop(change, `Meta disabled the account${when}`)
    default:
      // Nothing is stopped by a state that nobody knows; a real ban shows with the next message.
      return [channelChange(change, { summary: `Meta is looking into the account${when}` })]
  }
}

/** Only the loss of the right to answer customers stops the number; a ban on templates fails template by template. */
function readRestrictions(change: Change): IncomingItem[] {
  const restrictions = readList(change.value['restriction_info'])
  // A warning, or its end: nothing is restricted (any more).
  if (restrictions.length === 0 && isObject(change.value['violation_info']))
    return [channelChange(change, { summary: violationOf(change) })]
  const advice = restrictions.map(({ remediation }) => readText(remediation)).find(Boolean)
  const names = restrictions.map(restrictionOf).join(', ') || 'unknown'
  const summary = `Meta restricts the account: ${names}${advice ? `. ${advice}` : ''}`
  const silenced = restrictions.find(
    ({ restriction_type }) => readText(restriction_type) === 'RESTRICTED_CUSTOMER_INITIATED_MESSAGING',
  )
  if (!silenced) return [channelChange(change, { summary })]
  const until = readInstant(silenced['expiration'])
  const message = `Meta does not let this account answer customers${until ? ` until ${until.slice(0, 10)}` : ''}.`
  return [channelChange(change, { summary, problem: { code: null, message, ...(until ? { until } : {}) } })]
}

const restrictionNames: { [type: string]: string } = {
  RESTRICTED_ADD_PHONE_NUMBER_ACTION: 'no new numbers',
  RESTRICTED_BIZ_INITIATED_MESSAGING: 'no templates to customers',
  RESTRICTED_CUSTOMER_INITIATED_MESSAGING: 'no answers to customers',
  RESTRICTED_USER_INITIATED_CALLING: 'no calls from customers',
  RESTRICTED_USER_INITIATED_CALLING_CALL_BUTTON_HIDDEN: 'no call button',
  RESTRICTED_BUSINESS_INITIATED_CALLING: 'no calls to customers',
  RESTRICTED_UTILITY_TEMPLATES: 'no utility templates',
  RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES: 'no utility messages without a template',
}

function restrictionOf(restriction: Json): string {
  const type = readText(restriction['restriction_type']) ?? ''
  const until = readInstant(restriction['expiration'])
  return `${lookUp(restrictionNames, type) ?? words(type)}${until ? ` until ${until.slice(0, 10)}` : ''}`
}

function readDisconnection(change: Change): IncomingItem[] {
  const info = change.value['disconnection_info']
  if (!isObject(info)) return [notice(change, change.value, 'The account is no longer shared with an app')]
  return stop(change, `The WhatsApp Business app ended the connection: ${words(readText(info['reason']))}`)
}

export function readAccountReview(change: Change): IncomingItem[] {
  const decision = readText(change.value['decision'])?.toUpperCase()
  const summary = `Meta's review of the account: ${words(decision)}`
  if (decision === 'REJECTED')
    return [
      channelChange(change, { summary, problem: { code: null, message: 'Meta rejected this account in its review.' } }),
    ]
  return [channelChange(change, { summary })]
}

/** Older payloads are flat; the newer ones have `alert_info`. */
export function readAccountAlert(change: Change): IncomingItem[] {
  const { value } = change
  const alert = isObject(value['alert_info']) ? value['alert_info'] : value
  const type = readText(alert['alert_type'])
  const description = readText(alert['alert_description']) ?? words(type)
  const severity = words(readText(alert['alert_severity']), '')
  return [notice(change, value, `Meta${severity ? ` (${severity})` : ''}: ${description}`)]
}

/** Portfolio ids stand where the account should be; the account is inside. */
export function accountIn(value: Json): string | undefined {
  return readId(readObject(value['waba_info'])['waba_id'])
}

export function readAccountSettings(change: Change): IncomingItem[] {
  return [notice(change, change.value, `A setting of the number changed: ${words(readText(change.value['type']))}`)]
}

export function readSecurity(change: Change): IncomingItem[] {
  const names: { [event: string]: string } = {
    PIN_CHANGED: 'The PIN of the number was changed',
    PIN_RESET_REQUEST: 'Somebody asked to reset the PIN of the number',
    PIN_REQUEST_SUCCESS: 'The PIN of the number was reset',
  }
  const event = readText(change.value['event'])
  return [notice(change, change.value, lookUp(names, event) ?? `Security of the number: ${words(event)}`)]
}

export function readFlows(change: Change): IncomingItem[] {
  const { value } = change
  const event = readText(value['event'])
  const flow = readText(value['flow_name']) ?? readId(value['flow_id']) ?? 'unknown'
  const state = readText(value['new_status'])
  const threshold = readNumber(value['threshold'])
  const isOver = readText(value['alert_state']) === 'DEACTIVATED'
  const detail = state
    ? `is ${words(state)}`
    : `${words(event)}${threshold === undefined ? '' : ` (limit ${threshold})`}${isOver ? ', no longer' : ''}`
  return [notice(change, value, `Flow ${flow}: ${detail}`)]
}

export function readPaymentConfiguration(change: Change): IncomingItem[] {
  const name = readText(change.value['configuration_name'] ?? change.value['payment_configuration'])
  return [
    notice(
      change,
      change.value,
      `Payment settings${name ? ` “${name}”` : ''}: ${words(readText(change.value['status'] ?? change.value['event']))}`,
    ),
  ]
}

export function readPartnerSolutions(change: Change): IncomingItem[] {
  return [
    notice(
      change,
      change.value,
      `Partner solution: ${words(readText(change.value['solution_status'] ?? change.value['event']))}`,
    ),
  ]
}

export function readAutomaticEvents(change: Change): IncomingItem[] {
  return readList(change.value['automatic_events']).map((event) =>
    notice(change, event, `Meta noticed: ${readText(event['event_name']) ?? 'something'}`, {
      at: happenedAt(change, event['timestamp']),
    }),
  )
}
