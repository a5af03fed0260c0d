import { nextTick, ref, type Ref } from 'vue'
import type { Lead, LeadStage } from '#contract/leads.ts'

type Spot = { stageId: string; index: number }

type Options = {
  stages: Ref<readonly LeadStage[]>
  /** The loaded leads of a column, in their order. */
  itemsOf: (stageId: string) => readonly Lead[]
  /** Shows the lead at a place without telling the server. */
  preview: (lead: Lead, spot: Spot) => void
  putBack: (lead: Lead) => void
  drop: (lead: Lead, spot: Spot) => void
  direction: Ref<'ltr' | 'rtl'>
}

/** Moves about the board, and cards on it, without a mouse. What happens is said in `message`, for screen readers. */
export function useBoardKeys({ stages, itemsOf, preview, putBack, drop, direction }: Options) {
  const grabbed = ref<{ before: Lead; from: Spot; spot: Spot }>()
  const message = ref('')
  let busy = false

  const nameOf = (stageId: string) => stages.value.find(({ id }) => id === stageId)?.name ?? ''
  const othersOf = (stageId: string, leadId: string) => itemsOf(stageId).filter(({ id }) => id !== leadId)
  const spotOf = (lead: Lead): Spot => ({
    stageId: lead.stageId,
    index: itemsOf(lead.stageId).findIndex(({ id }) => id === lead.id),
  })
  const say = ({ stageId, index }: Spot, leadId: string) =>
    `${nameOf(stageId)}, place ${index + 1} of ${othersOf(stageId, leadId).length + 1}`

  async function focus(leadId: string | undefined) {
    if (!leadId) return
    busy = true
    await nextTick()
    document.querySelector<HTMLElement>(`[data-lead="${CSS.escape(leadId)}"]`)?.focus()
    busy = false
  }

  function neighbour({ stageId, index }: Spot, key: string, room: (stageId: string) => number): Spot | undefined {
    if (key === 'ArrowUp') return index > 0 ? { stageId, index: index - 1 } : undefined
    if (key === 'ArrowDown') return index + 1 < room(stageId) ? { stageId, index: index + 1 } : undefined
    const forward = (key === 'ArrowRight') === (direction.value === 'ltr')
    const columns = stages.value.map(({ id }) => id)
    for (let at = columns.indexOf(stageId) + (forward ? 1 : -1); columns[at]; at += forward ? 1 : -1) {
      const size = room(columns[at]!)
      if (size > 0) return { stageId: columns[at]!, index: Math.min(index, size - 1) }
    }
    return undefined
  }

  function pickUp(lead: Lead) {
    const spot = spotOf(lead)
    grabbed.value = { before: lead, from: spot, spot }
    message.value = `Picked up ${lead.title}. ${say(spot, lead.id)}. Arrow keys move it, space puts it down, escape takes it back.`
  }

  function moveGrabbed(lead: Lead, key: string) {
    const held = grabbed.value!
    const next = neighbour(held.spot, key, (stageId) => othersOf(stageId, lead.id).length + 1)
    if (!next) return
    held.spot = next
    preview(lead, next)
    message.value = `${lead.title}: ${say(next, lead.id)}.`
    void focus(lead.id)
  }

  function putDown(lead: Lead) {
    const { before, from, spot } = grabbed.value!
    grabbed.value = undefined
    message.value = `Put down ${lead.title}. ${say(spot, lead.id)}.`
    if (spot.stageId === from.stageId && spot.index === from.index) putBack(before)
    else drop(before, spot)
    void focus(lead.id)
  }

  function cancel() {
    const { before } = grabbed.value!
    grabbed.value = undefined
    putBack(before)
    message.value = `${before.title} is back in ${nameOf(before.stageId)}.`
    void focus(before.id)
  }

  function key(event: KeyboardEvent, lead: Lead) {
    const isArrow = event.key.startsWith('Arrow')
    const held = grabbed.value?.before.id === lead.id
    if (!isArrow && event.key !== ' ' && !(held && ['Enter', 'Escape', 'Tab'].includes(event.key))) return
    if (event.key !== 'Tab') event.preventDefault()
    event.stopPropagation()
    if (isArrow && held) return moveGrabbed(lead, event.key)
    if (isArrow) {
      const next = neighbour(spotOf(lead), event.key, (stageId) => itemsOf(stageId).length)
      return void focus(next && itemsOf(next.stageId)[next.index]?.id)
    }
    if (!held) return pickUp(lead)
    if (event.key === ' ' || event.key === 'Enter') return putDown(lead)
    cancel()
  }

  /** A click elsewhere takes it back too; a card that only changed its column has lost the focus for a moment. */
  function blur(lead: Lead) {
    if (grabbed.value?.before.id !== lead.id) return
    setTimeout(() => {
      const focused = document.activeElement?.getAttribute('data-lead')
      if (!busy && grabbed.value?.before.id === lead.id && focused !== lead.id) cancel()
    }, 60)
  }

  return { grabbed, message, key, blur }
}
