import { checkIds, type Check, type CheckId } from '../../contract/doctor.ts'
import type { LastMessage } from '../../contract/conversations.ts'
import type { Channel } from '../../model/index.ts'
import type { PhoneNumber } from '../../platform/channel/channel.ts'
import { day, hour } from '../../platform/clock.ts'
import type { SecretField } from '../channels/secrets.ts'
import { examineCallback, trySignature } from './callback.ts'
import type { DoctorDeps } from './deps.ts'
import { say, sayLater } from './findings.ts'
import { examineNumber, examineSubscription, type NumberFindings } from './number.ts'
import { dateOf, examineToken, examineTokenAlone, type App, type TokenFindings } from './token.ts'

export type Examination = { checks: Check[]; number: PhoneNumber | undefined }
type Secrets = { appSecret: string | null; accessToken: string | null; app: App | undefined }
type Found = Partial<Record<CheckId, Check>>

/** Every precondition of a working number, looked at one after the other as far as the one before allows. */
export async function examineChannel(
  deps: DoctorDeps,
  channel: Channel,
  { url, now, lastSent }: { url: string; now: () => Date; lastSent: LastMessage | null },
): Promise<Examination> {
  const secrets = readSecrets(deps, channel)
  const { facts: _facts, ...token } = await examineSecrets(deps, channel, secrets, now())
  const found: Found = renamed(token)
  let number: PhoneNumber | undefined
  if (secrets.accessToken && isPassable(token.token) && isPassable(token.scopes)) {
    const { found: seen, ...lines } = await examineNumber(deps.graph, { ...channel, accessToken: secrets.accessToken })
    Object.assign(found, lines satisfies Partial<NumberFindings>)
    number = seen
    if (seen) Object.assign(found, await examineDelivery(deps, channel, secrets, { number: seen, url, now }))
  }
  if (!number && (await deps.channels.isOnlyClaimed(channel))) found.number ??= say('number.unproven')
  if (isSilent(channel, lastSent, now())) found.hello = silence(channel)
  else if (isPassable(found.callback)) found.hello = checkHello(channel)
  return { checks: inOrder(found, channel.appId !== null), number }
}

function readSecrets({ channels, appSecret }: DoctorDeps, channel: Channel): Secrets {
  const open = (field: SecretField) => channels.sealer.open(channel, field)
  const secret = open('appSecret') ?? (channel.appSecret === null ? (appSecret ?? null) : null)
  return {
    appSecret: secret,
    accessToken: open('accessToken'),
    app: channel.appId && secret ? { appId: channel.appId, appSecret: secret } : undefined,
  }
}

async function examineSecrets(
  { graph }: DoctorDeps,
  channel: Channel,
  { app, appSecret, accessToken }: Secrets,
  now: Date,
): Promise<Partial<TokenFindings>> {
  const secretLine = appSecret
    ? say('app_secret.unproven')
    : say(channel.appSecret === null ? 'app_secret.missing' : 'app_secret.unreadable')
  if (!accessToken)
    return {
      appSecret: secretLine,
      token: say(channel.accessToken === null ? 'token.missing' : 'token.unreadable'),
    }
  return app
    ? examineToken(graph, app, accessToken, now)
    : { appSecret: secretLine, ...(await examineTokenAlone(graph, accessToken, now)) }
}

const renamed = ({ appSecret, token, scopes }: Partial<TokenFindings>): Found => ({
  ...(appSecret ? { app_secret: appSecret } : {}),
  ...(token ? { token } : {}),
  ...(scopes ? { scopes } : {}),
})

type Place = { number: PhoneNumber; url: string; now: () => Date }

/** The way that webhooks take from Meta to here. */
async function examineDelivery(
  deps: DoctorDeps,
  channel: Channel,
  { app, appSecret, accessToken }: Secrets,
  { number, url, now }: Place,
): Promise<Found> {
  const account = { accessToken: accessToken!, businessAccountId: channel.businessAccountId! }
  const { graph, isRealMeta } = deps
  const [subscribed, callback] = await Promise.all([
    examineSubscription(graph, account, channel.appId),
    examineCallback({ graph, app, number, url, isRealMeta }),
  ])
  const signature =
    appSecret && isPassable(callback)
      ? { signature: await trySignature(deps, { url, appSecret, nonce: deps.randomToken(), now }) }
      : {}
  return { subscribed, callback, ...signature }
}

const silentAfter = 3 * day
/** WhatsApp says within seconds that it has a message of ours. */
const tickAfter = hour

/** A number that was heard and is heard no more: nothing for days, or not a word about what was sent since. */
export function isSilent(
  { webhookSeenAt }: Pick<Channel, 'webhookSeenAt'>,
  lastSent: LastMessage | null,
  now: Date,
): boolean {
  if (!webhookSeenAt) return false
  if (now.getTime() - Date.parse(webhookSeenAt) > silentAfter) return true
  const isWithoutTick = lastSent?.direction === 'outbound' && lastSent.status === 'accepted'
  return isWithoutTick && lastSent.sentAt > webhookSeenAt && now.getTime() - Date.parse(lastSent.sentAt) > tickAfter
}

const silence = ({ webhookSeenAt, businessPhone }: Channel) =>
  say('hello.silent', { date: dateOf(webhookSeenAt!), phone: businessPhone })

function checkHello({ webhookSeenAt, businessPhone }: Channel): Check {
  return webhookSeenAt
    ? say('hello.ok', { date: dateOf(webhookSeenAt) })
    : say('hello.waiting', { phone: businessPhone })
}

export const isPassable = (check: Check | undefined) => check?.state === 'ok' || check?.state === 'warning'

/** Without an App ID there is nothing to say about it; the line of the secret asks for it. */
function inOrder(found: Found, hasAppId: boolean): Check[] {
  const all: Found = { ...found, ...(hasAppId ? { app_id: say('app_id.ok') } : {}) }
  return checkIds.filter((id) => id !== 'app_id' || hasAppId).map((id) => all[id] ?? sayLater(id))
}
