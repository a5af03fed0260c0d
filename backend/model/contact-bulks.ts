import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import type { ContactBulkChange, ContactBulkState } from '../contract/contact-bulk.ts'
import type { ContactFilter } from '../contract/contacts.ts'
import { instant, integer, json, ownedColumns, text } from './columns.ts'
import { workspaces } from './workspaces.ts'

/** One change of many contacts. It walks along `createdAt`, so a contact that no longer fits the filter was still met once. */
export const contactBulks = pgTable(
  'contact_bulks',
  {
    ...ownedColumns(),
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    userId: text(),
    change: json<ContactBulkChange>().notNull(),
    /** The one or the other says whom. */
    ids: json<string[]>(),
    filter: json<ContactFilter>(),
    state: text().$type<ContactBulkState>().notNull(),
    total: integer().notNull(),
    seen: integer().notNull().default(0),
    changed: integer().notNull().default(0),
    /** The last contact that was met. */
    atCreated: instant(),
    atId: text(),
    undoUntil: instant(),
    expiresAt: instant().notNull(),
  },
  (bulk) => [index('contact_bulks_expiry').on(bulk.expiresAt)],
)

export type ContactBulkFacts = {
  id: string
  tags: string[]
  value: string | number | boolean | null
  blockedAt: string | null
}

/** What a batch of contacts was before and after; a row of its own for each contact would be more than the change. */
export const contactBulkBatches = pgTable(
  'contact_bulk_batches',
  {
    ...ownedColumns(),
    contactBulkId: text()
      .notNull()
      .references(() => contactBulks.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
    before: json<ContactBulkFacts[]>().notNull(),
    after: json<ContactBulkFacts[]>().notNull(),
  },
  (batch) => [uniqueIndex('contact_bulk_batches_position').on(batch.contactBulkId, batch.position)],
)
