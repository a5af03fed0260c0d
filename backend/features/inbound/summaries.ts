import type { Conversation, Message } from '../../model/index.ts'
import { previewOf, type IncomingMessage } from '../../platform/channel/channel.ts'
import { recordReturns } from '../conversations/waking.ts'
import type { InboundContext } from './routed.ts'

/** Meta lets a business answer freely for 24 hours after each message of the customer. */
const windowLength = 24 * 60 * 60 * 1000

type Fresh = { item: IncomingMessage; message: Message; conversation: Conversation }

/**
 * Brings the conversations of new messages up to date. The newest message decides what the row shows, guarded by its
 * time so that a late webhook never turns the row back; unread is added, never set.
 */
export async function raiseConversations(
  context: InboundContext,
  fresh: readonly Fresh[],
): Promise<Map<string, Conversation>> {
  const { store } = context
  const groups = Map.groupBy(fresh, ({ conversation }) => conversation.id)
  const edits = [...groups].map(([id, group]) => ({ id, ...summarise(group) }))
  const raised = await store.conversations.updateEach(
    edits.map(({ id, latest, facts, unread }) => ({
      id,
      set: { ...facts, ...latest },
      add: { unreadCount: unread, inboundCount: unread },
      onlyIf: { lastMessageAt: { lte: latest.lastMessageAt } },
    })),
  )
  const done = new Set(raised.map(({ id }) => id))
  const late = edits.filter(({ id }) => !done.has(id))
  const counted = await store.conversations.updateEach(
    late.map(({ id, facts, unread }) => ({ id, set: facts, add: { unreadCount: unread, inboundCount: unread } })),
  )
  const changed = new Map([...raised, ...counted].map((conversation) => [conversation.id, conversation]))
  await recordReturns(
    context,
    [...groups].flatMap(([id, group]) => {
      const after = changed.get(id)
      return after ? [{ before: group[0]!.conversation, after }] : []
    }),
  )
  return changed
}

function summarise(group: readonly Fresh[]) {
  const visible = group.filter(({ message }) => message.type !== 'reaction')
  const ordered = (visible.length > 0 ? visible : group).toSorted((a, b) =>
    a.message.sentAt < b.message.sentAt ? -1 : 1,
  )
  const { message } = ordered.at(-1)!
  const inbound = group.filter(({ item }) => item.origin === 'contact')
  const spoken = inbound.filter(({ item }) => item.type !== 'reaction' && item.type !== 'system')
  return {
    unread: spoken.length,
    latest: {
      lastMessageAt: message.sentAt,
      lastMessage: {
        id: message.id,
        type: message.type,
        direction: message.direction,
        status: message.status,
        preview: previewOf(message.type, message.content),
        sentAt: message.sentAt,
      },
    },
    facts: {
      ...windowFacts(
        group[0]!.conversation,
        inbound.filter(({ item }) => item.type !== 'system'),
      ),
      ...attentionFacts(group[0]!.conversation, ordered.at(-1)!, spoken),
      ...pauseFacts(group),
    },
  }
}

/** Every message of the customer, a reaction too, opens the window anew; a notice of WhatsApp about them does not. */
function windowFacts(before: Conversation, inbound: readonly Fresh[]): Partial<Conversation> {
  if (inbound.length === 0) return {}
  const newest = inbound.map(({ message }) => message.sentAt).reduce((a, b) => (a > b ? a : b))
  const lastInboundAt = [before.lastInboundAt ?? '', newest].reduce((a, b) => (a > b ? a : b))
  const referral = inbound.findLast(({ item }) => item.referral)?.item.referral
  return {
    lastInboundAt,
    windowExpiresAt: new Date(Date.parse(lastInboundAt) + windowLength).toISOString(),
    ...(referral ? { referral } : {}),
  }
}

/** Whoever answered with the phone app does not want a rule to answer as well. */
function pauseFacts(group: readonly Fresh[]): Partial<Conversation> {
  const echo = group.find(({ item }) => item.origin === 'phone')
  if (!echo || echo.conversation.automationPausedAt) return {}
  return { automationPausedAt: echo.message.sentAt, automationPausedBy: 'reply' }
}

function attentionFacts(before: Conversation, last: Fresh, spoken: readonly Fresh[]): Partial<Conversation> {
  if (last.item.origin === 'phone')
    return { needsReply: false, waitingSince: null, answeredAt: before.answeredAt ?? last.message.sentAt }
  if (spoken.length === 0) return {}
  const waiting = before.waitingSince ? {} : { waitingSince: spoken.map(({ message }) => message.sentAt).sort()[0]! }
  return { needsReply: true, status: 'open', snoozedUntil: null, snoozedBy: null, ...waiting }
}
