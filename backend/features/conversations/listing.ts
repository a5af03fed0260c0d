import { mostCounted, type conversations as routes } from '../../contract/conversations.ts'
import type { Parsed } from '../../contract/route.ts'
import type { ViewFilter } from '../../contract/saved-views.ts'
import type { Pagination } from '../../contract/values.ts'
import type { Context } from '../../feature.ts'
import type { Conversation } from '../../model/index.ts'
import type { Tests } from '../../platform/store/store.ts'
import { readPage, writeCursor } from '../pages.ts'
import { findIdsOf, keepMatching } from '../segments/audience.ts'
import { getSegment } from '../segments/segments.ts'
import { withMarks } from './marks.ts'
import { presentRows } from './rows.ts'

type Query = Parsed<typeof routes.list>['query']
type Filter = Omit<ViewFilter, 'unread'> & { contactId?: string | undefined; noneUnread?: boolean }
type PageRequest = Pick<Query, 'limit' | 'cursor' | 'page'>
type Page = { rows: Conversation[]; pagination: Pagination }

const latestFirst = ['lastMessageAt', 'desc'] as const

export async function listConversations(context: Context, query: Query) {
  const { unread, unreadByMe, snoozed, segment, ...rest } = query
  const where = {
    ...whereOf(context, { ...rest, ...(snoozed ? { snoozed: true } : {}) }),
    ...(unread === undefined ? {} : { unreadCount: unread ? { gt: 0 } : 0 }),
  }
  const { rows, pagination } = await readRows(context, { unread: unreadByMe !== undefined, segment }, query, where)
  return { conversations: await presentRows(context, rows), pagination }
}

/** What stands beside the boxes of the inbox: the same chats as their lists have, counted no further than is shown. */
export async function countBoxes(context: Context) {
  const count = (filter: Filter) => context.store.conversations.count(whereOf(context, filter), undefined, mostCounted)
  const [mine, unassigned, needsReply, snoozed] = await Promise.all([
    count({ status: 'open', assignedTo: 'me' }),
    count({ status: 'open', assignedTo: 'none' }),
    count({ status: 'open', needsReply: true }),
    count({ snoozed: true }),
  ])
  return { mine, unassigned, needsReply, snoozed }
}

/** A page of what a saved view shows, for work over all of its chats. */
export async function readView(context: Context, filter: ViewFilter, page: PageRequest): Promise<Page> {
  const { unread = false, search, segment, ...rest } = filter
  return readRows(context, { unread, segment }, { ...page, search }, whereOf(context, rest))
}

type Where = ReturnType<typeof whereOf> & { unreadCount?: number | { gt: number } }
/** What no column of a chat tells. */
type Hidden = { unread: boolean; segment: string | undefined }

async function readRows(context: Context, { unread, segment }: Hidden, page: Searched, where: Where): Promise<Page> {
  const audience = segment === undefined ? undefined : await findAudience(context, segment)
  const named = audience?.ids && !where.contactId ? { contactId: { in: audience.ids } } : undefined
  const keeps: Keep[] = [
    ...(unread ? [(rows: Conversation[]) => keepUnread(context, rows)] : []),
    ...(audience && !named ? [audience.keep] : []),
  ]
  const tests = { ...where, ...named, ...(unread ? { inboundCount: { gt: 0 } } : {}) }
  if (keeps.length > 0) return readKept(context, page, tests, keeps)
  return readPage(context.store.conversations, page, { where: tests, search: page.search, sort: latestFirst })
}

/** A handful of people is named to the store; among many, the latest chats are looked through. */
async function findAudience(context: Context, segmentId: string) {
  const { filter, count } = await getSegment(context, segmentId)
  const keep: Keep = async (rows) => {
    const contacts = await context.store.contacts.getMany([...new Set(rows.map(({ contactId }) => contactId))])
    const passing = new Set((await keepMatching(context, filter, contacts)).map(({ id }) => id))
    return rows.filter(({ contactId }) => passing.has(contactId))
  }
  return { ids: count <= mostNamed ? await findIdsOf(context, filter, mostNamed) : undefined, keep }
}

function whereOf({ user, now }: Context, filter: Filter) {
  const { status, assignedTo, tag, channelId, contactId, needsReply, snoozed } = filter
  const assignee = { me: user?.id ?? null, none: null }[assignedTo ?? ''] ?? assignedTo
  return {
    ...(status ? { status } : {}),
    ...(assignedTo === undefined ? {} : { assignedTo: assignedTo === 'none' ? null : assignee }),
    ...(tag ? { tags: { has: tag } } : {}),
    ...(channelId ? { channelId } : {}),
    ...(contactId ? { contactId } : {}),
    ...(needsReply === undefined ? {} : { needsReply }),
    ...(snoozed ? { snoozedUntil: { gt: now().toISOString() } } : {}),
  }
}

/** Chats that are looked at together: few at first, since what is unread is mostly recent, then more. */
const [fewest, most] = [100, 800]

/** Contacts of a segment that are worth naming in a question about their chats. */
const mostNamed = 1000

type Searched = PageRequest & { search?: string | undefined }
type Keep = (rows: Conversation[]) => Promise<Conversation[]>

async function keepUnread(context: Context, rows: Conversation[]): Promise<Conversation[]> {
  const marked = await withMarks(context, rows)
  return rows.filter((_, index) => (marked[index]!.unreadByMe ?? 0) > 0)
}

/**
 * What a person has not read, and who is in a segment, is no column of the chat, so the latest chats are read and the others
 * left out, until the page is full or no chat is left.
 */
async function readKept(
  context: Context,
  { limit, cursor, search }: Searched,
  where: Tests<Conversation>,
  keeps: readonly Keep[],
): Promise<Page> {
  const found: Conversation[] = []
  let next: string | null = cursor ?? null
  for (let step = fewest; ; step = Math.min(step * 2, most)) {
    const page: Page = await readPage(
      context.store.conversations,
      { limit: step, cursor: next ?? undefined },
      { where, search, sort: latestFirst },
    )
    let { rows } = page
    for (const keep of keeps) if (rows.length > 0) rows = await keep(rows)
    for (const row of rows) {
      found.push(row)
      if (found.length === limit) {
        const nextCursor = writeCursor(row, 'lastMessageAt')
        return { rows: found, pagination: { limit, nextCursor } }
      }
    }
    next = page.pagination.nextCursor
    if (next === null) return { rows: found, pagination: { limit, nextCursor: null } }
  }
}
