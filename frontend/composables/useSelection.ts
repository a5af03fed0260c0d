import { computed, ref, watch, type Ref } from 'vue'

/** Which rows of a list are chosen for one change of them all. Rows that leave the list are not chosen any more. */
export function useSelection(ids: Ref<string[]>, view: Ref<unknown>) {
  const chosen = ref(new Set<string>())
  const everything = ref(false)
  const selecting = ref(false)
  let last: string | undefined

  function clear() {
    chosen.value = new Set()
    everything.value = false
    selecting.value = false
    last = undefined
  }
  watch(view, clear)
  watch(ids, (present) => {
    if (chosen.value.size === 0) return
    const there = new Set(present)
    chosen.value = new Set([...chosen.value].filter((id) => there.has(id)))
  })

  function toggle(id: string) {
    everything.value = false
    const next = new Set(chosen.value)
    if (!next.delete(id)) next.add(id)
    chosen.value = next
    last = id
  }

  /** From the last one that was touched to this one. */
  function extendTo(id: string) {
    const from = last === undefined ? -1 : ids.value.indexOf(last)
    const to = ids.value.indexOf(id)
    if (from === -1 || to === -1) return toggle(id)
    const range = ids.value.slice(Math.min(from, to), Math.max(from, to) + 1)
    chosen.value = new Set([...chosen.value, ...range])
  }

  return {
    chosen,
    /** All that the view holds, also what is not loaded. */
    everything,
    active: computed(() => selecting.value || chosen.value.size > 0),
    selecting,
    toggle,
    extendTo,
    clear,
    chooseLoaded: () => (chosen.value = new Set(ids.value)),
  }
}

export type Selection = ReturnType<typeof useSelection>
