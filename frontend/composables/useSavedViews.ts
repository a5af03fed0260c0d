import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { savedViews as routes } from '#contract/saved-views.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'

export function useSavedViews() {
  const query = useQuery({ queryKey: keys.savedViews, queryFn: ({ signal }) => call(routes.list, {}, { signal }) })
  return {
    views: computed(() => query.data.value?.savedViews ?? []),
    loaded: computed(() => query.data.value !== undefined || query.isError.value),
  }
}
