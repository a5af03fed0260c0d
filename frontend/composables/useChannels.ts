import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { channels as routes } from '#contract/channels.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'

export function useChannels() {
  const query = useQuery({ queryKey: keys.channels, queryFn: ({ signal }) => call(routes.list, {}, { signal }) })
  const channels = computed(() => query.data.value?.channels ?? [])
  return {
    channels,
    loaded: computed(() => query.data.value !== undefined),
    error: query.error,
    retry: () => void query.refetch(),
    channelOf: (id: string) => channels.value.find((channel) => channel.id === id),
    practice: computed(() => channels.value.find(({ kind }) => kind === 'practice')),
    hasRealNumber: computed(() => channels.value.some(({ kind }) => kind === 'cloud')),
  }
}
