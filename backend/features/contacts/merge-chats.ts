import type { ChatFacts, ContactMerge, Conversation, JoinedChat, WorkspaceStore } from '../../model/index.ts'
import { DuplicateKey, MissingReference, type Collection } from '../../platform/store/store.ts'
import { planWaking } from '../conversations/waking.ts'

/*
 * Two people become one, and each may have a chat on the same number. The one is joined to the other: what belongs to it
 * moves, and what cannot, because the other has the same already, is written down for the way back.
 */

/** What belongs to a chat and simply moves with it. */
export const movedWithChat = [
  'messages',
  'threadEntries',
  'reminders',
  'scheduledMessages',
  'notifications',
  'automationRuns',
  'leads',
] as const
/** One for each chat and person, rule or action: where the kept chat has its own, the other's is put away. */
export const absorbedByChat = ['conversationReads', 'ruleCooldowns', 'bulkItems'] as const

type Child = { id: string; conversationId: string | null; contactId?: string }
type Children = Collection<Child, Record<string, unknown>>
const childrenOf = (tx: WorkspaceStore, name: (typeof movedWithChat | typeof absorbedByChat)[number]) =>
  tx[name] as unknown as Children

const factsOf = (chat: Conversation): ChatFacts => ({
  status: chat.status,
  needsReply: chat.needsReply,
  tags: chat.tags,
  lastMessage: chat.lastMessage,
  lastMessageAt: chat.lastMessageAt,
  lastInboundAt: chat.lastInboundAt,
  windowExpiresAt: chat.windowExpiresAt,
  freeEntryExpiresAt: chat.freeEntryExpiresAt,
})

export async function moveChats(
  tx: WorkspaceStore,
  keepId: string,
  otherId: string,
): Promise<ContactMerge['conversations']> {
  const kept = await tx.conversations.find({ where: { contactId: keepId }, limit: 1000 })
  const moved: string[] = []
  const joined: JoinedChat[] = []
  for (const chat of await tx.conversations.find({ where: { contactId: otherId }, limit: 1000 })) {
    const target = kept.find(({ channelId }) => channelId === chat.channelId)
    if (target) joined.push(await joinChat(tx, target, chat))
    else moved.push(await giveChat(tx, chat.id, { contactId: keepId }))
  }
  return { moved, joined }
}

async function giveChat(tx: WorkspaceStore, id: string, set: Pick<Conversation, 'contactId'>): Promise<string> {
  await tx.messages.updateWhere({ conversationId: id }, set)
  await tx.conversations.update(id, set)
  return id
}

async function joinChat(tx: WorkspaceStore, keep: Conversation, other: Conversation): Promise<JoinedChat> {
  const moved: JoinedChat['moved'] = {}
  for (const name of movedWithChat) {
    const set = { conversationId: keep.id, ...(name === 'messages' ? { contactId: keep.contactId } : {}) }
    const rows = await childrenOf(tx, name).updateWhere({ conversationId: other.id }, set)
    if (rows.length > 0) moved[name] = rows.map(({ id }) => id)
  }
  const absorbed = await absorb(tx, keep, other)
  const newer = other.lastMessageAt > keep.lastMessageAt ? other : keep
  const after: ChatFacts = {
    lastMessage: newer.lastMessage,
    lastMessageAt: newer.lastMessageAt,
    needsReply: newer.needsReply,
    status: newer.status,
    tags: [...new Set([...keep.tags, ...other.tags])],
    lastInboundAt: latest(keep.lastInboundAt, other.lastInboundAt),
    windowExpiresAt: latest(keep.windowExpiresAt, other.windowExpiresAt),
    freeEntryExpiresAt: latest(keep.freeEntryExpiresAt, other.freeEntryExpiresAt),
  }
  await tx.conversations.update(keep.id, after, {
    add: { unreadCount: other.unreadCount, inboundCount: other.inboundCount },
  })
  await tx.conversations.remove(other.id)
  return { conversation: other, into: keep.id, before: factsOf(keep), after, moved, absorbed }
}

/** What somebody saw of either counts for both, and the later turn of a rule counts. */
async function absorb(tx: WorkspaceStore, keep: Conversation, other: Conversation): Promise<JoinedChat['absorbed']> {
  const absorbed: JoinedChat['absorbed'] = {}
  for (const name of absorbedByChat) {
    const rows = await childrenOf(tx, name).find({ where: { conversationId: other.id }, limit: 10_000 })
    if (rows.length > 0) absorbed[name] = rows
  }
  for (const { userId, seen } of await tx.conversationReads.find({
    where: { conversationId: other.id },
    limit: 10_000,
  })) {
    const id = `${userId}.${keep.id}`
    if (await tx.conversationReads.update(id, {}, { add: { seen } })) continue
    await tx.conversationReads.insertMany([{ id, userId, conversationId: keep.id, seen }], { ifTaken: 'skip' })
  }
  const turns = await tx.ruleCooldowns.find({ where: { conversationId: other.id }, limit: 10_000 })
  for (const { ruleId, happenedAt, key } of turns) {
    const [own] = await tx.ruleCooldowns.find({ where: { ruleId, conversationId: keep.id }, limit: 1 })
    if (!own) await tx.ruleCooldowns.insert({ ruleId, conversationId: keep.id, happenedAt, key })
    else if (own.happenedAt < happenedAt) await tx.ruleCooldowns.update(own.id, { happenedAt, key })
  }
  return absorbed
}

function latest(a: string | null, b: string | null): string | null {
  return (a ?? '') > (b ?? '') ? a : b
}

/** The way back. What has been moved on or removed since then stays where it is. */
export async function separateChats(
  tx: WorkspaceStore,
  { keptId, conversations }: Pick<ContactMerge, 'keptId' | 'conversations'>,
  contactId: string,
): Promise<void> {
  for (const id of conversations.moved)
    if (await tx.conversations.first({ id, contactId: keptId })) await giveChat(tx, id, { contactId })
  const channels = new Set((await tx.channels.find({ limit: 1000 })).map(({ id }) => id))
  for (const chat of conversations.joined)
    // The number may be gone by now, and its chats with it.
    if (channels.has(chat.conversation.channelId)) await separateChat(tx, keptId, chat, contactId)
}

async function separateChat(tx: WorkspaceStore, keptId: string, joined: JoinedChat, contactId: string): Promise<void> {
  const { conversation, into, before, after, moved, absorbed } = joined
  const assignee = conversation.assignedTo && (await tx.users.get(conversation.assignedTo))
  const assignedTo = assignee ? conversation.assignedTo : null
  const again = await tx.conversations.restore({ ...conversation, contactId, assignedTo })
  await planWaking({ store: tx } as Parameters<typeof planWaking>[0], { ...again, snoozedUntil: null }, again)
  const chats = await tx.conversations.find({ where: { contactId: keptId }, limit: 1000 })
  const onlyIf = { conversationId: { in: chats.map(({ id }) => id) } }
  for (const name of movedWithChat) {
    const set = { conversationId: again.id, ...(name === 'messages' ? { contactId } : {}) }
    await childrenOf(tx, name).updateEach((moved[name] ?? []).map((id) => ({ id, set, onlyIf })))
  }
  for (const name of absorbedByChat)
    for (const row of absorbed[name] ?? [])
      await childrenOf(tx, name)
        .restore(row as Child)
        .catch(ignoreGone)
  const kept = await tx.conversations.get(into)
  if (kept) await takeBack(tx, kept, joined, before, after)
}

/** The kept chat loses what it had from the other; what happened since then stays. */
async function takeBack(
  tx: WorkspaceStore,
  kept: Conversation,
  { conversation, absorbed }: JoinedChat,
  before: ChatFacts,
  after: ChatFacts,
): Promise<void> {
  const added = after.tags.filter((tag) => !before.tags.includes(tag))
  const isAsLeft = kept.lastMessageAt === after.lastMessageAt
  await tx.conversations.update(kept.id, {
    ...(isAsLeft ? before : {}),
    ...(isAsLeft && kept.status !== after.status ? { status: kept.status, needsReply: kept.needsReply } : {}),
    tags: kept.tags.filter((tag) => !added.includes(tag)),
    inboundCount: Math.max(0, kept.inboundCount - conversation.inboundCount),
    unreadCount: Math.max(0, kept.unreadCount - conversation.unreadCount),
  })
  for (const { userId, seen } of (absorbed['conversationReads'] ?? []) as { userId: string; seen: number }[]) {
    const mark = await tx.conversationReads.get(`${userId}.${kept.id}`)
    if (mark) await tx.conversationReads.update(mark.id, { seen: Math.max(0, mark.seen - seen) })
  }
}

/** The person, rule or action it belonged to is gone. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof MissingReference || error instanceof DuplicateKey)) throw error
}
