import * as z from 'zod'
import { defineRoutes } from './route.ts'
import { Id, Instant, PageQuery, Pagination } from './values.ts'

/**
 * waiting: stored, and applied in a moment. done: every item was applied. failed: some items wait as dead letters.
 * unrouted: it names no number of ours. unreadable: it is not what Meta sends.
 */
export const DeliveryState = z.enum(['waiting', 'done', 'failed', 'unrouted', 'unreadable'])
export type DeliveryState = z.infer<typeof DeliveryState>

/** One webhook that was signed and stored. What was refused (no or a wrong signature) is kept nowhere. */
export const Delivery = z.object({
  id: Id,
  createdAt: Instant,
  state: DeliveryState,
  bytes: z.number(),
  items: z.number(),
  failures: z.number(),
  /** One line for people, for example "2 messages, 1 status". */
  summary: z.string().nullable(),
  error: z.string().nullable(),
  /** The body is still there and can be applied again. */
  isReplayable: z.boolean(),
})
export type Delivery = z.infer<typeof Delivery>

export const DeadLetterState = z.enum(['retrying', 'dead', 'resolved'])
export type DeadLetterState = z.infer<typeof DeadLetterState>

/** One item of a webhook that could not be applied. */
export const DeadLetter = z.object({
  id: Id,
  createdAt: Instant,
  updatedAt: Instant,
  deliveryId: Id,
  channelId: Id.nullable(),
  kind: z.string(),
  error: z.string(),
  attempts: z.number(),
  state: DeadLetterState,
})
export type DeadLetter = z.infer<typeof DeadLetter>

const Replayed = z.object({ resolved: z.number(), failed: z.number() })

export const webhooks = defineRoutes({
  list: {
    method: 'GET',
    path: '/webhooks/deliveries',
    query: PageQuery.extend({ state: DeliveryState.optional() }),
    result: z.object({ deliveries: z.array(Delivery), pagination: Pagination }),
    access: 'admin',
    summary: 'Webhooks that arrived, the latest first',
  },
  get: {
    method: 'GET',
    path: '/webhooks/deliveries/:deliveryId',
    /** The body is dropped once every item was applied. */
    result: Delivery.extend({ body: z.string().nullable(), deadLetters: z.array(DeadLetter) }),
    access: 'admin',
    summary: 'One webhook with what is kept of it',
  },
  replay: {
    method: 'POST',
    path: '/webhooks/deliveries/:deliveryId/replay',
    result: Delivery,
    access: 'admin',
    status: 202,
    summary: 'Apply a webhook again; what it did before is not done twice',
  },
  counts: {
    method: 'GET',
    path: '/webhooks/counts',
    result: z.object({ retrying: z.number(), dead: z.number() }),
    access: 'admin',
    summary: 'How many items could not be applied',
  },
  deadLetters: {
    method: 'GET',
    path: '/webhooks/dead-letters',
    query: PageQuery.extend({ state: DeadLetterState.optional() }),
    result: z.object({ deadLetters: z.array(DeadLetter), pagination: Pagination }),
    access: 'admin',
    summary: 'Items that could not be applied, the latest first',
  },
  replayLetter: {
    method: 'POST',
    path: '/webhooks/dead-letters/:letterId/replay',
    result: DeadLetter,
    access: 'admin',
    summary: 'Try an item again now',
  },
  replayLetters: {
    method: 'POST',
    path: '/webhooks/dead-letters/replay',
    result: Replayed,
    access: 'admin',
    summary: 'Try all items again now, at most 500 at a time',
  },
})
