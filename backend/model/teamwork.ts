import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { ThreadEntryKind } from '../contract/notes.ts'
import type { NotificationKind } from '../contract/notifications.ts'
import { instant, integer, json, ownedColumns, text } from './columns.ts'
import { conversations } from './conversations.ts'
import { users } from './workspaces.ts'

const conversationId = () =>
  text()
    .notNull()
    .references(() => conversations.id, { onDelete: 'cascade' })
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
