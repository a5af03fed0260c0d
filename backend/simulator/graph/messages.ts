import { GraphError, invalidParameter, invalidValue, missingParameter } from '../errors/graph-error.ts'
import { digitsOf, type PhoneNumber, type Template } from '../world/world.ts'
import type { Call } from './call.ts'
import { findNumber } from './find.ts'
import { Param } from './param.ts'
import { checkContent, type CheckedContent, CONTENT_TYPES } from './send/content.ts'
import { acceptMessage } from './send/accept.ts'
import { readRecipient, type Recipient } from './send/recipient.ts'
import { checkTemplate } from './send/template.ts'

const WINDOW_MS = 24 * 3_600_000

/** POST /{phone-number-id}/messages: read receipts and every kind of message. */
export function postMessage(call: Call, phoneNumberId: string): object {
  const number = findNumber(call, phoneNumberId, 'whatsapp_business_messaging')
  const body = new Param(call.params)
  requireProduct(body)
  return body.get('status').exists() ? markRead(call, body) : send(call, number, body)
}

/** POST /{phone-number-id}/marketing_messages: the same body, marketing templates only. */
export function postMarketingMessage(call: Call, phoneNumberId: string): object {
  const number = findNumber(call, phoneNumberId, 'whatsapp_business_messaging')
  const body = new Param(call.params)
  requireProduct(body)
  if (body.get('type').value !== 'template')
    throw invalidParameter('Invalid parameter', 'Message must be a template message.')
  return send(call, number, body, true)
}

export function requireProduct(body: Param): void {
  const product = body.get('messaging_product')
  if (!product.exists()) throw missingParameter('messaging_product')
  if (product.value !== 'whatsapp') {
    throw new GraphError(100, {
      title: `Param messaging_product must be one of {WHATSAPP} - got "${String(product.value)}".`,
    })
  }
}

function markRead(call: Call, body: Param): object {
  const { simulation } = call
  if (body.get('status').value !== 'read') throw invalidValue('status: only "read" is supported')
  const wamid = body.get('message_id').text(500)
  requireKnownMessage(call, wamid)
  const typing = body.get('typing_indicator')
  if (typing.exists()) typing.object().get('type').oneOf(['text'])
  simulation.ledger.readReceipts.push({ wamid, typing: typing.exists(), at: simulation.clock.now() })
  return { success: true }
}

function requireKnownMessage(call: Call, wamid: string): void {
  const { behaviour, world } = call.simulation
  const isFine = behaviour.messageIds === 'strict' ? world.messages.has(wamid) : wamid.startsWith('wamid.')
  if (!isFine) throw invalidValue(`Message with id '${wamid}' does not exist`)
}

function send(call: Call, number: PhoneNumber, body: Param, isMarketingApi = false): object {
  const { simulation } = call
  const account = simulation.world.accounts.get(number.accountId)
  if (!account) throw new GraphError(33)
  const recipient = readRecipient(simulation.world, body)
  const type = body.get('type').exists() ? body.get('type').oneOf(CONTENT_TYPES) : 'text'
  checkContext(call, body, type)
  const opaque = body.get('biz_opaque_callback_data').optionalText(512)
  const template = type === 'template' ? checkTemplate(call, number, account, requireTemplate(body)) : undefined
  const content = template ? {} : checkContent(call, number, type, body)

  if (account.restriction) throw new GraphError(account.restriction.code, { details: account.restriction.description })
  if (number.status !== 'CONNECTED') throw new GraphError(133010)
  checkCategory(template, recipient, isMarketingApi, account.marketingOnlyByMarketingApi)
  checkReach(number, recipient)
  const isOutside = !template && isOutsideWindow(call, number, recipient)
  if (isOutside && simulation.behaviour.window === 'reject') throw new GraphError(131047)
  const limit = simulation.rates.check(number.id, recipient.customer.userId, simulation.clock.now())
  if (limit) throw new GraphError(limit)

  const lateFailure =
    isOutside && simulation.behaviour.window === 'status'
      ? { code: 131047 }
      : lateProblem(recipient, content, template, account.hasPaymentMethod, body)
  return acceptMessage(call, { number, recipient, type, opaque, template, content, lateFailure })
}

function requireTemplate(body: Param): Param {
  const part = body.get('template')
  if (!part.exists())
    throw invalidParameter('Invalid parameter', "Parameter 'template' is mandatory for type 'template'")
  return part
}

function checkContext(call: Call, body: Param, type: string): void {
  const context = body.get('context')
  if (!context.exists()) return
  if (type === 'reaction') throw invalidValue('A reaction cannot have a context')
  requireKnownMessage(call, context.object().get('message_id').text(500))
}

function checkCategory(
  template: Template | undefined,
  recipient: Recipient,
  isMarketingApi: boolean,
  mustUseMarketingApi: boolean,
): void {
  if (isMarketingApi && template?.category !== 'MARKETING') throw new GraphError(131055)
  if (!isMarketingApi && mustUseMarketingApi && template?.category === 'MARKETING') throw new GraphError(131063)
  if (template?.category === 'AUTHENTICATION' && !recipient.sentToPhone) throw new GraphError(131062)
}

function checkReach(number: PhoneNumber, recipient: Recipient): void {
  const phone = recipient.customer.phone
  if (phone !== undefined && phone === digitsOf(number.displayPhoneNumber)) throw new GraphError(131021)
  if (number.allowedRecipients && !number.allowedRecipients.has(phone ?? '')) throw new GraphError(131030)
  if (number.blocked.has(recipient.customer.userId)) throw new GraphError(130403)
}

function isOutsideWindow(call: Call, number: PhoneNumber, recipient: Recipient): boolean {
  if (recipient.groupId !== undefined) return false
  const last = recipient.customer.lastInboundAt.get(number.id)
  return last === undefined || call.simulation.clock.now() - last >= WINDOW_MS
}

/** What Meta finds only after it has said 200. */
function lateProblem(
  recipient: Recipient,
  content: CheckedContent,
  template: Template | undefined,
  hasPaymentMethod: boolean,
  body: Param,
) {
  const hash = body.get('recipient_identity_key_hash').optionalText(200)
  if (hash !== undefined && recipient.customer.identityHash !== undefined && hash !== recipient.customer.identityHash)
    return { code: 137000 }
  if (template?.category === 'MARKETING' && recipient.customer.stoppedMarketing) return { code: 131050 }
  if (template && !hasPaymentMethod) return { code: 131042 }
  return content.failsWith
}
