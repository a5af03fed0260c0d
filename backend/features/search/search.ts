import { search as routes, type SearchGroup, type SearchHit } from '../../contract/search.ts'
import type { Parsed } from '../../contract/route.ts'
import { implement, type Context } from '../../feature.ts'
import { searchTextOf } from '../../platform/channel/channel.ts'
import { searchWords } from '../../platform/store/store.ts'
import type { Message } from '../../model/index.ts'
import { readCursor, readPage, writeCursor } from '../pages.ts'
import { findInSlices } from './slices.ts'
import { snippetOf } from './snippet.ts'

type Query = Parsed<typeof routes.find>['query']
type Found = { hits: SearchHit[]; nextCursor: string | null }
type Search = (context: Context, query: Query, words: string[]) => Promise<Found>
/** Whether the store has an index of texts, or reads them one by one. */
type Options = { inSlices: boolean }

async function searchAll(context: Context, query: Query, { inSlices }: Options) {
  // People come first: whoever types a name wants the person.
  const searches: Record<SearchGroup, Search> = {
    contacts: searchContacts,
    messages: inSlices ? searchSlices : searchMessages,
    notes: searchNotes,
  }
  const words = searchWords(query.q)
  const wanted = query.group ? [query.group] : (Object.keys(searches) as SearchGroup[])
  const page = query.group ? query : { ...query, cursor: undefined }
  const groups = await Promise.all(
    wanted.map(async (group) => ({ group, ...(await searches[group](context, page, words)) })),
  )
  return { groups }
}

async function searchContacts(context: Context, query: Query, words: string[]): Promise<Found> {
  const { store } = context
  const { rows, pagination } = await readPage(store.contacts, query, {
    where: {},
    search: query.q,
    sort: ['displayName', 'asc'],
  })
  const chats = await store.conversations.find({ where: { contactId: { in: rows.map(({ id }) => id) } }, limit: 200 })
  const hits = rows.map((contact) => ({
    id: contact.id,
    conversationId: chats.find(({ contactId }) => contactId === contact.id)?.id ?? null,
    contactId: contact.id,
    contactName: contact.displayName,
    ...snippetOf([contact.phone, contact.email, contact.username].filter(Boolean).join(' · '), words),
    at: contact.updatedAt,
    direction: null,
  }))
  return { hits, nextCursor: pagination.nextCursor }
}

async function searchMessages(context: Context, query: Query, words: string[]): Promise<Found> {
  const { rows, pagination } = await readPage(context.store.messages, query, {
    where: {},
    search: query.q,
    sort: ['sentAt', 'desc'],
  })
  return { hits: await messageHits(context, rows, words), nextCursor: pagination.nextCursor }
}

async function searchSlices(context: Context, { q, limit, cursor }: Query, words: string[]): Promise<Found> {
  const after = cursor ? { after: readCursor(cursor) } : {}
  const rows = await findInSlices(context.store.messages, { search: q, limit: limit + 1, ...after })
  const shown = rows.slice(0, limit)
  const nextCursor = rows.length > limit ? writeCursor(shown.at(-1)!, 'sentAt') : null
  return { hits: await messageHits(context, shown, words), nextCursor }
}

async function messageHits(context: Context, rows: readonly Message[], words: string[]): Promise<SearchHit[]> {
  const names = await namesOf(context, rows)
  return rows.map(({ id, conversationId, contactId, type, content, sentAt, direction }) => ({
    id,
    conversationId,
    contactId,
    contactName: names.get(conversationId) ?? '',
    ...snippetOf(searchTextOf(type, content), words),
    at: sentAt,
    direction,
  }))
}

async function searchNotes(context: Context, query: Query, words: string[]): Promise<Found> {
  const { store } = context
  const { rows, pagination } = await readPage(store.threadEntries, query, {
    where: { kind: 'note' },
    search: query.q,
    sort: ['createdAt', 'desc'],
  })
  const chats = await store.conversations.getMany([...new Set(rows.map(({ conversationId }) => conversationId))])
  const chatOf = new Map(chats.map((chat) => [chat.id, chat]))
  const hits = rows.flatMap(({ id, conversationId, text, createdAt }) => {
    const chat = chatOf.get(conversationId)
    if (!chat) return []
    const snippet = snippetOf(text ?? '', words)
    const { contactId, contactName } = chat
    return [{ id, conversationId, contactId, contactName, ...snippet, at: createdAt, direction: null }]
  })
  return { hits, nextCursor: pagination.nextCursor }
}

async function namesOf({ store }: Context, rows: readonly { conversationId: string }[]): Promise<Map<string, string>> {
  const chats = await store.conversations.getMany([...new Set(rows.map(({ conversationId }) => conversationId))])
  return new Map(chats.map(({ id, contactName }) => [id, contactName]))
}

export const createSearch = (options: Options) =>
  implement(routes, { find: (context, { query }) => searchAll(context, query, options) })
