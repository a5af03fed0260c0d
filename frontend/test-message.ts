import type { Conversation } from '#contract/conversations.ts'
import type { Message } from '#contract/messages.ts'

const instant = '2026-11-21T10:00:00.000Z'

/** A message for tests; name only what the rule is about. */
export const testMessage = (fields: Partial<Message> = {}): Message => ({
  id: 'msg_1',
  createdAt: fields.sentAt ?? instant,
  updatedAt: fields.sentAt ?? instant,
  conversationId: 'cnv_1',
  channelId: 'chn_1',
  contactId: 'con_1',
  direction: 'inbound',
  type: 'text',
  content: { text: 'Hello' },
  status: 'received',
  statusHistory: [],
  providerMessageId: null,
  sentAt: instant,
  error: null,
  replyTo: null,
  reactions: [],
  pricing: null,
  source: fields.direction === 'outbound' ? 'user' : 'contact',
  userId: null,
  editedAt: null,
  ...fields,
})

export const testConversation = (fields: Partial<Conversation> = {}): Conversation => ({
  id: 'cnv_1',
  createdAt: instant,
  updatedAt: instant,
  channelId: 'chn_1',
  contactId: 'con_1',
  contactName: 'Ana',
  contactPhone: '+5511987654321',
  status: 'open',
  assignedTo: null,
  tags: [],
  unreadCount: 0,
  inboundCount: 0,
  needsReply: false,
  snoozedUntil: null,
  lastMessage: null,
  lastMessageAt: fields.updatedAt ?? instant,
  lastInboundAt: null,
  windowExpiresAt: null,
  freeEntryExpiresAt: null,
  referral: null,
  standbySince: null,
  automationPausedAt: null,
  automationPausedBy: null,
  ...fields,
})
