import { useQuery } from '@tanstack/vue-query'
import { computed, ref, type Ref } from 'vue'
import { usage as routes } from '#contract/usage.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'

/** What a number sent and cost in a month, this one when none is named. */
export function useUsage(channelId: Ref<string>, month: Ref<string | undefined> = ref()) {
  return useQuery({
    queryKey: computed(() => keys.usage(channelId.value, month.value)),
    queryFn: ({ signal }) =>
      call(routes.month, { params: { channelId: channelId.value }, query: { month: month.value } }, { signal }),
    placeholderData: (before) => before,
    staleTime: 60_000,
    retry: false,
  })
}
