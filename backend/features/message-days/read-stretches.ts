import type { WorkspaceStore } from '../../model/index.ts'
import { StoreBusy } from '../../platform/store/store.ts'
import { countOpenDays } from './open-days.ts'
import { unpackFigures } from './pack.ts'
import { createStaleness, firstDay, readMarks } from './read.ts'
import { chain, joinDays, stretchOf, type Stretch } from './stretch.ts'
import { daysBetween } from './zone.ts'

export type Range = { from: string; to: string }
export type DaySum = { day: string; received: number; sent: number }

/** Five years of months, or as many others as the last reports asked for. */
const mostMonths = 60
const attempts = 5

type Read<Ranges> = { days: DaySum[]; stretches: { [Place in keyof Ranges]: Stretch } }

/**
 * What was said in each of the ranges, and the sum of each day of the whole time, in which they all lie. Kept days are read a
 * month at a time and their month is remembered: a kept day never changes, another one with another id takes its place.
 */
export async function readStretches<const Ranges extends readonly Range[]>(
  store: WorkspaceStore,
  timeZone: string,
  whole: Range,
  ranges: Ranges,
): Promise<Read<Ranges>> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const read = await tryToRead(store, timeZone, whole, ranges)
    if (read) return read as Read<Ranges>
  }
  throw new StoreBusy('Days are counted anew all the time')
}

/** Undefined when a kept day was replaced between two questions. */
async function tryToRead(store: WorkspaceStore, timeZone: string, { from, to }: Range, ranges: readonly Range[]) {
  const kept = await findKept(store, timeZone, { from, to })
  const sums = new Map(kept.map(({ day, received, sent }) => [day, { day, received, sent }]))
  const first = await firstDay(store, timeZone)
  const missing = daysBetween(from, to).filter((day) => !sums.has(day) && first !== undefined && day >= first)
  const open = await countOpenDays(store, timeZone, missing)
  for (const { day, received, sent } of open) sums.set(day, { day, received, sent })
  const stretches: Stretch[] = []
  for (const range of ranges) {
    const isWithin = ({ day }: { day: string }) => range.from <= day && day <= range.to
    const months = Map.groupBy(kept.filter(isWithin), ({ day }) => day.slice(0, 7))
    const read = await Promise.all([...months.values()].map((days) => readMonth(store, days)))
    if (read.includes(undefined)) return undefined
    stretches.push(chain([...(read as Stretch[]), ...open.filter(isWithin).map(stretchOf)]))
  }
  return { days: daysBetween(from, to).map((day) => sums.get(day) ?? { day, received: 0, sent: 0 }), stretches }
}

type KeptDay = DaySum & { id: string }

async function findKept(store: WorkspaceStore, timeZone: string, { from, to }: Range): Promise<KeptDay[]> {
  // The marks first: whoever removes one has put the newer count in its place before.
  const isStale = createStaleness(await readMarks(store), timeZone)
  const rows = await store.messageDays.group({
    where: { timeZone, day: { gte: from, lte: to } },
    by: ['day', 'id'],
    sum: ['received', 'sent'],
  })
  return rows
    .map(({ keys, sums }) => ({ day: String(keys[0]), id: String(keys[1]), received: sums[0]!, sent: sums[1]! }))
    .filter(({ day }) => !isStale(day))
    .sort((a, b) => (a.day < b.day ? -1 : 1))
}

/** Of the kept days of one month, or of a part of it. */
async function readMonth(store: WorkspaceStore, days: readonly KeptDay[]): Promise<Stretch | undefined> {
  const months = store.remember('months', () => new Map<string, Stretch>())
  const ids = days.map(({ id }) => id)
  const key = ids.join()
  let month = months.get(key)
  if (!month) {
    const rows = await store.messageDays.getMany(ids)
    if (rows.length < ids.length) return undefined
    month = joinDays(rows.map(({ figures, ...day }) => ({ ...day, ...unpackFigures(figures) })))
  }
  // Behind the others, so that the month that nobody asked for the longest is the first to be forgotten.
  months.delete(key)
  months.set(key, month)
  if (months.size > mostMonths) months.delete(months.keys().next().value!)
  return month
}
