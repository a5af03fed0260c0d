import { setImmediate } from 'node:timers/promises'
import type { ColumnTarget, ImportOptions } from '../../contract/contact-import.ts'
import type { Context } from '../../feature.ts'
import { proposeColumns } from './columns.ts'
import { BrokenCsv, openCsv, type CsvFile, type CsvRow } from './csv-file.ts'
import { readRow, RowProblem, type ImportedContact } from './import-row.ts'

export type ImportFile = { path: string; bytes: number }
export type Sheet = CsvFile & { targets: ColumnTarget[]; country: string | null }

export type Problem = { line: number; message: string; value: string | null; cells: string[] }
/** So many rows of a file, and what became of them. */
export type Chunk = { rows: number; contacts: ImportedContact[]; problems: Problem[]; isBroken: boolean }

/** The file with what its columns mean. */
export async function openSheet(
  { store, workspaceId }: Pick<Context, 'store' | 'workspaceId'>,
  { path, bytes }: ImportFile,
  options: ImportOptions,
): Promise<Sheet> {
  const csv = await openCsv(path, bytes, options)
  const proposed = proposeColumns(csv.headers)
  const targets = csv.headers.map((_, index) => options.columns?.[index] ?? proposed[index]!)
  const country = options.country ?? (await store.workspaces.get(workspaceId))?.settings.defaultCountry ?? null
  return Object.assign(csv, { targets, country })
}

/** Rows that are read come without ever waiting; after so long everybody else has their turn. */
const sliceMs = 10

/** The rows behind the first `skip`, `size` at a time. The last chunk is short and may be empty. */
export async function* readChunks(
  sheet: Sheet,
  size: number,
  { skip = 0, onRow = () => {} }: { skip?: number; onRow?: (row: CsvRow) => void } = {},
): AsyncGenerator<Chunk> {
  let chunk = emptyChunk()
  let passed = 0
  let until = performance.now() + sliceMs
  try {
    for await (const row of sheet.rows) {
      if (performance.now() > until) {
        await setImmediate()
        until = performance.now() + sliceMs
      }
      if (passed++ < skip) continue
      onRow(row)
      take(chunk, sheet, row)
      if (chunk.rows < size) continue
      yield chunk
      chunk = emptyChunk()
    }
  } catch (error) {
    if (!(error instanceof BrokenCsv)) throw error
    chunk.problems.push({ line: error.line, message: error.message, value: null, cells: [] })
    chunk.isBroken = true
  }
  yield chunk
}

const emptyChunk = (): Chunk => ({ rows: 0, contacts: [], problems: [], isBroken: false })

function take(chunk: Chunk, { targets, country }: Sheet, { line, cells }: CsvRow): void {
  chunk.rows++
  try {
    chunk.contacts.push(readRow(cells, targets, country))
  } catch (error) {
    if (!(error instanceof RowProblem)) throw error
    chunk.problems.push({ line, message: error.message, value: error.value, cells })
  }
}
