import type { ColumnTarget, ImportCounts, ImportOptions, ImportReport } from '../../contract/contact-import.ts'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import { recordDeed } from '../audit/record.ts'
import { proposeColumns } from './columns.ts'
import { BrokenCsv, openCsv, type CsvFile, type CsvRow } from './csv-file.ts'
import { countBatch, writeBatch } from './import-batch.ts'
import { readRow, RowProblem, type ImportedContact } from './import-row.ts'

const batchSize = 500
const shownProblems = 100
const sampleRows = 3

type File = { path: string; bytes: number }
type Importing = Context & { flush: () => void }

/**
 * Reads a file of contacts and stores them batch by batch, so a file of any length needs little memory. What was stored
 * before a crash stays; importing the same file again finishes it, because numbers are recognised.
 */
export async function importContacts(context: Importing, file: File, options: ImportOptions): Promise<ImportReport> {
  const csv = await openCsv(file.path, file.bytes, options)
  const proposed = proposeColumns(csv.headers)
  const columns = csv.headers.map((_, index) => options.columns?.[index] ?? proposed[index]!)
  // A dry run may show the columns first, so that a person can say which one it is.
  if (!columns.includes('phone') && !options.dryRun) throw new AppError('contact.file_has_no_numbers')
  const run = { context, options, columns, country: await countryOf(context, options), ...emptyRun() }
  const complete = await readAll(run, csv)
  report(run, 1)
  const { rows, created, updated } = run.counts
  if (!options.dryRun) await recordDeed(context, { action: 'contacts.imported', details: { rows, created, updated } })
  return {
    importId: options.importId,
    dryRun: options.dryRun,
    delimiter: csv.delimiter,
    encoding: csv.encoding,
    columns: csv.headers.map((header, index) => ({
      header: header.slice(0, 200),
      target: columns[index]!,
      samples: run.samples.map((cells) => (cells[index] ?? '').slice(0, 80)),
    })),
    problems: run.problems,
    complete,
    ...run.counts,
  }
}

type Run = ReturnType<typeof emptyRun> & {
  context: Importing
  options: ImportOptions
  columns: ColumnTarget[]
  country: string | null
}

function emptyRun() {
  const counts: ImportCounts = { rows: 0, created: 0, updated: 0, skipped: 0, failed: 0 }
  return { counts, problems: [] as ImportReport['problems'], samples: [] as string[][], seen: new Set<string>() }
}

async function readAll(run: Run, csv: CsvFile): Promise<boolean> {
  let batch: ImportedContact[] = []
  let isComplete = true
  try {
    for await (const row of csv.rows) {
      const contact = take(run, row)
      if (contact) batch.push(contact)
      if (run.counts.rows % batchSize !== 0) continue
      await finish(run, batch)
      batch = []
      report(run, csv.done())
    }
  } catch (error) {
    if (!(error instanceof BrokenCsv)) throw error
    fail(run, error.line, error.message, null)
    isComplete = false
  }
  await finish(run, batch)
  return isComplete
}

function take(run: Run, { line, cells }: CsvRow): ImportedContact | undefined {
  run.counts.rows++
  if (run.samples.length < sampleRows) run.samples.push(cells)
  try {
    return readRow(cells, run.columns, run.country)
  } catch (error) {
    if (!(error instanceof RowProblem)) throw error
    fail(run, line, error.message, error.value)
    return undefined
  }
}

function fail({ counts, problems }: Run, line: number, message: string, value: string | null): void {
  counts.failed++
  if (problems.length < shownProblems) problems.push({ line, message, value })
}

async function finish({ context, options, counts, seen }: Run, batch: readonly ImportedContact[]): Promise<void> {
  if (batch.length === 0) return
  const result = options.dryRun
    ? await countBatch(context, batch, options, seen)
    : await writeBatch(context, batch, options)
  counts.created += result.created
  counts.updated += result.updated
  counts.skipped += result.skipped
}

function report({ context, options, counts }: Run, done: number): void {
  context.notify({ name: 'contacts:import', payload: { importId: options.importId, done, ...counts } })
  context.flush()
}

async function countryOf({ store, workspaceId }: Context, options: ImportOptions): Promise<string | null> {
  return options.country ?? (await store.workspaces.get(workspaceId))?.settings.defaultCountry ?? null
}
