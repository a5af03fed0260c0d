import { useQuery } from '@tanstack/vue-query'
import { computed, onScopeDispose } from 'vue'
import { notifications as routes, type Notification } from '#contract/notifications.ts'
import type { Answer } from '#contract/route.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { useLive } from '../api/live.ts'
import { useRealtime } from '../api/realtime.ts'

type Listed = Answer<typeof routes.list>
const shown = 40

const who = ({ actorName }: Notification) => actorName ?? 'Somebody'
const sentences: Record<Notification['kind'], (item: Notification) => string> = {
  mention: (item) => `${who(item)} mentioned you with ${item.contactName}`,
  assigned: (item) => `${who(item)} gave you the chat with ${item.contactName}`,
  reminder: (item) => `You wanted to be reminded of ${item.contactName}`,
  not_sent: (item) => `What you planned for ${item.contactName} was not sent`,
  woke: (item) => `The chat with ${item.contactName} is awake again`,
}
export const sentenceOfNotification = (item: Notification) => sentences[item.kind](item)

/** What concerns this person, kept right by live events. */
export function useNotifications() {
  const { queryClient } = useLive()
  const { data, error, refetch } = useQuery({
    queryKey: keys.notifications,
    queryFn: ({ signal }) => call(routes.list, { query: { limit: shown } }, { signal }),
  })
  const write = (change: (known: Listed) => Listed) =>
    queryClient.setQueryData<Listed>(keys.notifications, (known) => known && change(known))
  const markRead = (id: string | null, unread: number, at = new Date().toISOString()) =>
    write((known) => ({
      ...known,
      unread,
      notifications: known.notifications.map((item) =>
        id === null || item.id === id ? { ...item, readAt: item.readAt ?? at } : item,
      ),
    }))

  async function read(item: Notification) {
    if (item.readAt) return
    markRead(item.id, Math.max(0, (data.value?.unread ?? 1) - 1))
    const { unread } = await call(routes.read, { params: { notificationId: item.id } })
    markRead(item.id, unread)
  }
  async function readAll() {
    markRead(null, 0)
    await call(routes.readAll, {})
  }

  return {
    items: computed(() => data.value?.notifications ?? []),
    unread: computed(() => data.value?.unread ?? 0),
    loaded: computed(() => data.value !== undefined),
    error,
    retry: () => void refetch(),
    read: (item: Notification) => void read(item).catch(() => refetch()),
    readAll: () => void readAll().catch(() => refetch()),
  }
}

/** Keeps the list right, and lets the page tell of what is new. Once for the whole page. */
export function useNotificationEvents(onNew: (item: Notification) => void) {
  const { queryClient } = useLive()
  const realtime = useRealtime()
  const write = (change: (known: Listed) => Listed) =>
    queryClient.setQueryData<Listed>(keys.notifications, (known) => known && change(known))
  const stops = [
    realtime.on('notification:new', ({ notification, unread }) => {
      write((known) => ({
        ...known,
        unread,
        notifications: [notification, ...known.notifications.filter(({ id }) => id !== notification.id)],
      }))
      onNew(notification)
    }),
    realtime.on('notification:read', ({ notificationId, unread }) => {
      const at = new Date().toISOString()
      write((known) => ({
        ...known,
        unread,
        notifications: known.notifications.map((item) =>
          notificationId === null || item.id === notificationId ? { ...item, readAt: item.readAt ?? at } : item,
        ),
      }))
    }),
  ]
  onScopeDispose(() => stops.forEach((stop) => stop()))
}
