import type { ErrorCode } from '../../contract/errors.ts'
import type { SendableType } from '../../contract/messages.ts'
import type { TemplateCategory } from '../../contract/templates.ts'
import type { Channel, Contact, Conversation } from '../../model/index.ts'

/**
 * The one decision about whether something may go out now: for the composer, the API, automations and campaigns alike.
 * - send:  it may
 * - store: it is kept but cannot leave (no credentials yet)
 * - refuse: it may not; `code` has the sentence, `way` the way out
 */
export type Decision =
  | { verdict: 'send' }
  | { verdict: 'store'; reason: string }
  | { verdict: 'refuse'; code: ErrorCode; way: 'template' | 'unblock' | 'wait' | 'none' }

export type SendFacts = {
  type: SendableType
  templateCategory?: TemplateCategory
  channel: Pick<Channel, 'kind' | 'phoneNumberId' | 'accessToken'>
  contact: Pick<Contact, 'blockedAt' | 'marketingStoppedAt' | 'marketingHold' | 'optIn'>
  conversation: Pick<Conversation, 'windowExpiresAt' | 'standbySince'>
  now: Date
}

export function decideSending({ type, templateCategory, channel, contact, conversation, now }: SendFacts): Decision {
  if (contact.blockedAt) return { verdict: 'refuse', code: 'message.contact_blocked', way: 'unblock' }
  if (conversation.standbySince) return { verdict: 'refuse', code: 'message.standby', way: 'wait' }
  if (type === 'template' && templateCategory === 'MARKETING' && hasStoppedMarketing(contact))
    return { verdict: 'refuse', code: 'message.marketing_stopped', way: 'none' }
  if (type === 'template' && templateCategory === 'MARKETING' && isMarketingHeld(contact, now))
    return { verdict: 'refuse', code: 'message.marketing_held', way: 'wait' }
  if (!canSend(channel))
    return { verdict: 'store', reason: 'This number is not connected to WhatsApp yet, so the message stayed here.' }
  if (type !== 'template' && !isWindowOpen(conversation, now))
    return { verdict: 'refuse', code: 'message.window_closed', way: 'template' }
  return { verdict: 'send' }
}

export function isWindowOpen({ windowExpiresAt }: Pick<Conversation, 'windowExpiresAt'>, now: Date): boolean {
  return windowExpiresAt !== null && Date.parse(windowExpiresAt) > now.getTime()
}

/** A Cloud API channel needs the number's id and a token; the practice customer needs nothing. */
export function canSend({
  kind,
  phoneNumberId,
  accessToken,
}: Pick<Channel, 'kind' | 'phoneNumberId' | 'accessToken'>): boolean {
  return kind === 'practice' || (phoneNumberId !== null && accessToken !== null)
}

function hasStoppedMarketing({ marketingStoppedAt, optIn }: Pick<Contact, 'marketingStoppedAt' | 'optIn'>): boolean {
  return marketingStoppedAt !== null || optIn.status === 'opted_out'
}

/** WhatsApp held a marketing message back from this person, and wants a day of peace. */
export function isMarketingHeld({ marketingHold }: Pick<Contact, 'marketingHold'>, now: Date): boolean {
  return marketingHold !== null && Date.parse(marketingHold.until) > now.getTime()
}
