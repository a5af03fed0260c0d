import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { cannedReplies as routes } from '#contract/canned-replies.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'

/** The saved answers this person may use; asked for once, live events say when to ask again. */
export function useCannedReplies() {
  const query = useQuery({ queryKey: keys.cannedReplies, queryFn: ({ signal }) => call(routes.list, {}, { signal }) })
  return {
    replies: computed(() => query.data.value?.cannedReplies ?? []),
    loaded: computed(() => query.data.value !== undefined),
    error: query.error,
    retry: () => void query.refetch(),
  }
}
