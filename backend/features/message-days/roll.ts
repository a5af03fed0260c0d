import type { AppStore, WorkspaceStore } from '../../model/index.ts'
import { DuplicateKey } from '../../platform/store/store.ts'
import { countDays, type CountedDay } from './count.ts'
import { packFigures } from './pack.ts'
import { createStaleness, firstDay, lastSettledDay, readMarks } from './read.ts'
import { daysBetween, runsOf } from './zone.ts'

/** Days that are counted with one question, so that no round reads a year at once. */
const stride = 14

type Deps = { store: AppStore; now: () => Date }

/** Counts the past days that nobody has counted yet or whose messages changed since. Harmless twice and at once. */
export async function rollWorkspaces({ store, now }: Deps): Promise<void> {
  for (const { id, settings } of await store.system.workspaces.find({ limit: 10_000 }))
    await rollDays(store.workspace(id), settings.timeZone, now())
}

export async function rollDays(store: WorkspaceStore, timeZone: string, now: Date): Promise<void> {
  // What is read before the count is covered by it; a mark that comes later stays and makes the day stale again.
  const marks = await readMarks(store)
  const isStale = createStaleness(marks, timeZone)
  const last = lastSettledDay(now, timeZone)
  const first = await firstDay(store, timeZone)
  const kept = await store.messageDays.group({ where: { timeZone }, by: ['day'] })
  const known = new Set(kept.map(({ keys }) => String(keys[0])))
  const all = first === undefined || first > last ? [] : daysBetween(first, last)
  const outdated = all.filter((day) => !known.has(day) || isStale(day))
  const counted: CountedDay[] = []
  for (const run of runsOf(outdated, stride)) {
    const days = await countDays(store, timeZone, run.from, run.to)
    // A day without a mark is kept as soon as it is counted; the others only all together, with their marks.
    const fresh = days.filter(({ day }) => !isStale(day))
    await keepDays(store, timeZone, fresh)
    counted.push(...days.filter(({ day }) => isStale(day)))
  }
  if (marks.length > 0)
    await replaceDays(
      store,
      timeZone,
      counted,
      [...known].filter(isStale),
      marks.map(({ id }) => id),
    )
}

/** Of two that count at once, the first one's is kept; both counted after the day was settled. */
async function keepDays(store: WorkspaceStore, timeZone: string, days: readonly CountedDay[]): Promise<void> {
  await store.messageDays.insertMany(
    days.map((day) => rowOf(timeZone, day)),
    { ifTaken: 'skip' },
  )
}

const rowOf = (timeZone: string, { day, received, sent, ...figures }: CountedDay) => ({
  timeZone,
  day,
  received,
  sent,
  figures: packFigures(figures),
})

/** The marks go when the counts that know of their changes come. Whoever finds one gone was overtaken and changes nothing. */
async function replaceDays(
  store: WorkspaceStore,
  timeZone: string,
  days: readonly CountedDay[],
  outdated: readonly string[],
  markIds: readonly string[],
): Promise<void> {
  await store
    .transaction(async (tx) => {
      const removed = await tx.messageDayMarks.removeWhere({ id: { in: markIds } })
      if (removed < markIds.length) throw new Overtaken()
      // Another time zone has counted the same messages. Outdated days may be before the first message by now.
      await tx.messageDays.removeWhere({ timeZone: { not: timeZone } })
      await tx.messageDays.removeWhere({ timeZone, day: { in: [...outdated, ...days.map(({ day }) => day)] } })
      await tx.messageDays.insertMany(days.map((day) => rowOf(timeZone, day)))
    })
    .catch((error: unknown) => {
      if (!(error instanceof Overtaken || error instanceof DuplicateKey)) throw error
    })
}

class Overtaken extends Error {
  override name = 'Overtaken'
}
