import { search as routes, type SearchGroup, type SearchHit } from '../../contract/search.ts'
import type { Parsed } from '../../contract/route.ts'
import { implement, type Context } from '../../feature.ts'
import { searchTextOf } from '../../platform/channel/channel.ts'
import { searchWords } from '../../platform/store/store.ts'
import { readPage } from '../pages.ts'
import { snippetOf } from './snippet.ts'

type Query = Parsed<typeof routes.find>['query']
type Found = { hits: SearchHit[]; nextCursor: string | null }
type Search = (context: Context, query: Query, words: string[]) => Promise<Found>

/** People come first: whoever types a name wants the person. */
const searches: Record<SearchGroup, Search> = {
  contacts: searchContacts,
  messages: searchMessages,
  notes: searchNotes,
}

async function searchAll(context: Context, query: Query) {
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
  const { store } = context
  const { rows, pagination } = await readPage(store.messages, query, {
    where: {},
    search: query.q,
    sort: ['sentAt', 'desc'],
  })
  const names = await namesOf(context, rows)
  const hits = rows.flatMap(({ id, conversationId, contactId, type, content, sentAt, direction }) => {
    const snippet = snippetOf(searchTextOf(type, content), words)
    return {
      id,
      conversationId,
      contactId,
      contactName: names.get(conversationId) ?? '',
      ...snippet,
      at: sentAt,
      direction,
    }
  })
  return { hits, nextCursor: pagination.nextCursor }
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

export const search = implement(routes, { find: (context, { query }) => searchAll(context, query) })
