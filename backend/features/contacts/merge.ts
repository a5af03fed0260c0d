import type { Contact, Conversation, Message, WorkspaceStore } from '../../model/index.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'

type Joined = { conversation: Conversation; messageIds: string[] }

/**
 * Everything of `otherId` becomes part of `keepId`; messages keep their order because they are sorted by time. What moved
 * is written down, so that a person can take the merge back.
 */
export async function mergeContacts(limited: WorkspaceStore, keepId: string, otherId: string): Promise<void> {
  // Nobody's conversation stays behind because the one who merges does not see it.
  const tx = wholeStoreOf(limited)
  const other = await tx.contacts.get(otherId)
  if (!other || keepId === otherId) return
  const identities = await tx.contactIdentities.updateWhere({ contactId: otherId }, { contactId: keepId })
  // Before their conversation is joined to another and gone.
  const leadIds = await moveLeads(tx, keepId, otherId)
  const conversations = await moveConversations(tx, keepId, otherId)
  await tx.contactMerges.updateWhere({ keptId: otherId }, { keptId: keepId })
  await tx.contactMerges.insert({
    keptId: keepId,
    removed: other,
    identityIds: identities.map(({ id }) => id),
    leadIds,
    conversations,
  })
  await tx.contacts.remove(otherId)
  await adoptFields(tx, keepId, other)
}

/** What the kept contact does not know is taken over; what both know stays as the kept one has it. */
async function adoptFields(tx: WorkspaceStore, keepId: string, other: Contact): Promise<void> {
  const keep = (await tx.contacts.get(keepId))!
  // A "no" counts more than a "yes", and a "yes" more than nothing.
  const optIn = other.optIn.status === 'opted_out' || keep.optIn.status === 'unknown' ? other.optIn : keep.optIn
  await tx.contacts.update(keepId, {
    name: keep.name ?? other.name,
    profileName: keep.profileName ?? other.profileName,
    phone: keep.phone ?? other.phone,
    username: keep.username ?? other.username,
    email: keep.email ?? other.email,
    tags: [...new Set([...keep.tags, ...other.tags])],
    fields: { ...other.fields, ...keep.fields },
    marketingStoppedAt: keep.marketingStoppedAt ?? other.marketingStoppedAt,
    blockedAt: keep.blockedAt ?? other.blockedAt,
    optIn,
    optInStatus: optIn.status,
  })
}

async function moveLeads(tx: WorkspaceStore, keepId: string, otherId: string): Promise<string[]> {
  const { displayName } = (await tx.contacts.get(keepId))!
  const moved = await tx.leads.updateWhere({ contactId: otherId }, { contactId: keepId, contactName: displayName })
  return moved.map(({ id }) => id)
}

async function moveConversations(tx: WorkspaceStore, keepId: string, otherId: string) {
  const kept = await tx.conversations.find({ where: { contactId: keepId } })
  const moved: string[] = []
  const joined: Joined[] = []
  for (const conversation of await tx.conversations.find({ where: { contactId: otherId } })) {
    const target = kept.find(({ channelId }) => channelId === conversation.channelId)
    if (target) joined.push({ conversation, messageIds: await joinConversation(tx, target, conversation) })
    else moved.push(await moveConversation(tx, conversation, keepId))
  }
  return { moved, joined }
}

async function moveConversation(tx: WorkspaceStore, { id }: Conversation, contactId: string): Promise<string> {
  await tx.messages.updateWhere({ conversationId: id }, { contactId })
  await tx.conversations.update(id, { contactId })
  return id
}

async function joinConversation(tx: WorkspaceStore, keep: Conversation, other: Conversation): Promise<string[]> {
  const messages = await tx.messages.updateWhere(
    { conversationId: other.id },
    { conversationId: keep.id, contactId: keep.contactId },
  )
  await tx.threadEntries.updateWhere({ conversationId: other.id }, { conversationId: keep.id })
  const newer = other.lastMessageAt > keep.lastMessageAt ? other : keep
  await tx.conversations.update(
    keep.id,
    {
      lastMessage: newer.lastMessage,
      lastMessageAt: newer.lastMessageAt,
      needsReply: newer.needsReply,
      status: newer.status,
      tags: [...new Set([...keep.tags, ...other.tags])],
      lastInboundAt: latest(keep.lastInboundAt, other.lastInboundAt),
      windowExpiresAt: latest(keep.windowExpiresAt, other.windowExpiresAt),
      freeEntryExpiresAt: latest(keep.freeEntryExpiresAt, other.freeEntryExpiresAt),
    },
    { add: { unreadCount: other.unreadCount, inboundCount: other.inboundCount } },
  )
  await tx.leads.updateWhere({ contactId: keep.contactId, conversationId: other.id }, { conversationId: keep.id })
  await tx.conversations.remove(other.id)
  return messages.map(({ id }: Message) => id)
}

function latest(a: string | null, b: string | null): string | null {
  return (a ?? '') > (b ?? '') ? a : b
}

/** Makes two contacts of one again; what was said since the merge stays with the kept one. Answers the restored contact. */
export async function unmergeContacts(
  limited: WorkspaceStore,
  mergeId: string,
): Promise<{ keptId: string; restored: Contact } | undefined> {
  const tx = wholeStoreOf(limited)
  const merge = await tx.contactMerges.get(mergeId)
  if (!merge) return undefined
  const restored = await tx.contacts.insert(merge.removed as Contact)
  for (const id of merge.identityIds) await tx.contactIdentities.update(id, { contactId: restored.id })
  for (const id of merge.conversations.moved) {
    await tx.messages.updateWhere({ conversationId: id }, { contactId: restored.id })
    await tx.conversations.update(id, {
      contactId: restored.id,
      contactName: restored.displayName,
      contactPhone: restored.phone,
    })
  }
  for (const { conversation, messageIds } of merge.conversations.joined) {
    const again = await tx.conversations.insert({ ...(conversation as Conversation), unreadCount: 0 })
    await tx.messages.updateEach(
      messageIds.map((id) => ({ id, set: { conversationId: again.id, contactId: restored.id } })),
    )
  }
  await tx.leads.updateEach(
    merge.leadIds.map((id) => ({ id, set: { contactId: restored.id, contactName: restored.displayName } })),
  )
  await tx.contactMerges.remove(mergeId)
  return { keptId: merge.keptId, restored }
}
