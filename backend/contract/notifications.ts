import * as z from 'zod'
import { defineRoutes } from './route.ts'
import { Id, Instant, PageQuery, Pagination, QueryFlag } from './values.ts'

export const NotificationKind = z.enum(['mention', 'assigned', 'woke', 'reminder', 'not_sent'])
export type NotificationKind = z.infer<typeof NotificationKind>

export const Notification = z.object({
  id: Id,
  createdAt: Instant,
  kind: NotificationKind,
  conversationId: Id,
  contactName: z.string(),
  /** Who caused it; null when a time had come or the customer wrote. */
  actorName: z.string().nullable(),
  preview: z.string(),
  /** The note that mentions the person. */
  entryId: Id.nullable(),
  readAt: Instant.nullable(),
})
export type Notification = z.infer<typeof Notification>

/** Counting stops here: more is shown as "99+". */
export const mostUnread = 100

export const notifications = defineRoutes({
  list: {
    method: 'GET',
    path: '/notifications',
    query: PageQuery.extend({ unread: QueryFlag.optional() }),
    result: z.object({ notifications: z.array(Notification), unread: z.number(), pagination: Pagination }),
    summary: 'What concerns you, the latest first',
  },
  read: {
    method: 'POST',
    path: '/notifications/:notificationId/read',
    result: z.object({ notification: Notification, unread: z.number() }),
    summary: 'Mark one as read',
  },
  readAll: {
    method: 'POST',
    path: '/notifications/read-all',
    result: z.object({ unread: z.number() }),
    summary: 'Mark all as read',
  },
})
