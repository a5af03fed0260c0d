import { channels as routes } from '../../contract/channels.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context, type Feature } from '../../feature.ts'
import type { Channel } from '../../model/index.ts'
import { recordDeed } from '../audit/record.ts'
import { addChannel, changeChannel, removeChannel, webhookUrlOf, type ChannelDeps } from './changes.ts'
import { presentChannel } from './present.ts'
import { createSettings } from './settings.ts'
import { describeStatus } from './status.ts'

export function createChannels(deps: ChannelDeps): Feature {
  const channels = implement(routes, {
    list: async (context) => ({ channels: (await listChannels(context)).map(presentChannel) }),
    create: async (context, { body }) => presentChannel(await addChannel(deps, context, body)),
    update: async (context, { params, body }) =>
      presentChannel(await changeChannel(deps, context, await getChannel(context, params.channelId), body)),
    remove: async (context, { params }) => {
      await removeChannel(deps, context, await getChannel(context, params.channelId))
      return {}
    },
    resumeSending: (context) => resumeSending(deps, context),
    status: async (context, { params }) => {
      const channel = await getChannel(context, params.channelId)
      const installation = { ...deps.installation, isOnlyClaimed: await deps.isOnlyClaimed(channel) }
      return describeStatus(channel, deps.sealer, installation, webhookUrlOf(context))
    },
  })
  return { endpoints: [...channels.endpoints, ...createSettings(deps).endpoints] }
}

/** What waits is looked at once a minute, so it goes out by itself. */
async function resumeSending({ audit }: ChannelDeps, context: Context) {
  const { store, notify, user, workspaceId } = context
  const resumed = await store.transaction(async (tx) => {
    const changed = await tx.channels.updateWhere({ sendingPausedAt: { not: null } }, { sendingPausedAt: null })
    if (changed.length > 0) await recordDeed({ ...context, store: tx }, { action: 'sending.resumed' })
    return changed
  })
  for (const channel of resumed) notify({ name: 'channel:updated', payload: { channel: presentChannel(channel) } })
  audit.info({ action: 'sending.resume', user: user?.id, workspace: workspaceId }, 'resumed sending')
  return { resumed: resumed.length }
}

const mostChannels = 500

function listChannels({ store }: Context): Promise<Channel[]> {
  return store.channels.find({ sort: ['createdAt', 'asc'], limit: mostChannels })
}

async function getChannel({ store }: Context, id: string): Promise<Channel> {
  const channel = await store.channels.get(id)
  if (!channel) throw new AppError('channel.not_found')
  return channel
}
