import { computed, ref, type Ref } from 'vue'
import { typeInto } from './text-editing.ts'

type Options<Item> = {
  field: Readonly<Ref<HTMLTextAreaElement | null>>
  /** Ends at the caret; its first group is what was typed after the sign, which is the match's last part. */
  trigger: RegExp
  find: (typed: string) => Item[]
  textOf: (item: Item) => string
  onChosen?: (item: Item) => void
}

/** A list that opens while a person types a sign (`@`, `/`), with the keyboard staying in the field. */
export function useSuggest<Item>({ field, trigger, find, textOf, onChosen }: Options<Item>) {
  const typed = ref<string | null>(null)
  const at = ref(0)
  const items = computed<Item[]>(() => (typed.value === null ? [] : find(typed.value)))

  function look() {
    const area = field.value
    const match = area && trigger.exec(area.value.slice(0, area.selectionStart))
    const next = match ? (match[1] ?? '') : null
    if (next !== typed.value) at.value = 0
    typed.value = next
  }

  function choose(item: Item) {
    const area = field.value
    if (!area || typed.value === null) return
    // The sign itself goes too.
    area.setSelectionRange(area.selectionStart - typed.value.length - 1, area.selectionStart)
    typed.value = null
    typeInto(area, textOf(item))
    onChosen?.(item)
  }

  /** True when the key was meant for the list. */
  function onKey(event: KeyboardEvent): boolean {
    if (items.value.length === 0 || event.isComposing) return false
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) at.value = (at.value + step + items.value.length) % items.value.length
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') choose(items.value[at.value]!)
    else if (event.key === 'Escape') typed.value = null
    else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }

  return { items, at, typed, look, choose, onKey, close: () => (typed.value = null) }
}
