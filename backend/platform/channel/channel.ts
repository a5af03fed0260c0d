import type { Referral } from '../../contract/conversations.ts'
import type { MessageContent, MessageDirection, MessageError, MessageType, Pricing } from '../../contract/messages.ts'
import type { Instant } from '../../contract/values.ts'

/*
 * Channel: the words Parley uses for what a messaging provider says and takes.
 * Drivers live in the folders beside this file; `whatsapp/` speaks Meta's Cloud API, to Meta, to the simulator and to the
 * practice customer alike.
 *
 * - item:     one thing a webhook body tells, whatever it was nested in; each is applied in its own transaction
 * - key:      the same item delivered again has the same key
 * - person:   everything an item says about who it is; any part may be missing
 */

/** Who an item is about. `phone` is digits without `+`. */
export type Person = {
  phone?: string
  bsuid?: string
  parentBsuid?: string
  username?: string
  profileName?: string
}

type ItemBase = {
  key: string
  /** Empty for fields that belong to an account and not to a number. */
  phoneNumberId: string
  businessAccountId: string
}

/** A file named by a message; the bytes are fetched later. */
export type IncomingMedia = {
  providerMediaId: string
  mimeType?: string
  sha256?: string
  filename?: string
  url?: string
}

export type IncomingMessage = ItemBase & {
  kind: 'message'
  /** `contact`: from the customer. `phone`: an echo of what the business typed on its phone. `history`: imported. */
  origin: 'contact' | 'phone' | 'history'
  /** Echoes are outbound; imported messages are either. */
  direction: MessageDirection
  providerMessageId: string
  person: Person
  at: Instant
  type: MessageType
  content: MessageContent
  media?: IncomingMedia
  replyTo?: {
    providerMessageId: string | null
    forwarded?: 'once' | 'often'
    product?: { catalogId?: string; productRetailerId?: string }
  }
  referral?: Referral
  /** For `history`: how far the message had got. */
  historyStatus?: string
  /** For `history`: the file of a message that was imported before as a placeholder; takes its place where it is stored. */
  completes?: boolean
  /** Group chats are recorded in the webhook log only. */
  groupId?: string
  /** Kept when Parley could not read all of it. */
  raw?: unknown
}

/** The customer (or the phone app) changed or took back a message. */
export type IncomingEdit = ItemBase & {
  kind: 'edit' | 'revoke'
  providerMessageId: string
  targetProviderMessageId: string
  person: Person
  at: Instant
  origin: 'contact' | 'phone'
  type?: MessageType
  content?: MessageContent
}

export type IncomingStatus = ItemBase & {
  kind: 'status'
  providerMessageId: string
  status: 'sent' | 'delivered' | 'read' | 'played' | 'failed' | 'deleted'
  at: Instant
  person: Person
  /** What we sent in `biz_opaque_callback_data`. */
  opaque?: string
  error?: MessageError
  pricing?: Pricing
  freeEntryExpiresAt?: Instant
}

/** A number or id change: the same person, other identifiers. */
export type IncomingIdentityChange = ItemBase & {
  kind: 'identity'
  providerMessageId: string
  at: Instant
  before: Person
  after: Person
  systemKind: string
  body: string
}

export type IncomingPreference = ItemBase & {
  kind: 'preference'
  person: Person
  marketing: 'stop' | 'resume'
  at: Instant
}

/** From the phone's address book (coexistence). */
export type IncomingAddress = ItemBase & {
  kind: 'address'
  person: Person
  name: string | null
  action: 'add' | 'remove'
  at: Instant
}

export type IncomingTemplateChange = ItemBase & {
  kind: 'template'
  providerTemplateId: string | null
  name: string | null
  language: string | null
  status?: string
  quality?: string
  category?: string
  pendingCategory?: string
  reason?: string | null
  components?: { body?: string; title?: string; footer?: string }
  at: Instant
}

/** Something about the number or the account that changes what we know of the channel. */
export type IncomingChannelChange = ItemBase & {
  kind: 'channel'
  /** Which numbers: by display phone when the field names one, all of the account otherwise. */
  displayPhone?: string
  info?: Record<string, string>
  /** Sending must stop or may go on. */
  problem?: { code: number | null; message: string; until?: Instant } | null
  summary: string
}

/** Everything else: kept in the webhook log with a readable line. */
export type IncomingNotice = ItemBase & {
  kind: 'notice'
  field: string
  summary: string
  /** `standby`: another app owns the chat. `handover`: ownership moved. `call`: opens the 24-hour window. */
  effect?: 'standby' | 'control_taken' | 'control_passed' | 'call'
  person?: Person
  at?: Instant
}

export type IncomingItem =
  | IncomingMessage
  | IncomingEdit
  | IncomingStatus
  | IncomingIdentityChange
  | IncomingPreference
  | IncomingAddress
  | IncomingTemplateChange
  | IncomingChannelChange
  | IncomingNotice

/** Where a provider's API is and what opens it. */
export type Credentials = {
  phoneNumberId: string
  businessAccountId: string | null
  accessToken: string
}

export type Outgoing = {
  /** `+` and digits, or a BSUID. */
  to: { phone: string } | { bsuid: string }
  type: MessageType
  content: MessageContent
  /** Meta's id of each file the content names, by our media id. */
  media: Record<string, string>
  replyToProviderMessageId?: string
  /** Comes back in every status of the message. */
  opaque: string
}

/**
 * What became of a transmission (reliability: there is no idempotency key, so doubt must be kept).
 * - accepted: the provider has it
 * - not_sent: nothing left this machine; safe to try again
 * - refused:  a definite no; `wait` says when trying again makes sense
 * - unknown:  it may have gone out; never sent again by itself
 */
export type SendOutcome =
  | { kind: 'accepted'; providerMessageId: string; phone?: string; bsuid?: string; held?: string }
  | { kind: 'not_sent'; reason: string }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'unknown'; reason: string }

/** One row of the table of Meta's error codes, applied to one answer. */
export type Refusal = {
  code: number
  /**
   * - message: this message never; the next may go
   * - wait:    later, everybody on this number
   * - pair:    later, this recipient only
   * - channel: nothing goes from this number until a person acts
   */
  scope: 'message' | 'wait' | 'pair' | 'channel'
  /** The request may have been processed all the same. */
  ambiguous: boolean
  /** Milliseconds before the n-th further try, counted from 1; absent or undefined: not again by itself. */
  retryAfter?: (tries: number) => number | undefined
  error: MessageError
}

export { createGraphClient, type GraphClient } from './whatsapp/client.ts'
export type { AppSubscription, SubscribedApp, TokenFacts } from './whatsapp/graph/apps.ts'
export type { GraphFailure, GraphResult } from './whatsapp/graph/call.ts'
export type { BlockedUsers } from './whatsapp/graph/messages.ts'
export type { MediaAddress, MediaDownload, UploadFile } from './whatsapp/graph/media.ts'
export type { Health, PhoneNumber } from './whatsapp/graph/numbers.ts'
export type { Profile } from './whatsapp/graph/settings.ts'
export type { ProviderTemplate } from './whatsapp/graph/templates.ts'
export { checkMediaForType } from './whatsapp/limits.ts'
export { contentFromInput } from './whatsapp/render.ts'
export { isSomebody } from './whatsapp/person.ts'
export { phoneVariants } from './whatsapp/phone-variants.ts'
export { previewOf, searchTextOf } from './whatsapp/preview.ts'
export { signBody, verifySignature } from './whatsapp/signature.ts'
export { checkTemplate } from './whatsapp/templates/check.ts'
export { fillTemplate, type FilledTemplate, type TemplateValues } from './whatsapp/templates/fill.ts'
export { variablesOf, type TemplateVariables } from './whatsapp/templates/variables.ts'
export { parseWebhookJson, readWebhook } from './whatsapp/webhook.ts'
