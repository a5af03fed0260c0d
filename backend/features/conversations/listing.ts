import type { conversations as routes } from '../../contract/conversations.ts'
import type { Parsed } from '../../contract/route.ts'
import type { ViewFilter } from '../../contract/saved-views.ts'
import type { Pagination } from '../../contract/values.ts'
import type { Context } from '../../feature.ts'
import type { Conversation } from '../../model/index.ts'
import { readPage, writeCursor } from '../pages.ts'
import { withMarks } from './marks.ts'

type Query = Parsed<typeof routes.list>['query']
type Filter = Omit<ViewFilter, 'unread'> & { contactId?: string | undefined; noneUnread?: boolean }
type PageRequest = Pick<Query, 'limit' | 'cursor' | 'page'>
type Page = { rows: Conversation[]; pagination: Pagination }

const latestFirst = ['lastMessageAt', 'desc'] as const

export async function listConversations(context: Context, query: Query) {
  const { unread, unreadByMe, snoozed, ...rest } = query
  const where = {
    ...whereOf(context, { ...rest, ...(snoozed ? { snoozed: true } : {}) }),
    ...(unread === undefined ? {} : { unreadCount: unread ? { gt: 0 } : 0 }),
  }
  const { rows, pagination } = unreadByMe
    ? await readUnread(context, query, where)
    : await readPage(context.store.conversations, query, { where, search: query.search, sort: latestFirst })
  return { conversations: await withMarks(context, rows), pagination }
}

/** A page of what a saved view shows, for work over all of its chats. */
export async function readView(context: Context, filter: ViewFilter, page: PageRequest): Promise<Page> {
  const { unread, search, ...rest } = filter
  const where = whereOf(context, rest)
  if (unread) return readUnread(context, { ...page, search }, where)
  return readPage(context.store.conversations, page, { where, search, sort: latestFirst })
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

/** So many chats are looked at for one page; an answer then says where to go on, with what was found until there. */
const mostLookedAt = 600
const step = 100

/** What a person has not read is no column of the chat, so the latest chats are read and those with a mark left out. */
async function readUnread(
  context: Context,
  { limit, cursor, search }: PageRequest & { search?: string | undefined },
  where: ReturnType<typeof whereOf>,
): Promise<Page> {
  const found: Conversation[] = []
  let next: string | null = cursor ?? null
  for (let looked = 0; looked < mostLookedAt; looked += step) {
    const page: Page = await readPage(
      context.store.conversations,
      { limit: step, cursor: next ?? undefined },
      { where: { ...where, inboundCount: { gt: 0 } }, search, sort: latestFirst },
    )
    const marked = await withMarks(context, page.rows)
    for (const [index, { unreadByMe = 0 }] of marked.entries()) {
      if (unreadByMe === 0) continue
      found.push(page.rows[index]!)
      if (found.length === limit) {
        const nextCursor = writeCursor(page.rows[index]!, 'lastMessageAt')
        return { rows: found, pagination: { limit, nextCursor } }
      }
    }
    next = page.pagination.nextCursor
    if (next === null) break
  }
  return { rows: found, pagination: { limit, nextCursor: next } }
}
