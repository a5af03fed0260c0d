import { useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Conversation } from '#contract/conversations.ts'
import { keys } from '../api/keys.ts'
import { queryOfView, viewOfQuery, type InboxView } from '../state/inbox-view.ts'
import { useConversationList } from './useConversationList.ts'
import type { Page } from './useList.ts'
import { useSavedViews } from './useSavedViews.ts'
import { fetchMessages } from './useThread.ts'

/** Where one is in the inbox: the view, its list and the open chat, all in the address. */
export function useInbox() {
  const route = useRoute()
  const router = useRouter()
  const queryClient = useQueryClient()
  const saved = useSavedViews()
  const view = computed<InboxView>(() => {
    const asked = viewOfQuery(route.query)
    const known = saved.views.value.find(({ id }) => id === asked.viewId)
    // One that is gone shows what is there instead of waiting for ever.
    const filter = known?.filter ?? (saved.loaded.value ? { status: 'open' as const } : undefined)
    return asked.viewId && filter ? { ...asked, filter } : asked
  })
  const openId = computed(() => (route.params['conversationId'] as string) || undefined)
  /** A message or note to show: from a notification or a search. */
  const at = computed(() => (typeof route.query['at'] === 'string' ? route.query['at'] : undefined))
  const list = useConversationList(view)
  const index = computed(() => list.items.value.findIndex(({ id }) => id === openId.value))

  const go = (next: InboxView, id: string | undefined, replace = false) =>
    router[replace ? 'replace' : 'push']({
      name: 'inbox',
      params: { conversationId: id ?? '' },
      query: queryOfView(next),
    })

  /** The chat after this one is fetched ahead, so that `j` opens it without waiting. */
  function prefetch(conversation: Conversation | undefined) {
    if (!conversation) return
    void queryClient.prefetchInfiniteQuery({
      queryKey: keys.messages(conversation.id),
      initialPageParam: undefined as string | undefined,
      queryFn: ({ pageParam, signal }) => fetchMessages(conversation.id, pageParam, signal),
      getNextPageParam: (page: Page<unknown>) => page.nextCursor ?? undefined,
    })
  }

  async function open(id: string | undefined) {
    // While the page is drawn, not after.
    prefetch(list.items.value.find((conversation) => conversation.id === id))
    // Moving along the list is one step back in the browser, not twenty.
    await go(view.value, id, openId.value !== undefined && id !== undefined)
    const at = list.items.value.findIndex((conversation) => conversation.id === id)
    if (at !== -1) prefetch(list.items.value[at + 1])
  }

  function move(step: 1 | -1) {
    const next = list.items.value[index.value === -1 ? 0 : index.value + step]
    if (next) void open(next.id)
    return next
  }

  return {
    view,
    list,
    openId,
    at,
    index,
    open,
    move,
    prefetch,
    show: (next: Partial<InboxView>, keepOpen = false) =>
      void go({ ...view.value, viewId: undefined, ...next }, keepOpen ? openId.value : undefined, 'search' in next),
  }
}

export type Inbox = ReturnType<typeof useInbox>
