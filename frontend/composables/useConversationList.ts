import { computed, watchEffect, type Ref } from 'vue'
import { conversations as routes, type Conversation } from '#contract/conversations.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { useLive } from '../api/live.ts'
import { mergeConversation } from '../api/merge.ts'
import { belongsTo, requestOfView, type InboxView } from '../state/inbox-view.ts'
import { useNow } from './useNow.ts'
import { useList } from './useList.ts'

const pageSize = 30

/** The conversations of a view, kept right by live events and by the clock (a snooze that ends brings its chat back). */
export function useConversationList(view: Ref<InboxView>) {
  const live = useLive()
  const now = useNow()
  /** An event may have overtaken this page: what it said of a row is newer than the row. */
  function latestKnown(conversation: Conversation): Conversation {
    const known = live.queryClient.getQueryData<Conversation | null>(keys.conversation(conversation.id))
    const latest = known ? mergeConversation(known, conversation) : conversation
    live.queryClient.setQueryData(keys.conversation(conversation.id), latest)
    return latest
  }
  const list = useList<Conversation>({
    key: () => keys.conversationList(view.value),
    enabled: () => !view.value.viewId || view.value.filter !== undefined,
    fetchPage: async (cursor, signal) => {
      const query = { ...requestOfView(view.value), limit: pageSize, cursor }
      const { conversations, pagination } = await call(routes.list, { query }, { signal })
      return { items: conversations.map(latestKnown), nextCursor: pagination.nextCursor }
    },
  })

  const items = computed(() =>
    view.value.search
      ? list.items.value
      : list.items.value.filter((item) => belongsTo(view.value, item, live.userId(), now.value)),
  )
  const state = computed(() => {
    if (list.state.value !== 'items' || items.value.length > 0) return list.state.value
    return list.hasMore.value ? 'loading' : 'empty'
  })
  // What the server sends may belong to another view by now; a short screen asks for more.
  watchEffect(() => {
    if (list.state.value === 'items' && items.value.length < 12) list.more()
  })

  return { ...list, items, state }
}
