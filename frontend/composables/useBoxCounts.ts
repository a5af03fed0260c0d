import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { onScopeDispose } from 'vue'
import { conversations as routes } from '#contract/conversations.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { useRealtime } from '../api/realtime.ts'
import type { Box } from '../state/inbox-view.ts'

/** A busy morning changes chats many times a second; the numbers beside the boxes may be this late (milliseconds). */
const rest = 2000

/** How many chats a box of the inbox holds; undefined where a number would tell nothing. */
export function useBoxCounts(): (box: Box) => number | undefined {
  const queryClient = useQueryClient()
  const { data } = useQuery({
    queryKey: keys.conversationCounts,
    queryFn: ({ signal }) => call(routes.counts, {}, { signal }),
  })

  let timer: ReturnType<typeof setTimeout> | undefined
  function countSoon() {
    timer ??= setTimeout(() => {
      timer = undefined
      void queryClient.invalidateQueries({ queryKey: keys.conversationCounts })
    }, rest)
  }
  const realtime = useRealtime()
  const events = ['message:new', 'conversation:updated', 'conversation:removed'] as const
  const ends = events.map((name) => realtime.on(name, countSoon))
  onScopeDispose(() => {
    clearTimeout(timer)
    for (const end of ends) end()
  })

  return (box) =>
    ({
      mine: data.value?.mine,
      unassigned: data.value?.unassigned,
      all: undefined,
      needs_reply: data.value?.needsReply,
      snoozed: data.value?.snoozed,
    })[box]
}
