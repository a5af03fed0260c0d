import { numbers as routes, type NumberDetails } from '../../contract/numbers.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context, type Feature } from '../../feature.ts'
import { changeEach } from '../change-each.ts'
import type { GraphResult, PhoneNumber } from '../../platform/channel/channel.ts'
import { presentChannel } from '../channels/present.ts'
import { isRegistered } from '../doctor/number.ts'
import { openNumber, valueOf, type NumberDeps, type Opened } from './open-number.ts'
import { editProfile, readProfile } from './profile.ts'

/** Phone numbers and their business accounts at Meta: everything here asks Meta, nothing is guessed from the store. */
export function createNumbers(deps: NumberDeps): Feature {
  const { graph } = deps
  type Act = (opened: Opened) => Promise<GraphResult<unknown>>
  const open = (context: Context, params: { channelId: string }) => openNumber(deps, context, params.channelId)

  /** Does something at Meta and answers what the number is like afterwards. */
  async function change(context: Context, params: { channelId: string }, act: Act): Promise<NumberDetails> {
    const opened = await open(context, params)
    valueOf(await act(opened))
    return readDetails(deps, context, opened)
  }

  return implement(routes, {
    details: async (context, { params }) => readDetails(deps, context, await open(context, params)),
    profile: async (context, { params }) => readProfile(graph, await open(context, params)),
    editProfile: async (context, { params, body }) => editProfile(deps, context, await open(context, params), body),
    register: (context, { params, body }) =>
      change(context, params, ({ credentials }) => graph.registerNumber(credentials, body.pin)),
    deregister: (context, { params }) =>
      change(context, params, ({ credentials }) => graph.deregisterNumber(credentials)),
    async setPin(context, { params, body }) {
      const { credentials } = await open(context, params)
      valueOf(await graph.setPin(credentials, body.pin))
      return {}
    },
    async requestCode(context, { params, body }) {
      const { credentials } = await open(context, params)
      valueOf(await graph.requestCode(credentials, body))
      return {}
    },
    verifyCode: (context, { params, body }) =>
      change(context, params, ({ credentials }) => graph.verifyCode(credentials, body.code.replace('-', ''))),
    setOverride: (context, { params, body }) => change(context, params, (opened) => setOverride(deps, opened, body)),
    unsubscribe: (context, { params }) => change(context, params, (opened) => graph.unsubscribeApp(accountOf(opened))),
  })
}

function accountOf({ credentials }: Opened) {
  const { accessToken, businessAccountId } = credentials
  if (!businessAccountId) throw new AppError('template.account_missing')
  return { accessToken, businessAccountId }
}

async function readDetails(deps: NumberDeps, context: Context, opened: Opened): Promise<NumberDetails> {
  const { graph } = deps
  const { channel, credentials } = opened
  const [number, apps] = await Promise.all([
    graph.getPhoneNumber(credentials).then(valueOf),
    credentials.businessAccountId ? graph.getSubscribedApps(accountOf(opened)) : undefined,
  ])
  const changed = await changeEach(context.store.channels, [channel.id], ({ info }) => ({
    info: { ...info, ...number.info, checkedAt: context.now().toISOString() },
  }))
  for (const { after } of changed)
    context.notify({ name: 'channel:updated', payload: { channel: presentChannel(after) } })
  return {
    channelId: channel.id,
    ...factsOf(number),
    subscribedApps: apps?.ok
      ? apps.value.map((app) => ({ ...app, isOurs: channel.appId !== null && app.appId === channel.appId }))
      : null,
  }
}

function factsOf(number: PhoneNumber) {
  const { info, platform, verification, mode, isOfficial, isOnPhoneApp, webhook, health } = number
  return {
    isRegistered: isRegistered(number),
    info,
    platform,
    verification,
    mode,
    isOfficial,
    isOnPhoneApp,
    webhook,
    health,
  }
}

type Override = { scope: 'number' | 'account'; url: string | null }

/** Meta asks the address at once whether it knows the verify token, so the channel must have one. */
async function setOverride({ graph, sealer }: NumberDeps, opened: Opened, { scope, url }: Override) {
  const verifyToken = sealer.open(opened.channel, 'verifyToken')
  if (url !== null && !verifyToken) throw new AppError('channel.verify_token_missing')
  const override = url === null ? null : { url, verifyToken: verifyToken! }
  return scope === 'number'
    ? graph.setPhoneWebhook(opened.credentials, override)
    : graph.subscribeApp(accountOf(opened), override ?? undefined)
}
