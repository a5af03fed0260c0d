import type { WorkspaceSettings } from '../../contract/workspace.ts'
import type { Context } from '../../feature.ts'
import type { Channel, Conversation } from '../../model/index.ts'

/** Tells the customer's phone that a message was read (blue ticks), when the workspace wants that at this moment. */
export type MarkRead = (
  context: Context,
  conversation: Conversation,
  moment: WorkspaceSettings['readReceipts'],
) => Promise<void>
/** Shows "typing…" on the customer's phone, for 25 seconds or until the answer. */
export type ShowTyping = (context: Context, conversation: Conversation) => Promise<void>

type Deps = {
  sendReceipt: (channel: Channel, providerMessageId: string, options: { typing: boolean }) => Promise<void>
}

export function createReadReceipts({ sendReceipt }: Deps): { markRead: MarkRead; showTyping: ShowTyping } {
  async function send(context: Context, conversation: Conversation, typing: boolean): Promise<void> {
    const [channel, latest] = await Promise.all([
      context.store.channels.get(conversation.channelId),
      latestInbound(context, conversation.id),
    ])
    if (!channel || isPaused(channel, context.now())) return
    if (latest?.providerMessageId) await sendReceipt(channel, latest.providerMessageId, { typing })
  }

  return {
    async markRead(context, conversation, moment) {
      const workspace = await context.store.workspaces.get(context.workspaceId)
      if (workspace?.settings.readReceipts === moment) await send(context, conversation, false)
    },
    async showTyping(context, conversation) {
      const settings = (await context.store.workspaces.get(context.workspaceId))?.settings
      // WhatsApp takes the indicator only together with a read receipt.
      if (!settings || settings.readReceipts === 'never' || settings.typingIndicator === false) return
      await send(context, conversation, true)
    },
  }
}

/** Nothing leaves a number that rests: neither messages nor signs of life of a restored copy. */
function isPaused({ sendingPausedAt, problem }: Channel, now: Date): boolean {
  if (sendingPausedAt) return true
  return problem !== null && (problem.retryAt === null || problem.retryAt > now.toISOString())
}

async function latestInbound({ store }: Context, conversationId: string) {
  const recent = await store.messages.find({
    where: { conversationId, direction: 'inbound' },
    sort: ['sentAt', 'desc'],
    limit: 1,
  })
  return recent[0]
}
