import { useQueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose, ref } from 'vue'
import { contactBulks as routes, type ContactBulk, type ContactBulkChange } from '#contract/contact-bulk.ts'
import type { ContactFilter } from '#contract/contacts.ts'
import { call } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useRealtime } from '../../api/realtime.ts'
import { useNotice } from '../../composables/useNotice.ts'
import { newKey } from '../../new-key.ts'
import { plural } from './contact-words.ts'

type Target = { ids: string[] } | { filter: ContactFilter }

/** Changes many contacts in the background, says how far it is, and offers to take it back. */
export function useContactBulk() {
  const notice = useNotice()
  const queryClient = useQueryClient()
  const current = ref<ContactBulk | null>(null)
  const own = new Set<string>()
  const told = new Set<string>()
  const refresh = () => queryClient.invalidateQueries({ queryKey: keys.allContacts })

  onScopeDispose(
    useRealtime().on('contacts:bulk', ({ bulk }) => {
      if (own.has(bulk.id)) show(bulk)
    }),
  )

  function show(bulk: ContactBulk) {
    current.value = isBusy(bulk) ? bulk : null
    if (isBusy(bulk) || told.has(`${bulk.id} ${bulk.state}`)) return
    told.add(`${bulk.id} ${bulk.state}`)
    void refresh()
    if (bulk.state === 'undone') return notice.success('Taken back')
    const action = bulk.undoUntil ? { label: 'Undo', run: () => void undo(bulk.id) } : undefined
    notice.success(sentenceOf(bulk), { duration: 15_000, ...(action && { action }) })
  }

  /** Without a line to the server nobody would say that it is done. */
  async function follow(id: string) {
    for (let tries = 0; current.value?.id === id && tries < 400; tries++) {
      await new Promise((later) => setTimeout(later, 1500))
      if (current.value?.id === id) show(await call(routes.get, { params: { contactBulkId: id } }))
    }
  }

  async function start(target: Target, change: ContactBulkChange) {
    try {
      const bulk = await call(routes.start, { body: { ...target, change } }, { idempotencyKey: newKey() })
      own.add(bulk.id)
      show(bulk)
      await follow(bulk.id)
    } catch (error) {
      current.value = null
      notice.error(error)
    }
  }

  async function undo(id: string) {
    try {
      show(await call(routes.undo, { params: { contactBulkId: id } }))
      await follow(id)
    } catch (error) {
      notice.error(error)
    }
  }

  return { start, current, running: computed(() => current.value !== null) }
}

const isBusy = ({ state }: ContactBulk) => state === 'running' || state === 'undoing'

function sentenceOf({ change, changed }: ContactBulk): string {
  const people = plural(changed, 'contact', 'contacts')
  if (change.erase) return `${people} erased`
  if (change.blocked !== undefined) return `${people} ${change.blocked ? 'blocked' : 'unblocked'}`
  if (change.setField) return `“${change.setField.name}” of ${people} changed`
  return `Tags of ${people} changed`
}
