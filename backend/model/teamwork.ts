import type { InferSelectModel } from 'drizzle-orm'
import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { BulkChange, BulkState } from '../contract/bulk-actions.ts'
import type { ThreadEntryKind } from '../contract/notes.ts'
import type { NotificationKind } from '../contract/notifications.ts'
import type { ViewFilter } from '../contract/saved-views.ts'
import { flag, instant, integer, json, ownedColumns, text } from './columns.ts'
import { conversations } from './conversations.ts'
import { media } from './media.ts'
import { users, workspaces } from './workspaces.ts'

const conversationId = () =>
  text()
    .notNull()
    .references(() => conversations.id, { onDelete: 'cascade' })
const ownWorkspaceId = () =>
  text()
    .notNull()
    .references(() => workspaces.id, { onDelete: 'cascade' })
const ownUserId = () =>
  text()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' })

/** Notes, and what was done to a chat: one collection, so that a page of both is one walk along one index. */
export const threadEntries = pgTable(
  'thread_entries',
  {
    ...ownedColumns(),
    conversationId: conversationId(),
    kind: text().$type<ThreadEntryKind>().notNull(),
    userId: text(),
    text: text(),
    mentions: json<string[]>().notNull(),
    editedAt: instant(),
    before: json<unknown>(),
    after: json<unknown>(),
    searchText: text().notNull(),
  },
  (entry) => [
    index('thread_entries_thread').on(entry.conversationId, entry.createdAt),
    index('thread_entries_notes').on(entry.conversationId, entry.kind, entry.createdAt),
    index('thread_entries_kind').on(entry.workspaceId, entry.kind, entry.createdAt),
  ],
)

/** How much of a conversation one person has seen; its id is made of both, so there is one. */
export const conversationReads = pgTable(
  'conversation_reads',
  {
    ...ownedColumns(),
    userId: ownUserId(),
    conversationId: conversationId(),
    /** As many of the conversation's `inboundCount`. */
    seen: integer().notNull(),
  },
  (read) => [index('conversation_reads_conversation').on(read.conversationId)],
)

export const notifications = pgTable(
  'notifications',
  {
    ...ownedColumns(),
    userId: ownUserId(),
    kind: text().$type<NotificationKind>().notNull(),
    /** What it is about, so that a job that runs twice tells it once. */
    key: text().notNull(),
    conversationId: conversationId(),
    contactName: text().notNull(),
    actorName: text(),
    preview: text().notNull(),
    entryId: text(),
    readAt: instant(),
    expiresAt: instant().notNull(),
  },
  (notification) => [
    uniqueIndex('notifications_key').on(notification.userId, notification.key),
    index('notifications_user').on(notification.userId, notification.createdAt),
    index('notifications_unread').on(notification.userId, notification.readAt, notification.createdAt),
    index('notifications_expiry').on(notification.expiresAt),
  ],
)

export const cannedReplies = pgTable(
  'canned_replies',
  {
    ...ownedColumns(),
    workspaceId: ownWorkspaceId(),
    shortcut: text().notNull(),
    text: text().notNull(),
    mediaId: text().references(() => media.id, { onDelete: 'set null' }),
    /** Whose personal one it is; null when it belongs to the workspace. */
    ownerId: text().references(() => users.id, { onDelete: 'cascade' }),
  },
  (reply) => [
    uniqueIndex('canned_replies_shortcut').on(reply.workspaceId, reply.shortcut),
    index('canned_replies_owner').on(reply.workspaceId, reply.ownerId, reply.shortcut),
    index('canned_replies_media').on(reply.mediaId),
  ],
)

export const savedViews = pgTable(
  'saved_views',
  {
    ...ownedColumns(),
    ownerId: ownUserId(),
    name: text().notNull(),
    filter: json<ViewFilter>().notNull(),
    shared: flag().notNull().default(false),
  },
  (view) => [
    uniqueIndex('saved_views_name').on(view.ownerId, view.name),
    index('saved_views_shared').on(view.workspaceId, view.shared, view.name),
  ],
)

/** One change of many conversations. It is kept for a while after the last moment it can be taken back. */
export const bulkActions = pgTable(
  'bulk_actions',
  {
    ...ownedColumns(),
    workspaceId: ownWorkspaceId(),
    userId: text(),
    change: json<BulkChange>().notNull(),
    filter: json<ViewFilter>(),
    state: text().$type<BulkState>().notNull(),
    total: integer(),
    done: integer().notNull().default(0),
    undoUntil: instant().notNull(),
    expiresAt: instant().notNull(),
  },
  (action) => [index('bulk_actions_expiry').on(action.expiresAt)],
)

export type BulkFacts = Pick<Conversation, 'status' | 'assignedTo' | 'tags' | 'snoozedUntil' | 'needsReply'>
type Conversation = InferSelectModel<typeof conversations>

/** What one conversation was before and after; waiting ones have not been changed yet. */
export const bulkItems = pgTable(
  'bulk_items',
  {
    ...ownedColumns(),
    bulkActionId: text()
      .notNull()
      .references(() => bulkActions.id, { onDelete: 'cascade' }),
    conversationId: conversationId(),
    state: text().$type<'waiting' | 'done' | 'undone'>().notNull(),
    before: json<BulkFacts>(),
    after: json<BulkFacts>(),
    lastMessageAt: instant(),
  },
  (item) => [
    uniqueIndex('bulk_items_conversation').on(item.bulkActionId, item.conversationId),
    index('bulk_items_state').on(item.bulkActionId, item.state),
    index('bulk_items_of').on(item.conversationId),
  ],
)
