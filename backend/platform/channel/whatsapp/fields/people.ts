import type { IncomingItem } from '../../channel.ts'
import { readList, readObject, readText, type Json } from '../json.ts'
import { completePerson, isSomebody, joinPeople, readContacts, readPerson } from '../person.ts'
import { baseOf, happenedAt, notice, words, type Change } from './field.ts'

/** Customers who stop or resume marketing messages. */
export function readPreferences(change: Change): IncomingItem[] {
  const contacts = readContacts(change.value['contacts'])
  const preferences = readList(change.value['user_preferences'])
  return preferences.map((preference) => {
    const person = completePerson(
      readPerson(preference['wa_id'], preference['user_id'], preference['parent_user_id']),
      contacts,
      preferences.length === 1,
    )
    const at = happenedAt(change, preference['timestamp'])
    const value = readText(preference['value'])?.toLowerCase()
    const category = readText(preference['category']) ?? 'marketing_messages'
    if ((value !== 'stop' && value !== 'resume') || !category.startsWith('marketing') || !isSomebody(person))
      return notice(change, preference, `A customer chose for ${words(category)}: ${words(value)}`, { person, at })
    return { kind: 'preference', ...baseOf(change, { part: preference }), person, marketing: value, at }
  })
}

/** The address book of the phone that shares the number. */
export function readAddressBook(change: Change): IncomingItem[] {
  return readList(change.value['state_sync']).map((entry) => {
    const contact = readObject(entry['contact'])
    const at = happenedAt(change, readObject(entry['metadata'])['timestamp'] ?? entry['timestamp'])
    const person = joinPeople(
      readPerson(contact['phone_number'] ?? contact['wa_id'], contact['user_id'], contact['parent_user_id']),
      { username: readText(contact['username'])?.replace(/^@/, '') },
    )
    const type = readText(entry['type']) ?? 'contact'
    if (type !== 'contact' || !isSomebody(person))
      return notice(change, entry, `The phone app shared something (${words(type)})`, { at })
    const action = readText(entry['action'])?.toLowerCase() === 'remove' ? 'remove' : 'add'
    return { kind: 'address', ...baseOf(change, { part: entry }), person, name: nameOf(contact), action, at }
  })
}

function nameOf(contact: Json): string | null {
  const parts = [readText(contact['first_name']), readText(contact['last_name'])].filter(Boolean).join(' ')
  return (readText(contact['full_name']) ?? parts) || null
}

/** Announced for some months of 2026, then withdrawn: read if it comes all the same. */
export function readUserIdUpdates(change: Change): IncomingItem[] {
  return readList(change.value['user_id_update']).map((update) => {
    const ids = readObject(update['user_id'])
    const parents = readObject(update['parent_user_id'])
    const at = happenedAt(change, update['timestamp'])
    const before = readPerson(update['wa_id'], ids['previous'], parents['previous'])
    const after = readPerson(update['wa_id'], ids['current'], parents['current'])
    if (!isSomebody(before) || !isSomebody(after)) return notice(change, update, 'The id of a customer changed', { at })
    const base = baseOf(change, { part: update })
    const body = 'The WhatsApp id of this person changed.'
    return {
      kind: 'identity',
      ...base,
      providerMessageId: base.key,
      at,
      before,
      after,
      systemKind: 'user_changed_user_id',
      body,
    }
  })
}
