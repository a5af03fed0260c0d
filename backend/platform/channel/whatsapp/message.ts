import type { MessageType } from '../../../contract/messages.ts'
import type { IncomingEdit, IncomingIdentityChange, IncomingItem, IncomingMessage, Person } from '../channel.ts'
import { baseOf, happenedAt, notice, type Change } from './fields/field.ts'
import {
  fingerprint,
  isObject,
  keepJson,
  readId,
  readList,
  readMember,
  readObject,
  readText,
  type Json,
} from './json.ts'
import { compact, type Parsed } from './messages/kind.ts'
import { messageKinds, otherNames } from './messages/registry.ts'
import { describeUnreadable } from './messages/unsupported.ts'
import { identify, isSomebody, joinPeople } from './person.ts'
import { readReferral, readReplyTo } from './message-context.ts'

/** Where a message stood in the webhook, and what is known of it from around it. */
export type Setting = {
  change: Change
  origin: IncomingMessage['origin']
  direction: IncomingMessage['direction']
  person: Person
  historyStatus?: string
  /** The file of a message that was imported without it. */
  completes?: boolean
  /** An error beside the message rather than in it. */
  error?: Json
}

/** One member of `messages[]` or `message_echoes[]`, in Parley's words. */
export function readMessage(sent: Json, setting: Setting): IncomingItem {
  const message = wrapAnswer(sent)
  const type = readType(message)
  if (type === 'edit' || type === 'revoke') return readEdit(type, message, setting) ?? readPlain(type, message, setting)
  if (type === 'system') return readIdentityChange(message, setting) ?? readPlain(type, message, setting)
  if (type === 'request_welcome') {
    const summary = 'Somebody opened the chat for the first time'
    return notice(setting.change, message, summary, { person: setting.person, at: instantOf(message, setting) })
  }
  return readPlain(type, message, setting)
}

const answers = ['button_reply', 'list_reply', 'nfm_reply', 'call_permission_reply']

/** Other tools hand an answer on without the `interactive` around it. */
function wrapAnswer(message: Json): Json {
  const type = readText(message['type'])
  if (!type || !answers.includes(type) || !isObject(message[type])) return message
  return { ...message, type: 'interactive', interactive: { type, [type]: message[type] } }
}

/** Meta's name of the type; without one, the member that looks like a type. */
export function readType(message: Json): string {
  const named = readText(message['type'])
  if (named) return named.trim().toLowerCase()
  return payloadName(message) ?? 'unknown'
}

/** The member that holds a content: every type names its own. */
function payloadName(message: Json): string | undefined {
  const known = [...Object.keys(messageKinds), ...Object.keys(otherNames), 'edit', 'revoke']
  return known.find((name) => isObject(message[name]) || Array.isArray(message[name]))
}

function readPlain(wireType: string, message: Json, setting: Setting): IncomingMessage {
  const { change, origin, direction, historyStatus, completes } = setting
  const { type, parsed, whole } = readContent(wireType, message, setting.error)
  const providerMessageId = idOf(message, setting)
  const at = instantOf(message, setting)
  return compact({
    kind: 'message' as const,
    ...baseOf(change, `message:${change.phoneNumberId}:${providerMessageId}${completes ? ':file' : ''}`),
    origin,
    direction,
    providerMessageId,
    person: learnFromContent(setting.person, message, direction),
    at,
    type,
    content: parsed.content,
    media: parsed.media,
    replyTo: readReplyTo(message['context']),
    referral: readReferral(message['referral'], at),
    historyStatus,
    completes,
    groupId: readId(message['group_id']),
    raw: whole ? undefined : keepJson(message),
  })
}

type Content = { type: MessageType; parsed: Parsed; whole: boolean }

/** Content of a known type; whatever else came is kept as `unsupported` with its reason. */
function readContent(wireType: string, message: Json, error?: Json): Content {
  const type = typeOf(wireType)
  const [own] = readList(message['errors'])
  const told = own || !error ? message : { ...message, errors: [error] }
  const parsed = type && messageKinds[type].parse(readMember(told, wireType) ?? readMember(told, type), told)
  // A file may come with the reason why it cannot be had.
  if (type && parsed) return { type, parsed, whole: type !== 'unsupported' && !parsed.partly && !own }
  const other = type && type !== 'unsupported' ? readOther(wireType, told) : undefined
  if (other) return other
  return { type: 'unsupported', parsed: { content: describeUnreadable(wireType, own ?? error) }, whole: false }
}

/** A message that names one type and holds another is what it holds. */
function readOther(wireType: string, message: Json): Content | undefined {
  const name = payloadName({ ...message, [wireType]: undefined })
  const type = name && typeOf(name)
  const parsed = type && messageKinds[type].parse(message[name!], message)
  return type && parsed ? { type, parsed, whole: false } : undefined
}

function typeOf(wireType: string): MessageType | undefined {
  if (Object.hasOwn(otherNames, wireType)) return otherNames[wireType]
  return Object.hasOwn(messageKinds, wireType) ? (wireType as MessageType) : undefined
}

/** A card shared by a tap on "send my number" holds the sender's own number. */
function learnFromContent(person: Person, message: Json, direction: IncomingMessage['direction']): Person {
  const cards = message['contacts']
  if (person.phone || direction !== 'inbound' || message['type'] !== 'contacts' || !Array.isArray(cards)) return person
  const card = readObject(cards[0])
  if (card['origin'] !== 'contact_request' || !Array.isArray(card['phones'])) return person
  const { wa_id, phone } = readObject(card['phones'][0])
  return joinPeople(person, { phone: identify(wa_id ?? phone).phone })
}

function readEdit(kind: IncomingEdit['kind'], message: Json, setting: Setting): IncomingEdit | undefined {
  const { change, origin, person } = setting
  const payload = readObject(message[kind])
  const target = readId(payload['original_message_id'] ?? payload['message_id'])
  if (!target || origin === 'history') return undefined
  const providerMessageId = idOf(message, setting)
  const edit = {
    kind,
    ...baseOf(change, `${kind}:${change.phoneNumberId}:${providerMessageId}`),
    providerMessageId,
    targetProviderMessageId: target,
    person,
    at: instantOf(message, setting),
    origin,
  }
  if (kind === 'revoke') return edit
  const written = readObject(payload['message'])
  const { type, parsed } = readContent(readType(written), written)
  // An edit that cannot be read is shown as a message of its own rather than lost.
  return type === 'unsupported' ? undefined : { ...edit, type, content: parsed.content }
}

const numberChanges = ['user_changed_number', 'customer_changed_number', 'user_changed_user_id']

/** "… changed from +1 650 555 to US.42": numbers with or without spaces, and ids. */
const fromTo = / from (\+?\d[\d\s().-]*\d|\S+) to (\+?\d[\d\s().-]*\d|\S+?)[.,]?$/

/** The same person under another number or id. Older webhooks have the old id in the sentence only. */
function readIdentityChange(message: Json, setting: Setting): IncomingIdentityChange | undefined {
  const system = readObject(message['system'])
  const body = readText(system['body']) ?? ''
  const [, from, to] = fromTo.exec(body) ?? []
  const systemKind = readText(system['type']) ?? (to || system['new_wa_id'] ? 'user_changed_number' : '')
  if (!numberChanges.includes(systemKind) || setting.origin !== 'contact') return undefined
  const after = joinPeople(
    { bsuid: readId(system['user_id']), parentBsuid: readId(system['parent_user_id']) },
    identify(system['new_wa_id'] || system['wa_id']),
    identify(to),
  )
  const told = [identify(system['customer']), identify(from)]
  const before = joinPeople(
    { bsuid: readId(system['previous_user_id']), parentBsuid: readId(system['previous_parent_user_id']) },
    // Some webhooks come from the new number already; the old one is elsewhere in them.
    ...told.filter(({ phone }) => setting.person.phone === after.phone && phone !== after.phone),
    systemKind === 'user_changed_user_id' ? senderOfNewId(setting.person, after) : setting.person,
    ...told,
  )
  if (!isSomebody(before) || !isSomebody(after)) return undefined
  const providerMessageId = idOf(message, setting)
  return {
    kind: 'identity',
    ...baseOf(setting.change, `identity:${setting.change.phoneNumberId}:${providerMessageId}`),
    providerMessageId,
    at: instantOf(message, setting),
    before: withoutEqual(before, after),
    after,
    systemKind,
    body: body || 'This person has a new number.',
  }
}

/** The id beside a phone is the new one already when only the id changed; one without a phone is the old one. */
function senderOfNewId({ phone, ...ids }: Person, after: Person): Person {
  if (phone) return { phone }
  return ids.bsuid === after.bsuid ? {} : ids
}

/** `user_id` may already be in `from_user_id`: then it is the new id, not the old one. */
function withoutEqual(before: Person, after: Person): Person {
  const names = ['bsuid', 'parentBsuid'] as const
  const repeated = names.filter((name) => before[name] !== undefined && before[name] === after[name])
  if (repeated.length === 0 || Object.keys(before).length === repeated.length) return before
  return Object.fromEntries(Object.entries(before).filter(([name]) => !repeated.some((same) => same === name)))
}

/** Every real message has an id; one without is known by all that it says. */
function idOf(message: Json, { change }: Setting): string {
  return readId(message['id']) ?? `unnamed:${fingerprint([change.phoneNumberId, message])}`
}

function instantOf(message: Json, { change }: Setting): string {
  return happenedAt(change, message['timestamp'])
}
