import { onScopeDispose, shallowRef, type Ref } from 'vue'
import type { Lead } from '#contract/leads.ts'

export type CardDrag = {
  lead: Lead
  x: number
  y: number
  width: number
  over: { stageId: string; index: number } | undefined
}

/** So far a mouse may move and still mean a click. */
const slack = 6
/** A finger that stays this long wants to drag; one that moves earlier wants to scroll. */
const longPress = 280
/** How near an edge the board begins to scroll, and how fast at most. */
const edge = 56
const speed = 14

/** Drags a card with mouse, pen or finger. `drop` gets the column and the place among its other cards. */
export function useCardDrag(
  board: Readonly<Ref<HTMLElement | null>>,
  drop: (lead: Lead, over: { stageId: string; index: number }) => void,
) {
  const drag = shallowRef<CardDrag>()
  let stop: (() => void) | undefined

  function press(event: PointerEvent, lead: Lead) {
    if (event.button !== 0 || !event.isPrimary) return
    stop?.()
    const card = event.currentTarget as HTMLElement
    const box = card.getBoundingClientRect()
    const start = { x: event.clientX, y: event.clientY }
    const offset = { x: start.x - box.left, y: start.y - box.top }
    let last = start
    let frame = 0
    const timer = event.pointerType === 'mouse' ? undefined : setTimeout(begin, longPress)

    function begin() {
      card.blur()
      show()
      frame = requestAnimationFrame(scroll)
    }
    function show() {
      drag.value = {
        lead,
        x: last.x - offset.x,
        y: last.y - offset.y,
        width: box.width,
        over: placeUnder(last, lead.id),
      }
    }
    function scroll() {
      if (!drag.value) return
      scrollAt(board.value, last)
      show()
      frame = requestAnimationFrame(scroll)
    }
    function move(moved: PointerEvent) {
      last = { x: moved.clientX, y: moved.clientY }
      if (drag.value) return show()
      if (Math.hypot(last.x - start.x, last.y - start.y) < slack) return
      if (timer === undefined) begin()
      else end()
    }
    function release() {
      const { over } = drag.value ?? {}
      const dragged = drag.value !== undefined
      end()
      if (!dragged) return
      // The click that follows belongs to the drag.
      window.addEventListener('click', swallow, { capture: true, once: true })
      setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0)
      if (over) drop(lead, over)
    }
    function escape(pressed: KeyboardEvent) {
      if (pressed.key === 'Escape') end()
    }
    const hold = (touch: TouchEvent) => drag.value && touch.preventDefault()
    function end() {
      clearTimeout(timer)
      cancelAnimationFrame(frame)
      drag.value = undefined
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', release)
      window.removeEventListener('pointercancel', end)
      window.removeEventListener('keydown', escape)
      window.removeEventListener('touchmove', hold)
      stop = undefined
    }
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', release)
    window.addEventListener('pointercancel', end)
    window.addEventListener('keydown', escape)
    window.addEventListener('touchmove', hold, { passive: false })
    stop = end
  }

  onScopeDispose(() => stop?.())
  return { drag, press }
}

type Point = { x: number; y: number }

function swallow(event: Event) {
  event.stopPropagation()
  event.preventDefault()
}

function placeUnder({ x, y }: Point, leadId: string): CardDrag['over'] {
  const column = document.elementsFromPoint(x, y).find((element) => element.closest('[data-column]'))
  const section = column?.closest<HTMLElement>('[data-column]')
  if (!section) return undefined
  const cards = [...section.querySelectorAll<HTMLElement>('[data-lead]')].filter(
    (card) => card.dataset['lead'] !== leadId,
  )
  const index = cards.findIndex((card) => {
    const { top, height } = card.getBoundingClientRect()
    return y < top + height / 2
  })
  return { stageId: section.dataset['column']!, index: index === -1 ? cards.length : index }
}

function scrollAt(board: HTMLElement | null, { x, y }: Point) {
  if (!board) return
  const box = board.getBoundingClientRect()
  board.scrollLeft += pull(x - box.left, box.right - x)
  const list = document.elementFromPoint(x, y)?.closest('[data-column]')?.querySelector('ul')?.parentElement
  if (!list) return
  const inside = list.getBoundingClientRect()
  list.scrollTop += pull(y - inside.top, inside.bottom - y)
}

const pull = (before: number, after: number) =>
  before < edge ? -speed * (1 - before / edge) : after < edge ? speed * (1 - after / edge) : 0
