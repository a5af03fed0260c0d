import { computed, ref, watch } from 'vue'
import { conversations as routes, type Conversation } from '#contract/conversations.ts'
import type { Message } from '#contract/messages.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { buildRows, firstUnreadOf } from '../components/message/thread-rows.ts'
import { unreadOf } from '../state/inbox-view.ts'
import { useOutbox } from '../state/outbox.ts'
import { useActivity } from './useActivity.ts'
import { useList } from './useList.ts'

const pageSize = 50

export async function fetchMessages(conversationId: string, cursor: string | undefined, signal?: AbortSignal) {
  const { messages, pagination } = await call(
    routes.messages,
    { params: { conversationId }, query: { limit: pageSize, cursor } },
    { signal },
  )
  return { items: messages, nextCursor: pagination.nextCursor }
}

/** The messages of one chat as rows, the oldest first. `unreadAtOpen` is where the line of new messages is drawn. */
export function useThread(conversation: Conversation) {
  const outbox = useOutbox()
  const list = useList<Message>({
    key: keys.messages(conversation.id),
    fetchPage: (cursor, signal) => fetchMessages(conversation.id, cursor, signal),
  })

  // Decided once: the line stays where it is while one reads.
  const unreadAtOpen = unreadOf(conversation)
  const firstUnreadId = ref<string | null>(null)
  watch(
    list.state,
    (state) => {
      if (state === 'items') firstUnreadId.value ??= firstUnreadOf(list.items.value, unreadAtOpen)
    },
    { immediate: true },
  )

  const entries = useActivity(conversation.id, {
    oldest: computed(() => (list.hasMore.value ? list.items.value.at(-1)?.sentAt : undefined)),
    enabled: computed(() => list.state.value !== 'loading'),
  })
  const rows = computed(() =>
    buildRows(list.items.value.toReversed(), {
      entries: entries.value,
      firstUnreadId: firstUnreadId.value,
      waiting: outbox.items.value.filter(({ message }) => message.conversationId === conversation.id),
      rowKey: outbox.rowKey,
    }),
  )
  return { ...list, rows, newest: computed(() => list.items.value[0]) }
}
