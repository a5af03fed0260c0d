import type { IncomingItem, Person } from '../../channel.ts'
import { statusError } from '../errors.ts'
import { readList, readNumber, readObject, readText, type Json } from '../json.ts'
import { readMessage } from '../message.ts'
import {
  completePerson,
  joinPeople,
  readAddressee,
  readContacts,
  readPerson,
  readPhone,
  readSender,
  type Contacts,
} from '../person.ts'
import { notice, type Change } from './field.ts'

/** Chats from before the number was connected; files come in a second webhook, under the same message id. */
export function readHistory(change: Change): IncomingItem[] {
  const contacts = readContacts(change.value['contacts'])
  return [
    ...readList(change.value['history']).flatMap((chunk) => readChunk(change, chunk, contacts)),
    ...readList(change.value['messages']).map((message) => readImported(change, message, {}, contacts, true)),
    ...readList(change.value['message_echoes']).map((message) => readImported(change, message, {}, contacts, true)),
    ...readRefusals(change, change.value),
  ]
}

function readChunk(change: Change, chunk: Json, contacts: Contacts): IncomingItem[] {
  const messages = readList(chunk['threads']).flatMap((thread) => {
    const context = readObject(thread['context'])
    const person = joinPeople(
      readPerson(thread['id'] || thread['wa_id'] || context['wa_id'], context['user_id'], context['parent_user_id']),
      { username: readText(context['username'])?.replace(/^@/, '') },
    )
    return readList(thread['messages']).map((message) => readImported(change, message, person, contacts, false))
  })
  return [...messages, ...readRefusals(change, chunk), ...readProgress(change, chunk, messages.length)]
}

/** In the chunk as Meta documents it, or beside the chunks. */
function readRefusals(change: Change, source: Json): IncomingItem[] {
  return readList(source['errors']).map((error) => notice(change, error, refusalOf(error)))
}

function readImported(change: Change, message: Json, partner: Person, contacts: Contacts, completes: boolean) {
  const isOurs = isFromBusiness(change, message, partner)
  // Of a message of ours, `from_user_id` is the customer's in Meta's own example; the thread says it better.
  const stated = isOurs ? readAddressee(message) : readSender(message)
  return readMessage(message, {
    change,
    origin: 'history',
    direction: isOurs ? 'outbound' : 'inbound',
    person: completePerson(joinPeople(partner, stated), contacts, completes),
    historyStatus: readHistoryStatus(message),
    ...(completes ? { completes } : {}),
  })
}

/** `to` is named only for what the business sent; otherwise the numbers tell. */
function isFromBusiness(change: Change, message: Json, partner: Person): boolean {
  const from = readSender(message)
  const own = readPhone(change.displayPhone)
  if (own && from.phone) return from.phone === own
  if (partner.phone && from.phone) return from.phone !== partner.phone
  return message['to'] !== undefined || message['to_user_id'] !== undefined
}

function refusalOf(error: Json): string {
  if (readNumber(error['code']) === 2593109)
    return 'The chats of the phone were not shared: sharing is switched off in the WhatsApp Business app'
  return `The chats of the phone could not be imported: ${statusError([error]).message}`
}

function readProgress(change: Change, chunk: Json, count: number): IncomingItem[] {
  const metadata = readObject(chunk['metadata'])
  const progress = readNumber(metadata['progress'])
  if (progress === undefined) return []
  const part = [readText(metadata['phase']), readText(metadata['chunk_order']), progress, count]
  return [notice(change, part, `Import of earlier chats: ${Math.round(progress)} % done`)]
}

function readHistoryStatus(message: Json): string | undefined {
  return readText(readObject(message['history_context'])['status'])?.toUpperCase().slice(0, 20)
}
