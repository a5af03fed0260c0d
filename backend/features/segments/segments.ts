import { segments as routes, type Segment, type SegmentFilter, type SegmentUse } from '../../contract/segments.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { Contact } from '../../model/index.ts'
import { requireRoom } from '../room.ts'
import { DuplicateKey } from '../../platform/store/store.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'
import { countContactsOf, eachContactOf } from './audience.ts'
import { countNow, scheduleCount } from './count.ts'
import { isAboutOthers } from './related.ts'
import { readUses } from './uses.ts'

const sampleSize = 10
/** Each is a line in every list that asks for one, and is counted anew from time to time. */
const mostSegments = 500

export async function getSegment({ store }: Pick<Context, 'store'>, id: string): Promise<Segment> {
  const segment = await store.segments.get(id)
  if (!segment) throw new AppError('segment.not_found')
  return segment
}

async function createSegment(context: Context, { name, filter }: Parsed<typeof routes.create>['body']) {
  await requireRoom(context.store.segments, {}, mostSegments, 'segment.too_many')
  const counted = await countNow(context, filter)
  const segment = await context.store.segments.insert({ name, filter, ...counted }).catch(refuseTakenName)
  await tellChanged(context, segment)
  return present(context, segment)
}

async function updateSegment(context: Context, id: string, change: Parsed<typeof routes.update>['body']) {
  const before = await getSegment(context, id)
  const counted = await countNow(context, change.filter ?? before.filter)
  const uncounted = change.filter ? { chatCount: null } : {}
  const set = { ...change, ...counted, ...uncounted }
  const segment = await context.store.segments.update(id, set).catch(refuseTakenName)
  if (!segment) throw new AppError('segment.not_found')
  if (change.name ?? change.filter) await tellChanged(context, segment)
  return present(context, segment)
}

async function tellChanged(context: Context, segment: Segment): Promise<void> {
  await scheduleCount(context, [segment])
  context.notify({ name: 'segments:changed', payload: {} })
}

async function listSegments(context: Context) {
  const [segments, uses] = await Promise.all([readSegments(context), readUses(context)])
  const shown: (Segment & { usedBy: SegmentUse[] })[] = []
  for (const one of segments) shown.push({ ...(await present(context, one)), usedBy: uses.get(one.id) ?? [] })
  return { segments: shown }
}

const readSegments = ({ store }: Context) => store.segments.find({ sort: ['name', 'asc'], limit: 1000 })

/** The counts that are kept are of everything. Who does not see every chat is told of the contacts that they would find. */
async function present(context: Context, segment: Segment): Promise<Segment> {
  if (wholeStoreOf(context.store) === context.store) return segment
  const { filter, count } = segment
  const found = filter.conditions.some(isAboutOthers) ? await countContactsOf(context, filter) : count
  return { ...segment, count: found, chatCount: null }
}

async function removeSegment(context: Context, id: string): Promise<void> {
  const uses = (await readUses(context)).get(id) ?? []
  const rule = uses.find(({ kind }) => kind === 'rule')
  if (rule) throw new AppError('segment.in_use', { details: { rule: rule.name } })
  if (!(await context.store.segments.remove(id))) throw new AppError('segment.not_found')
  context.notify({ name: 'segments:changed', payload: {} })
}

function refuseTakenName(error: unknown): never {
  throw error instanceof DuplicateKey ? new AppError('segment.name_taken', { cause: error }) : error
}

async function previewSegment(context: Context, filter: SegmentFilter) {
  const sample: Contact[] = []
  for await (const page of eachContactOf(context, filter)) {
    sample.push(...page.slice(0, sampleSize - sample.length))
    if (sample.length === sampleSize) break
  }
  // A short sample is everybody there is.
  const count = sample.length < sampleSize ? sample.length : await countContactsOf(context, filter)
  return { count, sample }
}

export const segments = implement(routes, {
  list: (context) => listSegments(context),
  create: (context, { body }) => createSegment(context, body),
  async recount(context) {
    await scheduleCount(context, await readSegments(context))
    return {}
  },
  preview: (context, { body }) => previewSegment(context, body.filter),
  get: (context, { params }) => updateSegment(context, params.segmentId, {}),
  update: (context, { params, body }) => updateSegment(context, params.segmentId, body),
  async remove(context, { params }) {
    await removeSegment(context, params.segmentId)
    return {}
  },
})
