import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { LastMessage, Referral } from '../contract/conversations.ts'
import type {
  MessageContent,
  MessageDirection,
  MessageError,
  MessageSource,
  MessageStatus,
  MessageType,
  Pricing,
  Reaction,
  ReplyTo,
  StatusChange,
} from '../contract/messages.ts'
import { channels } from './channels.ts'
import { flag, instant, integer, json, ownedColumns, text } from './columns.ts'
import { contacts } from './contacts.ts'
import { users } from './workspaces.ts'

/** All that one contact and one channel ever said to each other. */
export const conversations = pgTable(
  'conversations',
  {
    ...ownedColumns(),
    channelId: text()
      .notNull()
      .references(() => channels.id, { onDelete: 'cascade' }),
    contactId: text()
      .notNull()
      .references(() => contacts.id, { onDelete: 'cascade' }),
    /** Copied from the contact so that a page of the inbox is one query. */
    contactName: text().notNull(),
    contactPhone: text(),
    status: text().$type<'open' | 'pending' | 'closed'>().notNull(),
    assignedTo: text().references(() => users.id, { onDelete: 'set null' }),
    tags: json<string[]>().notNull(),
    /** What nobody of the team has opened yet. */
    unreadCount: integer().notNull().default(0),
    /** How many messages of the customer ever came in; what each person has seen of them is in `conversation_reads`. */
    inboundCount: integer().notNull().default(0),
    /** The last real message is theirs. */
    needsReply: flag().notNull().default(false),
    /** When the customer said what no person has answered yet, and when a person answered for the first time. */
    waitingSince: instant(),
    answeredAt: instant(),
    snoozedUntil: instant(),
    /** Who is told when it wakes. */
    snoozedBy: text(),
    lastMessage: json<LastMessage>(),
    lastMessageAt: instant().notNull(),
    lastInboundAt: instant(),
    /** Free-form messages may be sent until then: 24 hours after the contact's last message. */
    windowExpiresAt: instant(),
    /** Free of charge until then: 72 hours after the first answer to a click on an advertisement. */
    freeEntryExpiresAt: instant(),
    referral: json<Referral>(),
    /** Another app or Meta's own agent answers this chat; Parley only looks on. */
    standbySince: instant(),
    /** Rules do not answer here until somebody lets them again. `reply`: because a person wrote; else on purpose. */
    automationPausedAt: instant(),
    automationPausedBy: text().$type<'reply' | 'person'>(),
    searchText: text().notNull(),
  },
  (conversation) => [
    uniqueIndex('conversations_pair').on(conversation.channelId, conversation.contactId),
    index('conversations_recent').on(conversation.workspaceId, conversation.lastMessageAt),
    index('conversations_status').on(conversation.workspaceId, conversation.status, conversation.lastMessageAt),
    index('conversations_assignee').on(conversation.workspaceId, conversation.assignedTo, conversation.lastMessageAt),
    index('conversations_needs_reply').on(
      conversation.workspaceId,
      conversation.needsReply,
      conversation.lastMessageAt,
    ),
    index('conversations_snoozed').on(conversation.workspaceId, conversation.snoozedUntil),
    index('conversations_contact').on(conversation.contactId, conversation.lastMessageAt),
    index('conversations_created').on(conversation.workspaceId, conversation.createdAt),
    index('conversations_changed').on(conversation.workspaceId, conversation.updatedAt),
  ],
)

export const messages = pgTable(
  'messages',
  {
    ...ownedColumns(),
    conversationId: text()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    channelId: text().notNull(),
    contactId: text().notNull(),
    direction: text().$type<MessageDirection>().notNull(),
    type: text().$type<MessageType>().notNull(),
    content: json<MessageContent>().notNull(),
    status: text().$type<MessageStatus>().notNull(),
    /** Order of `status`; a write may only raise it (contract/messages.ts, statusRank). */
    rank: integer().notNull(),
    statusHistory: json<StatusChange[]>().notNull(),
    /** The `wamid.…` of WhatsApp; unknown until the message was accepted. */
    providerMessageId: text(),
    /** When it was said: Meta's timestamp for what came in, the moment of sending for what goes out. */
    sentAt: instant().notNull(),
    error: json<MessageError>(),
    replyTo: json<ReplyTo>(),
    reactions: json<Reaction[]>().notNull(),
    pricing: json<Pricing>(),
    source: text().$type<MessageSource>().notNull(),
    /** Who of the team wrote it. */
    userId: text(),
    /** How long the customer had waited for this answer, when it is one. */
    answerSeconds: integer(),
    isFirstAnswer: flag().notNull().default(false),
    /** Which transmission attempt is under way; goes out in `biz_opaque_callback_data`. */
    attempt: integer().notNull().default(0),
    /** A message in `sending` whose lease has passed was cut off and is never sent again by itself. */
    leaseUntil: instant(),
    idempotencyKey: text(),
    /** Set when the customer changed the text; `editHistory` has the earlier ones. */
    editedAt: instant(),
    editHistory: json<{ content: unknown; at: string }[]>(),
    /** What Meta sent, kept when Parley could not read all of it. */
    raw: json<unknown>(),
    searchText: text().notNull(),
  },
  (message) => [
    uniqueIndex('messages_provider').on(message.channelId, message.providerMessageId),
    uniqueIndex('messages_idempotency').on(message.workspaceId, message.idempotencyKey),
    index('messages_thread').on(message.workspaceId, message.conversationId, message.sentAt),
    // For the log of one kind, which may be rare: failed messages, pictures, those of one person or one number.
    index('messages_status').on(message.workspaceId, message.status, message.sentAt),
    index('messages_type').on(message.workspaceId, message.type, message.sentAt),
    index('messages_channel').on(message.channelId, message.sentAt),
    index('messages_author').on(message.workspaceId, message.userId, message.sentAt),
    index('messages_recent').on(message.workspaceId, message.sentAt),
    index('messages_changed').on(message.workspaceId, message.updatedAt),
    // The send queue and the unconfirmed ones of a conversation, oldest first.
    index('messages_outbox').on(message.conversationId, message.status, message.sentAt),
  ],
)
