import type { Person } from '../channel.ts'
import { readId, readList, readObject, readText, type Json } from './json.ts'
import { phoneVariants } from './phone-variants.ts'

/** An id of a person, wherever it stood: business-scoped ids turn up where phone numbers belong. */
export function identify(value: unknown): Person {
  const id = readId(value)
    ?.replace(/^whatsapp:/i, '')
    .replace(/@(c\.us|s\.whatsapp\.net)$/, '')
  if (!id) return {}
  const phone = readPhone(id)
  if (phone) return { phone }
  return /^[A-Z]{2}\.ENT\./.test(id) ? { parentBsuid: id } : { bsuid: id }
}

/** Digits of a telephone number in any spelling. */
export function readPhone(value: unknown): string | undefined {
  const text = readId(value)
  if (!text || !/^[+\d\s()./-]+$/.test(text)) return undefined
  const digits = text.replace(/\D/g, '')
  return digits.length >= 3 && digits.length <= 20 ? digits : undefined
}

/** What was found first counts; a later source only fills gaps. */
export function joinPeople(...people: readonly (Person | undefined)[]): Person {
  const joined: Person = {}
  for (const person of people)
    for (const [name, value] of Object.entries(person ?? {}) as [keyof Person, string | undefined][])
      if (value !== undefined) joined[name] ??= value
  return joined
}

/** `value.contacts[]`: who the people of this webhook are. Order and completeness are not promised. */
export type Contacts = { all: readonly Person[]; byKey: ReadonlyMap<string, Person> }

export function readContacts(value: unknown): Contacts {
  const all = readList(value).map(readContact)
  // The first one counts, so the last is put in first.
  const byKey = new Map(
    all.toReversed().flatMap((contact) => keysOf(contact, phoneVariants).map((key) => [key, contact])),
  )
  return { all, byKey }
}

function readContact(contact: Json): Person {
  const profile = readObject(contact['profile'])
  const username = readName(profile['username'] ?? contact['username'])?.replace(/^@/, '')
  const profileName = readName(profile['name']) ?? readName(contact['name']) ?? readName(contact['profile'])
  const { wa_id, user_id, parent_user_id } = contact
  return joinPeople(readPerson(wa_id, user_id, parent_user_id), { username, profileName })
}

/** A name of nothing but spaces would be an empty row in every list. */
const readName = (value: unknown) => readText(value)?.trim() || undefined

function keysOf({ bsuid, phone, parentBsuid }: Person, spellings: (phone: string) => string[]): string[] {
  const keys = phone ? spellings(phone).map((spelling) => `phone ${spelling}`) : []
  if (bsuid) keys.unshift(`bsuid ${bsuid}`)
  if (parentBsuid) keys.push(`parent ${parentBsuid}`)
  return keys
}

/** Adds what `contacts[]` knows about a person. `alone`: the webhook is about one person only. */
export function completePerson(person: Person, contacts: Contacts, alone: boolean): Person {
  const match = findContact(person, contacts)
  if (match) return joinPeople(person, match)
  const [only, ...others] = contacts.all
  if (!only || others.length > 0 || !alone) return person
  // Nobody else can be meant. Its ids are taken unless they contradict what the message itself says.
  if (!contradicts(person, only)) return joinPeople(person, only)
  return joinPeople(person, { profileName: only.profileName, username: only.username })
}

function contradicts(person: Person, contact: Person): boolean {
  const ids = ['phone', 'bsuid', 'parentBsuid'] as const
  return ids.some((id) => person[id] !== undefined && contact[id] !== undefined && person[id] !== contact[id])
}

/** Whether there is anything to know them by. */
export function isSomebody({ phone, bsuid, parentBsuid }: Person): boolean {
  return phone !== undefined || bsuid !== undefined || parentBsuid !== undefined
}

function findContact(person: Person, { byKey }: Contacts): Person | undefined {
  for (const key of keysOf(person, (phone) => [phone])) {
    const contact = byKey.get(key)
    // One phone under two scoped ids: it went to somebody else meanwhile.
    const isOther = person.bsuid !== undefined && contact?.bsuid !== undefined && person.bsuid !== contact.bsuid
    if (contact && !isOther) return contact
  }
  return undefined
}

/** A person by the three members that name one: a phone (or what stands in its place) and two scoped ids. */
export function readPerson(id: unknown, bsuid?: unknown, parentBsuid?: unknown): Person {
  return joinPeople({ bsuid: readId(bsuid), parentBsuid: readId(parentBsuid) }, identify(id))
}

export function readSender(source: Json): Person {
  return readPerson(source['from'], source['from_user_id'], source['from_parent_user_id'])
}

export function readAddressee(source: Json): Person {
  return readPerson(source['to'] || source['recipient'], source['to_user_id'], source['to_parent_user_id'])
}

export function readRecipient(source: Json): Person {
  return readPerson(source['recipient_id'], source['recipient_user_id'], source['recipient_parent_user_id'])
}
