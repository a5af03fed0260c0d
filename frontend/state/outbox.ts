import { inject, ref, type InjectionKey, type Ref } from 'vue'
import type { Message, messages } from '#contract/messages.ts'
import type { Request } from '#contract/route.ts'

export type SendRequest = Request<typeof messages.send>['body']

/** A message on its way to the server. It is drawn in the thread until the server's own copy arrives. */
export type OutboxItem = {
  /** The Idempotency-Key: a second try with it cannot send twice. */
  key: string
  request: SendRequest
  message: Message
  /** Set while the last try failed; the sentence says why. */
  error: string | null
  /** Known from a live event before the answer came. */
  serverId: string | null
}

export type Outbox = ReturnType<typeof createOutbox>
export const outboxKey: InjectionKey<Outbox> = Symbol('outbox')

export const localId = (key: string) => `local:${key}`

export function createOutbox() {
  const items: Ref<OutboxItem[]> = ref([])
  // A row keeps its key when the server's copy takes over, so it neither flickers nor moves.
  const rowKeys = new Map<string, string>()

  const find = (key: string) => items.value.find((item) => item.key === key)

  return {
    items,
    add(item: Pick<OutboxItem, 'key' | 'request' | 'message'>) {
      items.value = [...items.value.filter(({ key }) => key !== item.key), { ...item, error: null, serverId: null }]
    },
    retry(key: string) {
      const item = find(key)
      if (item) item.error = null
      return item
    },
    fail(key: string, sentence: string) {
      const item = find(key)
      if (item) item.error = sentence
    },
    remove(key: string) {
      items.value = items.value.filter((item) => item.key !== key)
    },
    settle(key: string, serverId: string) {
      rowKeys.set(serverId, localId(key))
      this.remove(key)
    },
    /** The live event may come before the answer: whose is it? The oldest waiting one that says the same. */
    claim(message: Message) {
      const item = items.value.find((waiting) => waiting.serverId === null && saysTheSame(waiting.message, message))
      if (!item) return
      // The answer of a failed try was lost, not the message: here it is.
      if (item.error !== null) return this.settle(item.key, message.id)
      item.serverId = message.id
      rowKeys.set(message.id, localId(item.key))
    },
    rowKey: (messageId: string) => rowKeys.get(messageId) ?? messageId,
  }
}

function saysTheSame(waiting: Message, arrived: Message): boolean {
  return (
    arrived.direction === 'outbound' &&
    arrived.conversationId === waiting.conversationId &&
    arrived.userId === waiting.userId &&
    arrived.type === waiting.type &&
    gist(arrived) === gist(waiting)
  )
}

function gist({ content }: Message): string {
  const media = content['media'] as { id?: string } | undefined
  return JSON.stringify([
    content['text'],
    content['body'],
    content['caption'],
    content['name'],
    content['latitude'],
    media?.id,
  ])
}

export function useOutbox(): Outbox {
  const outbox = inject(outboxKey)
  if (!outbox) throw new Error('No outbox was provided.')
  return outbox
}
