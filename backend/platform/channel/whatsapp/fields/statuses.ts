import type { Pricing } from '../../../../contract/messages.ts'
import type { IncomingItem, IncomingStatus, Person } from '../../channel.ts'
import { statusError } from '../errors.ts'
import {
  cutText,
  isObject,
  readFlag,
  readId,
  readInstant,
  readList,
  readNumber,
  readObject,
  readText,
  type Json,
} from '../json.ts'
import { compact } from '../messages/kind.ts'
import { completePerson, joinPeople, readPerson, readRecipient, type Contacts } from '../person.ts'
import { baseOf, happenedAt, notice, words, type Change } from './field.ts'

const known: readonly IncomingStatus['status'][] = ['sent', 'delivered', 'read', 'played', 'failed', 'deleted']

/** How far messages of ours have got. Statuses come in any order, more than once, and for messages of other tools. */
export function readStatuses(change: Change, contacts: Contacts): IncomingItem[] {
  const statuses = readList(change.value['statuses'])
  return statuses.map((status) => readStatus(change, status, contacts, statuses.length === 1))
}

function readStatus(change: Change, status: Json, contacts: Contacts, alone: boolean): IncomingItem {
  const name = readText(status['status'])?.trim().toLowerCase()
  const providerMessageId = readId(status['id'])
  const state = known.find((one) => one === name)
  const at = happenedAt(change, status['timestamp'])
  const about = readText(status['type'])?.toLowerCase()
  if (about === 'call' || change.field === 'calls')
    return notice(change, status, `A call of yours: ${words(name)}`, { person: readPersonOf(status), at })
  // A payment that failed is no message that failed.
  if (about === 'payment' || isObject(status['payment']))
    return notice(change, status, summarisePayment(status, name), { person: readPayer(status), at })
  if (!state || !providerMessageId)
    return notice(change, status, `A message status that is not known: ${words(name)}`, { at })
  const errors = readList(status['errors'])
  const stamp = readText(status['timestamp']) ?? ''
  return compact({
    kind: 'status' as const,
    ...baseOf(change, cutText(`status:${providerMessageId}:${state}:${addresseeOf(status)}:${stamp}`, 1000)),
    providerMessageId,
    status: state,
    at,
    person: completePerson(readPersonOf(status), contacts, alone),
    opaque: readText(status['biz_opaque_callback_data']),
    error: errors.length > 0 || state === 'failed' ? statusError(errors) : undefined,
    pricing: readPricing(status),
    freeEntryExpiresAt: readFreeEntry(status),
  })
}

/** A payment names the order it is for, and who pays, in other members than a message does. */
function summarisePayment(status: Json, name: string | undefined): string {
  const payment = readObject(status['payment'])
  const { value, offset } = readObject(payment['amount'] ?? readObject(payment['transaction'])['amount'])
  const [whole, parts] = [readNumber(value), readNumber(offset)]
  const amount = whole === undefined ? undefined : String(whole / (parts || 1))
  const currency = readText(payment['currency'] ?? readObject(payment['transaction'])['currency'])
  const order = readText(payment['reference_id'])
  const what = [
    amount && currency ? `of ${amount} ${currency}` : amount && `of ${amount}`,
    order && `for order ${order}`,
  ]
  return `${['A payment', ...what].filter(Boolean).join(' ')}: ${words(name)}`
}

function readPayer(status: Json): Person {
  return joinPeople(readPersonOf(status), readPerson(status['from'] ?? status['phone_number'], status['from_user_id']))
}

/** In a group, each member has a status of their own. */
function readPersonOf(status: Json): Person {
  if (!isGroup(status)) return readRecipient(status)
  return readPerson(
    participantOf(status),
    status['recipient_participant_user_id'],
    status['recipient_participant_parent_user_id'],
  )
}

const isGroup = (status: Json) => readText(status['recipient_type']) === 'group' || participantOf(status) !== undefined
const participantOf = (status: Json) => status['recipient_participant_id'] ?? status['participant_recipient_id']

function addresseeOf(status: Json): string {
  const { recipient_id, recipient_user_id, recipient_participant_user_id } = status
  return readId(participantOf(status) ?? recipient_participant_user_id ?? recipient_id ?? recipient_user_id) ?? ''
}

function readPricing(status: Json): Pricing | undefined {
  // Beside the conversation, or in one example of Meta inside it.
  const source = readObject(status['pricing'] ?? readObject(status['conversation'])['pricing'])
  const type = readText(source['type'])
  const pricing = compact({
    // Meta writes `authentication-international` and `authentication_international`.
    category: readText(source['category'])?.replaceAll('-', '_'),
    type,
    model: readText(source['pricing_model']),
    // Meta announced that the flag goes; the type says the same.
    billable: readFlag(source['billable']) ?? (type === undefined ? undefined : type === 'regular'),
  })
  return Object.keys(pricing).length > 0 ? pricing : undefined
}

/** The end of the 72 hours after an advertisement. Other conversations had an end too, until 2025; it means nothing now. */
function readFreeEntry(status: Json) {
  const conversation = readObject(status['conversation'])
  const origin = readText(readObject(conversation['origin'])['type'])
  const { type, category } = readPricing(status) ?? {}
  const isFree = origin === 'referral_conversion' || type === 'free_entry_point' || category === 'referral_conversion'
  return isFree ? readInstant(conversation['expiration_timestamp']) : undefined
}
