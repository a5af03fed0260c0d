import { useQuery } from '@tanstack/vue-query'
import { computed, onMounted } from 'vue'
import { segments as routes } from '#contract/segments.ts'
import type { Answer } from '#contract/route.ts'
import { call } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useAction } from '../../composables/useAction.ts'
import { useChannels } from '../../composables/useChannels.ts'
import { useStages } from '../../composables/useLeads.ts'
import { useNotice } from '../../composables/useNotice.ts'
import { useTeam } from '../../composables/useTeam.ts'
import type { Names } from './segment-words.ts'

export type ListedSegment = Answer<typeof routes.list>['segments'][number]

/** All segments with their uses. Whoever looks at them has them counted again; live events bring the numbers. */
export function useSegmentPage() {
  const notice = useNotice()
  const query = useQuery({ queryKey: keys.segments, queryFn: ({ signal }) => call(routes.list, {}, { signal }) })
  const recount = useAction(() => call(routes.recount, {}), { silent: true })
  onMounted(() => void recount.run())
  const remove = useAction(
    (segment: ListedSegment) => call(routes.remove, { params: { segmentId: segment.id } }).then(() => segment),
    {
      onDone: ({ name }) => {
        notice.success(`${name} was deleted`)
        void query.refetch()
      },
    },
  )
  return {
    segments: computed(() => query.data.value?.segments ?? []),
    state: query.status,
    error: query.error,
    retry: () => void query.refetch(),
    remove,
  }
}

export function useSegmentNames(): Names {
  const { channelOf } = useChannels()
  const { stageOf } = useStages()
  const { nameOf } = useTeam()
  return { channels: (id) => channelOf(id)?.name, stages: (id) => stageOf(id)?.name, people: nameOf }
}
