import type { Viewer } from '../../feature.ts'
import type { Media, WorkspaceStore } from '../../model/index.ts'
import { messagesOf } from '../media/messages.ts'
import { limitChildren, limitPrivate } from './limited-children.ts'
import { limitOwned } from './limited-owned.ts'

/*
 * The store of somebody who may not see every conversation. What is hidden is not there: not in lists, counts and searches,
 * not by its id, and no write reaches it. Features need not know, and those written tomorrow are limited too.
 *
 * - conversations: every read and guard also asks for an assignee that this person may see
 * - leads:         the same, by their owner
 * - children:      messages, notes and files belong to a conversation and are there when it is
 * - whole store:   for work that must not depend on who asks, such as renaming a contact everywhere
 */

const whole = Symbol('whole store')
type Limited = WorkspaceStore & { [whole]?: WorkspaceStore }

export function limitStore(store: WorkspaceStore, viewer: Viewer): WorkspaceStore {
  if (viewer.visibility === 'all') return store
  const conversations = limitOwned(store.conversations, viewer, 'assignedTo')
  const leads = limitOwned(store.leads, viewer, 'ownerId')
  const visible = async (ids: readonly string[]) =>
    new Set((await conversations.getMany([...new Set(ids)])).map(({ id }) => id))
  const ofConversation = async (rows: readonly { conversationId: string }[]) => {
    const seen = await visible(rows.map(({ conversationId }) => conversationId))
    return (row: { conversationId: string }) => seen.has(row.conversationId)
  }
  const ofLead = async (rows: readonly { leadId: string }[]) => {
    const seen = new Set((await leads.getMany([...new Set(rows.map(({ leadId }) => leadId))])).map(({ id }) => id))
    return (row: { leadId: string }) => seen.has(row.leadId)
  }
  const messages = () => limitChildren(store.messages, ofConversation, visible)
  const ofMessage = async (files: readonly Media[]) => {
    const ids = files.flatMap(messagesOf)
    const seen = new Set(ids.length === 0 ? [] : (await messages().getMany([...new Set(ids)])).map(({ id }) => id))
    // An upload belongs to no message before it is sent; a file of several is there when one of them is.
    return (file: Media) => file.messageId === null || messagesOf(file).some((id) => seen.has(id))
  }
  // Over the store, whose collections are made when they are asked for.
  return Object.create(store, {
    conversations: { value: conversations },
    leads: { value: leads },
    leadEvents: { get: () => limitPrivate(store.leadEvents, ofLead) },
    messages: { get: messages },
    threadEntries: { get: () => limitChildren(store.threadEntries, ofConversation, visible) },
    notifications: { get: () => limitPrivate(store.notifications, ofConversation) },
    reminders: { get: () => limitPrivate(store.reminders, ofConversation) },
    scheduledMessages: { get: () => limitPrivate(store.scheduledMessages, ofConversation) },
    automationRuns: { get: () => limitPrivate(store.automationRuns, ofConversation) },
    media: { get: () => limitPrivate(store.media, ofMessage) },
    transaction: {
      value: (run: (tx: WorkspaceStore) => Promise<unknown>) => store.transaction((tx) => run(limitStore(tx, viewer))),
    },
    [whole]: { value: store },
  } satisfies PropertyDescriptorMap) as Limited
}

/** The same store without limits. Never answer with what it finds; it is for keeping copies and sums right. */
export function wholeStoreOf(store: WorkspaceStore): WorkspaceStore {
  return (store as Limited)[whole] ?? store
}
