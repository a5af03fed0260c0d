import * as z from 'zod'
import { MessageDirection } from './messages.ts'
import { defineRoutes } from './route.ts'
import { CleanText, Id, Instant } from './values.ts'

export const SearchGroup = z.enum(['contacts', 'messages', 'notes'])
export type SearchGroup = z.infer<typeof SearchGroup>

export const SearchHit = z.object({
  /** Of the message, the note or the contact. */
  id: Id,
  conversationId: Id.nullable(),
  contactId: Id,
  contactName: z.string(),
  snippet: z.string(),
  /** Where the words stand in the snippet: from, to (not included). */
  marks: z.array(z.tuple([z.number(), z.number()])),
  at: Instant,
  /** Of messages. */
  direction: MessageDirection.nullable(),
})
export type SearchHit = z.infer<typeof SearchHit>

export const search = defineRoutes({
  find: {
    method: 'GET',
    path: '/search',
    query: z.strictObject({
      /** Every word must be there, in any order; letters with accents are found without them. */
      q: CleanText.trim().min(2).max(200),
      /** Only this one; needed to go on with a cursor. */
      group: SearchGroup.optional(),
      limit: z.coerce.number().int().min(1).max(50).default(5),
      cursor: z.string().max(300).optional(),
    }),
    result: z.object({
      groups: z.array(z.object({ group: SearchGroup, hits: z.array(SearchHit), nextCursor: z.string().nullable() })),
    }),
    summary: 'Search people, messages and notes',
  },
})
