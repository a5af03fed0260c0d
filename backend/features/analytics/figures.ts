import type { MessageFigures, Overview, Waits } from '../../contract/analytics.ts'
import type { DayCell, DayWait } from '../../model/analytics.ts'
import type { CountedDay } from '../message-days/count.ts'
import { weekdayOf } from '../message-days/zone.ts'

const left = new Set<string>(['accepted', 'sent', 'delivered', 'read', 'played', 'failed'])
const arrived = new Set<string>(['delivered', 'read', 'played'])
const seen = new Set<string>(['read', 'played'])

/** Only what left the house can arrive, and only what arrived can be read. */
export function sumMessages(cells: readonly DayCell[], waits: readonly DayWait[]): MessageFigures {
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
function sumWaits(waits: readonly DayWait[]): Waits {
  const sorted = waits.toSorted((a, b) => a.seconds - b.seconds)
  const count = total(sorted)
  function rank(part: number): number | null {
    let before = 0
    for (const wait of sorted) {
      before += wait.count
      if (before >= count * part) return wait.seconds
    }
    return null
  }
  return { count, median: rank(0.5), p90: rank(0.9) }
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

export function sumHours(days: readonly CountedDay[]): Overview['hours'] {
  const rows = new Map<string, Overview['hours'][number]>()
  for (const { day, hours } of days) {
    const weekday = weekdayOf(day)
    for (const { hour, received, sent } of hours) {
      const row = rows.get(`${weekday} ${hour}`) ?? { weekday, hour, received: 0, sent: 0 }
      rows.set(`${weekday} ${hour}`, { ...row, received: row.received + received, sent: row.sent + sent })
    }
  }
  return [...rows.values()].sort((a, b) => a.weekday - b.weekday || a.hour - b.hour)
}
