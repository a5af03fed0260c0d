import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { useDebounceFn } from '@vueuse/core'
import { computed, onScopeDispose } from 'vue'
import { firstRun as routes, type FirstRun } from '#contract/first-run.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { useRealtime } from '../api/realtime.ts'
import { useSession } from '../state/session.ts'
import { useAction } from './useAction.ts'

/** What is left to set up. Found out from what is there, so it is asked again when something happens. */
export function useFirstRun() {
  const session = useSession()
  const queryClient = useQueryClient()
  const realtime = useRealtime()
  const query = useQuery({
    queryKey: keys.firstRun,
    queryFn: ({ signal }) => call(routes.read, {}, { signal }),
    enabled: computed(() => session.may('admin')),
    staleTime: 0,
  })
  const steps = computed(() => query.data.value?.steps ?? [])
  const isShown = computed(
    () => session.may('admin') && query.data.value?.dismissed === false && steps.value.some(({ done }) => !done),
  )
  const look = useDebounceFn(() => void (isShown.value && query.refetch()), 500)
  for (const name of ['message:new', 'contact:updated', 'lead:updated', 'template:updated', 'channel:updated'] as const)
    onScopeDispose(realtime.on(name, () => void look()))

  const { run: dismiss } = useAction(() => call(routes.dismiss, {}), {
    optimistic: () => {
      const before = query.data.value
      queryClient.setQueryData<FirstRun>(keys.firstRun, (known) => known && { ...known, dismissed: true })
      return () => queryClient.setQueryData(keys.firstRun, before)
    },
  })
  return { steps, isShown, dismiss, refresh: () => void query.refetch() }
}

export type FirstRunState = ReturnType<typeof useFirstRun>
