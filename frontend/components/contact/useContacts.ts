import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { useDebounceFn } from '@vueuse/core'
import { computed, onScopeDispose, type Ref } from 'vue'
import { contacts as routes, type Contact, type ContactFilter } from '#contract/contacts.ts'
import { segments as segmentRoutes } from '#contract/segments.ts'
import { call } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useRealtime } from '../../api/realtime.ts'
import { useList } from '../../composables/useList.ts'

/** The list, its length, and both kept up to date by what others do. */
export function useContacts(filter: Ref<ContactFilter>) {
  const list = useList<Contact>({
    key: () => keys.contacts(filter.value),
    async fetchPage(cursor, signal) {
      const query = { ...filter.value, limit: 100, cursor } as Parameters<typeof call<typeof routes.list>>[1]['query']
      const { contacts, pagination } = await call(routes.list, { query }, { signal })
      return { items: contacts, nextCursor: pagination.nextCursor }
    },
  })
  // Only a numbered page counts.
  const counted = useQuery({
    queryKey: computed(() => keys.contacts({ ...filter.value, count: true })),
    queryFn: ({ signal }) => call(routes.list, { query: { ...filter.value, page: 1, limit: 1 } as never }, { signal }),
  })
  const queryClient = useQueryClient()
  // An import changes hundreds in a second; one look afterwards is enough.
  const refresh = useDebounceFn(() => queryClient.invalidateQueries({ queryKey: keys.allContacts }), 700, {
    maxWait: 5000,
  })
  const realtime = useRealtime()
  for (const name of ['contact:updated', 'contact:removed', 'contacts:import'] as const)
    onScopeDispose(realtime.on(name, () => void refresh()))
  return { list, total: computed(() => counted.data.value?.pagination.total), refresh }
}

export function useSegments() {
  const query = useQuery({
    queryKey: keys.segments,
    queryFn: ({ signal }) => call(segmentRoutes.list, {}, { signal }),
  })
  return computed(() => query.data.value?.segments ?? [])
}
