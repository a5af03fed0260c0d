import * as z from 'zod'
import { Channel } from './channels.ts'
import { defineRoutes } from './route.ts'
import { CleanText, Id, Instant } from './values.ts'

/** The preconditions of a working number, in the order in which one depends on another. */
export const checkIds = [
  'app_id',
  'app_secret',
  'token',
  'scopes',
  'account',
  'number',
  'registered',
  'sending',
  'subscribed',
  'callback',
  'signature',
  'hello',
] as const
export const CheckId = z.enum(checkIds)
export type CheckId = z.infer<typeof CheckId>

/** waiting: it cannot be told yet, because something before it is broken or somebody has to do something. */
export const CheckState = z.enum(['ok', 'warning', 'failed', 'waiting'])
export type CheckState = z.infer<typeof CheckState>

/** The one button of a line. `link` opens a page of Meta, everything else happens in Parley. */
export const CheckFix = z.object({
  kind: z.enum(['credentials', 'register', 'verify', 'subscribe', 'callback', 'retry', 'link']),
  label: z.string(),
  url: z.string().optional(),
})
export type CheckFix = z.infer<typeof CheckFix>

export const Check = z.object({
  id: CheckId,
  title: z.string(),
  state: CheckState,
  /** What was found, for programs: `token.expired`. */
  code: z.string(),
  /** One sentence for a shopkeeper. */
  sentence: z.string(),
  /** Meta's own words, for those who want them. */
  details: z.string().nullable(),
  fix: CheckFix.nullable(),
})
export type Check = z.infer<typeof Check>

export const HealthReport = z.object({
  channelId: Id,
  checkedAt: Instant,
  /** The worst of all checks; a check that waits does not count. */
  state: CheckState,
  checks: z.array(Check),
  /** Where Meta is told to send webhooks. */
  callbackUrl: z.string().nullable(),
})
export type HealthReport = z.infer<typeof HealthReport>

/** Not checked for their form here: the doctor tells which wrong thing was pasted. */
const Pasted = CleanText.trim().max(2000)
const MetaId = CleanText.trim().regex(/^\d{5,30}$/, 'Meta writes this id with digits only.')
const Pin = CleanText.trim().regex(/^\d{6}$/, 'A PIN has six digits.')
const CallbackUrl = z.url({ protocol: /^https?$/ }).max(200)

const Credentials = z.strictObject({ appId: Pasted, appSecret: Pasted, accessToken: Pasted })

export const FoundNumber = z.object({
  id: z.string(),
  displayPhone: z.string(),
  verifiedName: z.string().nullable(),
  quality: z.string().nullable(),
  status: z.string().nullable(),
  isRegistered: z.boolean(),
  /** Also used in the WhatsApp Business app of a phone: it needs no registration. */
  isOnPhoneApp: z.boolean(),
  /** The channel of this workspace that has it already. */
  channelId: Id.nullable(),
})
export type FoundNumber = z.infer<typeof FoundNumber>

export const doctor = defineRoutes({
  inspect: {
    method: 'POST',
    path: '/doctor/inspect',
    /** `businessAccountId` only when Meta does not say which accounts the token reaches. */
    body: Credentials.extend({ businessAccountId: MetaId.optional() }),
    result: z.object({
      checks: z.array(Check),
      accounts: z.array(z.object({ id: z.string(), numbers: z.array(FoundNumber) })),
      /** Where Meta would send webhooks. */
      callbackUrl: z.string(),
    }),
    access: 'admin',
    summary: 'What three pasted values are good for, and the numbers they reach; nothing is stored',
  },
  connect: {
    method: 'POST',
    path: '/doctor/connect',
    body: Credentials.extend({
      businessAccountId: MetaId,
      phoneNumberId: MetaId,
      name: CleanText.trim().min(1).max(120).optional(),
      /** Sets the two-step PIN of the number, or proves it. */
      pin: Pin.optional(),
      callbackUrl: CallbackUrl.optional(),
    }),
    result: z.object({ channel: Channel, report: HealthReport }),
    access: 'admin',
    summary: 'Store the credentials, register, subscribe, set the callback, and check everything',
  },
  reports: {
    method: 'GET',
    path: '/doctor/reports',
    result: z.object({ reports: z.array(HealthReport) }),
    summary: 'What the last check of each number found',
  },
  examine: {
    method: 'POST',
    path: '/doctor/channels/:channelId/examine',
    result: HealthReport,
    summary: 'Check a number now',
  },
  fix: {
    method: 'POST',
    path: '/doctor/channels/:channelId/fix',
    body: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('register'), pin: Pin }),
      z.strictObject({ kind: z.literal('subscribe') }),
      z.strictObject({ kind: z.literal('callback'), url: CallbackUrl.optional() }),
    ]),
    result: HealthReport,
    access: 'admin',
    summary: 'Put one thing right at Meta, and check everything again',
  },
})
