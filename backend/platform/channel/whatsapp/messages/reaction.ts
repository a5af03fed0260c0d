import { readId, readObject, readText } from '../json.ts'
import type { SendableKind } from './kind.ts'

export const reaction: SendableKind<'reaction'> = {
  parse(payload) {
    const { message_id, emoji } = readObject(payload)
    const providerMessageId = readId(message_id)
    if (!providerMessageId) return undefined
    // Taken back: the emoji is missing in some webhooks and empty in others.
    return { content: { emoji: readText(emoji)?.slice(0, 60) ?? null, providerMessageId } }
  },
  preview: ({ emoji }) => (emoji ? `Reacted ${emoji}` : 'Took back a reaction'),
  words: () => [],
  /** The sender fills in `providerMessageId`: only the store knows it. */
  accept: ({ messageId, emoji }) => ({ emoji: emoji || null, providerMessageId: '', messageId }),
  render: ({ emoji, providerMessageId }) => ({ message_id: providerMessageId, emoji: emoji ?? '' }),
}
