import * as z from 'zod'
import { defineRoutes } from './route.ts'
import { Currency, Id } from './values.ts'

/** Who gets a lead that nobody made by hand. `round_robin`: whoever is online and has the fewest open leads. */
const Assignment = z.union([z.enum(['nobody', 'round_robin']), z.strictObject({ userId: Id })])

export const PipelineSettings = z.object({
  /** What the value of a new lead is counted in. */
  currency: Currency.default('USD'),
  /** Whoever writes for the first time becomes a lead by themselves. */
  fromFirstMessage: z.boolean().default(false),
  /** Where such leads begin; null: in the first stage. */
  stageId: Id.nullable().default(null),
  assign: Assignment.default('nobody'),
})
export type PipelineSettings = z.infer<typeof PipelineSettings>

export const pipeline = defineRoutes({
  settings: {
    method: 'GET',
    path: '/settings/pipeline',
    result: PipelineSettings,
    summary: 'How leads come about by themselves, and their currency',
  },
  updateSettings: {
    method: 'PATCH',
    path: '/settings/pipeline',
    body: z.strictObject({
      currency: Currency.optional(),
      fromFirstMessage: z.boolean().optional(),
      stageId: Id.nullable().optional(),
      assign: Assignment.optional(),
    }),
    result: PipelineSettings,
    access: 'admin',
    summary: 'Change how leads come about',
  },
})
