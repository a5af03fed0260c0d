import type { Channel, Message } from '../../model/index.ts'
import { takeOrphans } from '../conversations/orphans.ts'
import { react } from '../conversations/reactions.ts'
import { applyEdit } from './edits.ts'
import type { InboundContext } from './routed.ts'
import { applyStatuses } from './statuses.ts'

type Stored = { message: Message; channel: Channel }

/** What was told of these messages before they came themselves: how far they got, what was changed, who reacted. */
export async function applyEarly(context: InboundContext, stored: readonly Stored[]): Promise<void> {
  if (stored.length === 0) return
  const orphans = await takeOrphans(
    context.store,
    stored.map(({ message }) => message),
  )
  const channels = new Map(stored.map(({ channel }) => [channel.id, channel]))
  const arrived = orphans.map(({ channelId, ...orphan }) => ({ ...orphan, channel: channels.get(channelId)! }))
  await applyStatuses(
    context,
    arrived.flatMap(({ payload, channel }) => (payload.kind === 'status' ? [{ item: payload, channel }] : [])),
  )
  for (const { payload, channel, providerMessageId } of arrived) {
    if (payload.kind === 'edit' || payload.kind === 'revoke') await applyEdit(context, { item: payload, channel })
    if (payload.kind !== 'reaction') continue
    const target = await context.store.messages.first({ channelId: channel.id, providerMessageId })
    if (target) await react(context, target, payload)
  }
}
