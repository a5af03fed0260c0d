import * as z from 'zod'
import { ChannelInfo } from './channels.ts'
import { defineRoutes, Done } from './route.ts'
import { CleanText, Id } from './values.ts'
import { WorkspaceSettings } from './workspace.ts'

export const profileVerticals = [
  'OTHER',
  'AUTO',
  'BEAUTY',
  'APPAREL',
  'EDU',
  'ENTERTAIN',
  'EVENT_PLAN',
  'FINANCE',
  'GROCERY',
  'GOVT',
  'HOTEL',
  'HEALTH',
  'NONPROFIT',
  'PROF_SERVICES',
  'RETAIL',
  'TRAVEL',
  'RESTAURANT',
  'ALCOHOL',
  'ONLINE_GAMBLING',
  'PHYSICAL_GAMBLING',
  'OTC_DRUGS',
] as const

/** What customers see about the business. */
export const BusinessProfile = z.object({
  about: z.string().optional(),
  address: z.string().optional(),
  description: z.string().optional(),
  email: z.string().optional(),
  websites: z.array(z.string()).optional(),
  vertical: z.string().optional(),
  pictureUrl: z.string().optional(),
})
export type BusinessProfile = z.infer<typeof BusinessProfile>

const Website = z.url({ protocol: /^https?$/, error: 'Begin the address with https://.' }).max(256)
export const ProfilePatch = z.strictObject({
  about: CleanText.trim().min(1).max(139).optional(),
  address: CleanText.trim().max(256).optional(),
  description: CleanText.trim().max(512).optional(),
  email: z.union([z.literal(''), z.email('This is not an e-mail address.').max(128)]).optional(),
  websites: z.array(Website).max(2).optional(),
  vertical: z.enum(profileVerticals).optional(),
  /** A picture that was uploaded before. */
  pictureMediaId: Id.optional(),
})

export const NumberHealth = z.object({
  canSend: z.string(),
  entities: z.array(
    z.object({
      type: z.string(),
      id: z.string().nullable(),
      canSend: z.string(),
      errors: z.array(z.object({ code: z.string().nullable(), message: z.string(), solution: z.string().nullable() })),
      info: z.array(z.string()),
    }),
  ),
})

export const SubscribedApp = z.object({
  appId: z.string().nullable(),
  name: z.string().nullable(),
  overrideUrl: z.string().nullable(),
  /** The app whose credentials the channel has. */
  isOurs: z.boolean(),
})

/** A number as Meta sees it now. */
export const NumberDetails = z.object({
  channelId: Id,
  info: ChannelInfo,
  platform: z.string().nullable(),
  verification: z.string().nullable(),
  mode: z.string().nullable(),
  isOfficial: z.boolean(),
  isOnPhoneApp: z.boolean(),
  isRegistered: z.boolean(),
  webhook: z.object({
    phoneNumber: z.string().nullable(),
    account: z.string().nullable(),
    application: z.string().nullable(),
  }),
  health: NumberHealth.nullable(),
  /** Null: the business account is not known, or may not be asked. */
  subscribedApps: z.array(SubscribedApp).nullable(),
})
export type NumberDetails = z.infer<typeof NumberDetails>

const Pin = CleanText.trim().regex(/^\d{6}$/, 'A PIN has six digits.')
const path = '/channels/:channelId'

export const numbers = defineRoutes({
  details: {
    method: 'GET',
    path: `${path}/number`,
    result: NumberDetails,
    access: 'admin',
    summary: 'A number as Meta sees it now',
  },
  profile: {
    method: 'GET',
    path: `${path}/profile`,
    result: BusinessProfile,
    summary: 'What customers see about the business',
  },
  editProfile: {
    method: 'PATCH',
    path: `${path}/profile`,
    body: ProfilePatch,
    result: BusinessProfile,
    access: 'admin',
    summary: 'Change what customers see',
  },
  register: {
    method: 'POST',
    path: `${path}/register`,
    body: z.strictObject({ pin: Pin }),
    result: NumberDetails,
    access: 'admin',
    summary: 'Register the number; the PIN is set, or proved when there is one',
  },
  deregister: {
    method: 'POST',
    path: `${path}/deregister`,
    result: NumberDetails,
    access: 'admin',
    summary: 'Sign the number off',
  },
  setPin: {
    method: 'POST',
    path: `${path}/pin`,
    body: z.strictObject({ pin: Pin }),
    result: Done,
    access: 'admin',
    summary: 'Change the two-step PIN',
  },
  requestCode: {
    method: 'POST',
    path: `${path}/request-code`,
    body: z.strictObject({
      method: z.enum(['SMS', 'VOICE']).default('SMS'),
      language: CleanText.trim().min(2).max(10).default('en_US'),
    }),
    result: Done,
    access: 'admin',
    summary: 'Have Meta send the code that verifies the number',
  },
  verifyCode: {
    method: 'POST',
    path: `${path}/verify-code`,
    body: z.strictObject({ code: CleanText.trim().regex(/^\d{3}-?\d{3}$/, 'The code has six digits.') }),
    result: NumberDetails,
    access: 'admin',
    summary: 'Verify the number with the code',
  },
  setOverride: {
    method: 'PUT',
    path: `${path}/webhook-override`,
    body: z.strictObject({
      /** Webhooks of this number only, or of all numbers of the account. */
      scope: z.enum(['number', 'account']),
      /** Null: where the app says. */
      url: z
        .url({ protocol: /^https?$/ })
        .max(200)
        .nullable(),
    }),
    result: NumberDetails,
    access: 'admin',
    summary: 'Send webhooks elsewhere than the app says; Meta asks the address first',
  },
  unsubscribe: {
    method: 'DELETE',
    path: `${path}/subscription`,
    result: NumberDetails,
    access: 'admin',
    summary: 'Stop the webhooks of the business account for this app',
  },
})

const MessagingSettings = WorkspaceSettings.pick({
  readReceipts: true,
  typingIndicator: true,
  webhookRetentionDays: true,
})
export type MessagingSettings = z.infer<typeof MessagingSettings>

/** How messages are treated in the whole workspace. */
export const messagingSettings = defineRoutes({
  get: {
    method: 'GET',
    path: '/settings/messaging',
    result: MessagingSettings,
    summary: 'Read receipts, the typing indicator, and how long the webhook log is kept',
  },
  update: {
    method: 'PATCH',
    path: '/settings/messaging',
    body: z.strictObject({
      readReceipts: z.enum(['on_open', 'on_reply', 'never']).optional(),
      typingIndicator: z.boolean().optional(),
      webhookRetentionDays: z.number().int().min(1).max(365).optional(),
    }),
    result: MessagingSettings,
    access: 'admin',
    summary: 'Change how messages are treated',
  },
})
