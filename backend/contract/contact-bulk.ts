import * as z from 'zod'
import { ContactFilter, FieldValue } from './contacts.ts'
import { defineRoutes } from './route.ts'
import { CleanText, Id, Instant, Tag } from './values.ts'

/** In a body a flag is a flag, not a word of a query string. */
export const ContactBulkFilter = ContactFilter.extend({ blocked: z.boolean().optional() })
export type ContactBulkFilter = z.infer<typeof ContactBulkFilter>

export const ContactBulkChange = z
  .strictObject({
    addTags: z.array(Tag).min(1).max(20).optional(),
    removeTags: z.array(Tag).min(1).max(20).optional(),
    /** Null empties the field. */
    setField: z.strictObject({ name: CleanText.trim().min(1).max(60), value: FieldValue }).optional(),
    blocked: z.boolean().optional(),
    /** For admins, and for good. */
    erase: z.literal(true).optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'Say what should change.')
  .refine(({ erase, ...others }) => !erase || Object.values(others).every((value) => value === undefined), {
    message: 'Whoever is erased cannot be changed too.',
    path: ['erase'],
  })
export type ContactBulkChange = z.infer<typeof ContactBulkChange>

export const ContactBulkState = z.enum(['running', 'done', 'undoing', 'undone'])
export type ContactBulkState = z.infer<typeof ContactBulkState>

export const ContactBulk = z.object({
  id: Id,
  createdAt: Instant,
  userId: Id.nullable(),
  change: ContactBulkChange,
  state: ContactBulkState,
  /** As many as there were at the start. */
  total: z.number(),
  /** Looked at so far, and of these really changed. */
  seen: z.number(),
  changed: z.number(),
  /** It can be taken back until then; null when it cannot. */
  undoUntil: Instant.nullable(),
})
export type ContactBulk = z.infer<typeof ContactBulk>

export const contactBulks = defineRoutes({
  start: {
    method: 'POST',
    path: '/contacts/bulk',
    body: z
      .strictObject({
        ids: z.array(Id).min(1).max(1000).optional(),
        filter: ContactBulkFilter.optional(),
        change: ContactBulkChange,
      })
      .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), 'Name either `ids` or a `filter`.'),
    result: ContactBulk,
    status: 202,
    idempotent: true,
    summary: 'Change or erase many contacts, chosen by id or all that a filter finds',
  },
  get: {
    method: 'GET',
    path: '/contacts/bulk/:contactBulkId',
    result: ContactBulk,
    summary: 'How far a change of many contacts is',
  },
  undo: {
    method: 'POST',
    path: '/contacts/bulk/:contactBulkId/undo',
    result: ContactBulk,
    status: 202,
    summary: 'Take it back, within ten minutes; what was changed since stays',
  },
})
