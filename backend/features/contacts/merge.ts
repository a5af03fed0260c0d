import type { Contact, WorkspaceStore } from '../../model/index.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'
import { moveChats, separateChats } from './merge-chats.ts'

/** What the kept contact may take over from the other. */
const adoptable = [
  'name',
  'profileName',
  'phone',
  'username',
  'email',
  'language',
  'marketingStoppedAt',
  'marketingHold',
  'blockedAt',
] as const

/**
 * Everything of `otherId` becomes part of `keepId`; messages keep their order because they are sorted by time. What moved
 * is written down, so that a person can take the merge back.
 */
export async function mergeContacts(limited: WorkspaceStore, keepId: string, otherId: string): Promise<void> {
  // Nobody's conversation stays behind because the one who merges does not see it.
  const tx = wholeStoreOf(limited)
  if (keepId === otherId) return
  // A change of nothing keeps both as they are until the end: what somebody else writes meanwhile waits for it.
  const both = await tx.contacts.updateEach([{ id: keepId }, { id: otherId }])
  const [keep, other] = [keepId, otherId].map((id) => both.find((one) => one.id === id))
  if (!other || !keep) return
  const identities = await tx.contactIdentities.updateWhere({ contactId: otherId }, { contactId: keepId })
  const leads = await tx.leads.updateWhere({ contactId: otherId }, { contactId: keepId, contactName: keep.displayName })
  const conversations = await moveChats(tx, keepId, otherId)
  const merges = await tx.contactMerges.updateWhere({ keptId: otherId }, { keptId: keepId })
  await tx.contactMerges.insert({
    keptId: keepId,
    removed: other,
    before: keep,
    identityIds: identities.map(({ id }) => id),
    leadIds: leads.map(({ id }) => id),
    mergeIds: merges.map(({ id }) => id),
    conversations,
  })
  await tx.contacts.remove(otherId)
  await tx.contacts.update(keepId, together(keep, other))
}

/** What the kept contact does not know is taken over; what both know stays as the kept one has it. */
function together(keep: Contact, other: Contact): Partial<Contact> {
  // A "no" counts more than a "yes", and a "yes" more than nothing.
  const optIn = other.optIn.status === 'opted_out' || keep.optIn.status === 'unknown' ? other.optIn : keep.optIn
  return {
    ...Object.fromEntries(adoptable.map((field) => [field, keep[field] ?? other[field]])),
    tags: [...new Set([...keep.tags, ...other.tags])],
    fields: { ...other.fields, ...keep.fields },
    optIn,
    optInStatus: optIn.status,
  }
}

/** What the kept contact has from the other and nobody changed since. */
function apart(now: Contact, before: Contact, other: Contact): Partial<Contact> {
  const joined = together(before, other)
  const given = (field: string) => field in other.fields && !(field in before.fields)
  const isAsLeft = JSON.stringify(now.optIn) === JSON.stringify(joined.optIn)
  return {
    ...Object.fromEntries(
      adoptable.filter((field) => now[field] === joined[field]).map((field) => [field, before[field]]),
    ),
    tags: now.tags.filter((tag) => before.tags.includes(tag) || !other.tags.includes(tag)),
    fields: Object.fromEntries(
      Object.entries(now.fields).filter(([field, value]) => !given(field) || value !== other.fields[field]),
    ),
    ...(isAsLeft ? { optIn: before.optIn, optInStatus: before.optInStatus } : {}),
  }
}

export type Separated = { restored: Contact; kept: Contact; setOf: (kept: Contact) => Partial<Contact> }

/** Makes two contacts of one again; what came since the merge stays with the kept one, which is still to be changed by `setOf`. */
export async function unmergeContacts(limited: WorkspaceStore, mergeId: string): Promise<Separated | undefined> {
  const tx = wholeStoreOf(limited)
  const merge = await tx.contactMerges.get(mergeId)
  const kept = merge && (await tx.contacts.get(merge.keptId))
  if (!kept) return undefined
  const { keptId, identityIds, leadIds, mergeIds } = merge
  const removed = merge.removed as Contact
  const restored = await tx.contacts.restore(removed)
  const contactId = restored.id
  const onlyIf = { contactId: keptId }
  await tx.contactIdentities.updateEach(identityIds.map((id) => ({ id, set: { contactId }, onlyIf })))
  await tx.leads.updateEach(
    leadIds.map((id) => ({ id, set: { contactId, contactName: restored.displayName }, onlyIf })),
  )
  await separateChats(tx, merge, contactId)
  await tx.contactMerges.updateEach(mergeIds.map((id) => ({ id, set: { keptId: contactId }, onlyIf: { keptId } })))
  await tx.contactMerges.remove(mergeId)
  return { restored, kept, setOf: (now) => apart(now, merge.before as Contact, removed) }
}
