import { mostUnread, type NotificationKind } from '../../contract/notifications.ts'
import type { Context } from '../../feature.ts'
import type { Conversation } from '../../model/index.ts'
import { day } from '../../platform/clock.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'
import { keepSeen } from '../visibility/viewer.ts'

/** Older ones are removed: nobody looks for them. */
const keptDays = 60

export type News = {
  userId: string
  kind: NotificationKind
  /** Of one key a person is told once. */
  key: string
  conversation: Pick<Conversation, 'id' | 'contactName'>
  preview: string
  entryId?: string
}

/** Tells people what concerns them. Nobody is told what they did themselves. */
export async function notifyPeople(context: Context, news: readonly News[]): Promise<void> {
  const { user, now, notify } = context
  const store = wholeStoreOf(context.store)
  const meant = news.filter(({ userId }) => userId !== user?.id)
  const others = meant.length === 0 ? meant : await keepSeen(store, context.workspaceId, meant)
  if (others.length === 0) return
  const expiresAt = new Date(now().getTime() + keptDays * day).toISOString()
  const inserted = await store.notifications.insertMany(
    others.map(({ userId, kind, key, conversation, preview, entryId }) => ({
      userId,
      kind,
      key,
      conversationId: conversation.id,
      contactName: conversation.contactName,
      actorName: user?.name ?? null,
      preview: preview.slice(0, 200),
      entryId: entryId ?? null,
      expiresAt,
    })),
    { ifTaken: 'skip' },
  )
  for (const notification of inserted) {
    const unread = await countUnread({ store }, notification.userId)
    notify({ name: 'notification:new', to: notification.userId, payload: { notification, unread } })
  }
}

export async function countUnread({ store }: Pick<Context, 'store'>, userId: string): Promise<number> {
  const unread = await store.notifications.find({
    where: { userId, readAt: null },
    sort: ['createdAt', 'desc'],
    limit: mostUnread,
  })
  return unread.length
}
