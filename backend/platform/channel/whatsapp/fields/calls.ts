import type { IncomingItem } from '../../channel.ts'
import { readInstant, readList, readNumber, readText, type Json } from '../json.ts'
import { completePerson, readAddressee, readContacts, readPhone, readSender } from '../person.ts'
import { readStatuses } from './statuses.ts'
import { notice, words, type Change } from './field.ts'

/** Calls cannot be answered here, but a call of a customer opens the 24-hour window like a message does. */
export function readCalls(change: Change): IncomingItem[] {
  const contacts = readContacts(change.value['contacts'])
  const calls = readList(change.value['calls'])
  return [
    ...calls.map((call) => {
      const isTheirs = isFromCustomer(change, call)
      const event = readText(call['event'])
      return notice(change, call, summarise(call, isTheirs, event), {
        ...(isTheirs && event === 'connect' ? { effect: 'call' as const } : {}),
        person: completePerson(isTheirs ? readSender(call) : readAddressee(call), contacts, calls.length === 1),
        at: readInstant(call['timestamp']) ?? change.at,
      })
    }),
    ...readStatuses(change, contacts),
  ]
}

function isFromCustomer(change: Change, call: Json): boolean {
  const direction = readText(call['direction'])?.toUpperCase()
  if (direction) return direction === 'USER_INITIATED'
  const from = readPhone(call['from'])
  return from === undefined || from !== readPhone(change.displayPhone)
}

function summarise(call: Json, isTheirs: boolean, event: string | undefined): string {
  const who = isTheirs ? 'A customer called' : 'A call to a customer'
  if (event === 'connect') return isTheirs ? who : `${who} began`
  const seconds = readNumber(call['duration'])
  if (event === 'terminate')
    return seconds ? `${who}; it lasted ${Math.round(seconds)} seconds` : `${who}; nobody answered`
  return `${who}: ${words(event)}`
}
