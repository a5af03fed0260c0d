import { statusRank, type MessageMedia, type MessageStatus } from '../../backend/contract/messages.ts'
import type { Contact, Conversation } from '../../backend/model/index.ts'
import { previewOf, searchTextOf } from '../../backend/platform/channel/channel.ts'
import type { Demo } from './workspace.ts'
import type { Dialogue, Line } from './dialogues.ts'
import type { Random } from './random.ts'

export type Chat = { contact: Contact; dialogue: Dialogue; lines: Line[]; endsAt: number; userId: string | null }
export type SampleFiles = Record<NonNullable<Line['file']>, MessageMedia & { sha256: string }>

const minute = 60_000
const day = 24 * 60 * minute

type NewMessage = Parameters<Demo['store']['messages']['insert']>[0]

/** Writes some chats whole: conversations, messages, files. */
export async function writeChats(
  demo: Demo,
  random: Random,
  files: SampleFiles,
  chats: readonly Chat[],
  now: number,
): Promise<Conversation[]> {
  const { store, channel } = demo
  const timed = chats.map((chat) => ({ ...chat, times: timesOf(random, chat) }))
  const conversations = await store.conversations.insertMany(
    timed.map((chat) => ({
      channelId: channel.id,
      contactId: chat.contact.id,
      contactName: chat.contact.displayName,
      contactPhone: chat.contact.phone,
      assignedTo: chat.userId,
      tags: [...chat.dialogue.tags],
      ...factsOf(random, chat.lines, chat.times, now),
    })),
  )
  await markRead(demo, conversations)
  const media: Parameters<Demo['store']['media']['insert']>[0][] = []
  const messages = timed.flatMap((chat, at) =>
    chat.lines.map((line, index) =>
      messageOf({
        chat,
        line,
        index,
        sentAt: chat.times[index]!,
        conversation: conversations[at]!,
        files,
        media,
        random,
      }),
    ),
  )
  for (let from = 0; from < media.length; from += 500) await store.media.insertMany(media.slice(from, from + 500))
  const stored = []
  for (let from = 0; from < messages.length; from += 500)
    stored.push(...(await store.messages.insertMany(messages.slice(from, from + 500))))
  const last = new Map(stored.map((message) => [message.conversationId, message]))
  return store.conversations.updateEach(
    [...last.values()].map((message) => ({
      id: message.conversationId,
      set: {
        lastMessage: {
          id: message.id,
          type: message.type,
          direction: message.direction,
          status: message.status,
          preview: previewOf(message.type, message.content),
          sentAt: message.sentAt,
        },
      },
    })),
  )
}

/** Everybody of the team has seen what is not unread. */
async function markRead({ store, team }: Demo, conversations: readonly Conversation[]): Promise<void> {
  const marks = conversations.flatMap(({ id, inboundCount, unreadCount }) =>
    team.map((user) => ({
      id: `${user.id}.${id}`,
      userId: user.id,
      conversationId: id,
      seen: Math.max(0, inboundCount - unreadCount),
    })),
  )
  for (let from = 0; from < marks.length; from += 500)
    await store.conversationReads.insertMany(marks.slice(from, from + 500))
}

/** Backwards from the end: answers take minutes, sometimes a night. */
function timesOf(random: Random, { lines, endsAt }: Chat): number[] {
  let at = endsAt
  const times = lines.map(() => {
    const time = at
    at -= random.chance(0.12) ? random.between(2, 14) * 60 * minute : random.between(1, 9) * minute
    return time
  })
  return times.toReversed()
}

function factsOf(random: Random, lines: readonly Line[], times: readonly number[], now: number) {
  const inbound = times.filter((_, index) => lines[index]!.from === 'them')
  const lastInbound = inbound.at(-1)
  const endsAt = times.at(-1)!
  const waits = lines.at(-1)!.from === 'them'
  const age = now - endsAt
  // Most talks end with a thank-you that needs no answer.
  const isOver = age > 6 * day || (waits && age > day && random.chance(0.85))
  const status = isOver ? ('closed' as const) : age > 2 * day && !waits ? ('pending' as const) : ('open' as const)
  const iso = (time: number) => new Date(time).toISOString()
  return {
    status,
    lastMessageAt: iso(endsAt),
    inboundCount: inbound.length,
    unreadCount: waits && age < day && random.chance(0.55) ? random.between(1, 3) : 0,
    needsReply: waits && status === 'open',
    waitingSince: waits && status === 'open' ? iso(lastInbound!) : null,
    ...(lastInbound === undefined ? {} : { lastInboundAt: iso(lastInbound), windowExpiresAt: iso(lastInbound + day) }),
  }
}

type Said = {
  chat: Chat
  line: Line
  index: number
  sentAt: number
  conversation: Conversation
  files: SampleFiles
  media: Parameters<Demo['store']['media']['insert']>[0][]
  random: Random
}

function messageOf({ chat, line, index, sentAt, conversation, files, media, random }: Said): NewMessage {
  const { from, type = 'text', file, reaction } = line
  const at = new Date(sentAt).toISOString()
  const isLast = index === chat.lines.length - 1
  const status: MessageStatus = from === 'them' ? 'received' : isLast && random.chance(0.3) ? 'delivered' : 'read'
  const content = file ? { ...line.content, media: copyOf(file, files, media, chat) } : line.content
  const previous = chat.lines[index - 1]
  const seconds = previous?.from === 'them' && from === 'us' ? random.between(40, 540) : null
  return {
    conversationId: conversation.id,
    channelId: conversation.channelId,
    contactId: conversation.contactId,
    direction: from === 'them' ? 'inbound' : 'outbound',
    type,
    content,
    status,
    rank: statusRank[status],
    statusHistory: [{ status, at }],
    providerMessageId: `wamid.demo.${conversation.id}.${index}`,
    sentAt: at,
    reactions: reaction ? [{ from: from === 'us' ? 'contact' : 'business', emoji: reaction, at }] : [],
    source: from === 'them' ? 'contact' : 'user',
    userId: from === 'us' ? chat.userId : null,
    answerSeconds: seconds,
    isFirstAnswer: seconds !== null && index === 1,
    searchText: searchTextOf(type, content),
  }
}

/** The bytes are stored once; every message has its own record of them. */
function copyOf(name: NonNullable<Line['file']>, files: SampleFiles, media: Said['media'], { contact }: Chat) {
  const { sha256, ...known } = files[name]
  const id = `med_demo_${contact.id.slice(4)}_${media.length}`
  media.push({
    id,
    state: 'ready',
    sha256,
    mimeType: known.mimeType ?? null,
    bytes: known.bytes ?? null,
    filename: known.filename ?? null,
    details: name === 'voice' ? { voice: true } : {},
  })
  return { ...known, id, state: 'ready' as const }
}
