import type { WorkspaceStore } from '../../model/index.ts'
import { minute } from '../../platform/clock.ts'
import { countDays, figureKeys, type CountedDay } from './count.ts'
import { addDays, runsOf, startOfDay } from './zone.ts'

/** Days as they were counted last, and the messages that had changed shortly before: by day, since when. */
type Counted = { timeZone: string; days: Map<string, CountedDay>; since: string; changes: Changes }
type Changes = Map<string, Change[]>
type Change = { at: string; figures: string }

/** The few days that are not kept yet; while years are counted for the first time, nobody has asked for them before. */
const mostDays = 10
/** By so much clocks may differ, or a transaction may take, for its changes to be noticed. */
const margin = 15 * minute

/**
 * Counts days that are not kept. Of those that were counted before, only the ones are counted again of which a message
 * came, changed or went since: what came or changed is among the latest changes, and what went is missing in their number.
 */
export async function countOpenDays(
  store: WorkspaceStore,
  timeZone: string,
  days: readonly string[],
): Promise<CountedDay[]> {
  if (days.length === 0) return []
  const memory = store.remember<{ counted?: Counted }>('open days', () => ({}))
  const known = await keepUnchanged(store, timeZone, memory.counted)
  const found = new Map(days.flatMap((day) => known.days.get(day) ?? []).map((one) => [one.day, one]))
  for (const { from, to } of runsOf([...found.keys()]))
    if ((await countMessages(store, timeZone, from, to)) !== sizeOf(found, from, to))
      for (const day of found.keys()) if (from <= day && day <= to) found.delete(day)
  for (const { from, to } of runsOf(days.filter((day) => !found.has(day))))
    for (const day of await countDays(store, timeZone, from, to)) found.set(day.day, day)
  const latest = [...new Map([...known.days, ...found])].sort(([a], [b]) => (a < b ? -1 : 1)).slice(-mostDays)
  memory.counted = { ...known, days: new Map(latest) }
  return days.map((day) => found.get(day)!)
}

/** Looks for what changed before anything is counted, so that what changes meanwhile is found the next time. */
async function keepUnchanged(store: WorkspaceStore, timeZone: string, before: Counted | undefined): Promise<Counted> {
  const [latest] = await store.messages.find({ sort: ['updatedAt', 'desc'], limit: 1 })
  const since = latest ? new Date(Date.parse(latest.updatedAt) - margin).toISOString() : ''
  const isBefore = before?.timeZone === timeZone && before.since !== '' && before.since <= since
  const changes = since === '' ? new Map() : await readChanges(store, timeZone, isBefore ? before.since : since)
  const days = new Map(isBefore ? before.days : [])
  for (const day of days.keys()) if (!isSame(changes.get(day), before!.changes.get(day))) days.delete(day)
  return { timeZone, days, since, changes: dropEarlier(changes, since) }
}

/** Each with all that is counted of the message: an instant alone does not tell two changes in it apart. */
async function readChanges(store: WorkspaceStore, timeZone: string, since: string): Promise<Changes> {
  const where = { updatedAt: { gte: since } }
  const rows = await store.messages.group({ where, by: ['updatedAt', ...figureKeys(timeZone)] })
  const changes = rows.map(({ keys: [at, ...figures], count }) => ({
    day: String(figures[0]).slice(0, 10),
    at: String(at),
    figures: JSON.stringify([...figures, count]),
  }))
  return Map.groupBy(changes, ({ day }) => day)
}

function isSame(one: readonly Change[] = [], other: readonly Change[] = []): boolean {
  const texts = new Set(one.map(({ at, figures }) => `${at} ${figures}`))
  return one.length === other.length && other.every(({ at, figures }) => texts.has(`${at} ${figures}`))
}

function dropEarlier(changes: Changes, since: string): Changes {
  return new Map([...changes].map(([day, list]) => [day, list.filter(({ at }) => at >= since)]))
}

const countMessages = (store: WorkspaceStore, timeZone: string, from: string, to: string) =>
  store.messages.count({
    sentAt: { gte: startOfDay(from, timeZone).toISOString(), lt: startOfDay(addDays(to, 1), timeZone).toISOString() },
  })

function sizeOf(days: ReadonlyMap<string, CountedDay>, from: string, to: string): number {
  return [...days.values()]
    .filter(({ day }) => from <= day && day <= to)
    .reduce((sum, { received, sent }) => sum + received + sent, 0)
}
