import { isIP } from 'node:net'
import type { Check } from '../../contract/doctor.ts'
import {
  signBody,
  type AppSubscription,
  type GraphClient,
  type GraphFailure,
  type PhoneNumber,
} from '../../platform/channel/channel.ts'
import type { DoctorDeps } from './deps.ts'
import { say } from './findings.ts'
import { detailsOf, type App } from './token.ts'

const product = 'whatsapp_business_account'
/** Without this one nothing arrives. */
const essential = 'messages'

/** What else Parley understands, with words for people. */
const useful: Record<string, string> = {
  message_template_status_update: 'approved templates',
  message_template_quality_update: 'the quality of templates',
  message_template_components_update: 'changed templates',
  template_category_update: 'categories of templates',
  phone_number_quality_update: 'the quality of the number',
  phone_number_name_update: 'the name of the number',
  account_update: 'the account',
  account_review_update: 'the review of the account',
  account_alerts: 'warnings',
  business_capability_update: 'limits',
  user_preferences: 'people who want no advertising',
  smb_message_echoes: 'messages from the phone app',
  smb_app_state_sync: 'contacts of the phone app',
  history: 'older chats',
  security: 'security',
}
/** Names change from version to version; without these Parley knows too little. */
const expected = ['message_template_status_update', 'account_update', 'phone_number_quality_update', 'user_preferences']

/** Whether Meta could call this address at all. */
export function checkAddress(url: string, isRealMeta: boolean): Check | undefined {
  if (!isRealMeta) return undefined
  const { protocol, hostname } = new URL(url)
  if (isPrivateHost(hostname)) return say('callback.private', { host: hostname })
  return protocol === 'https:' ? undefined : say('callback.not_https')
}

export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (isIP(host) === 6) return host === '::1' || /^f[cd]|^fe[89ab]/.test(host)
  if (isIP(host) === 4)
    return /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(
      `${host}.`,
    )
  return !host.includes('.') || /\.(local|localhost|lan|home|internal|test|invalid)$/.test(host)
}

type Question = { graph: GraphClient; app: App | undefined; number: PhoneNumber; url: string; isRealMeta: boolean }

/** Where the webhooks of a number go, as Meta tells it. */
export async function examineCallback({ graph, app, number, url, isRealMeta }: Question): Promise<Check> {
  const unfit = checkAddress(url, isRealMeta)
  if (unfit) return unfit
  const override = number.webhook.phoneNumber || number.webhook.account
  if (override && override !== url) return say('callback.overridden', { host: hostOf(override) })
  if (!app) return examineWithoutApp(number, url)
  const result = await graph.getAppSubscriptions(app)
  if (!result.ok) return say('callback.unreachable', {}, detailsOf(result))
  const subscription = result.value.find(({ object }) => object === product)
  return describeSubscription(subscription, url, override !== null && override !== '')
}

function examineWithoutApp({ webhook }: PhoneNumber, url: string): Check {
  if (!webhook.application) return say('callback.unproven')
  return webhook.application === url
    ? say('callback.ok', { url })
    : say('callback.elsewhere', { host: hostOf(webhook.application) })
}

function describeSubscription(subscription: AppSubscription | undefined, url: string, isOverridden: boolean): Check {
  if (!subscription) return say('callback.unset')
  if (!isOverridden && subscription.callbackUrl !== url)
    return say('callback.elsewhere', { host: hostOf(subscription.callbackUrl ?? '') })
  if (!subscription.isActive) return say('callback.inactive')
  if (!subscription.fields.includes(essential)) return say('callback.no_messages')
  const missing = expected.filter((field) => !subscription.fields.includes(field))
  if (missing.length > 0)
    return say('callback.fields_missing', { fields: missing.map((field) => useful[field]!).join(', ') })
  return say('callback.ok', { url })
}

export const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : url || 'nowhere')

const callbackNotAnswered = 2200

/** Saves the address at Meta, which asks it at once whether it knows the verify token. */
export async function setCallback(
  graph: GraphClient,
  app: App,
  { url, verifyToken }: { url: string; verifyToken: string },
): Promise<Check | undefined> {
  const target = { callbackUrl: url, verifyToken }
  const all = await graph.setAppSubscription(app, { ...target, fields: [essential, ...Object.keys(useful)] })
  if (all.ok) return undefined
  // Meta refuses the whole list for one field that it does not know (any more).
  if (all.refusal.code === 100) {
    const some = await graph.setAppSubscription(app, { ...target, fields: [essential, ...expected] })
    return some.ok ? undefined : explainRefusal(some, url)
  }
  return explainRefusal(all, url)
}

export function explainRefusal(failure: GraphFailure, url: string): Check {
  if (failure.kind === 'unreachable') return say('callback.unreachable', {}, detailsOf(failure))
  const code = failure.refusal.code === callbackNotAnswered ? 'callback.not_answered' : 'callback.refused'
  return say(code, { url }, detailsOf(failure))
}

const selfTestLimit = { timeoutMs: 10_000, maxBytes: 64 * 1024 }

/**
 * Goes out of the house and in by the front door, once without and once with a signature: only so can be seen whether
 * a proxy changes bodies, or another program answers at the address.
 */
export async function trySignature(
  { http, system, isRealMeta }: Pick<DoctorDeps, 'http' | 'system' | 'isRealMeta'>,
  { url, appSecret, nonce, now }: { url: string; appSecret: string; nonce: string; now: () => Date },
): Promise<Check> {
  // It names no account, so it is kept as a delivery of nobody, and taken out again below.
  const body = Buffer.from(
    JSON.stringify({
      object: product,
      entry: [{ id: '0', changes: [{ field: 'parley_self_test', value: { nonce } }] }],
    }),
  )
  const post = (signature: Record<string, string>) =>
    http.request({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...signature },
      body,
      ...selfTestLimit,
      // A person wrote the address, so it must not become a way into the network that Parley stands in.
      publicOnly: isRealMeta,
    })
  const began = new Date(now().getTime() - 1000).toISOString()
  const unsigned = await post({})
  if (!unsigned.ok) return say('signature.unreachable', { url }, unsigned.reason)
  if (unsigned.status === 200) return say('signature.unguarded', { url })
  if (unsigned.status !== 401) return say('signature.not_parley', { url, status: unsigned.status })
  const signed = await post({ 'x-hub-signature-256': signBody(body, appSecret) })
  if (!signed.ok) return say('signature.unreachable', { url }, signed.reason)
  if (signed.status !== 200) return say('signature.refused', { url })
  await forgetSelfTest(system, body.toString('utf8'), began)
  return say('signature.ok')
}

async function forgetSelfTest(system: DoctorDeps['system'], body: string, since: string): Promise<void> {
  const recent = await system.webhookDeliveries.find({
    where: { workspaceId: null, createdAt: { gte: since } },
    sort: ['createdAt', 'desc'],
    limit: 200,
  })
  const own = recent.filter((delivery) => delivery.body === body)
  if (own.length > 0) await system.webhookDeliveries.removeWhere({ id: { in: own.map(({ id }) => id) } })
}
