import * as z from 'zod'
import { defineRoutes } from './route.ts'
import { CleanText, Id, Instant, PageQuery, Pagination, Tag } from './values.ts'

/*
 * `POST /api/contacts/import/csv` is a form, not JSON: the field `options` (JSON, below) and then the file in `file`.
 * It answers with an ImportReport, also for a dry run, which changes nothing. A short file is imported by then (200); a long
 * one is safe on disk and goes on in the background (202), where `GET /api/contacts/imports/:importId` tells how far it is.
 *
 * `GET /api/contacts/imports/:importId/problems` is a table of the rows that could not be used, to be corrected and
 * imported again.
 */
export const importPath = '/contacts/import/csv'

/** What a column becomes; `field:City` is the custom field "City". */
export const ColumnTarget = z.union([
  z.enum(['ignore', 'name', 'firstName', 'lastName', 'phone', 'email', 'language', 'tags', 'optIn']),
  z.templateLiteral(['field:', z.string().min(1).max(60)]),
])
export type ColumnTarget = z.infer<typeof ColumnTarget>

export const delimiters = [',', ';', '\t', '|'] as const
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const

export const ImportOptions = z.strictObject({
  dryRun: z.boolean().default(false),
  /** One target per column; what is left out is proposed from the headers. */
  columns: z.array(ColumnTarget).max(500).optional(),
  delimiter: z.enum(delimiters).optional(),
  encoding: z.enum(encodings).optional(),
  /** What happens to a row whose number is known. */
  existing: z.enum(['update', 'skip']).default('update'),
  /** Given to every contact of the file. */
  tags: z.array(Tag).max(20).default([]),
  /** Numbers without a country code are of this country; else of the workspace's. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  /** The persons of the file agreed to be written to, and this is where they said so. */
  optInSource: CleanText.trim().max(120).optional(),
})
export type ImportOptions = z.output<typeof ImportOptions>

export const ImportCounts = z.object({
  rows: z.number(),
  created: z.number(),
  updated: z.number(),
  /** The number is known, and known ones were to be left alone. */
  skipped: z.number(),
  failed: z.number(),
})
export type ImportCounts = z.infer<typeof ImportCounts>

/** `line` is the line of the file where the row starts, as an editor counts. */
export const ImportProblem = z.object({ line: z.number(), message: z.string(), value: z.string().nullable() })
export type ImportProblem = z.infer<typeof ImportProblem>

/** `failed`: something other than the file was wrong. `undone`: what it added and nobody used since is gone again. */
export const ImportState = z.enum(['running', 'done', 'cancelled', 'failed', 'undoing', 'undone'])
export type ImportState = z.infer<typeof ImportState>

export const ImportReport = ImportCounts.extend({
  /** Null for a dry run. */
  importId: Id.nullable(),
  state: ImportState.nullable(),
  dryRun: z.boolean(),
  delimiter: z.string(),
  encoding: z.enum(encodings),
  columns: z.array(z.object({ header: z.string(), target: ColumnTarget, samples: z.array(z.string()) })),
  /** The first hundred; `failed` counts them all. */
  problems: z.array(ImportProblem),
  /** False when the file could not be read to its end; what came before is imported. */
  complete: z.boolean(),
})
export type ImportReport = z.infer<typeof ImportReport>

export const ContactImport = ImportCounts.extend({
  id: Id,
  createdAt: Instant,
  finishedAt: Instant.nullable(),
  userId: Id.nullable(),
  fileName: z.string().nullable(),
  state: ImportState,
  /** From 0 to 1, by bytes of the file. */
  done: z.number(),
  complete: z.boolean(),
  error: z.string().nullable(),
  /** Contacts that went again when it was taken back. */
  removed: z.number(),
})
export type ContactImport = z.infer<typeof ContactImport>

/** The rows that could not be used are kept up to this many. */
export const keptProblems = 10_000

export const contactImports = defineRoutes({
  list: {
    method: 'GET',
    path: '/contacts/imports',
    query: PageQuery,
    result: z.object({ imports: z.array(ContactImport), pagination: Pagination }),
    summary: 'Your imports of the last 30 days, for admins those of everybody, the latest first',
  },
  get: {
    method: 'GET',
    path: '/contacts/imports/:importId',
    result: ContactImport.extend({ problems: z.array(ImportProblem) }),
    summary: 'How far an import is, and the first hundred rows it could not use',
  },
  cancel: {
    method: 'POST',
    path: '/contacts/imports/:importId/cancel',
    result: ContactImport,
    summary: 'Stop an import; what it stored so far stays',
  },
  undo: {
    method: 'POST',
    path: '/contacts/imports/:importId/undo',
    result: ContactImport,
    status: 202,
    summary: 'Remove the contacts an import added, except those that were changed, written to or given a lead since',
  },
})
