import type { DayCell, DayWait } from '../../model/analytics.ts'
import type { WorkspaceStore } from '../../model/index.ts'
import type { Tests } from '../../platform/store/store.ts'
import type { Message } from '../../model/index.ts'
import type { DayFigures } from './pack.ts'
import { addDays, daysBetween, startOfDay } from './zone.ts'

export type CountedDay = { day: string; received: number; sent: number } & DayFigures

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
  const days = new Map(daysBetween(from, to).map((day) => [day, createDay(day)]))
  for (const { day, hour, wait, ...cell } of await countCells(store, timeZone, { sentAt })) {
    const counted = days.get(day)!
    counted.addCell(cell)
    counted.addHour(hour, cell)
    if (wait) counted.addWait(cell, wait)
  }
  return [...days.values()].map(({ finish }) => finish())
}

function createDay(day: string) {
  const counted: CountedDay = { day, received: 0, sent: 0, cells: [], hours: [], waits: [] }
  const cells = new Map<string, DayCell>()
  const waits = new Map<string, DayWait>()
  return {
    /** Cells that differ only in hour or wait are one. */
    addCell(cell: DayCell): void {
      counted[sideOf(cell)] += cell.count
      const key = JSON.stringify(likeness.map((field) => cell[field]))
      const same = cells.get(key)
      if (same) same.count += cell.count
      else cells.set(key, cell)
    },
    addHour(hour: number, cell: DayCell): void {
      let row = counted.hours.find((one) => one.hour === hour)
      if (!row) counted.hours.push((row = { hour, received: 0, sent: 0 }))
      row[sideOf(cell)] += cell.count
    },
    addWait({ channelId, userId, count }: DayCell, { seconds, first }: Wait): void {
      const key = JSON.stringify([channelId, userId, first])
      let same = waits.get(key)
      if (!same) waits.set(key, (same = { channelId, userId, first, seconds: [] }))
      for (let one = 0; one < count; one++) same.seconds.push(seconds)
    },
    finish(): CountedDay {
      for (const { seconds } of waits.values()) seconds.sort((a, b) => a - b)
      return { ...counted, cells: [...cells.values()], waits: [...waits.values()] }
    },
  }
}

const likeness = ['direction', 'status', 'channelId', 'userId', 'source', 'category', 'billable'] as const

const sideOf = ({ direction }: DayCell) => (direction === 'inbound' ? 'received' : 'sent')

/** All of a message that figures are made of. */
export const figureKeys = (timeZone: string) =>
  [
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
  ] as const

type Wait = { seconds: number; first: boolean }
type Counted = DayCell & { day: string; hour: number; wait: Wait | undefined }

/** One walk over the messages of the time, since reading them is what takes long. */
async function countCells(store: WorkspaceStore, timeZone: string, where: Tests<Message>): Promise<Counted[]> {
  const rows = await store.messages.group({ where, by: figureKeys(timeZone) })
  return rows.map(({ keys, count }) => {
    const [at, direction, status, channelId, userId, source, category, billable, seconds, first] = keys
    const [day, hour] = String(at).split('T')
    const cell = { direction, status, channelId, userId, source, category, billable: billable === 'true', count }
    const wait = typeof seconds === 'number' ? { seconds, first: first === true } : undefined
    return { ...(cell as DayCell), day: day!, hour: Number(hour), wait }
  })
}
