import type { DayCell, DayHour, DayWait } from '../../model/analytics.ts'

export type DayFigures = { cells: DayCell[]; hours: DayHour[]; waits: DayWait[] }

/** Names, each once; then the numbers of cells, of hours, and of each wait. A name stands as its place. */
type Packed = [names: (string | null)[], cells: number[], hours: number[], waits: number[][]]

const cellWidth = 8
const hourWidth = 3

/**
 * The figures of a day as one short text. As objects they are ten times as long, and a report of three months reads two
 * hundred days.
 */
export function packFigures({ cells, hours, waits }: DayFigures): string {
  const places = new Map<string | null, number>()
  const place = (name: string | null) => {
    if (!places.has(name)) places.set(name, places.size)
    return places.get(name)!
  }
  const packed: Packed = [
    [],
    cells.flatMap(({ direction, status, channelId, userId, source, category, billable, count }) => [
      ...[direction, status, channelId, userId, source, category].map(place),
      Number(billable),
      count,
    ]),
    hours.flatMap(({ hour, received, sent }) => [hour, received, sent]),
    waits.map(({ channelId, userId, first, seconds }) => [place(channelId), place(userId), Number(first), ...seconds]),
  ]
  packed[0] = [...places.keys()]
  return JSON.stringify(packed)
}

export function unpackFigures(text: string): DayFigures {
  const [names, cells, hours, waits] = JSON.parse(text) as Packed
  const name = (place: number | undefined) => names[place!] ?? null
  return {
    cells: cut(cells, cellWidth, (at) => ({
      direction: name(cells[at]) as DayCell['direction'],
      status: name(cells[at + 1]) as DayCell['status'],
      channelId: name(cells[at + 2])!,
      userId: name(cells[at + 3]),
      source: name(cells[at + 4]) as DayCell['source'],
      category: name(cells[at + 5]),
      billable: cells[at + 6] === 1,
      count: cells[at + 7]!,
    })),
    hours: cut(hours, hourWidth, (at) => ({ hour: hours[at]!, received: hours[at + 1]!, sent: hours[at + 2]! })),
    waits: waits.map(([channel, user, first, ...seconds]) => ({
      channelId: name(channel)!,
      userId: name(user),
      first: first === 1,
      seconds,
    })),
  }
}

function cut<T>(numbers: readonly number[], width: number, read: (at: number) => T): T[] {
  return Array.from({ length: numbers.length / width }, (_, index) => read(index * width))
}
