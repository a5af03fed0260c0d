import { inSeconds } from './clock.ts'
import { type About, numberOf, USUAL_CUSTOMER } from './emit.ts'
import { errorForWebhook } from './errors/webhook-error.ts'
import { downloadUrl, sha256Of, storeMedia } from './graph/media.ts'
import { ANSWERS, type ContentName, type ContentParams, contents } from './payloads/contents.ts'
import type { MediaParams } from './payloads/content.ts'
import { messagesChange } from './payloads/envelope.ts'
import {
  aboutProduct,
  adReferral,
  type Content,
  forwarded,
  type InboundMessage,
  inboundMessage,
  type MessageContext,
  type Referral,
  replyTo,
} from './payloads/message.ts'
import { contactEntry, type Person } from './payloads/person.ts'
import { isMediaName, type MediaName, readSample } from './samples/samples.ts'
import type { Simulation } from './simulation.ts'
import { ensureCustomer, moveCustomerToPhone, personOf, userIdOf } from './world/customers.ts'
import { businessNumber, type Customer, digitsOf, type PhoneNumber } from './world/world.ts'

export interface InboundOptions extends About {
  /** A wamid of one's own, for redeliveries. */
  id?: string
  /** Unix seconds. */
  timestamp?: number
  /** A wamid, or "last" for the last message this customer got. Answers of buttons and lists do so by themselves. */
  replyTo?: string
  forwarded?: boolean | 'often'
  product?: { catalogId: string; productId: string }
  /** From a click-to-WhatsApp ad. */
  referral?: Partial<Referral> | true
  groupId?: string
  /** Bytes of a media message; without them a sample file. */
  bytes?: Uint8Array
  /** Codes for `value.errors`. */
  errors?: number[]
}

export interface Received {
  wamid: string
  message: InboundMessage
  customer: Customer
}

/** A customer does something: builds the message, remembers it, opens the window, posts the webhook. */
export function receive<N extends ContentName>(
  simulation: Simulation,
  name: N,
  params: ContentParams<N>,
  options: InboundOptions = {},
): Received {
  const { world, clock, ids } = simulation
  const number = numberOf(simulation, options)
  const customer = ensureCustomer(world, options.from ?? USUAL_CUSTOMER)
  const before = personOf(customer)
  const completed = completeParams(simulation, name, params, customer, number, options)
  const content = (contents[name] as (p: object) => Content)(completed)
  const wamid = options.id ?? ids.wamid(before.phone ?? '', 'in')
  const message = inboundMessage(
    {
      id: wamid,
      timestamp: options.timestamp ?? inSeconds(clock.now()),
      from: senderOf(name, before),
      groupId: options.groupId,
      context: contextOf(simulation, name, customer, number, options),
      referral:
        options.referral === undefined ? undefined : adReferral(options.referral === true ? {} : options.referral),
    },
    content,
  )
  world.messages.set(wamid, {
    wamid,
    direction: 'in',
    phoneNumberId: number.id,
    customerId: customer.userId,
    type: message.type,
    at: clock.now(),
  })
  noteContact(simulation, customer, number, options, content.type)
  if (!number.blocked.has(customer.userId)) {
    simulation.outbox.publish(
      messagesChange(number.accountId, businessNumber(number), {
        contacts: content.type === 'system' ? undefined : [contactEntry(before)],
        messages: [message],
        errors: options.errors?.map((code) => errorForWebhook(code)),
      }),
    )
  }
  return { wamid, message, customer }
}

/** Of someone whose id changed and whose number is hidden, the two ids in the message are all there is. */
const senderOf = (name: ContentName, person: Person): Person => (name === 'user_changed_user_id' ? {} : person)

function noteContact(
  simulation: Simulation,
  customer: Customer,
  number: PhoneNumber,
  options: InboundOptions,
  type: string,
): void {
  const now = simulation.clock.now()
  if (type !== 'system') customer.lastInboundAt.set(number.id, now)
  if (options.referral !== undefined) customer.freeEntry.set(number.id, { offeredAt: now })
  if (options.groupId === undefined) return
  const members = simulation.world.groups.get(options.groupId) ?? new Set()
  simulation.world.groups.set(options.groupId, members.add(customer.userId))
}

function contextOf(
  simulation: Simulation,
  name: ContentName,
  customer: Customer,
  number: PhoneNumber,
  options: InboundOptions,
): MessageContext | undefined {
  const business = digitsOf(number.displayPhoneNumber)
  if (options.forwarded) return forwarded(options.forwarded === 'often')
  const wanted = options.replyTo ?? (ANSWERS.has(name) ? 'last' : undefined)
  const wamid = wanted === 'last' ? lastMessageTo(simulation, customer, number) : wanted
  if (options.product)
    return aboutProduct(business, wamid ?? 'wamid.product', options.product.catalogId, options.product.productId)
  return wamid === undefined ? undefined : replyTo(business, wamid)
}

const lastMessageTo = (simulation: Simulation, customer: Customer, number: PhoneNumber): string | undefined =>
  [...simulation.world.messages.values()].findLast(
    (one) => one.direction === 'out' && one.customerId === customer.userId && one.phoneNumberId === number.id,
  )?.wamid

function completeParams(
  simulation: Simulation,
  name: ContentName,
  params: object,
  customer: Customer,
  number: PhoneNumber,
  options: InboundOptions,
): object {
  if (isMediaName(name)) return completeMedia(simulation, name, params, number, options)
  if (name === 'user_changed_number') return completeNumberChange(simulation, params, customer)
  if (name === 'user_changed_user_id') return completeIdChange(simulation, params, customer)
  return params
}

function completeMedia(
  simulation: Simulation,
  name: MediaName,
  params: MediaParams,
  number: PhoneNumber,
  options: InboundOptions,
): MediaParams {
  if (params.id !== undefined) return params
  const sample = readSample(name)
  const media = storeMedia(simulation, {
    phoneNumberId: number.id,
    bytes: options.bytes ?? sample.bytes,
    mimeType: params.mimeType ?? sample.mimeType,
    filename: params.filename ?? sample.filename,
    origin: 'inbound',
  })
  return {
    filename: name === 'document' ? media.filename : undefined,
    ...params,
    id: media.id,
    mimeType: media.mimeType,
    sha256: sha256Of(media, 'base64'),
    url: downloadUrl(simulation, media),
  }
}

function completeNumberChange(simulation: Simulation, params: { to?: string }, customer: Customer): object {
  const from = customer.phone
  const to = digitsOf(params.to ?? '12195555358')
  const { previousUserId } = moveCustomerToPhone(simulation.world, customer, to)
  return { name: customer.name, from, ...params, to, previousUserId, userId: customer.userId }
}

function completeIdChange(simulation: Simulation, params: { userId?: string }, customer: Customer): object {
  const previousUserId = customer.userId
  simulation.world.customers.delete(previousUserId)
  customer.userId = params.userId ?? userIdOf(`${previousUserId} changed`)
  simulation.world.customers.set(customer.userId, customer)
  return { name: customer.name, ...params, previousUserId, userId: customer.userId }
}
