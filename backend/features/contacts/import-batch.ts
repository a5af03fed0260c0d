import type { ImportOptions } from '../../contract/contact-import.ts'
import type { OptIn } from '../../contract/contacts.ts'
import type { Context } from '../../feature.ts'
import type { Contact, WorkspaceStore } from '../../model/index.ts'
import { phoneVariants } from '../../platform/channel/channel.ts'
import { changeEach } from '../change-each.ts'
import { displayNameOf, IdentityRace } from './identity.ts'
import type { ImportedContact } from './import-row.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'

export type BatchResult = { created: number; updated: number; skipped: number }
type Options = Pick<ImportOptions, 'existing' | 'tags' | 'optInSource'>

/** A number that a webhook brings at the same moment makes the transaction of a batch run again. */
export async function repeatOnRace<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof IdentityRace) || attempt === 5) throw error
    }
  }
}

/** What `writeRows` would do; `seen` are the numbers of earlier rows. */
export async function countBatch(
  { store }: Context,
  rows: readonly ImportedContact[],
  { existing }: Options,
  seen: Set<string>,
): Promise<BatchResult> {
  const owners = await findOwners(store, rows)
  let created = 0
  for (const { phone } of rows) {
    const spellings = phoneVariants(phone)
    const isKnown = spellings.some((spelling) => owners.has(spelling) || seen.has(spelling))
    if (!isKnown) created++
    for (const spelling of [phone, ...spellings]) seen.add(spelling)
  }
  const known = rows.length - created
  return existing === 'update' ? { created, updated: known, skipped: 0 } : { created, updated: 0, skipped: known }
}

export async function writeRows(
  tx: WorkspaceStore,
  now: Date,
  rows: readonly ImportedContact[],
  options: Options & { importId: string },
): Promise<BatchResult> {
  const owners = await findOwners(tx, rows)
  const strangers = new Map<string, ImportedContact>()
  const known: { id: string; row: ImportedContact }[] = []
  let repeated = 0
  for (const row of rows) {
    const spellings = [row.phone, ...phoneVariants(row.phone)]
    const id = spellings.flatMap((spelling) => owners.get(spelling) ?? [])[0]
    const twin = spellings.find((spelling) => strangers.has(spelling))
    if (id) known.push({ id, row })
    else if (twin) {
      repeated++
      if (options.existing === 'update') strangers.set(twin, joinRows(strangers.get(twin)!, row))
    } else strangers.set(row.phone, row)
  }
  await insertStrangers(tx, now, [...strangers.values()], options)
  if (options.existing === 'update') await updateKnown(tx, now, known, options)
  const others = known.length + repeated
  return {
    created: strangers.size,
    updated: options.existing === 'update' ? others : 0,
    skipped: options.existing === 'skip' ? others : 0,
  }
}

/** From each spelling of a number to the contact that has it. */
async function findOwners(store: WorkspaceStore, rows: readonly ImportedContact[]): Promise<Map<string, string>> {
  const values = [...new Set(rows.flatMap(({ phone }) => [phone, ...phoneVariants(phone)]))]
  if (values.length === 0) return new Map()
  const where = { kind: 'phone' as const, value: { in: values } }
  const identities = await store.contactIdentities.find({ where, limit: values.length })
  return new Map(identities.map(({ value, contactId }) => [value, contactId]))
}

function joinRows(first: ImportedContact, later: ImportedContact): ImportedContact {
  return {
    ...first,
    ...later,
    phone: first.phone,
    tags: [...new Set([...first.tags, ...later.tags])],
    fields: { ...first.fields, ...later.fields },
  }
}

async function insertStrangers(
  tx: WorkspaceStore,
  now: Date,
  rows: readonly ImportedContact[],
  options: Options & { importId: string },
) {
  const contacts = await tx.contacts.insertMany(
    rows.map((row) => {
      const names = { name: row.name ?? null, profileName: null, username: null, phone: `+${row.phone}` }
      return {
        ...names,
        displayName: displayNameOf(names),
        email: row.email ?? null,
        language: row.language ?? null,
        tags: [...new Set([...row.tags, ...options.tags])],
        fields: row.fields,
        importId: options.importId,
        ...optInOf(row, options, now),
      }
    }),
  )
  const keys = contacts.map(({ id }, index) => ({ kind: 'phone' as const, value: rows[index]!.phone, contactId: id }))
  const inserted = await tx.contactIdentities.insertMany(keys, { ifTaken: 'skip' })
  if (inserted.length < keys.length) throw new IdentityRace()
}

async function updateKnown(
  tx: WorkspaceStore,
  now: Date,
  rows: readonly { id: string; row: ImportedContact }[],
  options: Options,
) {
  const given = Map.groupBy(rows, ({ id }) => id)
  const pairs = await changeEach(tx.contacts, [...given.keys()], (before) => {
    const { name, displayName, email, language, tags, fields, optIn, optInStatus } = given
      .get(before.id)!
      .reduce((contact, { row }) => changed(contact, row, options, now), before)
    return { name, displayName, email, language, tags, fields, optIn, optInStatus }
  })
  for (const { before, after } of pairs)
    if (before.displayName !== after.displayName)
      await wholeStoreOf(tx).conversations.updateWhere(
        { contactId: after.id },
        { contactName: after.displayName },
        { limit: 1000 },
      )
}

function changed(contact: Contact, row: ImportedContact, options: Options, now: Date): Contact {
  const name = row.name ?? contact.name
  return {
    ...contact,
    name,
    displayName: displayNameOf({ ...contact, name }, contact.displayName),
    email: row.email ?? contact.email,
    language: row.language ?? contact.language,
    tags: [...new Set([...contact.tags, ...row.tags, ...options.tags])],
    fields: { ...contact.fields, ...row.fields },
    ...nextOptIn(contact, row, options, now),
  }
}

/** A file cannot take back somebody's "no", and what it does not know stays as it was. */
function nextOptIn(contact: Contact, row: ImportedContact, options: Options, now: Date) {
  const next = optInOf(row, options, now)
  if (next.optInStatus === 'unknown' || next.optInStatus === contact.optInStatus) return {}
  return contact.optInStatus === 'opted_out' ? {} : next
}

function optInOf(row: ImportedContact, { optInSource }: Options, now: Date) {
  const status: OptIn['status'] = row.optIn ?? (optInSource ? 'opted_in' : 'unknown')
  const isKnown = status !== 'unknown'
  const optIn = { status, at: isKnown ? now.toISOString() : null, source: isKnown ? (optInSource ?? 'import') : null }
  return { optInStatus: status, optIn }
}
