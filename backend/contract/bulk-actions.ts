import * as z from 'zod'
import { ConversationStatus } from './conversations.ts'
import { defineRoutes } from './route.ts'
import { ViewFilter } from './saved-views.ts'
import { Id, Instant, InstantInput, Tag } from './values.ts'

export const BulkChange = z
  .strictObject({
    status: ConversationStatus.optional(),
    assignedTo: Id.nullable().optional(),
    addTags: z.array(Tag).max(20).optional(),
    removeTags: z.array(Tag).max(20).optional(),
    snoozedUntil: InstantInput.nullable().optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'Say what should change.')
export type BulkChange = z.infer<typeof BulkChange>

/** `undone`: what nobody changed since is as it was. `expired`: the time to take it back is over. */
export const BulkState = z.enum(['running', 'done', 'undoing', 'undone'])
export type BulkState = z.infer<typeof BulkState>

export const BulkAction = z.object({
  id: Id,
  createdAt: Instant,
  userId: Id.nullable(),
  change: BulkChange,
  state: BulkState,
  /** Null while the matches of a filter are still being counted. */
  total: z.number().nullable(),
  done: z.number(),
  /** It can be taken back until then. */
  undoUntil: Instant,
})
export type BulkAction = z.infer<typeof BulkAction>

/** More than these are not changed by one action. */
export const mostInBulk = 10_000

export const bulkActions = defineRoutes({
  start: {
    method: 'POST',
    path: '/conversations/bulk',
    body: z
      .strictObject({
        ids: z.array(Id).min(1).max(1000).optional(),
        filter: ViewFilter.optional(),
        change: BulkChange,
      })
      .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), 'Name either `ids` or a `filter`.'),
    result: BulkAction,
    status: 202,
    idempotent: true,
    summary: 'Change many conversations, chosen by id or by a filter',
  },
  get: { method: 'GET', path: '/bulk-actions/:bulkActionId', result: BulkAction, summary: 'How far it is' },
  undo: {
    method: 'POST',
    path: '/bulk-actions/:bulkActionId/undo',
    result: BulkAction,
    status: 202,
    summary: 'Take it back, within ten minutes; what was changed since stays',
  },
})
