import { useDebounceFn } from '@vueuse/core'
import { segmentOf, type InboxView } from '../state/inbox-view.ts'
import { keys } from './keys.ts'
import type { Live } from './live.ts'
import type { Realtime } from './realtime.ts'

/** Who is in a segment changes with people and chats, and only the server knows: it is asked again, not too often. */
export function connectSegments({ queryClient }: Live, realtime: Realtime) {
  const isNarrowed = ({ queryKey }: { queryKey: readonly unknown[] }) =>
    segmentOf(queryKey[2] as InboxView) !== undefined
  const refreshChats = useDebounceFn(
    () => queryClient.invalidateQueries({ queryKey: keys.conversationLists, predicate: isNarrowed }),
    1000,
    { maxWait: 5000 },
  )
  for (const name of ['message:new', 'conversation:updated', 'contact:updated', 'contacts:changed'] as const)
    realtime.on(name, () => void refreshChats())
  // Each of many that are counted says so.
  const refreshSegments = useDebounceFn(() => queryClient.invalidateQueries({ queryKey: keys.segments }), 200, {
    maxWait: 1000,
  })
  realtime.on('segments:changed', () => {
    void refreshSegments()
    void refreshChats()
  })
}
