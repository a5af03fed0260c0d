import type { messages as routes } from '../../contract/messages.ts'
import type { Parsed, Result } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import { readStretches } from '../message-days/read-stretches.ts'
import { addDays, dayOf } from '../message-days/zone.ts'
import { timeZoneOf } from './filter.ts'

const longest = 366

/** From the counts of whole days, so that it is as quick for a year as for a week. */
export async function readMessageStats(
  { store, workspaceId, now }: Context,
  { channelId, userId, ...query }: Parsed<typeof routes.stats>['query'],
): Promise<Result<typeof routes.stats>> {
  const timeZone = await timeZoneOf(store, workspaceId)
  const to = query.to ?? dayOf(now(), timeZone)
  const from = query.from ?? addDays(to, -29)
  if (from > to || addDays(from, longest) <= to)
    throw new AppError('request.invalid', {
      details: [{ path: 'query.from', message: `Ask for at most ${longest} days, from the first to the last.` }],
    })
  const { stretches } = await readStretches(store, timeZone, { from, to }, [{ from, to }])
  const cells = stretches[0].cells.filter(
    (cell) => (!channelId || cell.channelId === channelId) && (!userId || cell.userId === userId),
  )
  const total = (list: typeof cells) => list.reduce((sum, { count }) => sum + count, 0)
  const byStatus = [...Map.groupBy(cells, ({ direction, status }) => `${direction} ${status}`).values()].map(
    (group) => ({ direction: group[0]!.direction, status: group[0]!.status, count: total(group) }),
  )
  return {
    from,
    to,
    total: total(cells),
    received: total(cells.filter(({ direction }) => direction === 'inbound')),
    sent: total(cells.filter(({ direction }) => direction === 'outbound')),
    byStatus: byStatus.sort((a, b) => b.count - a.count),
  }
}
