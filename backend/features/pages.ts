import type { PageQuery, Pagination } from '../contract/values.ts'
import { AppError } from '../errors.ts'
import type { Collection, Tests } from '../platform/store/store.ts'

type Source<R> = Pick<Collection<R, never>, 'find' | 'count'>
type Sort<R> = readonly [keyof R & string, 'asc' | 'desc']
type Options<R> = { where: Tests<R>; search?: string | undefined; sort: Sort<R> }
type PageRequest = Pick<PageQuery, 'limit' | 'cursor' | 'page'> & { skip?: number | undefined }

/** A page sorted by one column, by cursor or by number. Only a numbered page counts, since counting reads everything. */
export async function readPage<R extends { id: string }>(
  source: Source<R>,
  { limit, cursor, page, skip = 0 }: PageRequest,
  options: Options<R>,
): Promise<{ rows: R[]; pagination: Pagination }> {
  if (page !== undefined) return readNumberedPage(source, page, limit, options)
  const rows = await source.find({
    ...options,
    skip,
    limit: limit + 1,
    ...(cursor ? { after: readCursor(cursor) } : {}),
  })
  const shown = rows.slice(0, limit)
  const nextCursor = rows.length > limit ? writeCursor(shown.at(-1)!, options.sort[0]) : null
  return { rows: shown, pagination: { limit, nextCursor } }
}

/** Further than this nobody pages by number; a cursor goes on without end. */
const numberedRows = 10_000

async function readNumberedPage<R extends { id: string }>(
  source: Source<R>,
  page: number,
  limit: number,
  { where, search, sort }: Options<R>,
): Promise<{ rows: R[]; pagination: Pagination }> {
  const end = page * limit
  if (end > numberedRows) throw new AppError('request.cursor_invalid')
  const rows = await source.find({ where, search, sort, skip: end - limit, limit: limit + 1 })
  const total = await source.count(where, search)
  const shown = rows.slice(0, limit)
  const nextCursor = rows.length > limit ? writeCursor(shown.at(-1)!, sort[0]) : null
  const totalPages = Math.max(1, Math.ceil(total / limit))
  return { rows: shown, pagination: { limit, nextCursor, page, total, totalPages } }
}

export function writeCursor<R extends { id: string }>(row: R, field: keyof R & string): string {
  return Buffer.from(JSON.stringify([row[field] ?? null, row.id])).toString('base64url')
}

export function readCursor(cursor: string): { value: string | number | boolean | null; id: string } {
  try {
    const [value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[]
    if (typeof id === 'string' && (value === null || ['string', 'number', 'boolean'].includes(typeof value)))
      return { value: value as string | null, id }
  } catch {
    // Falls through to the refusal: it is no cursor of ours.
  }
  throw new AppError('request.cursor_invalid')
}
