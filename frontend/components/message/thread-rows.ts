import type { Message } from '#contract/messages.ts'
import type { ThreadEntry } from '#contract/notes.ts'
import { dayKey } from '../../format.ts'
import type { OutboxItem } from '../../state/outbox.ts'

export type ThreadRow =
  | { kind: 'day'; key: string; instant: string }
  | { kind: 'unread'; key: string }
  | { kind: 'note'; key: string; entry: ThreadEntry }
  | { kind: 'activity'; key: string; entry: ThreadEntry }
  | { kind: 'notice'; key: string; message: Message }
  /** `first` and `last` of a group of bubbles by one hand, written close together. */
  | { kind: 'message'; key: string; message: Message; first: boolean; last: boolean; waiting: OutboxItem | null }

const groupSpan = 5 * 60_000

type Options = {
  /** The first message nobody had read when the chat was opened. */
  firstUnreadId: string | null
  waiting: OutboxItem[]
  /** Notes and changes, the oldest first. */
  entries?: readonly ThreadEntry[]
  rowKey: (messageId: string) => string
}

/** The rows of a thread, the oldest first, from messages in that order. */
export function buildRows(messages: Message[], { firstUnreadId, waiting, entries = [], rowKey }: Options): ThreadRow[] {
  const known = new Set(messages.map(({ id }) => id))
  // One that a live event has already brought is drawn from the cache.
  const local = waiting.filter(({ serverId }) => serverId === null || !known.has(serverId))
  const waitingById = new Map(local.map((item) => [item.message.id, item]))
  const shown = inTime([...messages, ...local.map(({ message }) => message)].filter(isDrawn), entries)
  const rows: ThreadRow[] = []

  shown.forEach((item, index) => {
    const instant = timeOf(item)
    const previous = shown[index - 1]
    if (!previous || dayKey(timeOf(previous)) !== dayKey(instant))
      rows.push({ kind: 'day', key: `day:${dayKey(instant)}:${item.id}`, instant })
    if (isEntry(item))
      return void rows.push({ kind: item.kind === 'note' ? 'note' : 'activity', key: item.id, entry: item })
    const message = item
    const before = messageOf(previous)
    const after = messageOf(shown[index + 1])
    if (message.id === firstUnreadId) rows.push({ kind: 'unread', key: 'unread' })
    if (message.type === 'system') return void rows.push({ kind: 'notice', key: message.id, message })
    rows.push({
      kind: 'message',
      key: rowKey(message.id),
      message,
      first: !before || message.id === firstUnreadId || !belongTogether(before, message),
      last: !after || after.id === firstUnreadId || !belongTogether(message, after),
      waiting: waitingById.get(message.id) ?? null,
    })
  })
  return rows
}

type Item = Message | ThreadEntry
const isEntry = (item: Item): item is ThreadEntry => 'kind' in item
const timeOf = (item: Item) => (isEntry(item) ? item.createdAt : item.sentAt)
const messageOf = (item: Item | undefined) => (item && !isEntry(item) ? item : undefined)

/** Two lists in order as one. The messages keep the order they have: the server's, then what waits. */
function inTime(messages: readonly Message[], entries: readonly ThreadEntry[]): Item[] {
  const items: Item[] = []
  let next = 0
  for (const message of messages) {
    while (next < entries.length && entries[next]!.createdAt < message.sentAt) items.push(entries[next++]!)
    items.push(message)
  }
  return [...items, ...entries.slice(next)]
}

/** A reaction is a chip on its message; it has a row only when that message is not stored. */
const isDrawn = ({ type, content }: Message) => type !== 'reaction' || !content['messageId']

export function belongTogether(a: Message, b: Message): boolean {
  return (
    a.direction === b.direction &&
    a.source === b.source &&
    a.userId === b.userId &&
    a.type !== 'system' &&
    b.type !== 'system' &&
    dayKey(a.sentAt) === dayKey(b.sentAt) &&
    Date.parse(b.sentAt) - Date.parse(a.sentAt) < groupSpan
  )
}

/** Counts back from the newest: the n-th message of the customer from below is the first unread one. */
export function firstUnreadOf(newestFirst: Message[], unreadCount: number): string | null {
  if (unreadCount <= 0) return null
  const theirs = newestFirst.filter(
    ({ direction, type }) => direction === 'inbound' && type !== 'reaction' && type !== 'system',
  )
  return theirs[Math.min(unreadCount, theirs.length) - 1]?.id ?? null
}
