import type { Check, doctor as routes, HealthReport } from '../../contract/doctor.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Channel } from '../../model/index.ts'
import type { Credentials } from '../../platform/channel/channel.ts'
import { addChannel, changeChannel } from '../channels/changes.ts'
import { findProven, firstWorkspaceId } from '../channels/proof.ts'
import { credentialsOf } from '../channels/secrets.ts'
import { checkAddress, examineCallback, explainRefusal, setCallback } from './callback.ts'
import type { DoctorDeps } from './deps.ts'
import { say } from './findings.ts'
import { inspectPasted } from './inspect.ts'
import { isRegistered, register } from './number.ts'
import { callbackUrlFor, runCheck } from './reports.ts'
import { detailsOf, type App } from './token.ts'

type Body = Parsed<typeof routes.connect>['body']

/** Stores the credentials, does what is left to do at Meta, and checks everything. */
export async function connectNumber(
  deps: DoctorDeps,
  context: Context,
  body: Body,
): Promise<{ channel: Channel; report: HealthReport }> {
  const { checks } = await inspectPasted(deps.graph, body, context.now())
  if (checks.some(({ state }) => state === 'failed'))
    throw new AppError('doctor.credentials_wrong', { details: checks })
  const { accessToken, businessAccountId, phoneNumberId } = body
  const found = await deps.graph.getPhoneNumber({ accessToken, businessAccountId, phoneNumberId })
  if (!found.ok)
    throw new AppError(found.kind === 'unreachable' ? 'meta.unreachable' : 'meta.refused', {
      details: found.refusal.error,
    })
  // Told to nobody but those whom Meta lets use the number.
  const holder = await findProven(deps.system, phoneNumberId)
  if (holder && holder.workspaceId !== context.workspaceId) throw new AppError('channel.number_elsewhere')
  const channel = await keepChannel(deps, context, body, found.value.displayPhone, found.value.info.verifiedName)
  const url = body.callbackUrl ?? (await callbackUrlFor(deps, context, channel))
  const credentials = { accessToken, businessAccountId, phoneNumberId }
  const needsRegistration = !found.value.isOnPhoneApp && !isRegistered(found.value)
  const known = [
    needsRegistration && body.pin ? await register(deps.graph, credentials, body.pin) : undefined,
    await subscribe(deps, credentials),
    await claimCallback(deps, channel, credentials, { url, isForced: body.callbackUrl !== undefined }),
  ]
  const report = await runCheck(deps, context, channel, { callbackUrl: url, known })
  await deps.onConnected(context, channel)
  return { channel: (await context.store.channels.get(channel.id)) ?? channel, report }
}

/** The channel that has this number already, else the one that waits for credentials, else a new one. */
async function keepChannel(
  deps: DoctorDeps,
  context: Context,
  { appId, appSecret, accessToken, businessAccountId, phoneNumberId, name }: Body,
  displayPhone: string | null,
  verifiedName: string | undefined,
): Promise<Channel> {
  const fields = { appId, appSecret, accessToken, businessAccountId, phoneNumberId }
  const known =
    (await context.store.channels.first({ phoneNumberId })) ??
    (await context.store.channels.first({ kind: 'cloud', phoneNumberId: null }))
  if (known) {
    const verifyToken = deps.channels.sealer.open(known, 'verifyToken') ? {} : { verifyToken: deps.randomToken() }
    const phone = displayPhone && known.phoneNumberId === null ? { businessPhone: displayPhone } : {}
    return changeChannel(deps.channels, context, known, {
      ...fields,
      ...verifyToken,
      ...phone,
      ...(name ? { name } : {}),
    })
  }
  return addChannel(deps.channels, context, {
    ...fields,
    name: name ?? (verifiedName || 'WhatsApp'),
    businessPhone: displayPhone ?? phoneNumberId,
    verifyToken: deps.randomToken(),
  })
}

async function subscribe(
  { graph }: DoctorDeps,
  credentials: Credentials & { businessAccountId: string },
): Promise<Check | undefined> {
  const apps = await graph.getSubscribedApps(credentials)
  // Subscribing again would take an override back that somebody set on purpose.
  if (apps.ok && apps.value.length > 0 && apps.value.some(({ overrideUrl }) => overrideUrl)) return undefined
  const result = await graph.subscribeApp(credentials)
  return result.ok ? undefined : say('subscribed.refused', {}, detailsOf(result))
}

/** An address that leads elsewhere is left alone unless a person said so: another program may live from it. */
async function claimCallback(
  deps: DoctorDeps,
  channel: Channel,
  credentials: Credentials,
  { url, isForced }: { url: string; isForced: boolean },
): Promise<Check | undefined> {
  const app = await appOf(deps, channel)
  const verifyToken = deps.channels.sealer.open(channel, 'verifyToken')
  const unfit = url ? checkAddress(url, deps.isRealMeta) : say('callback.unset')
  if (unfit || !app || !verifyToken) return unfit
  const number = await deps.graph.getPhoneNumber(credentials)
  if (!number.ok) return undefined
  const now = await examineCallback({ ...deps, app, number: number.value, url })
  if (now.code === 'callback.ok' || (now.code === 'callback.elsewhere' && !isForced)) return undefined
  if (now.code === 'callback.overridden') return undefined
  return setCallback(deps.graph, app, { url, verifyToken })
}

/**
 * The app whose settings may be read and changed for this channel. With the secret of the installation that is everybody's app:
 * only the workspace that set it up may say where its webhooks go.
 */
async function appOf({ channels, appSecret, system }: DoctorDeps, channel: Channel): Promise<App | undefined> {
  const own = channels.sealer.open(channel, 'appSecret')
  const isHost = channel.appSecret === null && channel.workspaceId === (await firstWorkspaceId(system))
  const secret = own ?? (isHost ? appSecret : undefined)
  return channel.appId && secret ? { appId: channel.appId, appSecret: secret } : undefined
}

type Fix = Parsed<typeof routes.fix>['body']

/** Puts one thing right at Meta. The report says afterwards whether it helped. */
export async function fixNumber(deps: DoctorDeps, context: Context, channel: Channel, fix: Fix): Promise<HealthReport> {
  const credentials = credentialsOf(deps.channels.sealer, channel)
  if (!credentials) throw new AppError('channel.not_connected')
  const url = (fix.kind === 'callback' && fix.url) || (await callbackUrlFor(deps, context, channel))
  const known = [await applyFix(deps, channel, credentials, fix, url)]
  return runCheck(deps, context, channel, { callbackUrl: url, known })
}

async function applyFix(
  deps: DoctorDeps,
  channel: Channel,
  credentials: Credentials,
  fix: Fix,
  url: string,
): Promise<Check | undefined> {
  if (fix.kind === 'register') return register(deps.graph, credentials, fix.pin)
  const account = channel.businessAccountId
    ? { accessToken: credentials.accessToken, businessAccountId: channel.businessAccountId }
    : undefined
  if (fix.kind === 'subscribe') {
    const result = account && (await deps.graph.subscribeApp(account))
    return result?.ok ? undefined : say('subscribed.refused', {}, result && !result.ok ? detailsOf(result) : null)
  }
  return bringCallbackHere(deps, channel, credentials, account, url)
}

/** Takes back what diverts webhooks of this number, then tells the app to send them here. */
async function bringCallbackHere(
  deps: DoctorDeps,
  channel: Channel,
  credentials: Credentials,
  account: { accessToken: string; businessAccountId: string } | undefined,
  url: string,
): Promise<Check | undefined> {
  const { graph, channels, isRealMeta } = deps
  const unfit = url ? checkAddress(url, isRealMeta) : say('callback.unset')
  if (unfit) return unfit
  const number = await graph.getPhoneNumber(credentials)
  if (number.ok && number.value.webhook.phoneNumber) await graph.setPhoneWebhook(credentials, null)
  if (number.ok && number.value.webhook.account && account) await graph.subscribeApp(account)
  const app = await appOf(deps, channel)
  const verifyToken = channels.sealer.open(channel, 'verifyToken')
  if (app && verifyToken) return setCallback(graph, app, { url, verifyToken })
  // Without the app's secret the address can still be set for this number alone.
  if (!verifyToken) return say('callback.unproven')
  const result = await graph.setPhoneWebhook(credentials, { url, verifyToken })
  return result.ok ? undefined : explainRefusal(result, url)
}
