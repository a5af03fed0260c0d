import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { ChannelInfo, ChannelProblem } from '../contract/channels.ts'
import { flag, instant, integer, json, ownedColumns, text } from './columns.ts'
import { workspaces } from './workspaces.ts'

/** A number the workspace speaks from. Secrets are sealed text (platform/crypto.ts), never plain. */
export const channels = pgTable(
  'channels',
  {
    ...ownedColumns(),
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    kind: text().$type<'cloud' | 'practice'>().notNull(),
    name: text().notNull(),
    businessPhone: text().notNull(),
    phoneNumberId: text(),
    /** The same once Meta has let this channel's token open the number in its account (features/channels/proof.ts). */
    provenNumberId: text(),
    businessAccountId: text(),
    appId: text(),
    accessToken: text(),
    verifyToken: text(),
    appSecret: text(),
    /** Last four characters of each secret, for people to recognise it. */
    secretHints: json<{ accessToken?: string; verifyToken?: string; appSecret?: string }>().notNull(),
    /** What Meta says about the number: verified name, quality, limits, throughput. */
    info: json<ChannelInfo>().notNull(),
    /** Sending waits while this is set: account locked, token expired, payment missing … */
    problem: json<ChannelProblem>(),
    /** Set by a restore: nothing is sent until an owner resumes it. */
    sendingPausedAt: instant(),
    webhookSeenAt: instant(),
    webhookProblem: text(),
    enabled: flag().notNull().default(true),
  },
  (channel) => [
    // Anybody may type any number, so typing one takes it from nobody. It belongs to whoever proves it first.
    uniqueIndex('channels_phone_number_id').on(channel.workspaceId, channel.phoneNumberId),
    uniqueIndex('channels_proven_number_id').on(channel.provenNumberId),
    index('channels_number').on(channel.phoneNumberId, channel.createdAt),
    index('channels_workspace').on(channel.workspaceId, channel.createdAt),
    index('channels_business_account').on(channel.businessAccountId),
  ],
)

/** How many messages left a number in the second that began at `windowStart`; shared by all processes. */
export const sendRates = pgTable(
  'send_rates',
  {
    ...ownedColumns(),
    channelId: text()
      .notNull()
      .references(() => channels.id, { onDelete: 'cascade' }),
    windowStart: instant().notNull(),
    used: integer().notNull().default(0),
  },
  (rate) => [uniqueIndex('send_rates_channel').on(rate.channelId)],
)
