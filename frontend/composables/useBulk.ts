import { useQueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose, ref } from 'vue'
import { bulkActions as routes, type BulkAction, type BulkChange } from '#contract/bulk-actions.ts'
import type { ViewFilter } from '#contract/saved-views.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { useRealtime } from '../api/realtime.ts'
import { useNotice } from './useNotice.ts'
import { newKey } from '../new-key.ts'

type Target = { ids: string[] } | { filter: ViewFilter }

/** Changes many chats in the background, says how far it is, and offers to take it back. */
export function useBulk() {
  const notice = useNotice()
  const queryClient = useQueryClient()
  const realtime = useRealtime()
  const current = ref<BulkAction | null>(null)
  const offered = new Set<string>()

  const stop = realtime.on('bulk:progress', ({ action }) => {
    if (current.value && current.value.id !== action.id) return
    show(action)
  })
  onScopeDispose(stop)

  function show(action: BulkAction) {
    current.value = action.state === 'running' || action.state === 'undoing' ? action : null
    if (!current.value && (action.total ?? 0) > 30)
      void queryClient.invalidateQueries({ queryKey: keys.conversationLists })
    if (action.state === 'done') offerUndo(action)
    if (action.state === 'undone' && !offered.has(`undone ${action.id}`)) {
      offered.add(`undone ${action.id}`)
      notice.success('Taken back')
    }
  }

  function offerUndo(action: BulkAction) {
    if (offered.has(action.id)) return
    offered.add(action.id)
    const text = sentenceOfBulk(action.change, action.done)
    notice.success(text, { duration: 15_000, action: { label: 'Undo', run: () => void undo(action) } })
  }

  async function start(target: Target, change: BulkChange) {
    try {
      const action = await call(routes.start, { body: { ...target, change } }, { idempotencyKey: newKey() })
      current.value = action
      // Without a line to the server nobody would say that it is done.
      for (let tries = 0; current.value?.id === action.id && tries < 60; tries++) {
        await new Promise((later) => setTimeout(later, 1500))
        if (current.value?.id === action.id) show(await read(action.id))
      }
    } catch (error) {
      current.value = null
      notice.error(error)
    }
  }

  const read = (bulkActionId: string) => call(routes.get, { params: { bulkActionId } })

  async function undo({ id }: BulkAction) {
    try {
      await call(routes.undo, { params: { bulkActionId: id } })
    } catch (error) {
      notice.error(error)
    }
  }

  return {
    start,
    /** Only when it takes long enough to be worth saying. */
    progress: computed(() => {
      const action = current.value
      return action && (action.total === null || action.total > 30) ? action : null
    }),
    running: computed(() => current.value !== null),
  }
}

function sentenceOfBulk(change: BulkChange, count: number): string {
  const chats = count === 1 ? '1 chat' : `${count.toLocaleString()} chats`
  if (change.status)
    return `${chats} ${{ open: 'reopened', pending: 'marked as pending', closed: 'closed' }[change.status]}`
  if (change.assignedTo !== undefined) return change.assignedTo ? `${chats} assigned` : `${chats} assigned to nobody`
  if (change.snoozedUntil !== undefined) return change.snoozedUntil ? `${chats} snoozed` : `${chats} woken`
  return `Tags of ${chats} changed`
}
