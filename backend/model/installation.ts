import { index, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import { instant, integer, json, ownedColumns, text } from './columns.ts'
import { workspaces } from './workspaces.ts'

/** One row, about this data itself. */
export const installations = pgTable('installations', {
  id: text().primaryKey(),
  createdAt: instant().notNull(),
  updatedAt: instant().notNull(),
  /** Where it lives; a copy of it lives elsewhere (platform/place.ts). */
  place: text().notNull(),
  /** See version.ts. */
  version: integer().notNull(),
})

/** Who did what, for owners to read. Written once and never changed; names are kept as they were at that moment. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    ...ownedColumns(),
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    /** Null when nobody of the team did it: a stranger who tried to sign in, or Parley itself. */
    actorId: text(),
    actorName: text(),
    action: text().notNull(),
    subjectId: text(),
    subjectName: text(),
    details: json<Record<string, string | number | boolean | null>>().notNull(),
    ip: text(),
    /** Its place in the chain of the workspace, and what proves it; null until it is sealed, seconds later. */
    sequence: integer(),
    seal: text(),
  },
  (entry) => [
    index('audit_entries_recent').on(entry.workspaceId, entry.createdAt),
    index('audit_entries_actor').on(entry.workspaceId, entry.actorId, entry.createdAt),
    index('audit_entries_action').on(entry.workspaceId, entry.action, entry.createdAt),
    uniqueIndex('audit_entries_chain').on(entry.workspaceId, entry.sequence),
    index('audit_entries_unsealed').on(entry.sequence, entry.createdAt),
  ],
)

/** The end of each workspace's chain, so that nobody can cut it off unseen. */
export const auditHeads = pgTable(
  'audit_heads',
  {
    ...ownedColumns(),
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    sequence: integer().notNull(),
    seal: text().notNull(),
  },
  (head) => [uniqueIndex('audit_heads_workspace').on(head.workspaceId)],
)
