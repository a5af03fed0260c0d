import type { QueryClient } from '@tanstack/vue-query'
import { inject, type InjectionKey } from 'vue'
import type { Channel, channels } from '#contract/channels.ts'
import type { Contact } from '#contract/contacts.ts'
import type { Conversation, conversations } from '#contract/conversations.ts'
import type { doctor } from '#contract/doctor.ts'
import type { Message } from '#contract/messages.ts'
import type { ThreadEntry } from '#contract/notes.ts'
import type { Answer } from '#contract/route.ts'
import { withReport } from '../composables/useHealth.ts'
import type { Pages } from '../composables/useList.ts'
import { belongsTo, segmentOf, type InboxView } from '../state/inbox-view.ts'
import type { Outbox } from '../state/outbox.ts'
import { keys } from './keys.ts'
import { connectSegments } from './live-segments.ts'
import { connectLeads, type LeadTurns } from './live-leads.ts'
import {
  find,
  mergeConversation,
  putConversation,
  putEntry,
  putMessage,
  replaceConversation,
  without,
  withoutWhere,
} from './merge.ts'
import type { Realtime } from './realtime.ts'

export type Live = {
  queryClient: QueryClient
  userId: () => string | undefined
  outbox?: Outbox
  leadTurns?: LeadTurns
  now?: () => number
}
type ChannelList = Answer<typeof channels.list>

export const liveKey: InjectionKey<Live> = Symbol('live')

export function useLive(): Live {
  const live = inject(liveKey)
  if (!live) throw new Error('No live cache was provided.')
  return live
}

/** Changes every cached list a live event concerns, also those of chats that are not open. */
export function connectLive(live: Live, realtime: Realtime) {
  realtime.on('message:new', ({ message, conversation }) => {
    live.outbox?.claim(message)
    showMessage(live, message)
    showConversation(live, conversation)
  })
  realtime.on('message:status', ({ message }) => showMessage(live, message))
  realtime.on('message:updated', ({ message }) => showMessage(live, message))
  realtime.on('conversation:updated', ({ conversation }) => showConversation(live, conversation))
  realtime.on('conversation:read', ({ conversationId, seen }) => {
    patchConversation(live, conversationId, { seenByMe: seen })
  })
  for (const name of ['note:new', 'note:updated'] as const) realtime.on(name, ({ note }) => showEntry(live, note))
  realtime.on('activity:new', ({ entry }) => showEntry(live, entry))
  realtime.on('note:removed', ({ noteId, conversationId }) => forgetEntry(live, conversationId, noteId))
  realtime.on('conversation:removed', ({ conversationId }) => forgetConversation(live, conversationId))
  realtime.on('contact:updated', ({ contact }) => showContact(live, contact))
  connectLeads(live, realtime)
  realtime.on('channel:updated', ({ channel }) => showChannel(live, channel))
  realtime.on('channel:health', ({ report }) =>
    live.queryClient.setQueryData<Answer<typeof doctor.reports>>(
      keys.health,
      (known) => known && withReport(known, report),
    ),
  )
  realtime.on('team:changed', () => void live.queryClient.invalidateQueries({ queryKey: keys.team }))
  realtime.on('canned-replies:changed', () => void live.queryClient.invalidateQueries({ queryKey: keys.cannedReplies }))
  realtime.on('saved-views:changed', () => void live.queryClient.invalidateQueries({ queryKey: keys.savedViews }))
  connectSegments(live, realtime)
  for (const name of ['template:updated', 'template:removed'] as const)
    realtime.on(name, () => void live.queryClient.invalidateQueries({ queryKey: ['templates'] }))
  realtime.on('channel:removed', ({ channelId }) => {
    changeChannels(live, (list) => list.filter(({ id }) => id !== channelId))
    changeLists(live, (list) => withoutWhere(list, (conversation) => conversation.channelId === channelId))
  })
}

export function applyChanges(live: Live, changes: Answer<typeof conversations.changes>) {
  for (const message of changes.messages) {
    live.outbox?.claim(message)
    showMessage(live, message)
  }
  for (const conversation of changes.conversations) showConversation(live, conversation)
}

export function showMessage({ queryClient }: Live, message: Message) {
  queryClient.setQueryData<Pages<Message>>(
    keys.messages(message.conversationId),
    (list) => list && putMessage(list, message),
  )
}

export function showEntry({ queryClient }: Live, entry: ThreadEntry) {
  queryClient.setQueryData<Pages<ThreadEntry>>(
    keys.activity(entry.conversationId),
    (list) => list && putEntry(list, entry),
  )
}

export function forgetEntry({ queryClient }: Live, conversationId: string, id: string) {
  queryClient.setQueryData<Pages<ThreadEntry>>(keys.activity(conversationId), (list) => list && without(list, id))
}

export function showConversation(live: Live, conversation: Conversation) {
  const { queryClient } = live
  queryClient.setQueryData<Conversation>(keys.conversation(conversation.id), (known) =>
    known ? mergeConversation(known, conversation) : conversation,
  )
  // What is written into the lists is the merged one, so that a late event cannot undo a later answer.
  const current = queryClient.getQueryData<Conversation>(keys.conversation(conversation.id)) ?? conversation
  changeLists(live, (list, view) => {
    if (view.search) return replaceConversation(list, current)
    const isUnknown = segmentOf(view) !== undefined && !find(list, current.id)
    return putConversation(
      list,
      current,
      !isUnknown && belongsTo(view, current, live.userId(), live.now?.() ?? Date.now()),
    )
  })
}

/** Shows fields at once and gives back what undoes it. The row stays where it is until the server has agreed. */
export function patchConversation(live: Live, id: string, fields: Partial<Conversation>): () => void {
  const before = knownConversation(live, id)
  if (!before) return () => undefined
  const write = (conversation: Conversation) => {
    live.queryClient.setQueryData(keys.conversation(id), conversation)
    changeLists(live, (list) => replaceConversation(list, conversation))
  }
  write({ ...before, ...fields })
  return () => {
    const now = knownConversation(live, id)
    // Something newer arrived in between: that is the truth, not what was here before.
    if (now && now.updatedAt === before.updatedAt) write(before)
  }
}

export function knownConversation({ queryClient }: Live, id: string): Conversation | undefined {
  const one = queryClient.getQueryData<Conversation>(keys.conversation(id))
  if (one) return one
  for (const [, list] of queryClient.getQueriesData<Pages<Conversation>>({ queryKey: keys.conversationLists })) {
    const found = find(list, id)
    if (found) return found
  }
  return undefined
}

export function knownConversations({ queryClient }: Live): Conversation[] {
  const lists = queryClient.getQueriesData<Pages<Conversation>>({ queryKey: keys.conversationLists })
  const all = lists.flatMap(([, list]) => list?.pages.flatMap(({ items }) => items) ?? [])
  return [...new Map(all.map((row) => [row.id, row])).values()]
}

export function forgetConversation(live: Live, id: string) {
  changeLists(live, (list) => without(list, id))
  live.queryClient.removeQueries({ queryKey: keys.messages(id) })
  live.queryClient.setQueryData(keys.conversation(id), null)
}

/** A conversation carries the name of its contact, so that a list needs no second request. */
function showContact(live: Live, contact: Contact) {
  const rename = (conversation: Conversation): Conversation => ({
    ...conversation,
    contactName: contact.displayName,
    contactPhone: contact.phone,
  })
  for (const query of live.queryClient.getQueryCache().findAll({ queryKey: ['conversations', 'one'] })) {
    const conversation = query.state.data as Conversation | null | undefined
    if (conversation?.contactId !== contact.id) continue
    live.queryClient.setQueryData(query.queryKey, rename(conversation))
    changeLists(live, (list) => replaceConversation(list, rename(conversation)))
  }
}

function changeLists(
  { queryClient }: Live,
  change: (list: Pages<Conversation>, view: InboxView) => Pages<Conversation>,
) {
  for (const query of queryClient.getQueryCache().findAll({ queryKey: keys.conversationLists })) {
    const view = query.queryKey[2] as InboxView
    queryClient.setQueryData<Pages<Conversation>>(query.queryKey, (list) => list && change(list, view))
  }
}

function showChannel(live: Live, channel: Channel) {
  changeChannels(live, (list) =>
    list.some(({ id }) => id === channel.id)
      ? list.map((known) => (known.id === channel.id ? channel : known))
      : [...list, channel],
  )
  void live.queryClient.invalidateQueries({ queryKey: keys.channelStatus(channel.id) })
}

function changeChannels({ queryClient }: Live, change: (list: Channel[]) => Channel[]) {
  queryClient.setQueryData<ChannelList>(keys.channels, (known) => known && { channels: change(known.channels) })
}
