import * as z from 'zod'
import { Message, MessageDirection, MessageStatus, MessageType } from './messages.ts'
import { defineRoutes } from './route.ts'
import { CleanText, Id, Instant, InstantInput, PageQuery, Pagination, QueryFlag, Tag } from './values.ts'

export const ConversationStatus = z.enum(['open', 'pending', 'closed'])
export type ConversationStatus = z.infer<typeof ConversationStatus>

/** What the row of a conversation shows. */
export const LastMessage = z.object({
  id: Id,
  type: MessageType,
  direction: MessageDirection,
  status: MessageStatus,
  preview: z.string(),
  sentAt: Instant,
})
export type LastMessage = z.infer<typeof LastMessage>

/** The advertisement or post that brought the customer. */
export const Referral = z.looseObject({
  sourceUrl: z.string().optional(),
  sourceId: z.string().optional(),
  sourceType: z.string().optional(),
  headline: z.string().optional(),
  body: z.string().optional(),
  mediaType: z.string().optional(),
  imageUrl: z.string().optional(),
  videoUrl: z.string().optional(),
  thumbnailUrl: z.string().optional(),
  clickId: z.string().optional(),
  /** What the advertiser wrote into the link or the welcome sequence. */
  ref: z.string().optional(),
  at: Instant.optional(),
})
export type Referral = z.infer<typeof Referral>

/** What the row shows of the pipeline. */
export const ConversationLead = z.object({ id: Id, stageId: Id, value: z.number().nullable(), currency: z.string() })
export type ConversationLead = z.infer<typeof ConversationLead>

export const Conversation = z.object({
  id: Id,
  createdAt: Instant,
  updatedAt: Instant,
  channelId: Id,
  contactId: Id,
  contactName: z.string(),
  contactPhone: z.string().nullable(),
  status: ConversationStatus,
  assignedTo: Id.nullable(),
  tags: z.array(z.string()),
  /** Messages nobody of the team has opened yet; whoever opens the chat first clears it for all. */
  unreadCount: z.number(),
  /** How many messages of the customer ever came in. */
  inboundCount: z.number(),
  /** How many of those the asking person has seen, and how many not. Absent where nobody in particular is meant. */
  seenByMe: z.number().optional(),
  unreadByMe: z.number().optional(),
  /** The open lead of the contact that changed last, if the asking person may see it. Absent in live events: see `lead:updated`. */
  lead: ConversationLead.nullable().optional(),
  needsReply: z.boolean(),
  snoozedUntil: Instant.nullable(),
  lastMessage: LastMessage.nullable(),
  lastMessageAt: Instant,
  lastInboundAt: Instant.nullable(),
  windowExpiresAt: Instant.nullable(),
  freeEntryExpiresAt: Instant.nullable(),
  referral: Referral.nullable(),
  standbySince: Instant.nullable(),
  /** Rules are silent here until somebody lets them speak again. `reply`: because a person wrote; `person`: on purpose, follow-ups too. */
  automationPausedAt: Instant.nullable(),
  automationPausedBy: z.enum(['reply', 'person']).nullable(),
})
export type Conversation = z.infer<typeof Conversation>

/** More are not told apart: 100 stands for "more than 99". */
export const mostCounted = 100
const BoxCount = z.int().min(0).max(mostCounted)

export const conversations = defineRoutes({
  list: {
    method: 'GET',
    path: '/conversations',
    query: PageQuery.extend({
      status: ConversationStatus.optional(),
      /** A user's id, `me`, or `none`. */
      assignedTo: z.string().max(80).optional(),
      tag: Tag.optional(),
      channelId: Id.optional(),
      contactId: Id.optional(),
      /** What nobody of the team has opened. */
      unread: QueryFlag.optional(),
      /** What the asking person has not opened. */
      unreadByMe: z.literal('true').optional(),
      needsReply: QueryFlag.optional(),
      /** Only those that sleep now. */
      snoozed: z.literal('true').optional(),
      /** The id of a segment: chats with its contacts. */
      segment: Id.optional(),
      search: CleanText.max(200).optional(),
    }),
    result: z.object({ conversations: z.array(Conversation), pagination: Pagination }),
    summary: 'Conversations, the latest first',
  },
  counts: {
    method: 'GET',
    path: '/conversations/counts',
    result: z.object({ mine: BoxCount, unassigned: BoxCount, needsReply: BoxCount, snoozed: BoxCount }),
    summary: 'How many open chats wait in each box of the inbox',
  },
  get: { method: 'GET', path: '/conversations/:conversationId', result: Conversation, summary: 'One conversation' },
  update: {
    method: 'PATCH',
    path: '/conversations/:conversationId',
    body: z.strictObject({
      status: ConversationStatus.optional(),
      assignedTo: Id.nullable().optional(),
      tags: z.array(Tag).max(50).optional(),
      snoozedUntil: InstantInput.nullable().optional(),
      /** Puts a chat that was read back among the unread ones. */
      unread: z.literal(true).optional(),
    }),
    result: Conversation,
    summary: 'Change status, assignee, tags, snooze or the unread mark',
  },
  messages: {
    method: 'GET',
    path: '/conversations/:conversationId/messages',
    query: PageQuery.extend({ limit: z.coerce.number().int().min(1).max(100).default(50) }),
    result: z.object({ messages: z.array(Message), pagination: Pagination }),
    summary: 'Messages of a conversation, the latest first',
  },
  read: {
    method: 'POST',
    path: '/conversations/:conversationId/read',
    result: Conversation,
    summary: 'Mark everything as read by you',
  },
  /** What changed since a cursor of this route or of a socket's greeting; for a client that was away. */
  changes: {
    method: 'GET',
    path: '/changes',
    query: z.strictObject({ since: InstantInput, conversationId: Id.optional() }),
    result: z.object({
      conversations: z.array(Conversation),
      messages: z.array(Message),
      /** Ask again with this one. */
      cursor: Instant,
      /** Too much changed to list: load afresh. */
      truncated: z.boolean(),
    }),
    summary: 'What changed while a client was away',
  },
})
