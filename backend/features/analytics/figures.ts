import type { MessageFigures, Overview, Waits } from '../../contract/analytics.ts'
import type { DayCell } from '../../model/analytics.ts'
import type { StretchWait } from '../message-days/stretch.ts'

const left = new Set<string>(['accepted', 'sent', 'delivered', 'read', 'played', 'failed'])
const arrived = new Set<string>(['delivered', 'read', 'played'])
const seen = new Set<string>(['read', 'played'])

/** Only what left the house can arrive, and only what arrived can be read. */
export function sumMessages(cells: readonly DayCell[], waits: readonly StretchWait[]): MessageFigures {
  const outbound = cells.filter(({ direction }) => direction === 'outbound')
  const count = (states: ReadonlySet<string>) => total(outbound.filter(({ status }) => states.has(status)))
  return {
    received: total(cells.filter(({ direction }) => direction === 'inbound')),
    sent: total(outbound),
    failed: count(new Set(['failed'])),
    deliveryRate: share(count(arrived), count(left)),
    readRate: share(count(seen), count(arrived)),
    response: sumWaits(waits),
    firstResponse: sumWaits(waits.filter(({ first }) => first)),
  }
}

const total = (cells: readonly { count: number }[]) => cells.reduce((sum, { count }) => sum + count, 0)
const share = (part: number, whole: number) => (whole === 0 ? null : part / whole)

/** The smallest wait that at least the half, or nine in ten, of all waits do not exceed. */
function sumWaits(waits: readonly StretchWait[]): Waits {
  const lists = waits.map(({ seconds }) => seconds)
  const count = lists.reduce((sum, { length }) => sum + length, 0)
  const rank = (part: number) => (count === 0 ? null : valueAt(lists, Math.ceil(count * part)))
  return { count, median: rank(0.5), p90: rank(0.9) }
}

/** The value that has that place in the order of all. Looked for by halves, since sorting a year of answers takes long. */
function valueAt(lists: readonly Int32Array[], place: number): number {
  const present = lists.filter(({ length }) => length > 0)
  let low = Math.min(...present.map((list) => list[0]!))
  let high = Math.max(...present.map((list) => list.at(-1)!))
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2)
    if (present.reduce((sum, list) => sum + countUpTo(list, middle), 0) >= place) high = middle
    else low = middle + 1
  }
  return low
}

/** How many numbers of an ordered list are at most this. */
function countUpTo(list: Int32Array, most: number): number {
  let [from, to] = [0, list.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (list[middle]! <= most) from = middle + 1
    else to = middle
  }
  return from
}

export function sumStatuses(cells: readonly DayCell[]): Overview['byStatus'] {
  const outbound = cells.filter(({ direction }) => direction === 'outbound')
  return [...Map.groupBy(outbound, ({ status }) => status)]
    .map(([status, group]) => ({ status, count: total(group) }))
    .sort((a, b) => b.count - a.count)
}

export function sumPricing(cells: readonly DayCell[]): Overview['pricing'] {
  const priced = cells.filter(({ direction, category }) => direction === 'outbound' && category !== null)
  return [...Map.groupBy(priced, ({ category, billable }) => `${category} ${billable}`).values()]
    .map((group) => ({ category: group[0]!.category!, billable: group[0]!.billable, count: total(group) }))
    .sort((a, b) => b.count - a.count || (a.category < b.category ? -1 : 1))
}
