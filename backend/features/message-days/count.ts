import type { DayCell, DayHour, DayWait } from '../../model/analytics.ts'
import type { WorkspaceStore } from '../../model/index.ts'
import type { Tests } from '../../platform/store/store.ts'
import type { Message } from '../../model/index.ts'
import { addDays, daysBetween, startOfDay } from './zone.ts'

export type CountedDay = {
  day: string
  received: number
  sent: number
  cells: DayCell[]
  hours: DayHour[]
  waits: DayWait[]
}

/** Counts the messages themselves: every day from the first to the last, those without a message too. */
export async function countDays(
  store: WorkspaceStore,
  timeZone: string,
  from: string,
  to: string,
): Promise<CountedDay[]> {
  const sentAt = {
    gte: startOfDay(from, timeZone).toISOString(),
    lt: startOfDay(addDays(to, 1), timeZone).toISOString(),
  }
  const days = new Map(daysBetween(from, to).map((day) => [day, emptyDay(day)]))
  for (const { day, cell } of await countCells(store, timeZone, { sentAt })) {
    const counted = days.get(day)!
    counted.cells.push(cell)
    if (cell.direction === 'inbound') counted.received += cell.count
    else counted.sent += cell.count
  }
  for (const { day, hour, direction, count } of await countHours(store, timeZone, { sentAt })) {
    const { hours } = days.get(day)!
    let row = hours.find((one) => one.hour === hour)
    if (!row) hours.push((row = { hour, received: 0, sent: 0 }))
    row[direction === 'inbound' ? 'received' : 'sent'] += count
  }
  for (const { day, wait } of await countWaits(store, timeZone, { sentAt, answerSeconds: { gte: 0 } }))
    days.get(day)!.waits.push(wait)
  return [...days.values()]
}

const emptyDay = (day: string): CountedDay => ({ day, received: 0, sent: 0, cells: [], hours: [], waits: [] })

async function countCells(store: WorkspaceStore, timeZone: string, where: Tests<Message>) {
  const rows = await store.messages.group({
    where,
    by: [
      { field: 'sentAt', unit: 'day', timeZone },
      'direction',
      'status',
      'channelId',
      'userId',
      'source',
      { field: 'pricing', member: 'category' },
      { field: 'pricing', member: 'billable' },
    ],
  })
  return rows.map(({ keys, count }) => {
    const [day, direction, status, channelId, userId, source, category, billable] = keys
    const cell = { direction, status, channelId, userId, source, category, billable: billable === 'true', count }
    return { day: String(day), cell: cell as DayCell }
  })
}

async function countHours(store: WorkspaceStore, timeZone: string, where: Tests<Message>) {
  const rows = await store.messages.group({ where, by: [{ field: 'sentAt', unit: 'hour', timeZone }, 'direction'] })
  return rows.map(({ keys, count }) => {
    const [day, hour] = String(keys[0]).split('T')
    return { day: day!, hour: Number(hour), direction: keys[1], count }
  })
}

async function countWaits(store: WorkspaceStore, timeZone: string, where: Tests<Message>) {
  const rows = await store.messages.group({
    where,
    by: [{ field: 'sentAt', unit: 'day', timeZone }, 'channelId', 'userId', 'answerSeconds', 'isFirstAnswer'],
  })
  return rows.map(({ keys: [day, channelId, userId, seconds, first], count }) => ({
    day: String(day),
    wait: { channelId, userId, seconds, first, count } as DayWait,
  }))
}
