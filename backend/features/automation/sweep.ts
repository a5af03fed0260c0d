import type { Context } from '../../feature.ts'
import type { Conversation } from '../../model/index.ts'
import { hour } from '../../platform/clock.ts'

const pageSize = 200

/** Where a sweep has got to, in the order of the last message. */
export type Mark = { sweptUntil: string | null; sweptId: string | null }

type Sweep = {
  hours: number
  /** False: the customer is silent. True: we are. */
  needsReply: boolean
  mark: Mark
  /** Moves the mark for good, if it still is where it was; of two processes one succeeds. */
  move: (store: Context['store'], from: Mark, to: Mark) => Promise<boolean>
  jobOf: (conversation: Conversation) => Parameters<Context['store']['schedule']>[0][number]
}

/**
 * Schedules a job for each chat that has been silent for so long. Every chat is met once for each last message, because
 * the mark only goes forward, together with the jobs, in one transaction.
 */
export async function sweepSilence({ store, now }: Context, sweep: Sweep): Promise<number> {
  const until = new Date(now().getTime() - sweep.hours * hour).toISOString()
  let { mark } = sweep
  let found = 0
  while (mark.sweptUntil === null || mark.sweptUntil < until) {
    const from = mark
    const page = await store.conversations.find({
      where: { needsReply: sweep.needsReply, lastMessageAt: { lte: until } },
      sort: ['lastMessageAt', 'asc'],
      after: { value: from.sweptUntil ?? until, id: from.sweptId ?? '' },
      limit: pageSize,
    })
    const last = page.at(-1)
    const to = {
      sweptUntil: last && page.length === pageSize ? last.lastMessageAt : until,
      sweptId: last && (page.length === pageSize || last.lastMessageAt === until) ? last.id : null,
    }
    const isMine = await store.transaction(async (tx) => {
      if (!(await sweep.move(tx, from, to))) return false
      await tx.schedule(page.map(sweep.jobOf))
      return true
    })
    if (!isMine) return found
    found += page.length
    mark = to
    if (page.length < pageSize) return found
  }
  return found
}
