import { inSeconds } from '../clock.ts'
import { errorForWebhook } from '../errors/webhook-error.ts'
import { messagesChange } from '../payloads/envelope.ts'
import { contactsOfStatus, type StatusName, statusOf } from '../payloads/status.ts'
import type { Simulation } from '../simulation.ts'
import { personOf } from '../world/customers.ts'
import { businessNumber, type Customer, type PhoneNumber, type Template } from '../world/world.ts'
import { type Price, priceMessage } from './pricing.ts'

export interface SentMessage {
  wamid: string
  number: PhoneNumber
  customer: Customer
  /** A phone number was given, not a business-scoped user id. */
  sentToPhone: boolean
  type: string
  isVoice?: boolean
  template?: Template
  opaque?: string
  groupId?: string
  identityKeyHash?: string
}

export type Fate = { kind: 'normal' } | { kind: 'silent' } | { kind: 'failed'; code: number; details?: string }

/** Plans what will be heard of a message. Pricing stands in `sent` and in one of delivered and read. */
export function scheduleStatuses(simulation: Simulation, sent: SentMessage, fate: Fate): void {
  if (fate.kind === 'silent') return
  const { behaviour, clock } = simulation
  const delays = behaviour.statuses
  if (fate.kind === 'failed') {
    simulation.later(delays.sent ?? 0, () =>
      publishStatus(simulation, sent, 'failed', { code: fate.code, details: fate.details }),
    )
    return
  }
  const price = priceMessage({
    number: sent.number,
    customer: sent.customer,
    template: sent.template,
    now: clock.now(),
    wamid: sent.wamid,
    behaviour,
  })
  const plan: [StatusName, number | null][] = [['sent', delays.sent]]
  if (sent.type !== 'reaction') {
    plan.push(['delivered', delays.delivered], ['read', delays.read])
    if (sent.isVoice) plan.push(['played', delays.played])
  }
  const priced: StatusName[] = ['sent', delays.delivered === null ? 'read' : 'delivered']
  for (const [status, delay] of plan) {
    if (delay === null) continue
    simulation.later(delay, () =>
      publishStatus(simulation, sent, status, { price: priced.includes(status) ? price : undefined }),
    )
  }
}

export function publishStatus(
  simulation: Simulation,
  sent: SentMessage,
  status: StatusName,
  extra: { price?: Price; code?: number; details?: string } = {},
): void {
  const person = personOf(sent.customer)
  const conversation =
    extra.price?.conversation &&
    (status === 'sent' ? extra.price.conversation : withoutExpiry(extra.price.conversation))
  simulation.outbox.publish(
    messagesChange(sent.number.accountId, businessNumber(sent.number), {
      contacts: contactsOfStatus(status, person),
      statuses: [
        statusOf({
          wamid: sent.wamid,
          status,
          timestamp: inSeconds(simulation.clock.now()),
          recipient: person,
          sentToPhone: sent.sentToPhone,
          group: sent.groupId ? { id: sent.groupId } : undefined,
          opaque: sent.opaque,
          identityKeyHash: sent.identityKeyHash,
          conversation,
          pricing: extra.price?.pricing,
          errors: extra.code === undefined ? undefined : [errorForWebhook(extra.code, extra.details)],
        }),
      ],
    }),
  )
}

const withoutExpiry = (conversation: object): object =>
  Object.fromEntries(Object.entries(conversation).filter(([name]) => name !== 'expiration_timestamp'))
