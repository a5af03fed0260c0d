import type { Message as ApiMessage, Reaction } from '../../contract/messages.ts'
import type { ContentOf } from '../../contract/messages.ts'
import type { Message } from '../../model/index.ts'
import type { Context } from '../../feature.ts'
import { keepOrphans, type EarlyReaction } from './orphans.ts'

/** Puts reactions on the messages they mean. One person has one reaction on a message; the latest counts. */
export async function applyReactions(context: Context, fresh: readonly { message: Message }[]): Promise<void> {
  for (const { message } of fresh) {
    if (message.type !== 'reaction') continue
    const { emoji, providerMessageId } = message.content as ContentOf<'reaction'>
    const target = await context.store.messages.first({ channelId: message.channelId, providerMessageId })
    const reaction = { from: authorOf(message), emoji, at: message.sentAt }
    if (target) await react(context, target, reaction)
    else await keepReaction(context, message, providerMessageId, reaction)
  }
}

function keepReaction(
  context: Context,
  { id, channelId, contactId }: Message,
  providerMessageId: string,
  reaction: Omit<EarlyReaction, 'kind' | 'contactId'>,
): Promise<void> {
  const payload = { kind: 'reaction' as const, contactId, ...reaction }
  return keepOrphans(context, [{ channelId, providerMessageId, key: `reaction:${id}`, payload }])
}

export async function react(
  { store, notify }: Pick<Context, 'store' | 'notify'>,
  target: Message,
  { from, emoji, at }: { from: Reaction['from']; emoji: string | null; at: string },
): Promise<void> {
  const before = target.reactions.find((reaction) => reaction.from === from)
  if (before && before.at > at) return
  const others = target.reactions.filter((reaction) => reaction.from !== from)
  const reactions = emoji ? [...others, { from, emoji, at }] : others
  const updated = await store.messages.update(target.id, { reactions })
  if (updated) notify({ name: 'message:updated', payload: { message: updated as ApiMessage } })
}

const authorOf = ({ direction }: Message): Reaction['from'] => (direction === 'inbound' ? 'contact' : 'business')
