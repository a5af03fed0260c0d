import type { IncomingItem } from '../../channel.ts'
import { isObject, readList, type Json } from '../json.ts'
import { readMessage } from '../message.ts'
import { completePerson, readAddressee, readContacts } from '../person.ts'
import type { Change } from './field.ts'
import { readValueErrors } from './value-errors.ts'

/** What the business wrote on its phone, or with another app. */
export function readEchoes(change: Change): IncomingItem[] {
  const contacts = readContacts(change.value['contacts'])
  const echoes = readList(change.value['message_echoes'] ?? change.value['messages']).map(unwrapEcho)
  return [
    ...echoes.map((message) =>
      readMessage(message, {
        change,
        origin: 'phone',
        direction: 'outbound',
        person: completePerson(readAddressee(message), contacts, echoes.length === 1),
      }),
    ),
    ...readValueErrors(change),
  ]
}

/** Echoes of other apps hold what was sent one level deeper, in the shape of a request; beside it, the template it uses. */
export function unwrapEcho(echo: Json): Json {
  const inner = echo['message']
  return isObject(inner) && echo['type'] === undefined ? { ...echo, ...inner } : echo
}
