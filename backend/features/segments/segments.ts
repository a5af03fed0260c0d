import { segments as routes, type Segment, type SegmentFilter } from '../../contract/segments.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { Contact } from '../../model/index.ts'
import { DuplicateKey } from '../../platform/store/store.ts'
import { countContactsOf, eachContactOf } from './audience.ts'

const sampleSize = 10

export async function getSegment({ store }: Pick<Context, 'store'>, id: string): Promise<Segment> {
  const segment = await store.segments.get(id)
  if (!segment) throw new AppError('segment.not_found')
  return segment
}

async function createSegment(context: Context, { name, filter }: Parsed<typeof routes.create>['body']) {
  const counted = await countNow(context, filter)
  return context.store.segments.insert({ name, filter, ...counted }).catch(refuseTakenName)
}

async function updateSegment(context: Context, id: string, change: Parsed<typeof routes.update>['body']) {
  const before = await getSegment(context, id)
  const counted = await countNow(context, change.filter ?? before.filter)
  const segment = await context.store.segments.update(id, { ...change, ...counted }).catch(refuseTakenName)
  if (!segment) throw new AppError('segment.not_found')
  return segment
}

async function countNow(context: Context, filter: SegmentFilter) {
  return { count: await countContactsOf(context, filter), countedAt: context.now().toISOString() }
}

function refuseTakenName(error: unknown): never {
  throw error instanceof DuplicateKey ? new AppError('segment.name_taken', { cause: error }) : error
}

async function previewSegment(context: Context, filter: SegmentFilter) {
  const sample: Contact[] = []
  let count = 0
  for await (const page of eachContactOf(context, filter)) {
    sample.push(...page.slice(0, sampleSize - sample.length))
    count += page.length
  }
  return { count, sample }
}

export const segments = implement(routes, {
  list: async ({ store }) => ({ segments: await store.segments.find({ sort: ['name', 'asc'], limit: 1000 }) }),
  create: (context, { body }) => createSegment(context, body),
  preview: (context, { body }) => previewSegment(context, body.filter),
  get: (context, { params }) => updateSegment(context, params.segmentId, {}),
  update: (context, { params, body }) => updateSegment(context, params.segmentId, body),
  async remove({ store }, { params }) {
    if (!(await store.segments.remove(params.segmentId))) throw new AppError('segment.not_found')
    return {}
  },
})
