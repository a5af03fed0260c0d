import {
  type ImportCounts,
  type ImportOptions,
  type ImportProblem,
  type ImportReport,
} from '../../contract/contact-import.ts'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { ContactImport } from '../../model/index.ts'
import { day, minute } from '../../platform/clock.ts'
import { countBatch } from './import-batch.ts'
import type { ImportWork } from './import-news.ts'
import { importJob, runImport, type ImportDeps } from './import-run.ts'
import { openSheet, readChunks, type ImportFile, type Sheet } from './import-sheet.ts'

/** Read within the request, so that a short list is there at once. */
const shortFile = 128 * 1024
const keptFor = 30 * day
const shownProblems = 100
const sampleRows = 3
const rehearsed = 200

type Upload = ImportFile & {
  sha256: string
  fileName: string | null
  /** Makes the file one of ours, that outlives the request. */
  keep: () => Promise<void>
}

/**
 * Begins an import, or rehearses it. A real one is a record and a job before anything is stored: whatever happens to the
 * process, it goes on where it was.
 */
export async function startImport(
  context: ImportWork,
  deps: ImportDeps,
  upload: Upload,
  options: ImportOptions,
): Promise<ImportReport> {
  const sheet = await openSheet(context, upload, options)
  if (options.dryRun) return rehearse(context, sheet, options)
  await sheet.rows.return(undefined)
  if (!sheet.targets.includes('phone')) throw new AppError('contact.file_has_no_numbers')
  await upload.keep()
  const isShort = upload.bytes <= shortFile
  const { id } = await enlist(context, upload, sheet, options, isShort)
  if (isShort) {
    await runImport(context, deps, id)
    await context.store.cancel([`${importJob}:${id}`])
  }
  const one = (await context.store.contactImports.get(id))!
  return { ...one, ...describe(sheet, []), importId: id, dryRun: false, problems: await problemsOf(context, id) }
}

/** A short file is read at once; its job is for the case that this process ends meanwhile. */
async function enlist(context: Context, upload: Upload, sheet: Sheet, options: ImportOptions, isShort: boolean) {
  const { now, user } = context
  return context.store.transaction(async (store): Promise<ContactImport> => {
    const one = await store.contactImports.insert({
      userId: user?.id ?? null,
      fileName: upload.fileName?.slice(0, 200) ?? null,
      bytes: upload.bytes,
      sha256: upload.sha256,
      options,
      columns: sheet.headers.map((header, index) => ({ header: header.slice(0, 200), target: sheet.targets[index]! })),
      state: 'running',
      expiresAt: new Date(now().getTime() + keptFor).toISOString(),
    })
    const runAt = new Date(now().getTime() + (isShort ? minute : 0)).toISOString()
    await store.schedule([{ kind: importJob, key: `${importJob}:${one.id}`, runAt, payload: { importId: one.id } }])
    return one
  })
}

export async function problemsOf({ store }: Pick<Context, 'store'>, importId: string): Promise<ImportProblem[]> {
  return store.contactImportProblems.find({ where: { importId }, sort: ['line', 'asc'], limit: shownProblems })
}

/** Without a column of numbers it still shows the columns, so that a person can say which one it is. */
async function rehearse(context: Context, sheet: Sheet, options: ImportOptions): Promise<ImportReport> {
  const counts: ImportCounts = { rows: 0, created: 0, updated: 0, skipped: 0, failed: 0 }
  const problems: ImportProblem[] = []
  const samples: string[][] = []
  const seen = new Set<string>()
  let complete = true
  const onRow = ({ cells }: { cells: string[] }) => void (samples.length < sampleRows && samples.push(cells))
  for await (const chunk of readChunks(sheet, rehearsed, { onRow })) {
    const result = await countBatch(context, chunk.contacts, options, seen)
    counts.rows += chunk.rows
    counts.created += result.created
    counts.updated += result.updated
    counts.skipped += result.skipped
    counts.failed += chunk.problems.length
    problems.push(...chunk.problems.slice(0, shownProblems - problems.length))
    if (chunk.isBroken) complete = false
  }
  return { ...describe(sheet, samples), importId: null, state: null, dryRun: true, problems, complete, ...counts }
}

function describe({ delimiter, encoding, headers, targets }: Sheet, samples: readonly string[][]) {
  const columns = headers.map((header, index) => ({
    header: header.slice(0, 200),
    target: targets[index]!,
    samples: samples.map((cells) => (cells[index] ?? '').slice(0, 80)),
  }))
  return { delimiter, encoding, columns }
}
