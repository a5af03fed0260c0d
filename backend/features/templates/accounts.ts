import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Channel } from '../../model/index.ts'
import type { TemplateApi } from './api.ts'
import { syncTemplates } from './sync.ts'

export type Remote = { apiFor: (channel: Channel) => TemplateApi | undefined }

export async function getChannel({ store }: Context, id: string): Promise<Channel> {
  const channel = await store.channels.get(id)
  if (!channel) throw new AppError('channel.not_found')
  return channel
}

/** The channel whose business account a new template belongs to. */
export async function accountChannel(context: Context, channelId: string | undefined): Promise<Channel> {
  const candidates = channelId
    ? [await getChannel(context, channelId)]
    : await context.store.channels.find({ sort: ['createdAt', 'asc'], limit: 100 })
  const channel =
    candidates.find(({ kind, businessAccountId }) => kind === 'cloud' && businessAccountId) ??
    candidates.find(({ businessAccountId }) => businessAccountId)
  if (!channel) throw new AppError('template.account_missing')
  return channel
}

export function channelOfAccount({ store }: Context, businessAccountId: string): Promise<Channel | undefined> {
  return store.channels.first({ businessAccountId })
}

/** Makes the stored templates of the channel's account equal to those at Meta. */
export async function fetchTemplates(context: Context, { apiFor }: Remote, channel: Channel) {
  // The practice customer has no list at Meta; what was written for it stays.
  if (channel.kind === 'practice') return { added: 0, updated: 0, removed: 0 }
  const api = apiFor(channel)
  if (!api || !channel.businessAccountId) throw new AppError('channel.not_connected')
  return syncTemplates(context, channel.businessAccountId, await api.list())
}

/** Of one channel's account, or of every account that the workspace has. */
export async function fetchAll(context: Context, deps: Remote, channelId: string | undefined) {
  const all = channelId ? [] : await context.store.channels.find({ where: { kind: 'cloud' }, limit: 500 })
  // A number that is not connected yet must not keep the templates of the others from coming.
  const connected = all.filter((channel) => channel.businessAccountId && deps.apiFor(channel))
  const asked = connected.length > 0 ? connected : [await accountChannel(context, channelId)]
  const accounts = new Map(asked.map((channel) => [channel.businessAccountId, channel]))
  const total = { added: 0, updated: 0, removed: 0 }
  for (const channel of accounts.values()) {
    const { added, updated, removed } = await fetchTemplates(context, deps, channel)
    total.added += added
    total.updated += updated
    total.removed += removed
  }
  return total
}
