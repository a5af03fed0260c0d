import type { Check } from '../../contract/doctor.ts'
import type { Credentials, GraphClient, Health, PhoneNumber } from '../../platform/channel/channel.ts'
import { say, sayLater } from './findings.ts'
import { detailsOf } from './token.ts'

export type NumberFindings = { account: Check; number: Check; registered?: Check; sending?: Check; found?: PhoneNumber }

type Wanted = { accessToken: string; businessAccountId: string | null; phoneNumberId: string | null }

/** The business account and the number, as Meta sees them with this token. */
export async function examineNumber(graph: GraphClient, wanted: Wanted): Promise<NumberFindings> {
  const { accessToken, businessAccountId, phoneNumberId } = wanted
  if (!businessAccountId) return { account: say('account.missing'), number: sayLater('number') }
  const listed = await graph.listPhoneNumbers({ accessToken, businessAccountId })
  if (!listed.ok) {
    const code = listed.kind === 'unreachable' ? 'account.unreachable' : 'account.no_access'
    return { account: say(code, { account: businessAccountId }, detailsOf(listed)), number: sayLater('number') }
  }
  const account = say('account.ok', { account: businessAccountId })
  if (!phoneNumberId) return { account, number: say('number.missing') }
  const credentials: Credentials = { accessToken, businessAccountId, phoneNumberId }
  const found = await graph.getPhoneNumber(credentials)
  if (!found.ok) {
    const code = found.kind === 'unreachable' ? 'number.unreachable' : 'number.unknown'
    return { account, number: say(code, {}, detailsOf(found)) }
  }
  if (!listed.value.some(({ id }) => id === phoneNumberId))
    return { account, number: say('number.other_account', { account: businessAccountId }) }
  return { account, ...describeNumber(found.value), found: found.value }
}

function describeNumber(number: PhoneNumber): Pick<NumberFindings, 'number' | 'registered' | 'sending'> {
  const state = checkNumber(number)
  const registered = checkRegistration(number)
  if (state.state === 'failed') return { number: state }
  if (registered.state === 'failed') return { number: state, registered }
  return { number: state, registered, sending: checkSending(number.health) }
}

function checkNumber(number: PhoneNumber): Check {
  const { info, verification } = number
  const name = info.verifiedName ?? ''
  if (info.status === 'BANNED') return say('number.banned')
  if (info.status === 'RESTRICTED') return say('number.restricted')
  if (verification === 'NOT_VERIFIED' && !isRegistered(number)) return say('number.unverified')
  if (info.quality === 'RED') return say('number.low_quality')
  if (info.nameStatus && isNamePending(info.nameStatus)) return say('number.name_pending', { name })
  return say('number.ok', { phone: number.displayPhone ?? number.id, name })
}

const isNamePending = (status: string) =>
  ['PENDING_REVIEW', 'PENDING', 'DECLINED', 'REJECTED', 'DEFERRED', 'EXPIRED'].includes(status)

/** Meta's two lists of states differ, so what is not clearly unregistered counts as registered. */
export function isRegistered({ platform, info }: PhoneNumber): boolean {
  const isOff = ['DISCONNECTED', 'PENDING', 'UNVERIFIED', 'DELETED', 'MIGRATED'].includes(info.status ?? '')
  return !isOff && platform !== 'NOT_APPLICABLE' && platform !== 'ON_PREMISE'
}

function checkRegistration(number: PhoneNumber): Check {
  if (number.isOnPhoneApp) return say('registered.on_phone')
  return say(isRegistered(number) ? 'registered.ok' : 'registered.no')
}

/** Meta's number for a missing or broken way to pay. */
const paymentProblem = '141006'

function checkSending(health: Health | null): Check {
  if (!health) return say('sending.unknown')
  if (health.canSend === 'AVAILABLE') return say('sending.ok')
  const concerned = health.entities.filter(({ canSend }) => canSend === health.canSend)
  const words = concerned.flatMap(({ errors, info }) => [...errors.map(({ message }) => message), ...info]).join(' · ')
  const details = words || null
  if (health.canSend === 'LIMITED')
    return say(
      concerned.every(({ type }) => type === 'BUSINESS') ? 'sending.business_unverified' : 'sending.limited',
      {},
      details,
    )
  if (concerned.some(({ errors }) => errors.some(({ code }) => code === paymentProblem)))
    return say('sending.no_payment', {}, details)
  return say(concerned.some(({ type }) => type === 'WABA') ? 'sending.account_blocked' : 'sending.blocked', {}, details)
}

/** Whether the app is among those that get the account's webhooks; any app will do when ours is not known. */
export async function examineSubscription(
  graph: GraphClient,
  account: { accessToken: string; businessAccountId: string },
  appId: string | null,
): Promise<Check> {
  const result = await graph.getSubscribedApps(account)
  if (!result.ok) return say('subscribed.unreachable', {}, detailsOf(result))
  const isSubscribed = result.value.some((app) => appId === null || app.appId === appId)
  return say(isSubscribed ? 'subscribed.ok' : 'subscribed.no')
}

/** Registers, and says why not when Meta refuses. */
export async function register(graph: GraphClient, credentials: Credentials, pin: string): Promise<Check | undefined> {
  const result = await graph.registerNumber(credentials, pin)
  if (result.ok) return undefined
  const details = detailsOf(result)
  if (result.refusal.code === 133005) return say('registered.pin_wrong', {}, details)
  if (result.refusal.code === 133016) return say('registered.too_often', {}, details)
  if (result.refusal.code === 133006) return say('number.unverified', {}, details)
  return say('registered.refused', {}, details)
}
