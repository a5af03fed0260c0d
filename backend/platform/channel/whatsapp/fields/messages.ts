import type { IncomingItem } from '../../channel.ts'
import { readList, readObject, readText, type Json } from '../json.ts'
import { readMessage, type Setting } from '../message.ts'
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
import { happenedAt, notice, type Change } from './field.ts'
import { readStatuses } from './statuses.ts'
import { readValueErrors } from './value-errors.ts'

/** Everything that one chat update can hold: messages, statuses, errors and taps on links. */
export function readMessagesField(change: Change): IncomingItem[] {
  const { value } = change
  const contacts = readContacts(value['contacts'])
  const messages = readList(value['messages'])
  const errors = readList(value['errors'])
  const alone = new Set(messages.map(senderOf)).size <= 1
  return [
    ...messages.map((message) => readMessage(message, settingOf(change, message, contacts, alone, errors[0]))),
    ...readStatuses(change, contacts),
    ...readValueErrors(change),
    ...readList(value['user_actions']).map((action) => readUserAction(change, action, contacts)),
    ...readContext(change),
  ]
}

function senderOf(message: Json): string {
  return readText(message['from_user_id']) ?? readText(message['from']) ?? ''
}

function settingOf(change: Change, message: Json, contacts: Contacts, alone: boolean, error?: Json): Setting {
  const sender = readSender(message)
  const isOurs = sender.phone !== undefined && sender.phone === readPhone(change.displayPhone)
  // Nobody writes to themselves here: a message from our own number to somebody is an echo.
  if (isOurs && message['to'] !== undefined) {
    const person = completePerson(readAddressee(message), contacts, alone)
    return { change, origin: 'phone', direction: 'outbound', person, error }
  }
  // Somebody known by an id came with our number in place of their own.
  const customer = isOurs && sender.bsuid ? { ...sender, phone: undefined } : sender
  return { change, origin: 'contact', direction: 'inbound', person: completePerson(customer, contacts, alone), error }
}

/** What another app, which had the chat before, wants the new owner to know. */
function readContext(change: Change): IncomingItem[] {
  const context = change.value['conversation_context']
  const summary = readText(readObject(readObject(context)['summary'])['text'])
  return summary ? [notice(change, context, `About this chat: ${summary}`)] : []
}

function readUserAction(change: Change, action: Json, contacts: Contacts): IncomingItem {
  const type = readText(action['action_type'] ?? action['type'])
  const person = completePerson(
    joinPeople(readSender(action), readPerson(action['wa_id'], action['user_id'])),
    contacts,
    true,
  )
  const link = readText(readObject(action['marketing_messages_link_click_data'])['tracking_token'])
  const summary =
    type === 'landing_page_view'
      ? 'A customer saw the page behind a link of a message'
      : type?.includes('link_click') || link
        ? 'A customer opened a link of a message'
        : 'A customer did something with a message'
  return notice(change, action, summary, { person, at: happenedAt(change, action['timestamp']) })
}
