import type { Conversation } from '#contract/conversations.ts'
import { messages as routes, type Message, type MessageType, type ReplyTo } from '#contract/messages.ts'
import { ApiError, call, sentenceOf } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { patchConversation, showMessage, useLive } from '../api/live.ts'
import { find } from '../api/merge.ts'
import { previewOf } from '../components/message/message-words.ts'
import { localId, useOutbox, type OutboxItem, type SendRequest } from '../state/outbox.ts'
import type { Pages } from './useList.ts'
import { useNotice } from './useNotice.ts'
import { newKey } from '../new-key.ts'

export type Outgoing = {
  /** The Idempotency-Key, made when the person began to write this message. */
  key: string
  request: SendRequest
  /** How the thread draws it until the server answers. */
  type: MessageType
  content: Record<string, unknown>
  replyTo: Message | null
  /** It waits for this moment. */
  sendAt?: string | undefined
}

/** Sends a message that is seen at once. `onRefused` gets one that a rule forbids, so that nothing written is lost. */
export function useSend(onRefused: (item: OutboxItem, error: ApiError) => boolean) {
  const live = useLive()
  const outbox = useOutbox()
  const notice = useNotice()
  let queue = Promise.resolve()

  function send(conversation: Conversation, outgoing: Outgoing) {
    const message = draftMessage(conversation, outgoing, live.userId() ?? null, new Date().toISOString())
    outbox.add({ key: outgoing.key, request: outgoing.request, message })
    // One after the other, so that three photos arrive in the order they were chosen.
    queue = queue.then(() => deliver(outgoing.key))
    return queue
  }

  async function deliver(key: string) {
    const item = outbox.retry(key)
    if (!item) return
    const putBack = patchConversation(live, item.message.conversationId, {
      lastMessage: {
        id: item.message.id,
        type: item.message.type,
        direction: 'outbound',
        status: 'queued',
        preview: previewOf(item.message),
        sentAt: item.message.sentAt,
      },
    })
    try {
      const message = await call(routes.send, { body: item.request }, { idempotencyKey: key })
      outbox.settle(key, message.id)
      showMessage(live, message)
    } catch (error) {
      putBack()
      const refused = error instanceof ApiError && error.status >= 400 && error.status < 500
      if (refused && onRefused(item, error)) outbox.remove(key)
      else outbox.fail(key, sentenceOf(error))
    }
  }

  async function resend(message: Message) {
    try {
      showMessage(live, await call(routes.resend, { params: { messageId: message.id } }, { idempotencyKey: newKey() }))
    } catch (error) {
      notice.error(error)
    }
  }

  /** An empty emoji takes the reaction back. */
  async function react(message: Message, emoji: string) {
    const before = message.reactions
    const others = before.filter(({ from }) => from !== 'business')
    const write = (reactions: Message['reactions']) => {
      const known =
        find(live.queryClient.getQueryData<Pages<Message>>(keys.messages(message.conversationId)), message.id) ??
        message
      showMessage(live, { ...known, reactions })
    }
    write(emoji ? [...others, { from: 'business', emoji, at: new Date().toISOString() }] : others)
    try {
      const { conversationId } = message
      await call(
        routes.send,
        { body: { conversationId, type: 'reaction', content: { messageId: message.id, emoji } } },
        { idempotencyKey: newKey() },
      )
    } catch (error) {
      write(before)
      notice.error(error)
    }
  }

  return { send, deliver, resend, react }
}

export const quoteOf = (message: Message): ReplyTo => ({
  providerMessageId: message.providerMessageId,
  messageId: message.id,
  preview: previewOf(message),
  direction: message.direction,
})

function draftMessage(
  conversation: Conversation,
  { key, type, content, replyTo }: Outgoing,
  userId: string | null,
  now: string,
): Message {
  return {
    id: localId(key),
    createdAt: now,
    updatedAt: now,
    conversationId: conversation.id,
    channelId: conversation.channelId,
    contactId: conversation.contactId,
    direction: 'outbound',
    type,
    content,
    status: 'queued',
    statusHistory: [],
    providerMessageId: null,
    sentAt: now,
    error: null,
    replyTo: replyTo && quoteOf(replyTo),
    reactions: [],
    pricing: null,
    source: 'user',
    userId,
    editedAt: null,
  }
}
