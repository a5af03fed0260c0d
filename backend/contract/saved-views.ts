import * as z from 'zod'
import { ConversationStatus } from './conversations.ts'
import { defineRoutes, Done } from './route.ts'
import { CleanText, Id, Instant, Label, Tag } from './values.ts'

/** What a list of conversations is narrowed by; everything given must hold. */
export const ViewFilter = z.strictObject({
  status: ConversationStatus.optional(),
  /** A user's id, `me`, or `none`. */
  assignedTo: z.string().max(80).optional(),
  tag: Tag.optional(),
  channelId: Id.optional(),
  needsReply: z.boolean().optional(),
  /** By the person who looks. */
  unread: z.boolean().optional(),
  snoozed: z.literal(true).optional(),
  /** The id of a segment: chats with its contacts. */
  segment: Id.optional(),
  search: CleanText.trim().min(1).max(200).optional(),
})
export type ViewFilter = z.infer<typeof ViewFilter>

export const SavedView = z.object({
  id: Id,
  createdAt: Instant,
  updatedAt: Instant,
  name: z.string(),
  filter: ViewFilter,
  /** Seen by the whole team; others see only their own. */
  shared: z.boolean(),
  /** Whose it is: that person and admins may change it. */
  ownerId: Id,
})
export type SavedView = z.infer<typeof SavedView>

export const savedViews = defineRoutes({
  list: {
    method: 'GET',
    path: '/saved-views',
    result: z.object({ savedViews: z.array(SavedView) }),
    summary: 'Your views of the inbox and those shared with the team, by name',
  },
  create: {
    method: 'POST',
    path: '/saved-views',
    body: z.strictObject({ name: Label, filter: ViewFilter, shared: z.boolean().default(false) }),
    result: SavedView,
    status: 201,
    idempotent: true,
    summary: 'Save a view',
  },
  update: {
    method: 'PATCH',
    path: '/saved-views/:savedViewId',
    body: z.strictObject({
      name: Label.optional(),
      filter: ViewFilter.optional(),
      shared: z.boolean().optional(),
    }),
    result: SavedView,
    summary: 'Rename a view, change its filter, share it',
  },
  remove: { method: 'DELETE', path: '/saved-views/:savedViewId', result: Done, summary: 'Delete a view' },
})
