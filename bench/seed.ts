import { model, type AppStore } from '../backend/model/index.ts'
import { openStore } from '../backend/platform/store/store.ts'

const batch = 500

/**
 * Fills a store with conversations and messages, as if they had come in. Parley must not run on it meanwhile.
 * Run as a program: `node bench/seed.ts <store url> <conversations> <messages each>`.
 */
export async function seedStore(url: string, conversations: number, perConversation: number): Promise<void> {
  const store = await openStore(url, model)
  const [channel] = await store.system.channels.find({ where: { kind: 'cloud' }, limit: 1 })
  const workspace = store.workspace(channel!.workspaceId)
  for (let start = 0; start < conversations; start += batch)
    await seedBatch(workspace, channel!.id, { start, count: Math.min(batch, conversations - start), perConversation })
  await store.close()
}

type Slice = { start: number; count: number; perConversation: number }

async function seedBatch(
  store: ReturnType<AppStore['workspace']>,
  channelId: string,
  { start, count, perConversation }: Slice,
) {
  const indexes = Array.from({ length: count }, (_, offset) => start + offset)
  const contacts = await store.contacts.insertMany(
    indexes.map((index) => ({
      name: null,
      profileName: `Customer ${index}`,
      displayName: `Customer ${index}`,
      phone: `+5511${900_000_000 + index}`,
      tags: [],
      fields: {},
      optIn: { status: 'unknown' as const, at: null, source: null },
    })),
  )
  const at = (index: number, message: number) => new Date(Date.now() - index * 60_000 - message * 1000).toISOString()
  const rows = await store.conversations.insertMany(
    contacts.map((contact, offset) => ({
      channelId,
      contactId: contact.id,
      contactName: contact.displayName,
      contactPhone: contact.phone,
      status: 'open' as const,
      tags: [],
      unreadCount: offset % 5,
      lastMessageAt: at(start + offset, 0),
      lastMessage: {
        id: 'msg_seed',
        type: 'text' as const,
        direction: 'inbound' as const,
        status: 'received' as const,
        preview: text(start + offset, 0),
        sentAt: at(start + offset, 0),
      },
    })),
  )
  const messages = rows.flatMap((conversation, offset) =>
    Array.from({ length: perConversation }, (_, message) => {
      const inbound = message % 2 === 0
      const sentAt = at(start + offset, message)
      const status = inbound ? ('received' as const) : ('delivered' as const)
      return {
        conversationId: conversation.id,
        channelId,
        contactId: conversation.contactId,
        direction: inbound ? ('inbound' as const) : ('outbound' as const),
        type: 'text' as const,
        content: { text: text(start + offset, message) },
        status,
        rank: inbound ? 0 : 50,
        statusHistory: [{ status, at: sentAt }],
        providerMessageId: `wamid.seed.${start + offset}.${message}`,
        sentAt,
        reactions: [],
        source: inbound ? ('contact' as const) : ('user' as const),
        searchText: text(start + offset, message).toLowerCase(),
      }
    }),
  )
  for (let from = 0; from < messages.length; from += 1000)
    await store.messages.insertMany(messages.slice(from, from + 1000))
}

const text = (conversation: number, message: number) =>
  `Hello, message number ${message} of conversation ${conversation} with some more words in it`

if (import.meta.main) {
  const [url, conversations, perConversation] = process.argv.slice(2)
  await seedStore(url!, Number(conversations), Number(perConversation))
}
