import type { MessageContent, MessageMedia } from '../../contract/messages.ts'
import type { Context } from '../../feature.ts'
import type { Channel, Message } from '../../model/index.ts'
import type { Outgoing } from '../../platform/channel/channel.ts'
import { addressOf } from './addresses.ts'

/** Gives Meta's id of a stored file, uploading it first when Meta does not have it (any more). */
export type ProviderMediaFor = (context: Context, channel: Channel, mediaId: string) => Promise<string>

export async function buildOutgoing(
  context: Context,
  channel: Channel,
  message: Message,
  opaque: string,
  providerMediaFor: ProviderMediaFor,
): Promise<Outgoing> {
  const media: Record<string, string> = {}
  for (const id of mediaIdsOf(message.content)) media[id] = await providerMediaFor(context, channel, id)
  return {
    to: await addressOf(context.store, message.contactId),
    type: message.type,
    content: message.content,
    media,
    ...(message.replyTo?.providerMessageId ? { replyToProviderMessageId: message.replyTo.providerMessageId } : {}),
    opaque,
  }
}

/** Our ids of the files a message shows: its own, those of headers and of carousel cards. */
function mediaIdsOf(content: MessageContent): string[] {
  const found = new Set<string>()
  visit(content)
  return [...found]

  function visit(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    for (const [name, part] of Object.entries(value)) {
      if (name === 'media' && isOwnMedia(part)) found.add(part.id)
      visit(part)
    }
  }
}

const isOwnMedia = (value: unknown): value is MessageMedia & { id: string } =>
  typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
