import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose } from 'vue'
import { contactImports as routes, type ContactImport } from '#contract/contact-import.ts'
import { call } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useRealtime } from '../../api/realtime.ts'
import { useAction } from '../../composables/useAction.ts'

/** Imports of the last weeks, kept up to date while they run; for admins also those that a colleague began. */
export function useImports() {
  const queryClient = useQueryClient()
  const query = useQuery({
    queryKey: keys.contactImports,
    queryFn: ({ signal }) => call(routes.list, { query: { limit: 50 } }, { signal }),
    // Without a line to the server nobody would say that it is done.
    refetchInterval: ({ state }) => (state.data?.imports.some(isBusy) ? 4000 : false),
  })
  const imports = computed(() => query.data.value?.imports ?? [])

  function show(one: ContactImport) {
    queryClient.setQueryData<typeof query.data.value>(keys.contactImports, (known) => {
      if (!known) return known
      const others = known.imports.filter(({ id }) => id !== one.id)
      return { ...known, imports: [one, ...others].toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)) }
    })
  }
  onScopeDispose(useRealtime().on('contacts:import', (news) => show(news.import)))

  const cancel = useAction((importId: string) => call(routes.cancel, { params: { importId } }), { onDone: show })
  const undo = useAction((importId: string) => call(routes.undo, { params: { importId } }), { onDone: show })
  return {
    imports,
    state: query.status,
    refetch: query.refetch,
    busy: computed(() => imports.value.filter(isBusy)),
    find: (id: string) => imports.value.find((one) => one.id === id),
    cancel,
    undo,
  }
}

const isBusy = ({ state }: Pick<ContactImport, 'state'>) => state === 'running' || state === 'undoing'

export const canUndo = ({ state, created }: ContactImport) => created > 0 && (state === 'done' || state === 'cancelled')
export const problemsLink = (importId: string) => `/api/contacts/imports/${importId}/problems`
