import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { useDebounceFn } from '@vueuse/core'
import { computed, onScopeDispose, type Ref } from 'vue'
import { contacts as routes, type Contact, type ContactFilter } from '#contract/contacts.ts'
import type { Request } from '#contract/route.ts'
import { segments as segmentRoutes } from '#contract/segments.ts'
import { call } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useRealtime } from '../../api/realtime.ts'
import { useRows } from '../../composables/useRows.ts'

type Query = NonNullable<Request<typeof routes.list>['query']>

/** The list, its length, and both kept up to date by what others do. */
export function useContacts(filter: Ref<ContactFilter>) {
  const ask = (page: Query, signal: AbortSignal) =>
    call(routes.list, { query: { ...filter.value, ...page } as Query }, { signal })
  const list = useRows<Contact>({
    key: () => keys.contacts(filter.value),
    fetchRows: async (skip, limit, signal) => (await ask({ skip, limit }, signal)).contacts,
    // Only a numbered page counts.
    fetchTotal: async (signal) => (await ask({ page: 1, limit: 1 }, signal)).pagination.total!,
  })
  const queryClient = useQueryClient()
  // An import changes hundreds in a second; one look afterwards is enough.
  const refresh = useDebounceFn(() => queryClient.invalidateQueries({ queryKey: keys.allContacts }), 700, {
    maxWait: 5000,
  })
  const realtime = useRealtime()
  for (const name of ['contact:updated', 'contact:removed', 'contacts:changed'] as const)
    onScopeDispose(realtime.on(name, () => void refresh()))
  return { list, total: list.total, refresh }
}

export function useSegments() {
  const query = useQuery({
    queryKey: keys.segments,
    queryFn: ({ signal }) => call(segmentRoutes.list, {}, { signal }),
  })
  return computed(() => query.data.value?.segments ?? [])
}
