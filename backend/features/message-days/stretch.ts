import type { DayCell } from '../../model/analytics.ts'
import type { CountedDay } from './count.ts'
import { weekdayOf } from './zone.ts'

/** 1 is Monday. */
export type WeekHour = { weekday: number; hour: number; received: number; sent: number }
/** The waits are in order, the shortest first. */
export type StretchWait = { channelId: string; userId: string | null; first: boolean; seconds: Int32Array }
/** Days put together: what reports of many days need of them, in a fraction of the room. */
export type Stretch = { cells: DayCell[]; hours: WeekHour[]; waits: StretchWait[] }

export function joinDays(days: readonly CountedDay[]): Stretch {
  const hours = days.flatMap(({ day, hours }) => hours.map((one) => ({ weekday: weekdayOf(day), ...one })))
  const waits = Map.groupBy(
    days.flatMap((day) => day.waits),
    ({ channelId, userId, first }) => JSON.stringify([channelId, userId, first]),
  )
  return {
    cells: joinCells(days.flatMap(({ cells }) => cells)),
    hours: joinHours(hours),
    waits: [...waits.values()].map((group) => ({
      ...group[0]!,
      seconds: Int32Array.from(group.flatMap(({ seconds }) => seconds)).sort(),
    })),
  }
}

const single = new WeakMap<CountedDay, Stretch>()

/** Of a day that is counted once and asked for often. */
export function stretchOf(day: CountedDay): Stretch {
  const known = single.get(day) ?? joinDays([day])
  single.set(day, known)
  return known
}

const joinCells = (cells: readonly DayCell[]): DayCell[] =>
  [...Map.groupBy(cells, ({ count: _count, ...likeness }) => JSON.stringify(Object.values(likeness))).values()].map(
    (group) => ({ ...group[0]!, count: group.reduce((sum, { count }) => sum + count, 0) }),
  )

export function joinHours(hours: readonly WeekHour[]): WeekHour[] {
  const rows = new Map<number, WeekHour>()
  for (const { weekday, hour, received, sent } of hours) {
    const key = weekday * 24 + hour
    const row = rows.get(key)
    if (!row) rows.set(key, { weekday, hour, received, sent })
    else {
      row.received += received
      row.sent += sent
    }
  }
  return [...rows.values()].sort((a, b) => a.weekday - b.weekday || a.hour - b.hour)
}

/** One after the other: summing over a dozen months costs no more than joining them would. */
export const chain = (stretches: readonly Stretch[]): Stretch => ({
  cells: stretches.flatMap(({ cells }) => cells),
  hours: joinHours(stretches.flatMap(({ hours }) => hours)),
  waits: stretches.flatMap(({ waits }) => waits),
})
