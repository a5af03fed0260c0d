import type { Context } from '../../feature.ts'
import type { Channel, Contact, Conversation } from '../../model/index.ts'

export const pairOf = (channelId: string, contactId: string) => `${channelId} ${contactId}`

type Opening = { channel: Channel; contact: Contact; at: string }

/** Finds or makes the one conversation of each channel and contact, keyed by `pairOf`. */
export async function openConversations(
  { store }: Pick<Context, 'store'>,
  openings: readonly Opening[],
): Promise<Map<string, Conversation>> {
  const wanted = new Map(openings.map((opening) => [pairOf(opening.channel.id, opening.contact.id), opening]))
  const found = await findPairs(store, [...wanted.values()])
  const missing = [...wanted].filter(([pair]) => !found.has(pair)).map(([, opening]) => opening)
  if (missing.length === 0) return found
  const inserted = await store.conversations.insertMany(missing.map(conversationRow), { ifTaken: 'skip' })
  for (const conversation of inserted) found.set(pairOf(conversation.channelId, conversation.contactId), conversation)
  // Another process opened the same conversation in this very moment.
  const lost = missing.filter(({ channel, contact }) => !found.has(pairOf(channel.id, contact.id)))
  for (const [pair, conversation] of await findPairs(store, lost)) found.set(pair, conversation)
  return found
}

async function findPairs(store: Context['store'], openings: readonly Opening[]) {
  if (openings.length === 0) return new Map<string, Conversation>()
  const rows = await store.conversations.find({
    where: { contactId: { in: [...new Set(openings.map(({ contact }) => contact.id))] } },
    limit: openings.length * 20,
  })
  return new Map(rows.map((row) => [pairOf(row.channelId, row.contactId), row]))
}

function conversationRow({ channel, contact, at }: Opening) {
  return {
    channelId: channel.id,
    contactId: contact.id,
    contactName: contact.displayName,
    contactPhone: contact.phone,
    status: 'open' as const,
    tags: [],
    lastMessageAt: at,
  }
}
