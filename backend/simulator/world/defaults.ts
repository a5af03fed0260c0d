import { SUBSCRIBABLE_FIELDS } from '../payloads/fields.ts'
import type { SimulatorOptions } from '../options.ts'
import { DEFAULT_TEMPLATES } from './default-templates.ts'
import {
  type AccessToken,
  type App,
  type BusinessAccount,
  createEmptyWorld,
  digitsOf,
  type PhoneNumber,
  type World,
} from './world.ts'

/** Constant, so that a Parley that was connected once stays connected when the simulator starts again. */
export const DEFAULTS = {
  appId: '670843887433847',
  appSecret: '5f2b8c1d9e7a4063b1f0c4d8e6a29b37',
  verifyToken: 'parley-verify',
  accessToken: 'EAAGm0PX4ZCpsBASimulatorSystemUserTokenZBZCqkQ1m8vZAtXyZAl2uGZCbDZD',
  businessId: '506914307656634',
  accountId: '102290129340398',
  phoneNumberId: '106540352242922',
  displayPhoneNumber: '+1 555-078-3881',
} as const

export function createDefaultWorld(options: SimulatorOptions): World {
  const world = createEmptyWorld()
  const appId = options.appId ?? DEFAULTS.appId
  world.apps.set(appId, {
    id: appId,
    name: 'Parley',
    secret: options.appSecret ?? DEFAULTS.appSecret,
    requireProof: false,
    subscription: options.webhookUrl ? subscriptionTo(options.webhookUrl, options) : undefined,
  })
  world.businesses.set(DEFAULTS.businessId, { id: DEFAULTS.businessId, name: 'Lucky Shrub', verified: true })
  const token = defaultToken(options.accessToken ?? DEFAULTS.accessToken, appId)
  world.tokens.set(token.token, token)
  for (let index = 0; index < (options.accounts ?? 1); index += 1) {
    addAccount(world, {
      index,
      appId: options.subscribed === false ? undefined : appId,
      phoneNumbers: options.phoneNumbers ?? 1,
    })
  }
  return world
}

export const subscriptionTo = (callbackUrl: string, options: SimulatorOptions): NonNullable<App['subscription']> => ({
  callbackUrl,
  verifyToken: options.verifyToken ?? DEFAULTS.verifyToken,
  fields: [...SUBSCRIBABLE_FIELDS],
})

const defaultToken = (token: string, appId: string): AccessToken => ({
  token,
  appId,
  type: 'SYSTEM_USER',
  userId: '122109876543210987',
  scopes: ['business_management', 'whatsapp_business_management', 'whatsapp_business_messaging'],
  accountIds: 'all',
  expiresAt: 0,
  issuedAt: 1_760_000_000,
  revoked: false,
})

/** The first account has the well-known ids, the following count up from them. */
function addAccount(world: World, parts: { index: number; appId?: string; phoneNumbers: number }): BusinessAccount {
  const { index } = parts
  const account: BusinessAccount = {
    id: plus(DEFAULTS.accountId, index),
    name: index === 0 ? 'Lucky Shrub' : `Lucky Shrub ${index + 1}`,
    businessId: DEFAULTS.businessId,
    currency: 'USD',
    reviewStatus: 'APPROVED',
    hasPaymentMethod: true,
    marketingOnlyByMarketingApi: false,
    templateLimit: 6000,
    subscribedApps: new Map(parts.appId === undefined ? [] : [[parts.appId, undefined]]),
    blockedTemplateNames: new Map(),
  }
  world.accounts.set(account.id, account)
  for (let count = 0; count < parts.phoneNumbers; count += 1) {
    const number = createNumber(account.id, index * 1000 + count)
    world.phoneNumbers.set(number.id, number)
  }
  DEFAULT_TEMPLATES.forEach((template, position) => {
    const id = template.id && index === 0 ? template.id : plus('1689556908129830', index * 100 + position)
    world.templates.set(id, { ...structuredClone(template), id, accountId: account.id, edits: [] })
  })
  return account
}

function createNumber(accountId: string, offset: number): PhoneNumber {
  return {
    id: plus(DEFAULTS.phoneNumberId, offset),
    accountId,
    displayPhoneNumber:
      offset === 0 ? DEFAULTS.displayPhoneNumber : spelled(plus(digitsOf(DEFAULTS.displayPhoneNumber), offset)),
    verifiedName: 'Lucky Shrub',
    nameStatus: 'APPROVED',
    qualityRating: 'GREEN',
    status: 'CONNECTED',
    codeVerificationStatus: 'VERIFIED',
    platformType: 'CLOUD_API',
    accountMode: 'LIVE',
    throughputLevel: 'STANDARD',
    messagingLimit: 'TIER_2K',
    isOfficial: false,
    isOnBusinessApp: false,
    profile: {
      about: 'Succulent specialists!',
      vertical: 'RETAIL',
      email: 'hello@luckyshrub.example',
      websites: ['https://luckyshrub.example/'],
    },
    settings: {},
    blocked: new Set(),
    registrations: [],
    syncsDone: new Set(),
    serviceMessages: new Map(),
  }
}

const plus = (id: string, count: number): string => String(BigInt(id) + BigInt(count))

const spelled = (digits: string): string =>
  `+${digits.slice(0, 1)} ${digits.slice(1, 4)}-${digits.slice(4, 7)}-${digits.slice(7)}`
