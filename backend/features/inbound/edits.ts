import type { Message as ApiMessage } from '../../contract/messages.ts'
import { statusRank } from '../../contract/messages.ts'
import type { Message } from '../../model/index.ts'
import { previewOf, searchTextOf, type IncomingEdit } from '../../platform/channel/channel.ts'
import { keepOrphans } from '../conversations/orphans.ts'
import { withStatus } from '../conversations/statuses.ts'
import { markMessages } from '../message-days/marks.ts'
import { StaleWrite, type InboundContext, type Routed } from './routed.ts'

/** A customer (or the phone app) changed or took back a message. The earlier text stays in the history. */
export async function applyEdit(context: InboundContext, { item, channel }: Routed<IncomingEdit>): Promise<void> {
  const { store, now, notify } = context
  const message = await store.messages.first({ channelId: channel.id, providerMessageId: item.targetProviderMessageId })
  if (!message) {
    const { key, targetProviderMessageId: providerMessageId } = item
    return keepOrphans(context, [{ channelId: channel.id, providerMessageId, key, payload: item }])
  }
  const set = item.kind === 'revoke' ? revoked(message, item) : edited(message, item)
  if (!set) return
  const updated = await store.messages.update(message.id, set, { onlyIf: { updatedAt: message.updatedAt } })
  if (!updated) throw new StaleWrite()
  await markMessages(store, now(), [updated])
  notify({ name: 'message:updated', payload: { message: updated as ApiMessage } })
  await refreshRow({ store, notify }, updated)
}

function revoked(message: Message, { at }: IncomingEdit): Partial<Message> | undefined {
  if (message.status === 'deleted') return undefined
  return {
    status: 'deleted',
    rank: statusRank.deleted,
    statusHistory: withStatus(message.statusHistory, { status: 'deleted', at }),
  }
}

function edited(message: Message, { content, type, at }: IncomingEdit): Partial<Message> | undefined {
  if (!content || message.status === 'deleted' || (message.editedAt && message.editedAt >= at)) return undefined
  // An edited caption names no file of its own; the one that is here stays.
  const merged = {
    ...message.content,
    ...content,
    ...('media' in message.content ? { media: message.content.media } : {}),
  }
  return {
    content: merged as Message['content'],
    type: type && 'media' in message.content ? message.type : (type ?? message.type),
    editedAt: at,
    editHistory: [...(message.editHistory ?? []), { content: message.content, at: message.editedAt ?? message.sentAt }],
    searchText: searchTextOf(message.type, merged as Message['content']),
  }
}

async function refreshRow(
  { store, notify }: Pick<InboundContext, 'store' | 'notify'>,
  message: Message,
): Promise<void> {
  const conversation = await store.conversations.get(message.conversationId)
  if (conversation?.lastMessage?.id !== message.id) return
  const lastMessage = {
    ...conversation.lastMessage,
    status: message.status,
    preview: previewOf(message.type, message.content),
  }
  const updated = await store.conversations.update(conversation.id, { lastMessage })
  if (updated) notify({ name: 'conversation:updated', payload: { conversation: updated } })
}
