import type { Conversation } from '#contract/conversations.ts'
import type { Lead } from '#contract/leads.ts'
import { statusRank, type Message } from '#contract/messages.ts'
import type { ThreadEntry } from '#contract/notes.ts'
import type { Pages } from '../composables/useList.ts'

/** Newest first, and the id decides between equals, as the server does. */
export const newerMessageFirst = (a: Message, b: Message) => compare(b.sentAt, a.sentAt) || compare(b.id, a.id)
export const newerConversationFirst = (a: Conversation, b: Conversation) =>
  compare(b.lastMessageAt, a.lastMessageAt) || compare(b.id, a.id)

// Code units, not the reader's language: the server orders by code units too.
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Events and answers overtake each other: the later version wins, but a tick never goes back. */
export function mergeMessage(known: Message, arrived: Message): Message {
  const latest = arrived.updatedAt >= known.updatedAt ? arrived : known
  const higher = statusRank[arrived.status] >= statusRank[known.status] ? arrived : known
  if (latest === higher) return latest
  return { ...latest, status: higher.status, statusHistory: higher.statusHistory, error: higher.error }
}

/** Events go to everybody, so they do not say what this person has seen, nor which leads they see: that is kept. */
export function mergeConversation(known: Conversation, arrived: Conversation): Conversation {
  const latest = arrived.updatedAt >= known.updatedAt ? arrived : known
  const seenByMe = arrived.seenByMe ?? known.seenByMe
  const lead = arrived.lead === undefined ? known.lead : arrived.lead
  if (seenByMe === latest.seenByMe && lead === latest.lead) return latest
  return { ...latest, ...(seenByMe !== undefined && { seenByMe }), ...(lead !== undefined && { lead }) }
}

/** Puts a message where it belongs in what is loaded. One older than all of that comes with its own page later. */
export function putMessage(list: Pages<Message>, message: Message): Pages<Message> {
  return put(list, message, { merge: mergeMessage, order: newerMessageFirst })
}

/** The same for what stands beside the messages. */
export function putEntry(list: Pages<ThreadEntry>, entry: ThreadEntry): Pages<ThreadEntry> {
  return put(list, entry, {
    merge: (known, arrived) => (arrived.updatedAt >= known.updatedAt ? arrived : known),
    order: (a, b) => compare(b.createdAt, a.createdAt) || compare(b.id, a.id),
  })
}

/** Moves a conversation to its place, or takes it out of a view it has left. */
export function putConversation(
  list: Pages<Conversation>,
  conversation: Conversation,
  belongs: boolean,
): Pages<Conversation> {
  const known = find(list, conversation.id)
  const merged = known ? mergeConversation(known, conversation) : conversation
  if (!belongs) return known ? without(list, conversation.id) : list
  return put(known ? without(list, conversation.id) : list, merged, {
    merge: mergeConversation,
    order: newerConversationFirst,
  })
}

/** Changes a conversation where it stands: a search result keeps its place. */
export function replaceConversation(list: Pages<Conversation>, conversation: Conversation): Pages<Conversation> {
  return find(list, conversation.id)
    ? mapItems(list, (item) => (item.id === conversation.id ? mergeConversation(item, conversation) : item))
    : list
}

type Order<T> = (a: T, b: T) => number

/** Moves a lead to its place, or takes it out of a column or list it has left. */
export function putLead(list: Pages<Lead>, lead: Lead, belongs: boolean, order: Order<Lead>): Pages<Lead> {
  const rest = without(list, lead.id)
  return belongs ? put(rest, lead, { merge: (_, arrived) => arrived, order }) : rest
}

/** Changes a lead where it stands. */
export const replaceLead = (list: Pages<Lead>, lead: Lead): Pages<Lead> =>
  mapItems(list, (item) => (item.id === lead.id ? lead : item))

type Rules<T> = { merge: (known: T, arrived: T) => T; order: Order<T> }

function put<T extends { id: string }>(list: Pages<T>, item: T, { merge, order }: Rules<T>): Pages<T> {
  if (find(list, item.id)) return mapItems(list, (known) => (known.id === item.id ? merge(known, item) : known))
  const home = list.pages.findIndex((page) => page.items.some((other) => order(item, other) < 0))
  if (home === -1) {
    const last = list.pages.length - 1
    if (last < 0 || list.pages[last]!.nextCursor !== null) return list
    return replacePage(list, last, [...list.pages[last]!.items, item])
  }
  const items = list.pages[home]!.items
  const before = items.findIndex((other) => order(item, other) < 0)
  return replacePage(list, home, items.toSpliced(before, 0, item))
}

export const without = <T extends { id: string }>(list: Pages<T>, id: string) =>
  withoutWhere(list, (item) => item.id === id)

export function withoutWhere<T>(list: Pages<T>, isGone: (item: T) => boolean): Pages<T> {
  return { ...list, pages: list.pages.map((page) => ({ ...page, items: page.items.filter((item) => !isGone(item)) })) }
}

export const find = <T extends { id: string }>(list: Pages<T> | undefined, id: string): T | undefined =>
  list?.pages.flatMap((page) => page.items).find((item) => item.id === id)

function mapItems<T>(list: Pages<T>, change: (item: T) => T): Pages<T> {
  return { ...list, pages: list.pages.map((page) => ({ ...page, items: page.items.map(change) })) }
}

function replacePage<T>(list: Pages<T>, index: number, items: T[]): Pages<T> {
  return { ...list, pages: list.pages.map((page, at) => (at === index ? { ...page, items } : page)) }
}
