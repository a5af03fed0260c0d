import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import { day, minute } from '../../platform/clock.ts'

/** A little in the past still counts as now: the clocks of browsers are not exact. */
const tolerance = minute
const furthest = 366 * day

export function checkFuture({ now }: Pick<Context, 'now'>, instant: string): void {
  const ahead = Date.parse(instant) - now().getTime()
  if (ahead < -tolerance || ahead > furthest) throw new AppError('later.time_invalid')
}
