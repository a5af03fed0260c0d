import * as z from 'zod'
import { defineRoutes, Done } from './route.ts'
import { CleanText, Id, Instant, PageQuery, Pagination } from './values.ts'

/** What stands in a thread beside its messages: notes of the team, and what the team did to the chat. */
export const ThreadEntryKind = z.enum(['note', 'status', 'assigned', 'snoozed', 'woke', 'tags', 'automation'])
export type ThreadEntryKind = z.infer<typeof ThreadEntryKind>

export const ThreadEntry = z.object({
  id: Id,
  createdAt: Instant,
  updatedAt: Instant,
  conversationId: Id,
  kind: ThreadEntryKind,
  /** Who; null when nobody did it: a customer wrote, or a time had come. */
  userId: Id.nullable(),
  /** Of a note. */
  text: z.string().nullable(),
  mentions: z.array(Id),
  editedAt: Instant.nullable(),
  /** Of a change: a status, a user's id, an instant, a list of tags, or `paused` and `running`. */
  before: z.unknown(),
  after: z.unknown(),
})
export type ThreadEntry = z.infer<typeof ThreadEntry>

const NoteText = CleanText.trim().min(1).max(4096)
const Mentions = z.array(Id).max(20)

export const notes = defineRoutes({
  list: {
    method: 'GET',
    path: '/conversations/:conversationId/notes',
    query: PageQuery,
    result: z.object({ notes: z.array(ThreadEntry), pagination: Pagination }),
    summary: 'Internal notes of a conversation, the latest first',
  },
  create: {
    method: 'POST',
    path: '/conversations/:conversationId/notes',
    body: z.strictObject({ text: NoteText, mentions: Mentions.default([]) }),
    result: ThreadEntry,
    status: 201,
    idempotent: true,
    summary: 'Write a note only the team sees; everybody mentioned is notified',
  },
  update: {
    method: 'PATCH',
    path: '/conversations/:conversationId/notes/:noteId',
    body: z.strictObject({ text: NoteText, mentions: Mentions.default([]) }),
    result: ThreadEntry,
    summary: 'Change your own note',
  },
  remove: {
    method: 'DELETE',
    path: '/conversations/:conversationId/notes/:noteId',
    result: Done,
    summary: 'Delete your own note; admins may delete any',
  },
  activity: {
    method: 'GET',
    path: '/conversations/:conversationId/activity',
    query: PageQuery.extend({ limit: z.coerce.number().int().min(1).max(100).default(50) }),
    result: z.object({ entries: z.array(ThreadEntry), pagination: Pagination }),
    summary: 'Notes and what the team did to a conversation, the latest first',
  },
})
