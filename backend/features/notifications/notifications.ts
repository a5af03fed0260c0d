import { notifications as routes } from '../../contract/notifications.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import { readPage } from '../pages.ts'
import { countUnread } from './notify.ts'

/** A program has nobody to tell. */
const personOf = ({ user }: Context): string => {
  if (!user) throw new AppError('auth.forbidden')
  return user.id
}

async function listNotifications(context: Context, query: Parsed<typeof routes.list>['query']) {
  const userId = personOf(context)
  const { rows, pagination } = await readPage(context.store.notifications, query, {
    where: { userId, ...(query.unread ? { readAt: null } : {}) },
    sort: ['createdAt', 'desc'],
  })
  return { notifications: rows, unread: await countUnread(context, userId), pagination }
}

async function readOne(context: Context, id: string) {
  const { store, now, notify } = context
  const userId = personOf(context)
  const unreadOne = { onlyIf: { userId, readAt: null } }
  const changed = await store.notifications.update(id, { readAt: now().toISOString() }, unreadOne)
  const notification = changed ?? (await store.notifications.get(id))
  if (notification?.userId !== userId) throw new AppError('notification.not_found')
  const unread = await countUnread(context, userId)
  if (changed) notify({ name: 'notification:read', to: userId, payload: { notificationId: id, unread } })
  return { notification, unread }
}

async function readAll(context: Context) {
  const { store, now, notify } = context
  const userId = personOf(context)
  await store.notifications.updateWhere({ userId, readAt: null }, { readAt: now().toISOString() })
  notify({ name: 'notification:read', to: userId, payload: { notificationId: null, unread: 0 } })
  return { unread: 0 }
}

export const notifications = implement(routes, {
  list: (context, { query }) => listNotifications(context, query),
  read: (context, { params }) => readOne(context, params.notificationId),
  readAll,
})
