import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { segments as routes } from '#contract/segments.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'

/** The segments are only asked for where one is meant. */
export function useSegmentName(id: () => string | undefined) {
  const query = useQuery({
    queryKey: keys.segments,
    queryFn: ({ signal }) => call(routes.list, {}, { signal }),
    enabled: computed(() => id() !== undefined),
  })
  return computed(() => query.data.value?.segments.find((segment) => segment.id === id())?.name ?? 'Segment')
}
