/** Everything that exists on Meta's side. Plain data: tests and the control routes may change any of it at any time. */
export interface World {
  apps: Map<string, App>
  businesses: Map<string, Business>
  accounts: Map<string, BusinessAccount>
  phoneNumbers: Map<string, PhoneNumber>
  tokens: Map<string, AccessToken>
  templates: Map<string, Template>
  media: Map<string, Media>
  uploads: Map<string, Upload>
  /** By business-scoped user id. */
  customers: Map<string, Customer>
  customersByPhone: Map<string, Customer>
  messages: Map<string, SimMessage>
  /** Group id → user ids of those who wrote in it. */
  groups: Map<string, Set<string>>
}

export interface App {
  id: string
  name: string
  secret: string
  /** Refuses calls without `appsecret_proof`. */
  requireProof: boolean
  subscription?: Subscription
}

interface Subscription {
  callbackUrl: string
  verifyToken: string
  fields: string[]
}

interface Business {
  id: string
  name: string
  verified: boolean
}

export interface BusinessAccount {
  id: string
  name: string
  businessId: string
  currency: string
  reviewStatus: 'APPROVED' | 'PENDING' | 'REJECTED'
  hasPaymentMethod: boolean
  /** A reason stops all sending of the account and shows in its health. */
  restriction?: { code: number; description: string }
  /** Marketing templates must go through /marketing_messages. */
  marketingOnlyByMarketingApi: boolean
  templateLimit: number
  subscribedApps: Map<string, WebhookOverride | undefined>
  /** Names that may not be used again before this instant (milliseconds). */
  blockedTemplateNames: Map<string, number>
}

interface WebhookOverride {
  callbackUri: string
  verifyToken: string
}

export interface PhoneNumber {
  id: string
  accountId: string
  /** As people write it: "+1 555-078-3881". */
  displayPhoneNumber: string
  verifiedName: string
  nameStatus: string
  qualityRating: 'GREEN' | 'YELLOW' | 'RED' | 'UNKNOWN'
  status: string
  codeVerificationStatus: 'VERIFIED' | 'NOT_VERIFIED' | 'EXPIRED'
  platformType: 'CLOUD_API' | 'NOT_APPLICABLE'
  accountMode: 'LIVE' | 'SANDBOX'
  throughputLevel: 'STANDARD' | 'HIGH' | 'NOT_APPLICABLE'
  messagingLimit: string
  isOfficial: boolean
  /** The number is also used in the WhatsApp Business app of a phone. */
  isOnBusinessApp: boolean
  username?: string
  pin?: string
  verificationCode?: string
  webhookOverride?: WebhookOverride
  profile: Record<string, unknown>
  settings: Record<string, unknown>
  blocked: Set<string>
  /** Test numbers may write to these only. */
  allowedRecipients?: Set<string>
  registrations: number[]
  syncsDone: Set<string>
  serviceMessages: Map<string, number>
}

export interface AccessToken {
  token: string
  appId: string
  type: 'SYSTEM_USER' | 'USER' | 'APP'
  userId: string
  scopes: string[]
  /** Accounts that were assigned to the token; `all` is what a system user with every asset has. */
  accountIds: string[] | 'all'
  /** Unix seconds; 0 = never. */
  expiresAt: number
  issuedAt: number
  revoked: boolean
}

export type TemplateStatus =
  | 'APPROVED'
  | 'PENDING'
  | 'REJECTED'
  | 'PAUSED'
  | 'DISABLED'
  | 'IN_APPEAL'
  | 'LIMIT_EXCEEDED'
  | 'FLAGGED'
  | 'LOCKED'
  | 'PENDING_DELETION'
  | 'ARCHIVED'

export type TemplateCategory = 'MARKETING' | 'UTILITY' | 'AUTHENTICATION'

export interface Template {
  id: string
  accountId: string
  name: string
  language: string
  category: TemplateCategory
  previousCategory?: TemplateCategory
  status: TemplateStatus
  parameterFormat: 'POSITIONAL' | 'NAMED'
  components: TemplateComponent[]
  qualityScore: 'GREEN' | 'YELLOW' | 'RED' | 'UNKNOWN'
  rejectedReason: string
  ttlSeconds?: number
  edits: number[]
}

export interface TemplateComponent {
  type: string
  format?: string
  text?: string
  buttons?: TemplateButton[]
  cards?: { components: TemplateComponent[] }[]
  example?: Record<string, unknown>
  [key: string]: unknown
}

export interface TemplateButton {
  type: string
  text?: string
  url?: string
  phone_number?: string
  example?: unknown
  otp_type?: string
  [key: string]: unknown
}

export interface Media {
  id: string
  phoneNumberId: string
  bytes: Uint8Array
  mimeType: string
  filename?: string
  origin: 'uploaded' | 'inbound'
  createdAt: number
}

export interface Upload {
  id: string
  appId: string
  fileName: string
  fileType: string
  fileLength: number
  bytes: Uint8Array
  handle?: string
}

export interface Customer {
  userId: string
  phone?: string
  name: string
  username?: string
  /** A user with a username whose number Meta does not share. */
  hidesPhone: boolean
  parentUserId?: string
  stoppedMarketing: boolean
  identityHash?: string
  /** Business number id → instant (milliseconds) of the user's last message or call. */
  lastInboundAt: Map<string, number>
  /** Business number id → end of the free entry point window, or the offer of one. */
  freeEntry: Map<string, { offeredAt: number; until?: number }>
}

interface SimMessage {
  wamid: string
  direction: 'in' | 'out'
  phoneNumberId: string
  customerId: string
  type: string
  at: number
  sentToPhone?: boolean
  opaque?: string
}

export function createEmptyWorld(): World {
  return {
    apps: new Map(),
    businesses: new Map(),
    accounts: new Map(),
    phoneNumbers: new Map(),
    tokens: new Map(),
    templates: new Map(),
    media: new Map(),
    uploads: new Map(),
    customers: new Map(),
    customersByPhone: new Map(),
    messages: new Map(),
    groups: new Map(),
  }
}

export const digitsOf = (phone: string): string => phone.replace(/\D/g, '')

export const businessNumber = (number: PhoneNumber): { id: string; displayPhoneNumber: string } => ({
  id: number.id,
  displayPhoneNumber: digitsOf(number.displayPhoneNumber),
})
