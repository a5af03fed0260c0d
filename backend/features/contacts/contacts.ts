import { contacts as routes, type ContactDetails } from '../../contract/contacts.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { Contact, Conversation } from '../../model/index.ts'
import { recordDeed } from '../audit/record.ts'
import { readPage } from '../pages.ts'
import { queueTags } from '../triggers/triggers.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'
import { phoneVariants } from '../../platform/channel/channel.ts'
import type { BlockAtProvider } from './blocking.ts'
import { sourceOf, testsOf } from './find-contacts.ts'
import { changeEach } from '../change-each.ts'
import { displayNameOf, renameContact } from './identity.ts'
import { mergeContacts, unmergeContacts } from './merge.ts'
import { readPhone } from './phone.ts'
import { eraseContact, type EraseDeps } from './erase.ts'

type Fields = Parsed<typeof routes.update>['body']
type Deps = EraseDeps & { blockAtProvider: BlockAtProvider }

const sorts = { name: ['displayName', 'asc'], created: ['createdAt', 'desc'], updated: ['updatedAt', 'desc'] } as const

async function listContacts(context: Context, query: Parsed<typeof routes.list>['query']) {
  const { rows, pagination } = await readPage(await sourceOf(context, query), query, {
    where: testsOf(query),
    search: query.search,
    sort: sorts[query.sort],
  })
  return { contacts: rows, pagination }
}

export async function getContact({ store }: Pick<Context, 'store'>, id: string): Promise<Contact> {
  const contact = await store.contacts.get(id)
  if (!contact) throw new AppError('contact.not_found')
  return contact
}

async function getContactDetails(context: Context, id: string): Promise<ContactDetails> {
  const contact = await getContact(context, id)
  const { store } = context
  const [identities, merges, conversations] = await Promise.all([
    store.contactIdentities.find({ where: { contactId: id }, sort: ['createdAt', 'asc'], limit: 50 }),
    store.contactMerges.find({ where: { keptId: id }, sort: ['createdAt', 'desc'], limit: 50 }),
    store.conversations.find({ where: { contactId: id }, sort: ['lastMessageAt', 'desc'], limit: 50 }),
  ])
  return {
    ...contact,
    identities,
    merges: merges.map((merge) => ({ id: merge.id, name: String(merge.removed['displayName']), at: merge.createdAt })),
    conversationIds: conversations.map((conversation) => conversation.id),
  }
}

/** The number is an identity too, so a contact made by hand and one made by a webhook are the same. */
export async function createContact(context: Context, input: Fields): Promise<Contact> {
  const phone = await normalisePhone(context, input.phone)
  const contact = await context.store.transaction(async (store) => {
    const fields = { name: input.name ?? null, profileName: null, username: null, phone }
    const created = await store.contacts.insert({
      ...fields,
      displayName: displayNameOf(fields, input.email ?? undefined),
      email: input.email ?? null,
      language: input.language ?? null,
      tags: [...new Set(input.tags)],
      fields: input.fields ?? {},
      ...optInFields(context, input.optIn),
    })
    if (phone) await claimPhone(store, created.id, phone)
    return created
  })
  context.notify({ name: 'contact:updated', payload: { contact } })
  return contact
}

export async function updateContact(context: Context, id: string, input: Fields): Promise<Contact> {
  const known = await getContact(context, id)
  const phone = input.phone === undefined ? undefined : await normalisePhone(context, input.phone)
  const given: Partial<Contact> = {
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(input.email === undefined ? {} : { email: input.email }),
    ...(input.language === undefined ? {} : { language: input.language }),
    ...(input.tags ? { tags: [...new Set(input.tags)] } : {}),
    ...(input.optIn ? optInFields(context, input.optIn) : {}),
    ...(phone === undefined ? {} : { phone }),
  }
  const contact = await context.store.transaction(async (store) => {
    if (phone && phone !== known.phone) await claimPhone(store, id, phone)
    const { before, after } = await renameContact(store, known, ({ fields }) => ({
      ...given,
      // Fields that are not named stay; null removes one.
      ...(input.fields ? { fields: withoutNulls({ ...fields, ...input.fields }) } : {}),
    }))
    await queueTags({ ...context, store }, [{ before: before.tags, after: after.tags, subject: { contactId: id } }])
    return after
  })
  context.notify({ name: 'contact:updated', payload: { contact } })
  return contact
}

async function claimPhone(store: Context['store'], contactId: string, phone: string): Promise<void> {
  const key = { kind: 'phone' as const, value: phone.slice(1) }
  const spellings = phoneVariants(key.value).filter((value) => value !== key.value)
  const twins = spellings.length > 0 ? { kind: key.kind, value: { in: spellings } } : undefined
  const twin = twins && (await store.contactIdentities.first(twins))
  if (twin && twin.contactId !== contactId)
    throw new AppError('contact.phone_taken', { details: { contactId: twin.contactId } })
  const [claimed] = await store.contactIdentities.insertMany([{ ...key, contactId }], { ifTaken: 'skip' })
  const owner = claimed ?? (await store.contactIdentities.first(key))
  if (owner?.contactId !== contactId)
    throw new AppError('contact.phone_taken', { details: { contactId: owner?.contactId } })
}

async function normalisePhone(
  { store, workspaceId }: Context,
  phone: string | null | undefined,
): Promise<string | null> {
  if (!phone) return null
  const workspace = await store.workspaces.get(workspaceId)
  return `+${readPhone(phone, workspace?.settings.defaultCountry ?? null)}`
}

function optInFields({ now }: Context, optIn: Fields['optIn']) {
  const status = optIn?.status ?? 'unknown'
  const at = status === 'unknown' ? null : now().toISOString()
  return { optInStatus: status, optIn: { status, at, source: optIn?.source ?? (at ? 'team' : null) } }
}

function withoutNulls(fields: Contact['fields']): Contact['fields'] {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}

async function tagContacts(context: Context, { contactIds, add, remove }: Parsed<typeof routes.tag>['body']) {
  const gone = new Set(remove)
  const changed = await context.store.transaction(async (store) => {
    const pairs = await changeEach(store.contacts, contactIds, ({ tags }) => {
      const next = [...new Set([...tags, ...add])].filter((tag) => !gone.has(tag))
      return next.join('\n') === tags.join('\n') ? undefined : { tags: next }
    })
    await queueTags(
      { ...context, store },
      pairs.map(({ before, after }) => ({ before: before.tags, after: after.tags, subject: { contactId: after.id } })),
    )
    return pairs
  })
  for (const { after } of changed) context.notify({ name: 'contact:updated', payload: { contact: after } })
  return { changed: changed.length }
}

async function setBlocked(context: Context, deps: Deps, id: string, blocked: boolean): Promise<Contact> {
  await getContact(context, id)
  await deps.blockAtProvider(context, id, blocked)
  const contact = (await context.store.contacts.update(id, {
    blockedAt: blocked ? context.now().toISOString() : null,
  }))!
  context.notify({ name: 'contact:updated', payload: { contact } })
  return contact
}

async function merge(context: Context, id: string, otherId: string): Promise<Contact> {
  if (id === otherId) throw new AppError('contact.merge_same')
  await getContact(context, otherId)
  await getContact(context, id)
  const chats = await chatsOf(context, [otherId])
  const contact = await context.store.transaction(async (store) => {
    await refuseHiddenJoin(store, [id, otherId])
    await mergeContacts(store, id, otherId)
    await recordDeed({ ...context, store }, { action: 'contact.merged', subject: { id } })
    const kept = await getContact({ store }, id)
    return (await renameContact(store, kept, () => ({}))).after
  })
  context.notify({ name: 'contact:removed', payload: { contactId: otherId } })
  context.notify({ name: 'contact:updated', payload: { contact } })
  const kept = await chatsOf(context, [id])
  for (const { id: conversationId, assignedTo } of chats)
    if (!kept.some((chat) => chat.id === conversationId))
      context.notify({ name: 'conversation:removed', payload: { conversationId }, was: assignedTo })
  for (const conversation of kept) context.notify({ name: 'conversation:updated', payload: { conversation } })
  return contact
}

/** Of two chats on one number one is left: it would show what was hidden, or take away what was not. */
async function refuseHiddenJoin(store: Context['store'], contactIds: readonly string[]): Promise<void> {
  const chats = await chatsOf({ store }, contactIds)
  const seen = new Set((await store.conversations.getMany(chats.map((chat) => chat.id))).map((chat) => chat.id))
  const isJoined = (chat: Conversation) => chats.some((one) => one.channelId === chat.channelId && one.id !== chat.id)
  if (chats.some((chat) => !seen.has(chat.id) && isJoined(chat))) throw new AppError('contact.merge_hidden')
}

const chatsOf = ({ store }: Pick<Context, 'store'>, contactIds: readonly string[]) =>
  wholeStoreOf(store).conversations.find({ where: { contactId: { in: contactIds } }, limit: 1000 })

async function unmerge(context: Context, id: string, mergeId: string) {
  const [kept, restored] = await context.store.transaction(async (store) => {
    const merge = await store.contactMerges.get(mergeId)
    const apart = merge?.keptId === id ? await unmergeContacts(store, mergeId) : undefined
    if (!apart) throw new AppError('contact.not_found')
    await recordDeed({ ...context, store }, { action: 'contact.unmerged', subject: { id } })
    return [
      (await renameContact(store, apart.kept, apart.setOf)).after,
      (await renameContact(store, apart.restored, () => ({}))).after,
    ] as const
  })
  for (const contact of [kept, restored]) context.notify({ name: 'contact:updated', payload: { contact } })
  for (const conversation of await chatsOf(context, [kept.id, restored.id]))
    context.notify({ name: 'conversation:updated', payload: { conversation } })
  return { kept, restored }
}

export const createContacts = (deps: Deps) =>
  implement(routes, {
    list: (context, { query }) => listContacts(context, query),
    create: (context, { body }) => createContact(context, body),
    tag: (context, { body }) => tagContacts(context, body),
    get: (context, { params }) => getContactDetails(context, params.contactId),
    update: (context, { params, body }) => updateContact(context, params.contactId, body),
    remove: async (context, { params }) => {
      await eraseContact(context, deps, params.contactId)
      return {}
    },
    block: (context, { params }) => setBlocked(context, deps, params.contactId, true),
    unblock: (context, { params }) => setBlocked(context, deps, params.contactId, false),
    merge: (context, { params, body }) => merge(context, params.contactId, body.contactId),
    unmerge: (context, { params, body }) => unmerge(context, params.contactId, body.mergeId),
  })
