import type { channels as routes } from '../../contract/channels.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Channel } from '../../model/index.ts'
import type { Logs } from '../../platform/log.ts'
import { DuplicateKey } from '../../platform/store/store.ts'
import { recordDeed } from '../audit/record.ts'
import { readPhone } from '../contacts/phone.ts'
import { markEverything } from '../message-days/marks.ts'
import { presentChannel } from './present.ts'
import type { Installation } from './status.ts'
import type { Sealer } from './secrets.ts'

export type ChannelDeps = {
  sealer: Sealer
  installation: Installation
  /** After a change in this process, so that webhooks are routed by it at once. */
  onChange: () => void
  /** A number is here that was not: what came for it earlier is applied. */
  onNumber: (context: Context) => Promise<void>
  /** Its webhooks are kept back until Meta confirms whose number it is. */
  isOnlyClaimed: (channel: Channel) => Promise<boolean>
  /** A token that may prove whose number it is. */
  onToken: (context: Context, channel: Channel) => Promise<void>
  /** The practice channel goes with its customer and all its data. */
  removePractice: (context: Context) => Promise<void>
  audit: Logs['audit']
}

type NewChannel = Omit<Parsed<(typeof routes)['create']>['body'], 'kind'>
type ChannelPatch = Parsed<(typeof routes)['update']>['body']

export const webhookUrlOf = ({ origin }: Context) => `${origin ?? ''}/api/webhooks/meta`

export async function addChannel(deps: ChannelDeps, context: Context, body: NewChannel): Promise<Channel> {
  const { accessToken, verifyToken, appSecret, ...fields } = body
  const businessPhone = await readBusinessPhone(context, body.businessPhone)
  // In two steps, because a secret is sealed for the id of its channel.
  const channel = await context.store
    .transaction(async (tx) => {
      const added = await tx.channels.insert({ ...fields, businessPhone, kind: 'cloud', secretHints: {}, info: {} })
      const sealed = deps.sealer.seal(added, { accessToken, verifyToken, appSecret })
      return (await tx.channels.update(added.id, sealed)) ?? added
    })
    .catch(refuseTakenNumber)
  if (channel.phoneNumberId) await deps.onNumber(context)
  if (channel.accessToken) await deps.onToken(context, channel)
  await announce(deps, context, channel, 'channel.created')
  return channel
}

export async function changeChannel(
  deps: ChannelDeps,
  context: Context,
  channel: Channel,
  patch: ChannelPatch,
): Promise<Channel> {
  const { accessToken, verifyToken, appSecret, businessPhone, ...fields } = patch
  if (channel.kind === 'practice' && Object.keys(patch).some((name) => name !== 'name'))
    throw new AppError('channel.practice_fixed')
  const isOtherAccount =
    fields.businessAccountId !== undefined && fields.businessAccountId !== channel.businessAccountId
  const isOtherNumber = fields.phoneNumberId !== undefined && fields.phoneNumberId !== channel.phoneNumberId
  const changed = await context.store.channels
    .update(channel.id, {
      ...fields,
      ...(businessPhone === undefined ? {} : { businessPhone: await readBusinessPhone(context, businessPhone) }),
      ...deps.sealer.seal(channel, { accessToken, verifyToken, appSecret }),
      // What Meta said was about the old number or the old token.
      ...(isOtherNumber || accessToken !== undefined ? { problem: null } : {}),
      ...(isOtherNumber || isOtherAccount ? { provenNumberId: null } : {}),
      ...(isOtherNumber ? { info: {}, webhookSeenAt: null, webhookProblem: null } : {}),
    })
    .catch(refuseTakenNumber)
  if (!changed) throw new AppError('channel.not_found')
  if (isOtherNumber) await deps.onNumber(context)
  if (accessToken || ((isOtherNumber || isOtherAccount) && changed.accessToken)) await deps.onToken(context, changed)
  const isSecret = [accessToken, verifyToken, appSecret].some((secret) => secret !== undefined)
  await announce(deps, context, changed, isSecret ? 'channel.credentials_changed' : 'channel.changed')
  return changed
}

/** As people write it, kept with `+`; without a country code it is a number of the workspace's country. */
async function readBusinessPhone({ store, workspaceId }: Context, phone: string): Promise<string> {
  const workspace = await store.workspaces.get(workspaceId)
  return `+${readPhone(phone, workspace?.settings.defaultCountry ?? null)}`
}

function refuseTakenNumber(error: unknown): never {
  if (error instanceof DuplicateKey) throw new AppError('channel.number_taken', { cause: error })
  throw error
}

async function announce(
  { onChange, audit }: ChannelDeps,
  context: Context,
  channel: Channel,
  action: 'channel.created' | 'channel.changed' | 'channel.credentials_changed',
): Promise<void> {
  const { notify, user, workspaceId } = context
  onChange()
  await recordDeed(context, { action, subject: channel })
  notify({ name: 'channel:updated', payload: { channel: presentChannel(channel) } })
  audit.info({ action, user: user?.id, workspace: workspaceId, channel: channel.id }, 'changed a channel')
}

export async function removeChannel(deps: ChannelDeps, context: Context, channel: Channel): Promise<void> {
  const { id } = channel
  if (channel.kind === 'practice') return deps.removePractice(context)
  await context.store.transaction(async (tx) => {
    await markEverything(tx, context.now())
    await tx.channels.remove(id)
    await tx.webhookDeadLetters.removeWhere({ channelId: id })
    await recordDeed({ ...context, store: tx }, { action: 'channel.removed', subject: channel })
  })
  deps.onChange()
  context.notify({ name: 'channel:removed', payload: { channelId: id } })
  deps.audit.info(
    { action: 'channel.remove', user: context.user?.id, workspace: context.workspaceId, channel: id },
    'removed a channel',
  )
}
