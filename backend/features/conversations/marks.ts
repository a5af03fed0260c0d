import type { Context } from '../../feature.ts'
import type { Conversation, User } from '../../model/index.ts'

const markId = (userId: string, conversationId: string) => `${userId}.${conversationId}`

type Marked = Conversation & { seenByMe?: number; unreadByMe?: number }

/** Adds to a page what the asking person has not seen of it: one query for all rows. */
export async function withMarks(context: Context, rows: readonly Conversation[]): Promise<Marked[]> {
  const { store, user } = context
  if (!user || rows.length === 0) return [...rows]
  const marks = await store.conversationReads.getMany(rows.map(({ id }) => markId(user.id, id)))
  const seenOf = new Map(marks.map(({ conversationId, seen }) => [conversationId, seen]))
  return rows.map((row) => {
    const seenByMe = seenOf.get(row.id) ?? seenByNewcomer(row, user)
    return { ...row, seenByMe, unreadByMe: Math.max(0, row.inboundCount - seenByMe) }
  })
}

/** Somebody who never opened a chat has seen nothing of it, except what was there before they came. */
function seenByNewcomer(row: Conversation, me: Pick<User, 'createdAt'>): number {
  if (row.createdAt >= me.createdAt) return 0
  const isNews = row.lastInboundAt !== null && row.lastInboundAt > me.createdAt
  return isNews ? row.inboundCount - Math.max(1, row.unreadCount) : row.inboundCount
}

/** Opening a chat only ever raises the mark; putting it back among the unread sets it. */
export async function setMark(
  { store, user, notify }: Context,
  conversationId: string,
  seen: number,
  how: 'raise' | 'set',
): Promise<void> {
  if (!user) return
  const id = markId(user.id, conversationId)
  const onlyIf = how === 'raise' ? { seen: { lt: seen } } : {}
  const changed = await store.conversationReads.update(id, { seen }, { onlyIf })
  const inserted = changed
    ? []
    : await store.conversationReads.insertMany([{ id, userId: user.id, conversationId, seen }], { ifTaken: 'skip' })
  if (changed || inserted.length > 0)
    notify({ name: 'conversation:read', to: user.id, payload: { conversationId, seen } })
}
