import * as z from 'zod'
import { PipelineSettings } from './pipeline.ts'
import { Rates } from './usage.ts'
import { Id, Instant } from './values.ts'

/** Which conversations an agent sees: all, their own and those of nobody, or only their own. Owners and admins see all. */
export const Visibility = z.enum(['all', 'unassigned', 'mine'])
export type Visibility = z.infer<typeof Visibility>

export const WorkspaceSettings = z.object({
  timeZone: z.string().default('UTC'),
  language: z.string().default('en'),
  /** ISO 3166 country for numbers typed without a country code. */
  defaultCountry: z.string().length(2).nullable().default(null),
  /** When the customer sees blue ticks: as soon as a chat is opened, with the answer, or never. */
  readReceipts: z.enum(['on_open', 'on_reply', 'never']).default('on_open'),
  /** The list of first steps was put away. */
  firstRunDismissed: z.boolean().default(false),
  pipeline: PipelineSettings.default(PipelineSettings.parse({})),
  /** Whether the customer sees that somebody of the team types. WhatsApp ties that to the blue ticks: never without them. */
  typingIndicator: z.boolean().default(true),
  /** What Meta charges, as the team entered it. */
  rates: Rates.default(Rates.parse({})),
  /** Days that the log of webhook deliveries is kept. */
  webhookRetentionDays: z.number().int().min(1).max(365).default(30),
  /** Which conversations agents see who have no rule of their own. */
  agentVisibility: Visibility.default('all'),
  /** Days after which messages, and received and sent files, are forgotten; null keeps them. */
  messageRetentionDays: z.number().int().min(1).max(3650).nullable().default(null),
  mediaRetentionDays: z.number().int().min(1).max(3650).nullable().default(null),
})
export type WorkspaceSettings = z.infer<typeof WorkspaceSettings>

export const Workspace = z.object({ id: Id, createdAt: Instant, name: z.string(), settings: WorkspaceSettings })
