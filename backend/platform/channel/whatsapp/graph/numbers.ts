import type { ChannelInfo } from '../../../../contract/channels.ts'
import type { Credentials } from '../../channel.ts'
import { tierOf } from '../fields/phone-number.ts'
import { readFlag, readId, readList, readObject, readText, type Json } from '../json.ts'
import { compact } from '../messages/kind.ts'
import { mapResult, type Graph, type GraphResult } from './call.ts'

/** `info` is what a channel keeps; the rest is for connecting and for health. */
export type PhoneNumber = {
  id: string
  displayPhone: string | null
  info: ChannelInfo
  /** CLOUD_API, ON_PREMISE, NOT_APPLICABLE … */
  platform: string | null
  /** VERIFIED, NOT_VERIFIED, EXPIRED */
  verification: string | null
  /** LIVE or SANDBOX */
  mode: string | null
  isOfficial: boolean
  /** Also used by the WhatsApp Business app on a telephone. */
  isOnPhoneApp: boolean
  /** Where webhooks of this number go when not to the app's own address. */
  webhook: { phoneNumber: string | null; account: string | null; application: string | null }
  health: Health | null
}

export type Health = {
  /** AVAILABLE, LIMITED or BLOCKED */
  canSend: string
  entities: {
    type: string
    id: string | null
    canSend: string
    errors: { code: string | null; message: string; solution: string | null }[]
    info: string[]
  }[]
}

const basicFields = [
  'id,display_phone_number,verified_name,quality_rating,status,name_status,code_verification_status',
  'platform_type,throughput,account_mode,webhook_configuration,is_official_business_account',
]
const moreFields = ['whatsapp_business_manager_messaging_limit', 'health_status', 'username', 'is_on_biz_app']

export async function listPhoneNumbers(
  graph: Graph,
  { accessToken: token, businessAccountId }: { accessToken: string; businessAccountId: string },
): Promise<GraphResult<PhoneNumber[]>> {
  const query = { fields: basicFields.join(','), limit: 100 }
  return mapResult(await graph.pages({ token, path: [businessAccountId, 'phone_numbers'], query }), (rows) =>
    rows.map(readPhoneNumber),
  )
}

/** Meta refuses the whole request for one field that it does not know (any more); then the basic ones must do. */
export async function getPhoneNumber(
  graph: Graph,
  { accessToken: token, phoneNumberId }: Credentials,
  fields: readonly string[] = [...basicFields, ...moreFields],
): Promise<GraphResult<PhoneNumber>> {
  const ask = (names: readonly string[]) =>
    graph.call({ token, path: [phoneNumberId], query: { fields: names.join(',') } })
  const result = await ask(fields)
  const isFieldUnknown = !result.ok && result.refusal.code === 100
  return mapResult(isFieldUnknown ? await ask(basicFields) : result, readPhoneNumber)
}

function readPhoneNumber(row: Json): PhoneNumber {
  const webhook = readObject(row['webhook_configuration'])
  const displayPhone = readText(row['display_phone_number'])
  const limit = row['whatsapp_business_manager_messaging_limit'] ?? row['messaging_limit_tier']
  return {
    id: readId(row['id']) ?? '',
    displayPhone: displayPhone ?? null,
    info: compact({
      displayPhone,
      verifiedName: readText(row['verified_name']),
      quality: readText(readObject(row['quality_score'])['score'] ?? row['quality_rating'])?.toUpperCase(),
      status: readText(row['status'])?.toUpperCase(),
      nameStatus: readText(row['name_status'])?.toUpperCase(),
      messagingLimit: tierOf(readObject(limit)['current_limit'] ?? limit),
      throughput: readText(readObject(row['throughput'])['level'])?.toUpperCase(),
      username: readText(row['username']),
    }),
    platform: readText(row['platform_type']) ?? null,
    verification: readText(row['code_verification_status']) ?? null,
    mode: readText(row['account_mode']) ?? null,
    isOfficial: readFlag(row['is_official_business_account']) ?? false,
    isOnPhoneApp: readFlag(row['is_on_biz_app']) ?? false,
    webhook: {
      phoneNumber: readText(webhook['phone_number']) ?? null,
      account: readText(webhook['whatsapp_business_account']) ?? null,
      application: readText(webhook['application']) ?? null,
    },
    health: readHealth(row['health_status']),
  }
}

/** Of a number, an account or a template. */
export async function getHealth(
  graph: Graph,
  { accessToken: token }: Pick<Credentials, 'accessToken'>,
  id: string,
): Promise<GraphResult<Health | null>> {
  const result = await graph.call({ token, path: [id], query: { fields: 'health_status' } })
  return mapResult(result, (value) => readHealth(value['health_status']))
}

function readHealth(value: unknown): Health | null {
  const health = readObject(value)
  const canSend = readText(health['can_send_message'])
  if (!canSend) return null
  return {
    canSend,
    entities: readList(health['entities']).map((entity) => ({
      type: readText(entity['entity_type']) ?? '',
      id: readId(entity['id']) ?? null,
      canSend: readText(entity['can_send_message']) ?? canSend,
      errors: readList(entity['errors']).map((error) => ({
        code: readText(error['error_code']) ?? null,
        message: readText(error['error_description']) ?? '',
        solution: readText(error['possible_solution']) ?? null,
      })),
      info: Array.isArray(entity['additional_info'])
        ? entity['additional_info'].flatMap((line) => readText(line) ?? [])
        : [],
    })),
  }
}
