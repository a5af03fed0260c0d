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
  for (const { day, hour, wait, ...cell } of await countCells(store, timeZone, { sentAt })) {
    const counted = days.get(day)!
    addCell(counted, cell)
    addHour(counted, hour, cell)
    if (wait) counted.waits.push({ channelId: cell.channelId, userId: cell.userId, ...wait, count: cell.count })
  }
  return [...days.values()]
}

const emptyDay = (day: string): CountedDay => ({ day, received: 0, sent: 0, cells: [], hours: [], waits: [] })

/** Cells that differ only in hour or wait are one. */
function addCell(day: CountedDay, cell: DayCell): void {
  day[sideOf(cell)] += cell.count
  const same = day.cells.find((one) => likeness.every((field) => one[field] === cell[field]))
  if (same) same.count += cell.count
  else day.cells.push(cell)
}

const likeness = ['direction', 'status', 'channelId', 'userId', 'source', 'category', 'billable'] as const

function addHour({ hours }: CountedDay, hour: number, cell: DayCell): void {
  let row = hours.find((one) => one.hour === hour)
  if (!row) hours.push((row = { hour, received: 0, sent: 0 }))
  row[sideOf(cell)] += cell.count
}

const sideOf = ({ direction }: DayCell) => (direction === 'inbound' ? 'received' : 'sent')

type Counted = DayCell & { day: string; hour: number; wait: Pick<DayWait, 'seconds' | 'first'> | undefined }

/** One walk over the messages of the time, since reading them is what takes long. */
async function countCells(store: WorkspaceStore, timeZone: string, where: Tests<Message>): Promise<Counted[]> {
  const rows = await store.messages.group({
    where,
    by: [
      { field: 'sentAt', unit: 'hour', timeZone },
      'direction',
      'status',
      'channelId',
      'userId',
      'source',
      { field: 'pricing', member: 'category' },
      { field: 'pricing', member: 'billable' },
      'answerSeconds',
      'isFirstAnswer',
    ],
  })
  return rows.map(({ keys, count }) => {
    const [at, direction, status, channelId, userId, source, category, billable, seconds, first] = keys
    const [day, hour] = String(at).split('T')
    const cell = { direction, status, channelId, userId, source, category, billable: billable === 'true', count }
    const wait = typeof seconds === 'number' ? { seconds, first: first === true } : undefined
    return { ...(cell as DayCell), day: day!, hour: Number(hour), wait }
  })
}
