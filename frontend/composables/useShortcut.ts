import { useEventListener } from '@vueuse/core'

const typingFields = 'input, textarea, select, [contenteditable="true"]'
const layers = '[role="dialog"], [role="alertdialog"], [role="menu"]'

/** Whether the person is writing or has a dialog open, so that single letters belong to that. */
function isBusy(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null
  return Boolean(target?.closest(typingFields)) || document.querySelector(layers) !== null
}

/** Runs a verb on a single key ("j", "/", "?", "Escape") while nobody is typing. */
export function useShortcut(bindings: Record<string, () => void>) {
  useEventListener(document, 'keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    const run = bindings[event.key.length === 1 ? event.key.toLowerCase() : event.key]
    if (!run || isBusy(event)) return
    event.preventDefault()
    run()
  })
}
