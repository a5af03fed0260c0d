import { computed, inject, reactive, watch, type InjectionKey } from 'vue'
import type { Realtime } from '../api/realtime.ts'
import { useSession } from '../state/session.ts'

type Person = { id: string; name: string }
type Viewers = Map<string, Person[]>
export const viewersKey: InjectionKey<Viewers> = Symbol('viewers')

/** Who looks at which chat now, for the rows of the inbox. The server says it all again with every new line. */
export function createViewers(realtime: Realtime): Viewers {
  const viewers: Viewers = reactive(new Map())
  realtime.on('presence', ({ conversationId, users }) => {
    if (users.length > 0) viewers.set(conversationId, users)
    else viewers.delete(conversationId)
  })
  watch(realtime.link, (link) => link !== 'connected' && link !== 'connecting' && viewers.clear())
  return viewers
}

/** The colleagues who look at a chat, without oneself. */
export function useViewers(conversationId: () => string) {
  const viewers = inject(viewersKey)
  if (!viewers) throw new Error('No viewers were provided.')
  const session = useSession()
  return computed(() => (viewers.get(conversationId()) ?? []).filter(({ id }) => id !== session.current.value?.user.id))
}
