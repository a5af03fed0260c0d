import type { WorkspaceStore } from '../../model/index.ts'
import type { CountedDay } from './count.ts'
import { settledAfter } from './marks.ts'
import { countOpenDays } from './open-days.ts'
import { unpackFigures } from './pack.ts'
import { addDays, dayOf, daysBetween, runsOf, startOfDay } from './zone.ts'

type Mark = { id: string; from: string; to: string }
/** More changes than this at old messages at once, and no kept day is trusted until they are worked off. */
const manyMarks = 2000

/** The marks in the order they came. */
export async function readMarks(store: WorkspaceStore): Promise<Mark[]> {
  return store.messageDayMarks.find({ sort: ['from', 'asc'], limit: manyMarks + 1 })
}

export function createStaleness(marks: readonly Mark[], timeZone: string): (day: string) => boolean {
  if (marks.length > manyMarks) return () => true
  const ranges = marks.map(({ from, to }) => [dayOf(new Date(from), timeZone), dayOf(new Date(to), timeZone)] as const)
  return (day) => ranges.some(([from, to]) => from <= day && day <= to)
}

/** The last day that may be kept: it ended long enough ago. */
export function lastSettledDay(now: Date, timeZone: string): string {
  return addDays(dayOf(new Date(now.getTime() - settledAfter), timeZone), -1)
}

/** Every day of the range: those that are kept from where they are kept, the others counted now. */
export async function readDays(
  store: WorkspaceStore,
  { timeZone, from, to }: { timeZone: string; from: string; to: string },
): Promise<CountedDay[]> {
  // The marks first: whoever removes one has put the newer count in its place before.
  const isStale = createStaleness(await readMarks(store), timeZone)
  const kept = await store.messageDays.find({ where: { timeZone, day: { gte: from, lte: to } }, limit: 1000 })
  const known = new Map<string, CountedDay>()
  for (const { day, received, sent, figures } of kept)
    if (!isStale(day)) known.set(day, { day, received, sent, ...unpackFigures(figures) })
  const first = await firstDay(store, timeZone)
  const missing = daysBetween(from, to).filter((day) => !known.has(day) && first !== undefined && day >= first)
  for (const counted of await countOpenDays(store, timeZone, missing)) known.set(counted.day, counted)
  return daysBetween(from, to).map(
    (day) => known.get(day) ?? { day, received: 0, sent: 0, cells: [], hours: [], waits: [] },
  )
}

/** All that was before a day, from the sums of the kept days and a count of the others. */
export async function readTotals(
  store: WorkspaceStore,
  timeZone: string,
  before: string,
): Promise<{ received: number; sent: number }> {
  const isStale = createStaleness(await readMarks(store), timeZone)
  const first = await firstDay(store, timeZone)
  if (first === undefined) return { received: 0, sent: 0 }
  const sums = await store.messageDays.group({
    where: { timeZone, day: { lt: before } },
    by: ['day'],
    sum: ['received', 'sent'],
  })
  const known = new Map(sums.map(({ keys, sums: [received, sent] }) => [String(keys[0]), { received, sent }]))
  const missing: string[] = []
  const totals = { received: 0, sent: 0 }
  for (const day of daysBetween(first, addDays(before, -1))) {
    const sum = isStale(day) ? undefined : known.get(day)
    if (!sum) missing.push(day)
    totals.received += sum?.received ?? 0
    totals.sent += sum?.sent ?? 0
  }
  for (const run of runsOf(missing)) {
    const sentAt = {
      gte: startOfDay(run.from, timeZone).toISOString(),
      lt: startOfDay(addDays(run.to, 1), timeZone).toISOString(),
    }
    for (const { keys, count } of await store.messages.group({ where: { sentAt }, by: ['direction'] }))
      totals[keys[0] === 'inbound' ? 'received' : 'sent'] += count
  }
  return totals
}

export async function firstDay(store: WorkspaceStore, timeZone: string): Promise<string | undefined> {
  const [first] = await store.messages.find({ sort: ['sentAt', 'asc'], limit: 1 })
  return first && dayOf(new Date(first.sentAt), timeZone)
}
