import type { IncomingItem, Person } from '../../channel.ts'
import { lookUp, readList, readNumber, readText, type Json } from '../json.ts'
import { completePerson, readAddressee, readContacts, readPhone, readSender } from '../person.ts'
import { readStatuses } from './statuses.ts'
import { happenedAt, notice, words, type Change } from './field.ts'
import { readValueErrors } from './value-errors.ts'

/** Calls cannot be answered here, but a call of a customer opens the 24-hour window like a message does. */
export function readCalls(change: Change): IncomingItem[] {
  const contacts = readContacts(change.value['contacts'])
  const calls = readList(change.value['calls'])
  return [
    ...calls.map((call) => {
      const isTheirs = isFromCustomer(change, call)
      const event = readText(call['event'])?.toLowerCase()
      return notice(change, call, summarise(call, isTheirs, event), {
        ...(isTheirs && event === 'connect' ? { effect: 'call' as const } : {}),
        person: completePerson(readCustomer(change, call, isTheirs), contacts, calls.length === 1),
        at: happenedAt(change, call['timestamp']),
      })
    }),
    ...readStatuses(change, contacts),
    ...readValueErrors(change),
  ]
}

function isFromCustomer(change: Change, call: Json): boolean {
  const direction = readText(call['direction'])?.toUpperCase()
  if (direction) return direction === 'USER_INITIATED'
  const from = readPhone(call['from'])
  return from === undefined || from !== readPhone(change.displayPhone)
}

/** Whose number is not ours; examples of Meta name the two the wrong way round. */
function readCustomer(change: Change, call: Json, isTheirs: boolean): Person {
  const own = readPhone(change.displayPhone)
  if (own !== undefined && readPhone(call['from']) === own) return readAddressee(call)
  if (own !== undefined && readPhone(call['to']) === own) return readSender(call)
  return isTheirs ? readSender(call) : readAddressee(call)
}

const papers: { [event: string]: string } = {
  call_recording_available: 'The recording of a call is ready at WhatsApp',
  call_transcription_available: 'The written text of a call is ready at WhatsApp',
  call_transcript_available: 'The written text of a call is ready at WhatsApp',
}

function summarise(call: Json, isTheirs: boolean, event: string | undefined): string {
  const who = isTheirs ? 'A customer called' : 'A call to a customer'
  const paper = lookUp(papers, event)
  if (paper) return paper
  if (event === 'call_created') return isTheirs ? who : `${who} was begun`
  if (event === 'connect') return isTheirs ? who : `${who} began`
  const seconds = readNumber(call['duration'])
  if (event === 'terminate')
    return seconds ? `${who}; it lasted ${Math.round(seconds)} seconds` : `${who}; nobody answered`
  return `${who}: ${words(event)}`
}
