import { useIntervalFn } from '@vueuse/core'
import { onScopeDispose, shallowRef, watch } from 'vue'
import { conversations } from '#contract/conversations.ts'
import { call } from '../api/client.ts'
import { useRealtime } from '../api/realtime.ts'

type Hello = { conversationId: string; preview: string; from: string }
type Row = { id: string; contactName: string; lastMessage: { preview: string } | null }
/** `since` is when it was connected, by the clock of the server. */
type Waiting = { channelId: string; since: string }

/** The first message that arrives for a number after the wizard began to wait. */
export function useHello(waiting: () => Waiting | undefined) {
  const hello = shallowRef<Hello | null>(null)
  const show = ({ id, contactName, lastMessage }: Row) =>
    (hello.value = { conversationId: id, preview: lastMessage?.preview ?? '', from: contactName })

  const stop = useRealtime().on('message:new', ({ message, conversation }) => {
    if (message.direction === 'inbound' && message.channelId === waiting()?.channelId) show(conversation)
  })
  onScopeDispose(stop)

  // It may have come while the page was being drawn, and live events may be lost.
  const { resume } = useIntervalFn(look, 4000, { immediate: false })
  watch(
    () => waiting()?.channelId,
    () => (resume(), look()),
    { immediate: true },
  )

  async function look() {
    const asked = waiting()
    if (!asked || hello.value) return
    const found = await call(conversations.list, { query: { channelId: asked.channelId, limit: 1 } }).catch(
      () => undefined,
    )
    const latest = found?.conversations[0]
    if (latest?.lastInboundAt && isSince(latest.lastInboundAt, asked.since)) show(latest)
  }
  return { hello }
}

/** A number that is connected again has old chats. Meta tells the time of a message in whole seconds, cut off. */
export const isSince = (sentAt: string, connectedAt: string) => sentAt.slice(0, 19) >= connectedAt.slice(0, 19)
