import { GraphError, missingParameter } from '../errors/graph-error.ts'
import { verifyCallback } from '../webhooks/handshake.ts'
import type { PhoneNumber } from '../world/world.ts'
import type { Call } from './call.ts'
import { selectFields, type Node } from './fields.ts'
import { findAccount, findNumber } from './find.ts'
import { healthOfNumber } from './health.ts'
import { pageOf } from './paging.ts'
import { Param } from './param.ts'
import { setPin } from './registration.ts'

const DEFAULT_FIELDS = [
  'verified_name',
  'code_verification_status',
  'display_phone_number',
  'quality_rating',
  'platform_type',
  'throughput',
  'webhook_configuration',
]

export function listNumbers(call: Call, accountId: string): object {
  const account = findAccount(call, accountId)
  const numbers = [...call.simulation.world.phoneNumbers.values()].filter((one) => one.accountId === account.id)
  return pageOf(
    call,
    numbers,
    (one) => one.id,
    (one) => showNumber(call, one),
  )
}

export const getNumber = (call: Call, id: string): object => showNumber(call, findNumber(call, id))

function showNumber(call: Call, number: PhoneNumber): Node {
  const account = call.simulation.world.accounts.get(number.accountId)
  const node: Node = {
    id: number.id,
    display_phone_number: number.displayPhoneNumber,
    verified_name: number.verifiedName,
    quality_rating: number.qualityRating,
    quality_score: { score: number.qualityRating },
    code_verification_status: number.codeVerificationStatus,
    status: number.status,
    name_status: number.nameStatus,
    new_name_status: 'NONE',
    platform_type: number.platformType,
    throughput: { level: number.throughputLevel },
    account_mode: number.accountMode,
    last_onboarded_time: new Date(number.registrations.at(-1) ?? call.simulation.clock.now())
      .toISOString()
      .replace('.000Z', '+0000'),
    is_official_business_account: number.isOfficial,
    official_business_account: { oba_status: number.isOfficial ? 'APPROVED' : 'NOT_STARTED' },
    is_pin_enabled: number.pin !== undefined,
    is_on_biz_app: number.isOnBusinessApp,
    is_preverified_number: false,
    whatsapp_business_manager_messaging_limit: number.messagingLimit,
    messaging_limit_tier: number.messagingLimit,
    host_platform: number.platformType,
    certificate: undefined,
    search_visibility: 'VISIBLE',
    username: number.username,
    health_status: healthOfNumber(call, number),
    webhook_configuration: {
      ...(number.webhookOverride ? { phone_number: number.webhookOverride.callbackUri } : {}),
      ...accountCallback(call, account?.subscribedApps.get(call.caller.app.id)?.callbackUri),
      ...(call.caller.app.subscription ? { application: call.caller.app.subscription.callbackUrl } : {}),
    },
    whatsapp_business_account: account ? { id: account.id, name: account.name } : undefined,
  }
  return selectFields(node, call.params['fields'], DEFAULT_FIELDS, 'WhatsAppBusinessPhoneNumber')
}

const accountCallback = (_call: Call, uri: string | undefined): Node =>
  uri === undefined ? {} : { whatsapp_business_account: uri }

/** POST /{phone-number-id}: the PIN, or the number's own callback URL ("" removes it). */
export async function updateNumber(call: Call, id: string): Promise<object> {
  const number = findNumber(call, id)
  const { pin, webhook_configuration: webhook } = call.params
  if (pin !== undefined) return setPin(number, pin)
  if (webhook === undefined) throw missingParameter('pin')
  const configuration = new Param(webhook, 'webhook_configuration').object()
  const uri = configuration.get('override_callback_uri').text(200, 0)
  if (uri === '') {
    number.webhookOverride = undefined
    return { success: true }
  }
  const verifyToken = configuration.get('verify_token').text(10_000)
  await verifyCallback(uri, verifyToken)
  number.webhookOverride = { callbackUri: uri, verifyToken }
  return { success: true }
}

/** Contacts or history of a number that is also on a phone: each once. */
export function requestSync(call: Call, id: string): object {
  const number = findNumber(call, id)
  const type = new Param(call.params).get('sync_type').oneOf(['smb_app_state_sync', 'history'])
  if (!number.isOnBusinessApp)
    throw new GraphError(100, { title: 'The phone number is not used in the WhatsApp Business app.' })
  if (number.syncsDone.has(type)) throw new GraphError(2593107)
  number.syncsDone.add(type)
  return { messaging_product: 'whatsapp', request_id: call.simulation.ids.hex(16) }
}
