import { index, pgTable } from 'drizzle-orm/pg-core'
import type { ColumnTarget, ImportOptions, ImportState } from '../contract/contact-import.ts'
import { double, flag, instant, integer, json, ownedColumns, text } from './columns.ts'
import { workspaces } from './workspaces.ts'

/** One file that becomes contacts. The counts say how far it is: whoever goes on starts behind `rows` rows. */
export const contactImports = pgTable(
  'contact_imports',
  {
    ...ownedColumns(),
    workspaceId: text()
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    userId: text(),
    fileName: text(),
    bytes: integer().notNull(),
    /** The file in platform/media; null once nobody needs it. */
    sha256: text(),
    options: json<ImportOptions>().notNull(),
    columns: json<{ header: string; target: ColumnTarget }[]>().notNull(),
    state: text().$type<ImportState>().notNull(),
    rows: integer().notNull().default(0),
    created: integer().notNull().default(0),
    updated: integer().notNull().default(0),
    skipped: integer().notNull().default(0),
    failed: integer().notNull().default(0),
    /** Contacts that went again when the import was taken back. */
    removed: integer().notNull().default(0),
    /** From 0 to 1. */
    done: double().notNull().default(0),
    complete: flag().notNull().default(true),
    error: text(),
    finishedAt: instant(),
    expiresAt: instant().notNull(),
  },
  (one) => [
    index('contact_imports_recent').on(one.workspaceId, one.createdAt),
    index('contact_imports_expiry').on(one.expiresAt),
  ],
)

/** A row that could not be imported, as it stood in the file. */
export const contactImportProblems = pgTable(
  'contact_import_problems',
  {
    ...ownedColumns(),
    importId: text()
      .notNull()
      .references(() => contactImports.id, { onDelete: 'cascade' }),
    line: integer().notNull(),
    message: text().notNull(),
    value: text(),
    cells: json<string[]>().notNull(),
  },
  (problem) => [
    index('contact_import_problems_line').on(problem.importId, problem.line),
    index('contact_import_problems_created').on(problem.workspaceId, problem.createdAt),
  ],
)
