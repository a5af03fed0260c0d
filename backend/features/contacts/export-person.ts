import { Readable } from 'node:stream'
import type { Context } from '../../feature.ts'
import type { Conversation, WorkspaceStore } from '../../model/index.ts'
import { recordDeed } from '../audit/record.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'
import { getContact } from './contacts.ts'
import { eachMessageOf, filesOfMessages } from './belongings.ts'

/** Kept for our own work and no information about the person. */
const internal = new Set([
  'workspaceId',
  'searchText',
  'rank',
  'leaseUntil',
  'idempotencyKey',
  'attempt',
  'providerMediaId',
  'providerExpiresAt',
])

/** Everything that is known about one person as JSON, written while it is read: a chat of years needs little memory. */
export async function exportPerson(context: Context, id: string): Promise<Readable> {
  const store = wholeStoreOf(context.store)
  const contact = await getContact({ store }, id)
  // Before the first byte: an export that broke off was one too.
  await recordDeed(context, { action: 'contact.exported', subject: { id } })
  return Readable.from(write(store, contact, context.now()))
}

async function* write(store: WorkspaceStore, contact: { id: string }, now: Date): AsyncGenerator<string> {
  const where = { contactId: contact.id }
  const [identities, merges, leads, conversations] = await Promise.all([
    store.contactIdentities.find({ where, limit: 1000 }),
    store.contactMerges.find({ where: { keptId: contact.id }, limit: 1000 }),
    store.leads.find({ where, limit: 1000 }),
    store.conversations.find({ where, limit: 1000 }),
  ])
  const history = await store.leadEvents.find({ where: { leadId: { in: leads.map(({ id }) => id) } }, limit: 10_000 })
  const head = { exportedAt: now.toISOString(), contact, identities, mergedFrom: merges.map(({ removed }) => removed) }
  yield `${text({ ...head, leads, leadHistory: history }).slice(0, -1)},"conversations":[`
  for (const [index, conversation] of conversations.entries()) {
    if (index > 0) yield ','
    yield* writeConversation(store, conversation)
  }
  yield ']}\n'
}

async function* writeConversation(store: WorkspaceStore, conversation: Conversation): AsyncGenerator<string> {
  const of = { conversationId: conversation.id }
  const [entries, reminders, scheduled] = await Promise.all([
    store.threadEntries.find({ where: of, sort: ['createdAt', 'asc'], limit: 100_000 }),
    store.reminders.find({ where: of, limit: 1000 }),
    store.scheduledMessages.find({ where: of, limit: 1000 }),
  ])
  yield `${text({ ...conversation, notesAndActivity: entries, reminders, scheduled }).slice(0, -1)},"messages":[`
  let isFirst = true
  for await (const page of eachMessageOf(store, conversation.id)) {
    const files = Map.groupBy(await filesOfMessages(store, page), ({ messageId }) => messageId)
    for (const message of page) {
      const own = (files.get(message.id) ?? []).map((file) => ({ ...file, url: `/api/media/${file.id}/file` }))
      yield `${isFirst ? '' : ','}\n${text({ ...message, files: own })}`
      isFirst = false
    }
  }
  yield ']}'
}

const text = (value: object) =>
  JSON.stringify(value, (name, inner: unknown) => (internal.has(name) ? undefined : inner))
