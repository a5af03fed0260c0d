import type { Message as ApiMessage } from '../../contract/messages.ts'
import { searchTextOf } from '../../platform/channel/channel.ts'
import { receiveMedia } from '../media/media.ts'
import type { InboundContext, Routed } from './routed.ts'
import type { IncomingMessage } from '../../platform/channel/channel.ts'

/**
 * An imported chat first names its files by placeholders; the file itself follows under the same id and takes the
 * placeholder's place. A message that has its file already stays as it is.
 */
export async function completePlaceholder(
  context: InboundContext,
  { item, channel }: Routed<IncomingMessage>,
): Promise<void> {
  const { store, notify } = context
  const stored = await store.messages.first({ channelId: channel.id, providerMessageId: item.providerMessageId })
  if (!stored || stored.type !== 'unsupported' || !item.media) return
  const searchText = searchTextOf(item.type, item.content)
  const placed = await store.messages.update(
    stored.id,
    { type: item.type, content: item.content, searchText, raw: null },
    { onlyIf: { type: 'unsupported' } },
  )
  if (!placed) return
  const content = await receiveMedia(context, { channel, message: placed, incoming: item.media })
  notify({ name: 'message:updated', payload: { message: { ...placed, content } as ApiMessage } })
}
