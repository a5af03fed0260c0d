import * as z from 'zod'
import { Contact } from './contacts.ts'
import { defineRoutes, Done } from './route.ts'
import { CleanText, Id, Instant, Label, Tag } from './values.ts'

const Words = CleanText.trim().min(1).max(200)
const Days = z.number().int().min(1).max(3650)
const filled = z.enum(['empty', 'present'])

/** One thing that is asked of a contact. What is asked of chats or leads holds when it holds for one of them. */
export const Condition = z.union([
  z.strictObject({
    field: z.enum(['name', 'phone', 'email', 'username', 'language']),
    op: z.enum(['contains', 'starts', 'is', 'not']),
    value: Words,
  }),
  z.strictObject({ field: z.enum(['name', 'phone', 'email', 'username', 'language']), op: filled }),
  z.strictObject({
    field: z.literal('custom'),
    name: CleanText.trim().min(1).max(60),
    op: z.enum(['contains', 'is', 'not', 'more', 'less']),
    value: Words,
  }),
  z.strictObject({ field: z.literal('custom'), name: CleanText.trim().min(1).max(60), op: filled }),
  z.strictObject({ field: z.literal('tag'), op: z.enum(['has', 'lacks']), value: Tag }),
  z.strictObject({
    field: z.literal('optIn'),
    op: z.enum(['is', 'not']),
    value: z.enum(['unknown', 'opted_in', 'opted_out']),
  }),
  z.strictObject({ field: z.enum(['blocked', 'marketingStopped', 'window']), op: z.literal('is'), value: z.boolean() }),
  z.strictObject({ field: z.enum(['stage', 'channel', 'assignee']), op: z.enum(['is', 'not']), value: Id }),
  z.strictObject({
    field: z.literal('lead'),
    op: z.enum(['is', 'not']),
    value: z.enum(['open', 'won', 'lost']),
  }),
  z.strictObject({
    field: z.literal('conversation'),
    op: z.enum(['is', 'not']),
    value: z.enum(['open', 'pending', 'closed']),
  }),
  /** `within`: in the last so many days; `before`: longer ago than that, or never. */
  z.strictObject({
    field: z.enum(['lastActivity', 'lastInbound', 'created']),
    op: z.enum(['within', 'before']),
    days: Days,
  }),
])
export type Condition = z.infer<typeof Condition>

/** No condition at all means everybody. */
export const SegmentFilter = z.strictObject({
  match: z.enum(['all', 'any']).default('all'),
  conditions: z.array(Condition).max(20).default([]),
})
export type SegmentFilter = z.infer<typeof SegmentFilter>

export const Segment = z.object({
  id: Id,
  createdAt: Instant,
  updatedAt: Instant,
  name: z.string(),
  filter: SegmentFilter,
  /** How many contacts there were when it was last counted. */
  count: z.number(),
  /** Chats with those contacts; null until they are counted, and for who does not see every chat. */
  chatCount: z.number().nullable(),
  countedAt: Instant,
})
export type Segment = z.infer<typeof Segment>

/** What breaks, or shows nothing, without the segment. Only views that the asking person sees have a name here. */
export const SegmentUse = z.object({ kind: z.enum(['rule', 'view']), id: Id, name: z.string() })
export type SegmentUse = z.infer<typeof SegmentUse>

export const segments = defineRoutes({
  list: {
    method: 'GET',
    path: '/segments',
    result: z.object({ segments: z.array(Segment.extend({ usedBy: z.array(SegmentUse) })) }),
    summary: 'Saved filters over contacts and their chats, by name, with the rules and views that use them',
  },
  create: {
    method: 'POST',
    path: '/segments',
    body: z.strictObject({ name: Label, filter: SegmentFilter }),
    result: Segment,
    status: 201,
    idempotent: true,
    summary: 'Save a filter',
  },
  preview: {
    method: 'POST',
    path: '/segments/preview',
    body: z.strictObject({ filter: SegmentFilter }),
    result: z.object({ count: z.number(), sample: z.array(Contact) }),
    summary: 'How many contacts a filter finds, and the first of them',
  },
  /** Each is told by `segments:changed` when it is counted. */
  recount: {
    method: 'POST',
    path: '/segments/recount',
    result: Done,
    status: 202,
    summary: 'Count the contacts and chats of all segments again, in the background',
  },
  get: { method: 'GET', path: '/segments/:segmentId', result: Segment, summary: 'One segment, counted again' },
  update: {
    method: 'PATCH',
    path: '/segments/:segmentId',
    body: z.strictObject({ name: Label.optional(), filter: SegmentFilter.optional() }),
    result: Segment,
    summary: 'Rename a segment or change its filter',
  },
  remove: {
    method: 'DELETE',
    path: '/segments/:segmentId',
    result: Done,
    summary: 'Delete a segment that no rule uses; its contacts stay',
  },
})
