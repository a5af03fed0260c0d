import type { IncomingItem, IncomingNotice } from '../../channel.ts'
import { readList, readObject, readText, type Json } from '../json.ts'
import { readType } from '../message.ts'
import { completePerson, readAddressee, readContacts, readPerson, readRecipient, readSender } from '../person.ts'
import { unwrapEcho } from './echoes.ts'
import { happenedAt, notice, words, type Change } from './field.ts'

/** Chats that another app (or Meta's own agent) answers: the same shapes one level deeper. Recorded, never answered. */
export function readStandby(change: Change): IncomingItem[] {
  return [...readList(change.value['standby']), change.value].flatMap((standby) => {
    const contacts = readContacts(standby['contacts'] ?? change.value['contacts'])
    const parts = [
      ...readList(standby['messages']).map((part) => ({
        part,
        person: readSender(part),
        what: `a message (${readType(part)})`,
      })),
      ...readList(standby['message_echoes']).map((part) => ({
        part,
        person: readAddressee(unwrapEcho(part)),
        what: 'an answer',
      })),
      ...readList(standby['statuses']).map((part) => ({
        part,
        person: readRecipient(part),
        what: `a status (${words(readText(part['status']))})`,
      })),
    ]
    return parts.map(({ part, person, what }) =>
      notice(change, part, `Another app answers this chat: ${what}`, {
        effect: 'standby',
        person: completePerson(person, contacts, parts.length === 1),
        at: happenedAt(change, part['timestamp']),
      }),
    )
  })
}

/** Who answers a chat from now on: `control_passed` is told to the new owner, `control_taken` to the old one. */
export function readHandovers(change: Change): IncomingItem[] {
  const handovers = readList(change.value['messaging_handovers'] ?? change.value['handovers'])
  return (handovers.length > 0 ? handovers : [change.value]).map((handover) => readHandover(change, handover))
}

function readHandover(change: Change, handover: Json): IncomingNotice {
  const type = kindOf(handover)
  const sender = readObject(handover['sender'])
  const person = completePerson(
    readPerson(sender['phone_number'] ?? sender['wa_id'] ?? sender['id'], sender['user_id'], sender['parent_user_id']),
    readContacts(change.value['contacts']),
    true,
  )
  const details = readObject(type ? handover[type] : undefined)
  const owner = readText(details['new_owner_role'])
  // Parley is no such agent: whoever tells it that one took over, the chat is not Parley's.
  const effect = owner === 'ai_agent' ? 'control_taken' : type
  return notice(change, handover, summarise(effect, details), {
    ...(effect ? { effect } : {}),
    person,
    at: happenedAt(change, handover['timestamp']),
  })
}

const kinds = ['control_passed', 'control_taken'] as const

function kindOf(handover: Json): (typeof kinds)[number] | undefined {
  const named = readText(handover['type'])
  return kinds.find((kind) => kind === named) ?? kinds.find((kind) => handover[kind] !== undefined)
}

function summarise(effect: (typeof kinds)[number] | undefined, details: Json): string {
  const names = { control_passed: 'A chat was handed over to this app', control_taken: 'Another app took over a chat' }
  const what = effect ? names[effect] : 'A chat changed hands'
  const why =
    readText(readObject(readObject(details['conversation_context'])['summary'])['text']) ??
    readText(details['metadata'])
  return why ? `${what}: ${why}` : what
}
