import { AppError } from '../../errors.ts'
import type { Contact, ContactIdentity, WorkspaceStore } from '../../model/index.ts'
import { phoneVariants, type Person } from '../../platform/channel/channel.ts'
import { mergeContacts } from './merge.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'

type Key = Pick<ContactIdentity, 'kind' | 'value'>

/** Another process stored the same person at the same moment: read again and repeat. */
export class IdentityRace extends Error {
  override name = 'IdentityRace'
}

/**
 * Finds or makes the contact of each person, in the same order. A person is matched by business-scoped id first and by
 * phone second, since the phone may be hidden and the id may be new; what is learned on the way is kept on the contact,
 * and two contacts that turn out to be one person become one.
 */
export async function resolveContacts(tx: WorkspaceStore, people: readonly Person[]): Promise<Contact[]> {
  const directory = await loadDirectory(tx, people)
  await createStrangers(tx, directory, people)
  const resolved: Contact[] = []
  for (const person of people) resolved.push(await resolveContact(tx, directory, person))
  // A merge or a new name may have replaced a contact that was resolved earlier in this batch.
  return resolved.map((contact) => directory.contacts.get(directory.forwarded.get(contact.id) ?? contact.id) ?? contact)
}

type Directory = {
  byKey: Map<string, string>
  contacts: Map<string, Contact>
  /** From the id of a contact that was merged away to the one that is left. */
  forwarded: Map<string, string>
}

async function loadDirectory(tx: WorkspaceStore, people: readonly Person[]): Promise<Directory> {
  const values = [...new Set(people.flatMap((person) => searchKeys(person).map(({ value }) => value)))]
  const identities = await tx.contactIdentities.find({ where: { value: { in: values } }, limit: values.length * 3 + 1 })
  const contacts = await tx.contacts.getMany([...new Set(identities.map(({ contactId }) => contactId))])
  return {
    byKey: new Map(identities.map((identity) => [keyText(identity), identity.contactId])),
    contacts: new Map(contacts.map((contact) => [contact.id, contact])),
    forwarded: new Map(),
  }
}

/** All people whom nobody has heard of, in two statements. */
async function createStrangers(tx: WorkspaceStore, directory: Directory, people: readonly Person[]): Promise<void> {
  const strangers: Person[] = []
  const named = new Set<string>()
  for (const person of people) {
    const keys = searchKeys(person).map(keyText)
    // Nobody can find again who has no key: such a person is made where they are needed, once.
    if (keys.length === 0) continue
    if (keys.some((key) => directory.byKey.has(key) || named.has(key))) continue
    strangers.push(person)
    for (const key of keys) named.add(key)
  }
  const contacts = await tx.contacts.insertMany(strangers.map(contactRow))
  for (const contact of contacts) directory.contacts.set(contact.id, contact)
  await storeKeys(
    tx,
    directory,
    strangers.flatMap((person, index) => ownKeys(person).map((key) => ({ ...key, contactId: contacts[index]!.id }))),
  )
}

function contactRow(person: Person) {
  const fields = {
    name: null,
    profileName: person.profileName ?? null,
    username: person.username ?? null,
    phone: person.phone ? `+${person.phone}` : null,
  }
  return {
    ...fields,
    displayName: displayNameOf(fields, person.bsuid),
    tags: [],
    fields: {},
    optIn: { status: 'unknown' as const, at: null, source: null },
  }
}

async function storeKeys(
  tx: WorkspaceStore,
  directory: Directory,
  keys: readonly (Key & { contactId: string })[],
): Promise<void> {
  const inserted = await tx.contactIdentities.insertMany(keys, { ifTaken: 'skip' })
  if (inserted.length < keys.length) throw new IdentityRace()
  for (const key of keys) directory.byKey.set(keyText(key), key.contactId)
}

/** The first match names the contact; whoever else matches is the same person. Nobody matches only without any key. */
async function resolveContact(tx: WorkspaceStore, directory: Directory, person: Person): Promise<Contact> {
  const matches = [...new Set(searchKeys(person).flatMap((key) => directory.byKey.get(keyText(key)) ?? []))]
  const contact = directory.contacts.get(matches[0] ?? '') ?? (await tx.contacts.insert(contactRow(person)))
  for (const other of matches.slice(1)) await absorb(tx, directory, contact, other)
  const news = ownKeys(person).filter((key) => !directory.byKey.has(keyText(key)))
  await storeKeys(
    tx,
    directory,
    news.map((key) => ({ ...key, contactId: contact.id })),
  )
  return refreshProfile(tx, directory, contact, person)
}

async function refreshProfile(tx: WorkspaceStore, directory: Directory, contact: Contact, person: Person) {
  const newsOf = (known: Contact): Partial<Contact> => ({
    ...(person.profileName && person.profileName !== known.profileName ? { profileName: person.profileName } : {}),
    ...(person.username && person.username !== known.username ? { username: person.username } : {}),
    ...(person.phone && !known.phone ? { phone: `+${person.phone}` } : {}),
  })
  if (Object.keys(newsOf(contact)).length === 0) return contact
  const { after } = await renameContact(tx, contact, newsOf)
  directory.contacts.set(after.id, after)
  return after
}

/** Others may change the same person at the same moment; each try reads them afresh. */
const tries = 8

/**
 * Stores changed names or numbers together with the copies that conversations and leads carry. `changeOf` sees the person as
 * they are: what it takes over from there, such as fields that are not named, is never older than that. Of a person who is
 * gone, nothing is changed.
 */
export async function renameContact(
  tx: WorkspaceStore,
  known: Contact,
  changeOf: (before: Contact) => Partial<Contact>,
): Promise<{ before: Contact; after: Contact }> {
  let before: Contact | undefined = known
  for (let attempt = 0; attempt < tries && before; attempt++) {
    const set = changeOf(before)
    const now = { ...before, ...set }
    const displayName = displayNameOf(now, now.displayName)
    const onlyIf = { updatedAt: before.updatedAt }
    const after = await tx.contacts.update(known.id, { ...set, displayName }, { onlyIf })
    if (after) {
      await renameCopies(tx, after)
      return { before, after }
    }
    before = await tx.contacts.get(known.id)
  }
  if (before) throw new AppError('request.conflict')
  return { before: known, after: { ...known, ...changeOf(known) } }
}

async function renameCopies(tx: WorkspaceStore, { id: contactId, displayName, phone }: Contact): Promise<void> {
  const whole = wholeStoreOf(tx)
  const copies = { contactName: displayName, contactPhone: phone }
  await whole.conversations.updateWhere({ contactId }, copies, { limit: 1000 })
  await whole.leads.updateWhere({ contactId, contactName: { not: displayName } }, { contactName: displayName })
}

async function absorb(tx: WorkspaceStore, directory: Directory, keep: Contact, otherId: string): Promise<void> {
  await mergeContacts(tx, keep.id, otherId)
  for (const [key, id] of directory.byKey) if (id === otherId) directory.byKey.set(key, keep.id)
  directory.forwarded.set(otherId, keep.id)
  directory.contacts.delete(otherId)
}

/** What lists show: the business's own name for the person, then the person's own, then whatever identifies them. */
export function displayNameOf(
  contact: Pick<Contact, 'name' | 'profileName' | 'username' | 'phone'>,
  fallback?: string,
): string {
  const username = contact.username ? `@${contact.username}` : null
  const [name, profileName] = [contact.name, contact.profileName].map((given) => given && readable(given))
  return name || profileName || username || contact.phone || tail(fallback) || 'Unknown'
}

/** On one line and in one direction: a name must not be able to write the sentence that it stands in anew. */
const readable = (name: string) =>
  name.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\s]+/gu, ' ').trim()

const tail = (id: string | undefined) => (id && id.length > 12 ? `…${id.slice(-6)}` : id)

/** The identifiers as this person states them. */
function ownKeys({ bsuid, parentBsuid, phone }: Person): Key[] {
  return [
    ...(bsuid ? [{ kind: 'bsuid', value: bsuid } as const] : []),
    ...(parentBsuid ? [{ kind: 'parent_bsuid', value: parentBsuid } as const] : []),
    ...(phone ? [{ kind: 'phone', value: phone } as const] : []),
  ]
}

/** The same, and the other spelling that Brazilian and Mexican numbers have. */
function searchKeys(person: Person): Key[] {
  const variants = person.phone ? phoneVariants(person.phone).filter((value) => value !== person.phone) : []
  return [...ownKeys(person), ...variants.map((value) => ({ kind: 'phone', value }) as const)]
}

const keyText = ({ kind, value }: Key) => `${kind}:${value}`
