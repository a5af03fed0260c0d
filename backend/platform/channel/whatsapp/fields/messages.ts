import type { IncomingItem } from '../../channel.ts'
import { statusError, channelProblem } from '../errors.ts'
import { readInstant, readList, readObject, readText, type Json } from '../json.ts'
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
import { baseOf, notice, type Change } from './field.ts'
import { readStatuses } from './statuses.ts'

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
    ...errors.map((error) => readValueError(change, error)),
    ...readList(value['user_actions']).map((action) => readUserAction(change, action, contacts)),
    ...readContext(change),
  ]
}

function senderOf(message: Json): string {
  return readText(message['from_user_id']) ?? readText(message['from']) ?? ''
}

function settingOf(change: Change, message: Json, contacts: Contacts, alone: boolean, error?: Json): Setting {
  const sender = readSender(message)
  // Nobody writes to themselves here: a message from our own number to somebody is an echo.
  const isEcho =
    sender.phone !== undefined && sender.phone === readPhone(change.displayPhone) && message['to'] !== undefined
  if (isEcho) {
    const person = completePerson(readAddressee(message), contacts, alone)
    return { change, origin: 'phone', direction: 'outbound', person, error }
  }
  return { change, origin: 'contact', direction: 'inbound', person: completePerson(sender, contacts, alone), error }
}

/** What another app, which had the chat before, wants the new owner to know. */
function readContext(change: Change): IncomingItem[] {
  const context = change.value['conversation_context']
  const summary = readText(readObject(readObject(context)['summary'])['text'])
  return summary ? [notice(change, context, `About this chat: ${summary}`)] : []
}

/** An error that belongs to no message: the number or the account has a problem, or WhatsApp itself. */
function readValueError(change: Change, error: Json): IncomingItem {
  const { message, details } = statusError([error])
  const summary = details ? `${message} (${details})` : message
  const problem = channelProblem(error)
  if (!problem) return notice(change, error, `WhatsApp reports: ${summary}`)
  return { kind: 'channel', ...baseOf(change, { part: error }), problem, summary: `WhatsApp reports: ${summary}` }
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
  return notice(change, action, summary, { person, at: readInstant(action['timestamp']) ?? change.at })
}
