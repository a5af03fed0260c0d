import * as z from 'zod'
import { DayInput } from './values.ts'
import { defineRoutes } from './route.ts'

/** What Meta bills apart: three kinds of templates, and answers without one. */
export const BilledCategory = z.enum(['marketing', 'utility', 'authentication', 'service'])
export type BilledCategory = z.infer<typeof BilledCategory>

const Price = z.number().min(0).max(1000).nullable().default(null)

/** Prices of one message that hold from a day on, until the next entry. Null: not known. */
export const RateCard = z.strictObject({
  from: DayInput,
  marketing: Price,
  utility: Price,
  authentication: Price,
  service: Price,
})
export type RateCard = z.infer<typeof RateCard>

export const Rates = z.strictObject({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'Use a currency code such as EUR.')
    .default('USD'),
  cards: z
    .array(RateCard)
    .max(100)
    .refine(
      (cards) => new Set(cards.map(({ from }) => from)).size === cards.length,
      'Each day can begin one entry only.',
    )
    .default([]),
})
export type Rates = z.infer<typeof Rates>

export const Usage = z.object({
  /**
   * The one who asks does not see every chat: what the number sent and cost in all is left out. `free` is null then, unless it
   * is used up, which concerns everybody's next answer.
   */
  limited: z.boolean(),
  /** As `2026-11`, by the clock of the workspace. */
  month: z.string(),
  currency: z.string(),
  /** Answers without a template that cost nothing in this month; null before October 2026, when all of them were free. */
  free: z.object({ allowance: z.number(), used: z.number(), left: z.number() }).nullable(),
  categories: z.array(
    z.object({
      /** As Meta names it; other names than ours may come. */
      category: z.string(),
      delivered: z.number(),
      billed: z.number(),
      /** Null where a price is missing. */
      cost: z.number().nullable(),
    }),
  ),
  /** The sum of the known costs; `complete` is false when a price is missing. */
  spend: z.number(),
  complete: z.boolean(),
  /** What one message costs today. */
  today: z.record(BilledCategory, z.number().nullable()),
})
export type Usage = z.infer<typeof Usage>

export const usage = defineRoutes({
  month: {
    method: 'GET',
    path: '/channels/:channelId/usage',
    query: z.strictObject({
      month: z
        .string()
        .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'Write the month as 2026-11.')
        .optional(),
    }),
    result: Usage,
    summary: 'What a number sent in a month, what of it was free and what it cost',
  },
  rates: {
    method: 'GET',
    path: '/settings/rates',
    result: Rates,
    summary: 'The prices that costs are worked out with',
  },
  saveRates: {
    method: 'PUT',
    path: '/settings/rates',
    body: Rates,
    result: Rates,
    access: 'admin',
    summary: 'Replace the prices; each holds from its day on',
  },
})
