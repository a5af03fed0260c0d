import type { Message as ApiMessage } from '../../contract/messages.ts'
import type { Channel, Message } from '../../model/index.ts'
import type { IncomingStatus } from '../../platform/channel/channel.ts'
import { learnFromRefusals } from '../contacts/marketing.ts'
import { keepOrphans } from '../conversations/orphans.ts'
import { foldStatuses } from '../conversations/statuses.ts'
import { readOpaque } from '../conversations/opaque.ts'
import { markMessages } from '../message-days/marks.ts'
import { learnRecipients } from './learning.ts'
import { StaleWrite, type InboundContext } from './routed.ts'

type Arrived = { item: IncomingStatus; channel: Channel }

/** Applies delivery statuses in any order and number; those of unknown messages wait seven days for their message. */
export async function applyStatuses(context: InboundContext, arrived: readonly Arrived[]): Promise<void> {
  if (arrived.length === 0) return
  const messages = await findMessages(context, arrived)
  const byMessage = Map.groupBy(arrived, ({ item, channel }) => messages.get(keyOf(item, channel))?.id)
  await keepEarly(context, byMessage.get(undefined) ?? [])
  const known = new Map([...messages.values()].map((message) => [message.id, message]))
  const edits = [...byMessage].flatMap(([id, statuses]) => {
    if (id === undefined) return []
    const set = foldStatuses(
      known.get(id)!,
      statuses.map(({ item }) => item),
    )
    return set ? [{ before: known.get(id)!, set }] : []
  })
  await writeStatuses(context, edits)
  await learnFromRefusals(
    context,
    arrived.flatMap(({ item, channel }) => {
      const contactId = messages.get(keyOf(item, channel))?.contactId
      return contactId && item.status === 'failed' ? [{ contactId, error: item.error, at: item.at }] : []
    }),
  )
  await learnRecipients(
    context,
    arrived.flatMap(({ item, channel }) => {
      const contactId = messages.get(keyOf(item, channel))?.contactId
      return contactId ? [{ item, contactId }] : []
    }),
  )
}

async function writeStatuses(
  { store, now, notify }: InboundContext,
  edits: readonly { before: Message; set: Partial<Message> }[],
): Promise<void> {
  if (edits.length === 0) return
  const updated = await store.messages.updateEach(
    edits.map(({ before, set }) => ({
      id: before.id,
      set,
      onlyIf: { rank: before.rank, updatedAt: before.updatedAt },
    })),
  )
  if (updated.length < edits.length) throw new StaleWrite()
  await markMessages(store, now(), updated)
  for (const message of updated) notify({ name: 'message:status', payload: { message: message as ApiMessage } })
  await refreshRows({ store, notify }, updated)
}

/** The row of a conversation shows the tick of its last message. */
async function refreshRows({ store, notify }: Pick<InboundContext, 'store' | 'notify'>, messages: readonly Message[]) {
  const conversations = await store.conversations.getMany([
    ...new Set(messages.map((message) => message.conversationId)),
  ])
  const byId = new Map(messages.map((message) => [message.id, message]))
  const edits = conversations.flatMap(({ id, lastMessage }) => {
    const message = lastMessage && byId.get(lastMessage.id)
    return message ? [{ id, set: { lastMessage: { ...lastMessage, status: message.status } } }] : []
  })
  for (const conversation of await store.conversations.updateEach(edits))
    notify({ name: 'conversation:updated', payload: { conversation } })
}

async function findMessages({ store }: InboundContext, arrived: readonly Arrived[]): Promise<Map<string, Message>> {
  const ids = [...new Set(arrived.map(({ item }) => item.providerMessageId))]
  const channelIds = [...new Set(arrived.map(({ channel }) => channel.id))]
  const found = await store.messages.find({
    where: { channelId: { in: channelIds }, providerMessageId: { in: ids } },
    limit: ids.length * channelIds.length,
  })
  const messages = new Map(found.map((message) => [`${message.channelId} ${message.providerMessageId}`, message]))
  // Sent, but the answer with the id was not stored yet, or never came: our own mark tells which message it is.
  const marked = arrived.flatMap(({ item, channel }) => {
    const opaque = item.opaque && !messages.has(keyOf(item, channel)) ? readOpaque(item.opaque) : undefined
    return opaque ? [{ item, channel, messageId: opaque.messageId }] : []
  })
  const byId = await store.messages.getMany([...new Set(marked.map(({ messageId }) => messageId))])
  const sent = new Map(byId.map((message) => [message.id, message]))
  for (const { item, channel, messageId } of marked) {
    const message = sent.get(messageId)
    // The id may have been stored since the first look.
    const isIts = message && [null, item.providerMessageId].includes(message.providerMessageId)
    if (isIts && message.channelId === channel.id) messages.set(keyOf(item, channel), message)
  }
  return messages
}

async function keepEarly(context: InboundContext, arrived: readonly Arrived[]): Promise<void> {
  // What carries our mark was stored before it was sent: its message is not late but erased, and so is who it went to.
  const waiting = arrived.filter(({ item }) => !item.opaque || !readOpaque(item.opaque))
  await keepOrphans(
    context,
    waiting.map(({ item, channel }) => ({
      channelId: channel.id,
      providerMessageId: item.providerMessageId,
      key: item.key,
      payload: item,
    })),
  )
}

const keyOf = (item: IncomingStatus, channel: Channel) => `${channel.id} ${item.providerMessageId}`
