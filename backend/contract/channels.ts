import * as z from 'zod'
import { defineRoutes, Done } from './route.ts'
import { CleanText, Id, Instant, Label, PhoneInput } from './values.ts'

export const ChannelKind = z.enum(['cloud', 'practice'])
export type ChannelKind = z.infer<typeof ChannelKind>

/** crm_only: no credentials, nothing leaves. connected: some credentials, not enough to send. live: can send. */
export const ChannelState = z.enum(['crm_only', 'connected', 'live'])
export type ChannelState = z.infer<typeof ChannelState>

/** What Meta says about a number. All optional: Meta adds and drops fields. */
export const ChannelInfo = z.looseObject({
  verifiedName: z.string().optional(),
  displayPhone: z.string().optional(),
  quality: z.string().optional(),
  status: z.string().optional(),
  nameStatus: z.string().optional(),
  messagingLimit: z.string().optional(),
  throughput: z.string().optional(),
  username: z.string().optional(),
  checkedAt: Instant.optional(),
})
export type ChannelInfo = z.infer<typeof ChannelInfo>

/** Why sending waits. `code` is Meta's error code where there is one. */
export const ChannelProblem = z.object({
  code: z.number().nullable(),
  message: z.string(),
  since: Instant,
  /** Sending is tried again then; null: a person must act. */
  retryAt: Instant.nullable(),
})
export type ChannelProblem = z.infer<typeof ChannelProblem>

/** Only the last four characters of a secret ever leave the server. */
export const SecretHint = z.string().nullable()

export const Channel = z.object({
  id: Id,
  createdAt: Instant,
  kind: ChannelKind,
  name: z.string(),
  businessPhone: z.string(),
  phoneNumberId: z.string().nullable(),
  businessAccountId: z.string().nullable(),
  appId: z.string().nullable(),
  accessToken: SecretHint,
  verifyToken: SecretHint,
  appSecret: SecretHint,
  state: ChannelState,
  info: ChannelInfo,
  problem: ChannelProblem.nullable(),
  /** Set after a restore: nothing is sent until an owner resumes it. */
  sendingPausedAt: Instant.nullable(),
  webhookSeenAt: Instant.nullable(),
})
export type Channel = z.infer<typeof Channel>

export const ChannelStatus = z.object({
  state: ChannelState,
  /** Signed webhooks have arrived for this number. */
  webhooksSeen: z.boolean(),
  webhookSeenAt: Instant.nullable(),
  /** One sentence for each thing that keeps the number from working. */
  problems: z.array(z.string()),
  webhookUrl: z.string(),
})
export type ChannelStatus = z.infer<typeof ChannelStatus>

const Secret = CleanText.trim().min(1).max(2000)
/** It goes into a header, which carries nothing else. */
const AccessToken = Secret.regex(/^[\x21-\x7e]+$/, 'A token has only letters, digits and signs. Copy it again.')
const MetaId = CleanText.trim().regex(/^\d{5,30}$/, 'Meta writes this id with digits only.')

const Editable = z.strictObject({
  name: Label,
  businessPhone: PhoneInput,
  phoneNumberId: MetaId.nullable().optional(),
  businessAccountId: MetaId.nullable().optional(),
  appId: MetaId.nullable().optional(),
  accessToken: AccessToken.nullable().optional(),
  verifyToken: Secret.nullable().optional(),
  appSecret: Secret.nullable().optional(),
})
export const NewChannel = Editable.extend({ kind: z.literal('cloud').default('cloud') })
export const ChannelPatch = Editable.partial()

export const channels = defineRoutes({
  resumeSending: {
    method: 'POST',
    path: '/channels/resume-sending',
    result: z.object({ resumed: z.number() }),
    access: 'owner',
    summary: 'Let all numbers send again after a backup was put back',
  },
  list: { method: 'GET', path: '/channels', result: z.object({ channels: z.array(Channel) }), summary: 'All channels' },
  create: {
    method: 'POST',
    path: '/channels',
    body: NewChannel,
    result: Channel,
    access: 'admin',
    status: 201,
    summary: 'Add a WhatsApp number',
  },
  update: {
    method: 'PATCH',
    path: '/channels/:channelId',
    body: ChannelPatch,
    result: Channel,
    access: 'admin',
    summary: 'Change a channel; null removes a value',
  },
  remove: {
    method: 'DELETE',
    path: '/channels/:channelId',
    result: Done,
    access: 'admin',
    summary: 'Remove a channel with its conversations',
  },
  status: { method: 'GET', path: '/channels/:channelId/status', result: ChannelStatus, summary: 'What works' },
})

/** The same fields for a business with one number. */
const Settings = z.object({
  whatsappConfig: z.object({
    channelId: Id.nullable(),
    businessPhone: z.string().nullable(),
    phoneNumberId: z.string().nullable(),
    businessAccountId: z.string().nullable(),
    accessToken: SecretHint,
    state: ChannelState,
  }),
  webhookConfig: z.object({
    webhookUrl: z.string(),
    verifyToken: SecretHint,
    appSecret: SecretHint,
    webhookSeenAt: Instant.nullable(),
  }),
})

export const settings = defineRoutes({
  get: { method: 'GET', path: '/settings', result: Settings, summary: 'Settings of the first number' },
  update: {
    method: 'PATCH',
    path: '/settings',
    body: z.strictObject({
      whatsappConfig: Editable.pick({
        businessPhone: true,
        phoneNumberId: true,
        businessAccountId: true,
        accessToken: true,
      })
        .partial()
        .optional(),
      webhookConfig: Editable.pick({ verifyToken: true, appSecret: true }).partial().optional(),
    }),
    result: Settings,
    access: 'admin',
    summary: 'Change the settings of the first number, or make it',
  },
})
