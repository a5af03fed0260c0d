import type { Segment, SegmentFilter } from '../../contract/segments.ts'
import type { Context, ContextFor } from '../../feature.ts'
import type { Job } from '../../platform/jobs/jobs.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'
import { countChatsOf, countContactsOf } from './audience.ts'

export const countJob = 'segment-count'

/** What the store can tell at once, for everybody, whoever asks. Chats are counted by a job, since that may mean looking at everybody. */
export async function countNow(context: Context, filter: SegmentFilter) {
  const { now, store } = context
  const count = await countContactsOf({ now, store: wholeStoreOf(store) }, filter)
  return { count, countedAt: now().toISOString() }
}

/** Asked for many times in a row, each segment is counted once. */
export async function scheduleCount({ store, now }: Context, segments: readonly Pick<Segment, 'id'>[]): Promise<void> {
  const runAt = now().toISOString()
  await store.schedule(
    segments.map(({ id }) => ({ kind: countJob, key: `${countJob}:${id}`, runAt, payload: { segmentId: id } })),
  )
}

export async function countSegment(contextFor: ContextFor, job: Job): Promise<void> {
  const context = contextFor(job.workspaceId)
  const segment = await context.store.segments.get(String(job.payload['segmentId']))
  if (!segment) return
  const { filter } = segment
  const counts = { ...(await countNow(context, filter)), chatCount: await countChatsOf(context, filter) }
  const current = await context.store.segments.get(segment.id)
  // Its conditions changed meanwhile: the job of that change counts again.
  if (JSON.stringify(current?.filter) !== JSON.stringify(filter)) return
  await context.store.segments.update(segment.id, counts)
  context.notify({ name: 'segments:changed', payload: {} })
  context.flush()
}
