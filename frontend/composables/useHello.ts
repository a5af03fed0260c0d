import { useIntervalFn } from '@vueuse/core'
import { onScopeDispose, shallowRef, watch } from 'vue'
import { conversations } from '#contract/conversations.ts'
import { call } from '../api/client.ts'
import { useRealtime } from '../api/realtime.ts'

type Hello = { conversationId: string; preview: string; from: string }
type Row = { id: string; contactName: string; lastMessage: { preview: string } | null }

/** The first message that arrives for a number after the wizard began to wait. */
export function useHello(channelId: () => string | undefined) {
  const hello = shallowRef<Hello | null>(null)
  const show = ({ id, contactName, lastMessage }: Row) =>
    (hello.value = { conversationId: id, preview: lastMessage?.preview ?? '', from: contactName })

  const stop = useRealtime().on('message:new', ({ message, conversation }) => {
    if (message.direction === 'inbound' && message.channelId === channelId()) show(conversation)
  })
  onScopeDispose(stop)

  // It may have come while the page was being drawn, and live events may be lost.
  const { resume } = useIntervalFn(look, 4000, { immediate: false })
  watch(channelId, () => (resume(), look()), { immediate: true })

  async function look() {
    const id = channelId()
    if (!id || hello.value) return
    const found = await call(conversations.list, { query: { channelId: id, limit: 1 } }).catch(() => undefined)
    const latest = found?.conversations[0]
    if (latest?.lastInboundAt) show(latest)
  }
  return { hello }
}
