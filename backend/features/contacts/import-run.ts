import { keptProblems } from '../../contract/contact-import.ts'
import type { Context, ContextFor } from '../../feature.ts'
import type { ContactImport } from '../../model/index.ts'
import { RunAgainAt, type Job } from '../../platform/jobs/jobs.ts'
import { recordDeed } from '../audit/record.ts'
import { hasLeft } from '../team/starters.ts'
import { repeatOnRace, writeRows } from './import-batch.ts'
import { tellImport, type ImportWork } from './import-news.ts'
import { openSheet, readChunks, type Chunk } from './import-sheet.ts'
import { undoImport } from './import-undo.ts'

export const importJob = 'contact-import'

const batchSize = 500
/** Then the job makes room for others, and a process that stops has not long to wait. */
const batchesPerTurn = 20
/** Cells of a row that cannot be used, together; more are not worth keeping. */
const keptCells = 16 * 1024

export type ImportDeps = { pathOf: (sha256: string) => string; removeFile: (sha256: string) => Promise<void> }

/** Goes on with an import, or with taking it back; as often as it must. */
export async function continueImport(deps: ImportDeps, contextFor: ContextFor, job: Job): Promise<void> {
  const context: ImportWork = contextFor(job.workspaceId)
  const id = String(job.payload['importId'])
  const one = await context.store.contactImports.get(id)
  if (!one) return
  context.user = (one.userId && (await context.store.users.get(one.userId))) || null
  if (one.state === 'undoing') return undoImport(context, id)
  try {
    if (await hasLeft(context.store, one.userId)) return await cancelImport(context, deps, id)
    if (await runImport(context, deps, id, batchesPerTurn)) return
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException | null)?.code === 'ENOENT'
    if (!isMissing && job.attempt < job.attempts) throw error
    return giveUp(context, deps, id, isMissing ? 'The file is gone. Import it again.' : 'It failed too often.')
  }
  throw new RunAgainAt(context.now())
}

/**
 * Stores the rows of a file batch by batch, from where the record says. The record moves on in the transaction of each batch
 * and only from where this run knows it, so that two runs, or one after a crash, store no row twice. Answers whether it is over.
 */
export async function runImport(context: ImportWork, deps: ImportDeps, id: string, most = Infinity): Promise<boolean> {
  let one = await context.store.contactImports.get(id)
  if (one?.state !== 'running' || !one.sha256) return true
  const { sha256, bytes, options } = one
  const sheet = await openSheet(context, { path: deps.pathOf(sha256), bytes }, options)
  let batches = 0
  for await (const chunk of readChunks(sheet, batchSize, { skip: one.rows })) {
    const isLast = chunk.rows < batchSize || chunk.isBroken
    one = await storeChunk(context, one, chunk, { isLast, done: isLast ? 1 : sheet.done() })
    if (!one) return true
    await tellImport(context, one)
    if (isLast) await deps.removeFile(sha256)
    else if (++batches >= most) return false
  }
  return true
}

/** Undefined when the import was cancelled or somebody else is at it. */
async function storeChunk(
  context: Context,
  one: ContactImport,
  chunk: Chunk,
  { isLast, done }: { isLast: boolean; done: number },
): Promise<ContactImport | undefined> {
  const { id, options } = one
  return repeatOnRace(() =>
    context.store.transaction(async (store) => {
      // First of all, so that of two only one goes on; the other waits here and finds that it came too late.
      const isNext = { state: 'running' as const, rows: one.rows }
      const next = { rows: one.rows + chunk.rows, done: Math.max(one.done, done) }
      if (!(await store.contactImports.update(id, next, { onlyIf: isNext }))) return undefined
      const result = await writeRows(store, context.now(), chunk.contacts, { ...options, importId: id })
      await keepProblems({ ...context, store }, one, chunk)
      const counts = {
        created: one.created + result.created,
        updated: one.updated + result.updated,
        skipped: one.skipped + result.skipped,
        failed: one.failed + chunk.problems.length,
      }
      if (!isLast) return store.contactImports.update(id, counts)
      const details = { rows: next.rows, created: counts.created, updated: counts.updated }
      await recordDeed({ ...context, store }, { action: 'contacts.imported', details })
      // Not before the last contact: what changes after this moment was changed by somebody.
      const finishedAt = context.now().toISOString()
      const over = { state: 'done' as const, sha256: null, complete: !chunk.isBroken, finishedAt }
      return store.contactImports.update(id, { ...counts, ...over })
    }),
  )
}

async function keepProblems({ store }: Context, one: ContactImport, { problems }: Chunk): Promise<void> {
  const room = keptProblems - one.failed
  if (room <= 0) return
  await store.contactImportProblems.insertMany(
    problems.slice(0, room).map(({ cells, ...problem }) => ({
      ...problem,
      importId: one.id,
      cells: cells.join('').length > keptCells ? [] : cells,
    })),
  )
}

async function giveUp(context: ImportWork, deps: ImportDeps, id: string, error: string): Promise<void> {
  const finishedAt = context.now().toISOString()
  await endImport(context, deps, id, { state: 'failed', error, finishedAt })
}

async function cancelImport(context: ImportWork, deps: ImportDeps, id: string): Promise<void> {
  await endImport(context, deps, id, { state: 'cancelled', finishedAt: context.now().toISOString() })
}

/** Ends a running import before its end. Undefined when it was over. */
export async function endImport(
  context: ImportWork,
  deps: Pick<ImportDeps, 'removeFile'>,
  id: string,
  set: Partial<ContactImport>,
): Promise<ContactImport | undefined> {
  const before = await context.store.contactImports.get(id)
  const onlyIf = { state: 'running' as const }
  const one = await context.store.contactImports.update(id, { ...set, sha256: null }, { onlyIf })
  if (!one) return undefined
  await tellImport(context, one)
  if (before?.sha256) await deps.removeFile(before.sha256)
  return one
}
