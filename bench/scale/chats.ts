import type { MessageStatus } from '../../backend/contract/messages.ts'
import { statusRank } from '../../backend/contract/messages.ts'
import type { Contact, Conversation } from '../../backend/model/index.ts'
import type { Random } from '../../scripts/seed/random.ts'
import { day, iso, writeAll, type Shop } from './shop.ts'
import { makeName, makeTags, makeText } from './words.ts'

const minute = 60_000
/** People come and go, so that every month of the year has about as many messages. */
const longestTalk = 60 * day
const batch = 1000

/** People, their chats and all that was said, in the order in which they first wrote. */
export async function writeChats(shop: Shop, report: (done: number) => void): Promise<void> {
  const { size, now } = shop
  const mean = size.messages / size.conversations
  const start = now - 365 * day
  let left = size.messages
  let chats = 0
  // Who came last month has not said everything yet.
  const share = (done: number) => Math.min(1, (365 * day * (1 - done / size.contacts)) / longestTalk)
  let shares = sum(steps(size.contacts).map(share))
  for (const done of steps(size.contacts)) {
    const count = Math.min(batch, size.contacts - done)
    shop.moveTo(start + (done / size.contacts) * 365 * day)
    const contacts = await writePeople(shop, done, count)
    const due = Math.round(((done + count) / size.contacts) * size.conversations)
    const talking = contacts.slice(0, due - chats)
    const wanted = Math.round((left * share(done)) / shares)
    left -= await writeTalk(shop, talking, { from: chats, wanted, mean: mean * share(done) })
    shares -= share(done)
    chats = due
    report(size.messages - left)
  }
  shop.moveTo(now)
}

async function writePeople({ store, random }: Shop, from: number, count: number): Promise<Contact[]> {
  const people = Array.from({ length: count }, (_, offset) => {
    const name = makeName(random)
    const index = from + offset
    return {
      name: random.chance(0.4) ? name : null,
      profileName: name,
      displayName: name,
      phone: `+55119${String(10_000_000 + index)}`,
      email: random.chance(0.3) ? `customer${index}@example.com` : null,
      tags: makeTags(random),
      fields: makeFields(random),
      optInStatus: random.pick(['unknown', 'unknown', 'opted_in', 'opted_out'] as const),
      optIn: { status: 'unknown' as const, at: null, source: null },
      blockedAt: random.chance(0.002) ? iso(Date.now()) : null,
    }
  })
  const contacts = await store.contacts.insertMany(people)
  await store.contactIdentities.insertMany(
    contacts.map(({ id, phone }) => ({ contactId: id, kind: 'phone' as const, value: phone!.slice(1) })),
  )
  return contacts
}

function makeFields(random: Random): Record<string, string | number> {
  if (random.chance(0.5)) return {}
  return { City: random.pick(['Lisboa', 'Porto', 'Recife', 'Berlin']), Points: random.between(0, 900) }
}

const prices = ['service', 'service', 'service', 'utility', 'marketing'].map((category) => ({
  category,
  billable: category !== 'service',
  model: 'PMP',
}))

type Line = {
  at: number
  inbound: boolean
  text: string
  status: MessageStatus
  answers: number | null
  isFirst: boolean
}

type Amount = { from: number; wanted: number; mean: number }

async function writeTalk(shop: Shop, contacts: readonly Contact[], { from, wanted, mean }: Amount): Promise<number> {
  const { store, random, now, channels, team } = shop
  const begun = contacts.length === 0 ? now : Date.parse(contacts[0]!.createdAt)
  const lengths = fit(
    contacts.map(() => lengthOf(random, mean)),
    wanted,
  )
  const talks = contacts.map((contact, index) => ({ contact, lines: linesOf(random, lengths[index]!, begun, now) }))
  const conversations = await store.conversations.insertMany(
    talks.map(({ contact, lines }) => ({
      channelId: channels[random.chance(0.8) ? 0 : 1]!.id,
      contactId: contact.id,
      contactName: contact.displayName,
      contactPhone: contact.phone,
      assignedTo: random.chance(0.6) ? random.pick(team).id : null,
      tags: makeTags(random),
      ...factsOf(random, lines, now),
    })),
  )
  const messages = talks.flatMap(({ lines }, index) =>
    lines.map((line, place) => messageOf(shop, conversations[index]!, line, `${from + index}.${place}`)),
  )
  await writeAll(messages, (part) => store.messages.insertMany(part))
  const owner = team[0]!
  await store.conversationReads.insertMany(
    conversations.map(({ id, inboundCount, unreadCount }) => ({
      id: `${owner.id}.${id}`,
      userId: owner.id,
      conversationId: id,
      seen: Math.max(0, inboundCount - unreadCount),
    })),
  )
  return messages.length
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
const steps = (count: number) => Array.from({ length: Math.ceil(count / batch) }, (_, index) => index * batch)

/** Most chats are short, some are long, a few never end. */
function lengthOf(random: Random, mean: number): number {
  const kind = random.next()
  const share = kind < 0.8 ? 0.4 : kind < 0.98 ? 2 : kind < 0.999 ? 14 : 35
  return Math.max(1, Math.round(mean * share * (0.5 + random.next())))
}

/** The same with another sum; nobody is left with nothing to say. */
function fit(lengths: readonly number[], wanted: number): number[] {
  let over = sum(lengths) - wanted
  return lengths.map((length) => {
    const fitting = Math.max(1, length - Math.max(over, -length))
    over -= length - fitting
    return fitting
  })
}

/** Days with a few lines each, the last of them anywhere between the beginning and now. */
function linesOf(random: Random, count: number, begun: number, now: number): Line[] {
  const times: number[] = []
  while (times.length < count) {
    let at = begun + random.next() * Math.min(longestTalk, now - begun)
    for (let said = Math.min(count - times.length, random.between(2, 14)); said > 0; said--) {
      if (at < now) times.push(at)
      else times.push(now - random.between(1, 60) * minute)
      at += random.between(20, 900) * 1000
    }
  }
  times.sort((a, b) => a - b)
  let waitingSince: number | null = null
  let isAnswered = false
  return times.map((at) => {
    const inbound = random.chance(0.52)
    const answers = !inbound && waitingSince !== null ? Math.round((at - waitingSince) / 1000) : null
    const isFirst = answers !== null && !isAnswered
    waitingSince = inbound ? (waitingSince ?? at) : null
    isAnswered ||= isFirst
    const status = inbound
      ? 'received'
      : random.pick(['read', 'read', 'read', 'delivered', 'delivered', 'sent'] as const)
    return {
      at,
      inbound,
      text: makeText(random),
      status: !inbound && random.chance(0.01) ? 'failed' : status,
      answers,
      isFirst,
    }
  })
}

function factsOf(random: Random, lines: readonly Line[], now: number) {
  const end = lines.at(-1)!
  const inbound = lines.filter((line) => line.inbound)
  const lastInbound = inbound.at(-1)?.at
  const waits = end.inbound
  const isClosed = random.chance(now - end.at > 20 * day ? 0.9 : 0.3)
  return {
    status: isClosed ? ('closed' as const) : random.chance(0.2) ? ('pending' as const) : ('open' as const),
    unreadCount: waits && !isClosed && random.chance(0.4) ? 1 : 0,
    inboundCount: inbound.length,
    needsReply: waits && !isClosed,
    waitingSince: waits && !isClosed ? iso(end.at) : null,
    snoozedUntil: random.chance(0.02) ? iso(now + random.between(1, 20) * day) : null,
    lastMessageAt: iso(end.at),
    lastInboundAt: lastInbound === undefined ? null : iso(lastInbound),
    windowExpiresAt: lastInbound === undefined ? null : iso(lastInbound + day),
    lastMessage: {
      id: 'msg_scale',
      type: 'text' as const,
      direction: end.inbound ? ('inbound' as const) : ('outbound' as const),
      status: end.status,
      preview: end.text,
      sentAt: iso(end.at),
    },
  }
}

function messageOf({ random, team }: Shop, conversation: Conversation, line: Line, place: string) {
  const { at, inbound, text, status, answers, isFirst } = line
  const byRule = !inbound && random.chance(0.1)
  return {
    conversationId: conversation.id,
    channelId: conversation.channelId,
    contactId: conversation.contactId,
    direction: inbound ? ('inbound' as const) : ('outbound' as const),
    type: 'text' as const,
    content: { text },
    status,
    rank: statusRank[status],
    statusHistory: [{ status, at: iso(at) }],
    providerMessageId: `wamid.scale.${place}`,
    sentAt: iso(at),
    reactions: [],
    pricing: inbound ? null : random.pickEarly(prices),
    source: inbound ? ('contact' as const) : byRule ? ('automation' as const) : ('user' as const),
    userId: inbound || byRule ? null : (conversation.assignedTo ?? random.pick(team).id),
    answerSeconds: answers,
    isFirstAnswer: isFirst,
    searchText: text,
  }
}
