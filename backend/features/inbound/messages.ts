import type { Message as ApiMessage } from '../../contract/messages.ts'
import { statusRank, type MessageStatus, type ReplyTo } from '../../contract/messages.ts'
import type { Channel, Contact, Conversation, Message } from '../../model/index.ts'
import { previewOf, searchTextOf, type IncomingMessage } from '../../platform/channel/channel.ts'
import { resolveContacts } from '../contacts/identity.ts'
import { markMessages } from '../message-days/marks.ts'
import { receiveMedia } from '../media/media.ts'
import { openConversations, pairOf } from '../conversations/open.ts'
import { createFirstLeads, giveChats } from '../leads/first-message.ts'
import { completePlaceholder } from './imports.ts'
import type { InboundContext } from './routed.ts'
import { withoutRepeats } from './learning.ts'
import { applyReactions } from '../conversations/reactions.ts'
import { raiseConversations } from './summaries.ts'

type Row = { item: IncomingMessage; channel: Channel; contact: Contact; conversation: Conversation }
/** Told of new messages in the transaction that stores them. */
export type OnReceived = (context: InboundContext, messages: readonly Message[]) => Promise<void>
type NewRow = Parameters<InboundContext['store']['messages']['insert']>[0]

/**
 * Stores what came in: contact, conversation, message and the conversation's summary, a whole batch in a handful of
 * statements. The unique key on (channel, provider's id) decides what is new; only new messages count as unread. Answers them.
 */
export async function applyMessages(
  context: InboundContext,
  arrived: readonly { item: IncomingMessage; channel: Channel }[],
  onReceived?: OnReceived,
): Promise<{ message: Message; channel: Channel }[]> {
  const { store } = context
  if (arrived.length === 0) return []
  const items = await withoutRepeats(context, arrived)
  const contacts = await resolveContacts(
    store,
    items.map(({ item }) => item.person),
  )
  const conversations = await openConversations(
    context,
    items.map(({ item, channel }, index) => ({ channel, contact: contacts[index]!, at: item.at })),
  )
  const rows = items.map(({ item, channel }, index): Row => {
    const contact = contacts[index]!
    return { item, channel, contact, conversation: conversations.get(pairOf(channel.id, contact.id))! }
  })
  const quoted = await findQuoted(context, rows)
  const inserted = await store.messages.insertMany(
    rows.map((row) => messageRow(row, quoted)),
    { ifTaken: 'skip' },
  )
  await markMessages(store, context.now(), inserted)
  const isNew = new Map(inserted.map((message) => [`${message.channelId} ${message.providerMessageId}`, message]))
  const fresh = rows.flatMap((row) => {
    const key = `${row.channel.id} ${row.item.providerMessageId}`
    const message = isNew.get(key)
    isNew.delete(key)
    return message ? [{ ...row, message }] : []
  })
  const known = new Set(fresh.map(({ item }) => item))
  for (const row of rows) if (row.item.completes && !known.has(row.item)) await completePlaceholder(context, row)
  for (const { item, channel, message } of fresh)
    if (item.media) message.content = await receiveMedia(context, { channel, message, incoming: item.media })
  const leads = await createFirstLeads(context, fresh)
  await applyReactions(context, fresh)
  const summaries = await raiseConversations(context, fresh)
  for (const chat of await giveChats(context, leads)) summaries.set(chat.id, chat)
  await onReceived?.(
    context,
    fresh.map(({ message }) => message),
  )
  for (const { message, conversation, item } of fresh)
    if (item.origin !== 'history')
      context.notify({
        name: 'message:new',
        payload: { message: message as ApiMessage, conversation: summaries.get(conversation.id) ?? conversation },
      })
  return fresh
}

function messageRow({ item, channel, contact, conversation }: Row, quoted: Map<string, Message>): NewRow {
  const status = item.direction === 'inbound' ? 'received' : sentStatusOf(item)
  return {
    conversationId: conversation.id,
    channelId: channel.id,
    contactId: contact.id,
    direction: item.direction,
    type: item.type,
    content: item.content,
    status,
    rank: statusRank[status],
    statusHistory: [{ status, at: item.at }],
    providerMessageId: item.providerMessageId,
    sentAt: item.at,
    replyTo: replyToOf(item, quoted),
    reactions: [],
    source: item.origin,
    raw: item.raw ?? null,
    searchText: searchTextOf(item.type, item.content),
  }
}

/** The messages that this batch answers to, for the text of the quotes. */
async function findQuoted({ store }: InboundContext, rows: readonly Row[]): Promise<Map<string, Message>> {
  const wanted = rows.flatMap(({ item }) => item.replyTo?.providerMessageId ?? [])
  if (wanted.length === 0) return new Map()
  const found = await store.messages.find({
    where: {
      channelId: { in: [...new Set(rows.map(({ channel }) => channel.id))] },
      providerMessageId: { in: wanted },
    },
    limit: wanted.length + 1,
  })
  return new Map(found.map((message) => [message.providerMessageId!, message]))
}

function replyToOf({ replyTo }: IncomingMessage, quoted: Map<string, Message>): ReplyTo | null {
  if (!replyTo) return null
  const target = replyTo.providerMessageId ? quoted.get(replyTo.providerMessageId) : undefined
  return {
    providerMessageId: replyTo.providerMessageId,
    messageId: target?.id ?? null,
    preview: target ? previewOf(target.type, target.content) : null,
    direction: target?.direction ?? null,
    ...(replyTo.forwarded ? { forwarded: replyTo.forwarded } : {}),
    ...(replyTo.product ? { product: replyTo.product } : {}),
  }
}

/** How far a message had got that was sent elsewhere: by the phone app, or before this number was connected. */
function sentStatusOf({ historyStatus }: IncomingMessage): MessageStatus {
  const known: Record<string, MessageStatus> = {
    PENDING: 'accepted',
    SENT: 'sent',
    DELIVERED: 'delivered',
    READ: 'read',
    PLAYED: 'played',
    ERROR: 'failed',
  }
  return known[historyStatus ?? 'SENT'] ?? 'sent'
}
