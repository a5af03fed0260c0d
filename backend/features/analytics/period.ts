import type { Context } from '../../feature.ts'
import { readStretches } from '../message-days/read-stretches.ts'
import type { Stretch } from '../message-days/stretch.ts'
import { timeZoneOf } from '../message-log/filter.ts'
import { addDays, dayOf, startOfDay } from '../message-days/zone.ts'

export type Period = { timeZone: string; from: string; to: string; days: number }

/** The last days up to and with today, as the workspace's clocks show them. */
export async function periodOf({ store, workspaceId, now }: Context, days: number): Promise<Period> {
  const timeZone = await timeZoneOf(store, workspaceId)
  const to = dayOf(now(), timeZone)
  return { timeZone, from: addDays(to, 1 - days), to, days }
}

export const previousOf = ({ timeZone, from, days }: Period): Period => ({
  timeZone,
  from: addDays(from, -days),
  to: addDays(from, -1),
  days,
})

export const instantsOf = ({ timeZone, from, to }: Period) => ({
  gte: startOfDay(from, timeZone).toISOString(),
  lt: startOfDay(addDays(to, 1), timeZone).toISOString(),
})

export async function readPeriod({ store }: Context, period: Period): Promise<Stretch> {
  const { stretches } = await readStretches(store, period.timeZone, period, [period])
  return stretches[0]
}
