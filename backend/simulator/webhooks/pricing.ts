import type { Behaviour } from '../options.ts'
import { compact } from '../payloads/person.ts'
import type { Pricing } from '../payloads/status.ts'
import type { Customer, PhoneNumber, Template } from '../world/world.ts'

const HOUR = 3_600_000
const FREE_SERVICE_MESSAGES = 1000

export interface Price {
  pricing: Pricing
  conversation?: object
}

/**
 * Prices since October 2026: templates by their category, service messages after 1,000 free ones a number and month,
 * everything free in a free entry point window.
 */
export function priceMessage(parts: {
  number: PhoneNumber
  customer: Customer
  template?: Template
  now: number
  wamid: string
  behaviour: Behaviour
}): Price {
  const { number, customer, template, now } = parts
  const freeUntil = openFreeEntry(customer, number.id, now)
  const pricing = (type: string, category: string, billable: boolean): Pricing => ({
    billable,
    pricing_model: 'PMP',
    type,
    category,
  })
  const priced =
    freeUntil !== undefined
      ? pricing('free_entry_point', 'referral_conversion', false)
      : template
        ? pricing('regular', template.category.toLowerCase(), true)
        : countServiceMessage(number, now) <= FREE_SERVICE_MESSAGES
          ? pricing('free_customer_service', 'service', false)
          : pricing('regular', 'service', true)
  const isShown = freeUntil !== undefined || parts.behaviour.conversationObject
  return compact({
    pricing: priced,
    conversation: isShown
      ? {
          id: parts.wamid.slice(-32),
          expiration_timestamp: String(Math.floor((freeUntil ?? now + 24 * HOUR) / 1000)),
          origin: { type: priced.category },
        }
      : undefined,
  })
}

/** An ad click offers the window; our first answer within 24 hours opens it for 72. */
function openFreeEntry(customer: Customer, phoneNumberId: string, now: number): number | undefined {
  const entry = customer.freeEntry.get(phoneNumberId)
  if (!entry) return undefined
  if (entry.until === undefined && now - entry.offeredAt < 24 * HOUR) entry.until = now + 72 * HOUR
  return entry.until !== undefined && entry.until > now ? entry.until : undefined
}

function countServiceMessage(number: PhoneNumber, now: number): number {
  const month = new Date(now).toISOString().slice(0, 7)
  const count = (number.serviceMessages.get(month) ?? 0) + 1
  number.serviceMessages.set(month, count)
  return count
}
