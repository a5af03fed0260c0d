import type { Channel } from '#contract/channels.ts'
import type { Conversation } from '#contract/conversations.ts'
import { readablePhone } from '../../format.ts'
import type { InboxView } from '../../state/inbox-view.ts'

/** Every chat, closed and snoozed ones too, or those that the words find. */
export const viewToPickFrom = (words: string): InboxView => ({
  box: 'all',
  status: 'open',
  filter: {},
  ...(words.trim() && { search: words.trim() }),
})

/** What tells apart two chats of the same name: the number, and where the business has several its own as well. */
export function chatHint({ contactPhone, channelId }: Conversation, channels: readonly Channel[]): string {
  const own = channels.length > 1 ? channels.find(({ id }) => id === channelId)?.name : undefined
  return [contactPhone ? readablePhone(contactPhone) : 'No number', own].filter(Boolean).join(' · ')
}
