import { computed, watchEffect, type Ref } from 'vue'
import { notes as routes, type ThreadEntry } from '#contract/notes.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { useList } from './useList.ts'

const pageSize = 50

/**
 * What stands beside the messages of a chat, the oldest first. It has pages of its own, read as far back as the messages
 * are; `oldest` is undefined when those are all there.
 */
export function useActivity(
  conversationId: string,
  { oldest, enabled }: { oldest: Ref<string | undefined>; enabled: Ref<boolean> },
) {
  const list = useList<ThreadEntry>({
    key: keys.activity(conversationId),
    enabled,
    fetchPage: async (cursor, signal) => {
      const request = { params: { conversationId }, query: { limit: pageSize, cursor } }
      const { entries, pagination } = await call(routes.activity, request, { signal })
      return { items: entries, nextCursor: pagination.nextCursor }
    },
  })
  watchEffect(() => {
    const last = list.items.value.at(-1)
    // One that failed is not asked for again and again; the next look at the chat does.
    if (list.moreFailed.value) return
    if (last && list.hasMore.value && (!oldest.value || last.createdAt >= oldest.value)) list.more()
  })
  return computed(() =>
    list.items.value.filter(({ createdAt }) => !oldest.value || createdAt >= oldest.value).toReversed(),
  )
}
