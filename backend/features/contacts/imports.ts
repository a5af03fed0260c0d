import { Readable, pipeline } from 'node:stream'
import { contactImports as routes } from '../../contract/contact-import.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { ContactImport, ContactImportProblem } from '../../model/index.ts'
import { openTable } from '../../platform/table.ts'
import { readPage } from '../pages.ts'
import { problemsOf } from './import.ts'
import { announceImport } from './import-news.ts'
import { endImport, importJob, type ImportDeps } from './import-run.ts'

/** One's own; admins look after those of others too, which for everybody else are not there. */
async function getImport({ store, user }: Pick<Context, 'store' | 'user'>, id: string): Promise<ContactImport> {
  const one = await store.contactImports.get(id)
  if (!one || (user?.role === 'agent' && one.userId !== user.id)) throw new AppError('contact_import.not_found')
  return one
}

async function cancelImport(context: Context, deps: Deps, id: string): Promise<ContactImport> {
  await getImport(context, id)
  const finishedAt = context.now().toISOString()
  const one = await endImport({ ...context, flush: () => {} }, deps, id, { state: 'cancelled', finishedAt })
  if (!one) throw new AppError('contact_import.over')
  await context.store.cancel([`${importJob}:${id}`])
  return one
}

async function startUndo(context: Context, id: string): Promise<ContactImport> {
  await getImport(context, id)
  return context.store.transaction(async (store) => {
    const undoable = { state: { in: ['done', 'cancelled'] as const }, finishedAt: { not: null } }
    const one = await store.contactImports.update(id, { state: 'undoing' }, { onlyIf: undoable })
    if (!one) throw new AppError('contact_import.undo_over')
    const runAt = context.now().toISOString()
    await store.schedule([{ kind: importJob, key: `${importJob}:${id}`, runAt, payload: { importId: id } }])
    await announceImport({ ...context, store }, one)
    return one
  })
}

/** The rows that could not be used as they stood in the file, with the reason, to be corrected and imported again. */
export async function exportProblems(context: Context, id: string): Promise<Readable> {
  const { columns } = await getImport(context, id)
  const table = openTable()
  table.write([...columns.map(({ header }) => header), 'line', 'problem'])
  pipeline(Readable.from(problemRows(context, id, columns.length)), table, () => {})
  return table
}

async function* problemRows({ store }: Context, importId: string, width: number): AsyncGenerator<string[]> {
  let after: { value: number; id: string } | undefined
  for (;;) {
    const page: ContactImportProblem[] = await store.contactImportProblems.find({
      where: { importId },
      sort: ['line', 'asc'],
      limit: 500,
      ...(after ? { after } : {}),
    })
    if (page.length === 0) return
    after = { value: page.at(-1)!.line, id: page.at(-1)!.id }
    for (const { cells, line, message } of page)
      yield [...Array.from({ length: width }, (_, index) => cells[index] ?? ''), String(line), message]
  }
}

type Deps = Pick<ImportDeps, 'removeFile'>

export const createContactImports = (deps: Deps) =>
  implement(routes, {
    async list({ store, user }, { query }) {
      const { rows, pagination } = await readPage(store.contactImports, query, {
        where: user?.role === 'agent' ? { userId: user.id } : {},
        sort: ['createdAt', 'desc'],
      })
      return { imports: rows, pagination }
    },
    get: async (context, { params }) => ({
      ...(await getImport(context, params.importId)),
      problems: await problemsOf(context, params.importId),
    }),
    cancel: (context, { params }) => cancelImport(context, deps, params.importId),
    undo: (context, { params }) => startUndo(context, params.importId),
  })
