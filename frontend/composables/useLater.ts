import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose } from 'vue'
import { reminders as reminderRoutes, type Reminder } from '#contract/reminders.ts'
import { scheduledMessages as routes, type ScheduledMessage } from '#contract/scheduled-messages.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { useRealtime } from '../api/realtime.ts'
import { fullTime } from '../format.ts'
import type { SendRequest } from '../state/outbox.ts'
import { useAction } from './useAction.ts'
import { useNotice } from './useNotice.ts'
import { newKey } from '../new-key.ts'

/** What was planned, for one chat or for all: it waits, or was refused and somebody must decide. */
export function useScheduled(conversationId?: string) {
  const notice = useNotice()
  const queryClient = useQueryClient()
  const { data } = useQuery({
    queryKey: keys.scheduled(conversationId),
    queryFn: async ({ signal }) => {
      const lists = (['waiting', 'refused'] as const).map((state) =>
        call(routes.list, { query: { conversationId, state, limit: 50 } }, { signal }),
      )
      return (await Promise.all(lists)).flatMap(({ scheduled }) => scheduled)
    },
  })
  const refresh = () => queryClient.invalidateQueries({ queryKey: keys.scheduled(conversationId) })
  onScopeDispose(
    useRealtime().on('scheduled:updated', ({ scheduled }) => {
      if (!conversationId || scheduled.conversationId === conversationId) void refresh()
    }),
  )
  const plan = useAction(
    (request: SendRequest, sendAt: string) =>
      call(routes.create, { body: { message: request, sendAt } }, { idempotencyKey: newKey() }),
    {
      onDone: ({ sendAt }) => {
        void refresh()
        notice.success('It will be sent later', { description: fullTime(sendAt) })
      },
    },
  )
  const cancel = useAction(({ id }: ScheduledMessage) => call(routes.cancel, { params: { scheduledId: id } }), {
    onDone: refresh,
  })
  const change = useAction(
    ({ id }: ScheduledMessage, body: { sendAt?: string; message?: SendRequest }) =>
      call(routes.update, { params: { scheduledId: id }, body }),
    { onDone: refresh },
  )
  const sendNow = (item: ScheduledMessage) => change.run(item, { sendAt: new Date().toISOString() })
  return {
    scheduled: computed(() => data.value ?? []),
    plan: plan.run,
    cancel: cancel.run,
    change: change.run,
    sendNow,
  }
}

/** A person's own reminders: all that are open, or those of one chat. */
export function useReminders(conversationId?: string) {
  const queryClient = useQueryClient()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: keys.reminders,
    queryFn: async ({ signal }) => {
      const lists = (['due', 'waiting'] as const).map((state) =>
        call(reminderRoutes.list, { query: { state, limit: 100 } }, { signal }),
      )
      return (await Promise.all(lists)).flatMap(({ reminders }) => reminders)
    },
  })
  const refresh = () => queryClient.invalidateQueries({ queryKey: keys.reminders })
  const realtime = useRealtime()
  for (const name of ['reminder:updated', 'reminder:removed'] as const)
    onScopeDispose(realtime.on(name, () => void refresh()))
  const without = (id: string) => {
    const before = queryClient.getQueryData<Reminder[]>(keys.reminders)
    queryClient.setQueryData<Reminder[]>(keys.reminders, (known) => known?.filter((one) => one.id !== id))
    return () => void queryClient.setQueryData(keys.reminders, before)
  }
  const add = useAction(
    (note: string, dueAt: string) =>
      call(
        reminderRoutes.create,
        { body: { conversationId: conversationId!, note, dueAt } },
        { idempotencyKey: newKey() },
      ),
    { onDone: refresh },
  )
  const done = useAction(({ id }: Reminder) => call(reminderRoutes.done, { params: { reminderId: id } }), {
    optimistic: ({ id }) => without(id),
    onDone: refresh,
  })
  const move = useAction(
    ({ id }: Reminder, dueAt: string) => call(reminderRoutes.update, { params: { reminderId: id }, body: { dueAt } }),
    { onDone: refresh },
  )
  const all = computed(() => data.value ?? [])
  return {
    reminders: computed(() => all.value.filter((one) => !conversationId || one.conversationId === conversationId)),
    dueCount: computed(() => all.value.filter(({ state }) => state === 'due').length),
    error,
    isPending,
    retry: () => void refetch(),
    add: add.run,
    adding: add.running,
    done: done.run,
    move: move.run,
  }
}
