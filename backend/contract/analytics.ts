import * as z from 'zod'
import { defineRoutes } from './route.ts'
import { Id } from './values.ts'

/** A day of the workspace's own clocks: `2026-11-21`. */
const Day = z.string()

/** Seconds that customers waited, over `count` answers; null when there was none. */
export const Waits = z.object({ count: z.number(), median: z.number().nullable(), p90: z.number().nullable() })
export type Waits = z.infer<typeof Waits>

/** What was said in a stretch of days. A rate is a share from 0 to 1, and null when nothing was sent. */
export const MessageFigures = z.object({
  received: z.number(),
  sent: z.number(),
  failed: z.number(),
  deliveryRate: z.number().nullable(),
  readRate: z.number().nullable(),
  /** From the first message of a customer that nobody had answered to the first answer of a person. */
  response: Waits,
  /** The same, for the first answer that a conversation ever got. */
  firstResponse: Waits,
})
export type MessageFigures = z.infer<typeof MessageFigures>

const Period = MessageFigures.extend({ newConversations: z.number() })

export const PeriodQuery = z.strictObject({
  /** How many days up to and with today. */
  days: z.coerce.number().int().min(1).max(366).default(30),
})
export type PeriodQuery = z.output<typeof PeriodQuery>

const range = { timeZone: z.string(), from: Day, to: Day, days: z.number() }

export const Overview = z.object({
  ...range,
  /** Since the workspace began. */
  totals: z.object({ received: z.number(), sent: z.number(), conversations: z.number(), contacts: z.number() }),
  /** Sent by the business today, since Monday, and since the first of the month. */
  sent: z.object({ today: z.number(), week: z.number(), month: z.number() }),
  period: Period,
  /** As many days just before. */
  previous: Period,
  /** What the business sent in the period, by what became of it. */
  byStatus: z.array(z.object({ status: z.string(), count: z.number() })),
  daily: z.array(z.object({ day: Day, received: z.number(), sent: z.number() })),
  /** `weekday` 1 is Monday. Hours without a message are left out. */
  hours: z.array(z.object({ weekday: z.number(), hour: z.number(), received: z.number(), sent: z.number() })),
  /** As Meta priced what was sent in the period. */
  pricing: z.array(z.object({ category: z.string(), billable: z.boolean(), count: z.number() })),
})
export type Overview = z.infer<typeof Overview>

export const AgentFigures = z.object({
  userId: Id,
  name: z.string(),
  sent: z.number(),
  response: Waits,
  firstResponse: Waits,
  /** At this moment. */
  assigned: z.object({ open: z.number(), pending: z.number() }),
})
export type AgentFigures = z.infer<typeof AgentFigures>

export const ChannelFigures = MessageFigures.extend({ channelId: Id, name: z.string() })
export type ChannelFigures = z.infer<typeof ChannelFigures>

export const TagFigures = z.object({
  tag: z.string(),
  conversations: z.number(),
  open: z.number(),
  waiting: z.number(),
})
export type TagFigures = z.infer<typeof TagFigures>

export const analytics = defineRoutes({
  overview: {
    method: 'GET',
    path: '/analytics/overview',
    query: PeriodQuery,
    result: Overview,
    access: 'admin',
    summary: 'Messages, answers and waits of a period, beside the one before',
  },
  agents: {
    method: 'GET',
    path: '/analytics/agents',
    query: PeriodQuery,
    result: z.object({ ...range, agents: z.array(AgentFigures) }),
    access: 'admin',
    summary: 'What each person of the team sent, and how long customers waited for them',
  },
  channels: {
    method: 'GET',
    path: '/analytics/channels',
    query: PeriodQuery,
    result: z.object({ ...range, channels: z.array(ChannelFigures) }),
    access: 'admin',
    summary: 'The figures of each number',
  },
  tags: {
    method: 'GET',
    path: '/analytics/tags',
    query: PeriodQuery,
    result: z.object({ ...range, tags: z.array(TagFigures) }),
    access: 'admin',
    summary: 'Conversations that were active in the period, by tag',
  },
})
