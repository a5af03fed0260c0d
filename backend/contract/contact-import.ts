import * as z from 'zod'
import { CleanText, Id, Tag } from './values.ts'

/*
 * `POST /api/contacts/import/csv` is a form, not JSON: the field `options` (JSON, below) and then the file in `file`.
 * It answers with an ImportReport, also for a dry run, which changes nothing.
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
  /** Made by the caller, to know its own progress among others. */
  importId: Id.default('import'),
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

export const ImportReport = ImportCounts.extend({
  importId: Id,
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

/** `done` goes from 0 to 1. */
export const ContactImportProgress = ImportCounts.extend({ importId: Id, done: z.number() })
export type ContactImportProgress = z.infer<typeof ContactImportProgress>
