import { useTimestamp } from '@vueuse/core'
import { computed, type Ref } from 'vue'
import type { Message } from '#contract/messages.ts'
import { useSession } from '../state/session.ts'
import { usePresence } from './usePresence.ts'
import { useTeam } from './useTeam.ts'

/** A colleague who answered a moment ago is probably not done. */
const justNow = 30_000

/** Says when a colleague is answering the same chat, so that a customer does not get two answers. */
export function useSoftLock(conversationId: string, newest: Ref<Message | undefined>) {
  const session = useSession()
  const { nameOf } = useTeam()
  const { typists } = usePresence(conversationId)
  const now = useTimestamp({ interval: 2000 })

  const answered = computed(() => {
    const message = newest.value
    if (!message || message.direction !== 'outbound' || message.source !== 'user' || !message.userId) return undefined
    const isColleague = message.userId !== session.current.value?.user.id
    return isColleague && now.value - Date.parse(message.sentAt) < justNow ? nameOf(message.userId) : undefined
  })
  return computed(() => {
    const typist = typists.value[0]?.name
    if (typist) return `${typist} is answering`
    return answered.value ? `${answered.value} has just answered` : null
  })
}
