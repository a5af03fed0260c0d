import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { Conversation, ConversationStatus, conversations } from '#contract/conversations.ts'
import type { Request } from '#contract/route.ts'
import type { ViewFilter } from '#contract/saved-views.ts'

export const boxes = ['mine', 'unassigned', 'all', 'needs_reply', 'snoozed'] as const
export type Box = (typeof boxes)[number]
export const statuses: readonly ConversationStatus[] = ['open', 'pending', 'closed']

/** What the list shows. A search looks everywhere, whatever box is open; a saved view brings its own filter. */
export type InboxView = {
  box: Box
  status: ConversationStatus
  channelId?: string
  tag?: string
  /** The id of a segment. */
  segment?: string
  search?: string
  viewId?: string
  /** Of the saved view, once it is known. */
  filter?: ViewFilter
}

/** The address says which view is open, so a reload, a link and the back button keep it. */
export function viewOfQuery(query: LocationQuery): InboxView {
  const one = (name: string) => (typeof query[name] === 'string' ? query[name] : undefined)
  return {
    box: boxes.find((box) => box === one('box')) ?? 'all',
    status: statuses.find((status) => status === one('status')) ?? 'open',
    ...(one('channel') && { channelId: one('channel') }),
    ...(one('tag') && { tag: one('tag') }),
    ...(one('segment') && { segment: one('segment') }),
    ...(one('search') && { search: one('search') }),
    ...(one('view') && { viewId: one('view') }),
  }
}

export function queryOfView({ box, status, channelId, tag, segment, search, viewId }: InboxView): LocationQueryRaw {
  return {
    ...(box !== 'all' && { box }),
    ...(status !== 'open' && { status }),
    ...(channelId && { channel: channelId }),
    ...(tag && { tag }),
    ...(segment && { segment }),
    ...(search && { search }),
    ...(viewId && { view: viewId }),
  }
}

/** The same view as a filter, to be saved or changed as a whole. */
export function filterOfView({ box, status, channelId, tag, segment, search, filter }: InboxView): ViewFilter {
  if (search) return { search }
  if (filter) return filter
  return {
    ...(channelId && { channelId }),
    ...(tag && { tag }),
    ...(segment && { segment }),
    // A segment is about people, so their closed chats are there too.
    ...(box === 'snoozed' ? { snoozed: true as const } : segment ? {} : { status }),
    ...(box === 'mine' && { assignedTo: 'me' }),
    ...(box === 'unassigned' && { assignedTo: 'none' }),
    ...(box === 'needs_reply' && { needsReply: true }),
  }
}

/** The same view in the words of the API. */
export function requestOfView(view: InboxView): Request<typeof conversations.list>['query'] {
  const { needsReply, unread, snoozed, ...rest } = filterOfView(view)
  return {
    ...rest,
    ...(needsReply !== undefined && { needsReply: String(needsReply) }),
    ...(unread && { unreadByMe: 'true' as const }),
    ...(snoozed && { snoozed: 'true' as const }),
  }
}

/** What this person has not seen. A chat that only an event told of has not been opened here. */
export const unreadOf = ({ inboundCount, seenByMe, unreadCount }: Conversation) =>
  seenByMe === undefined ? unreadCount : Math.max(0, inboundCount - seenByMe)

export const isSnoozed = ({ snoozedUntil }: Conversation, now: number) =>
  snoozedUntil !== null && Date.parse(snoozedUntil) > now

/** Who is in a segment only the server knows: a chat that is listed stays, one that is not is asked for. */
export const segmentOf = ({ search, filter, segment }: InboxView): string | undefined =>
  search ? undefined : filter ? filter.segment : segment

/** Whether a conversation belongs in a view, as far as can be told here, for live changes that arrive without asking the server again. */
export function belongsTo(
  view: InboxView,
  conversation: Conversation,
  userId: string | undefined,
  now: number,
): boolean {
  // What a search finds is the server's to say.
  if (view.search) return false
  if (view.filter) return passesFilter(view.filter, conversation, userId, now)
  if (view.channelId && conversation.channelId !== view.channelId) return false
  if (view.tag && !conversation.tags.includes(view.tag)) return false
  if (view.box === 'snoozed') return isSnoozed(conversation, now)
  if (view.segment) return true
  if (conversation.status !== view.status) return false
  if (view.status === 'open' && isSnoozed(conversation, now)) return false
  if (view.box === 'mine') return conversation.assignedTo === userId
  if (view.box === 'unassigned') return conversation.assignedTo === null
  return view.box === 'all' || conversation.needsReply
}

function passesFilter(
  filter: ViewFilter,
  conversation: Conversation,
  userId: string | undefined,
  now: number,
): boolean {
  const { status, assignedTo, tag, channelId, needsReply, unread, snoozed, search } = filter
  if (
    search &&
    !`${conversation.contactName} ${conversation.contactPhone ?? ''}`.toLowerCase().includes(search.toLowerCase())
  )
    return false
  const assignee = assignedTo === 'me' ? userId : assignedTo === 'none' ? null : assignedTo
  return (
    (status === undefined || conversation.status === status) &&
    (assignee === undefined || conversation.assignedTo === assignee) &&
    (tag === undefined || conversation.tags.includes(tag)) &&
    (channelId === undefined || conversation.channelId === channelId) &&
    (needsReply === undefined || conversation.needsReply === needsReply) &&
    (!snoozed || isSnoozed(conversation, now)) &&
    // One that is being read stays until the list is loaded again: it must not vanish under the eyes.
    (!unread || conversation.inboundCount > 0)
  )
}
