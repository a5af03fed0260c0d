import type { Document, Query, Scalar, Where } from '../../port.ts'
import type { OrderedIndex } from './ordered-index.ts'
import { cutRange, lengthOf, readBounds, type Range } from './ranges.ts'
import type { Table } from './table.ts'
import type { UniqueIndex } from './unique-index.ts'

/** Answers one document at a time, then undefined. */
export type Walk = () => Document | undefined

/** One way to reach every document that can match. */
export type Path = {
  /** How many documents lie on it. */
  size: number
  /** Each walk has the order of the query, so that walking may stop at its limit. */
  isSorted: boolean
  /** Tests that lying on the path does not already answer. */
  rest: Where
  walks(): Walk[]
}

/** With more combinations of `in` than this, the field is tested instead of looked up. */
const mostRanges = 2000
/** More walks than this are not merged into one order: what they find is sorted afterwards. */
const mostMerged = 64

/** The path with the least to walk until a page is full. There always is one: every document, by id. */
export function choosePath(table: Table, query: Query): Path {
  const paths: Path[] = []
  for (const path of findPaths(table, query)) {
    // The documents of the page and no others: looking at the other paths would cost more than the page.
    if (path.isSorted && isEmpty(path.rest) && !query.search) return path
    paths.push(path)
  }
  const fewest = Math.min(...paths.map((path) => path.size))
  return cheapest(paths, ({ size, isSorted, rest }) => {
    if (!isSorted) return size * 2
    if (isEmpty(rest) && !query.search) return Math.min(size, query.limit)
    // No more than `fewest` documents match; if they lie evenly, a page is full after this much of the walk.
    return Math.min(size, (size * query.limit) / Math.max(fewest, 1))
  })
}

/** The path with the least to walk to its end, and of equal ones the one that leaves nothing to be tested. */
export function chooseWholePath(table: Table, where: Where): Path {
  const paths = [...findPaths(table, { where, limit: Infinity })]
  return cheapest(paths, ({ size, rest }) => (isEmpty(rest) ? size : size + 1))
}

function* findPaths(table: Table, query: Query): Generator<Path> {
  for (const index of table.indexes) {
    const path = followIndex(index, query)
    if (path) yield path
  }
  for (const unique of table.uniques) {
    const path = followUnique(table, unique, query.where ?? {})
    if (path) yield path
  }
}

function cheapest(paths: readonly Path[], cost: (path: Path) => number): Path {
  return paths.reduce((best, path) => (cost(path) < cost(best) ? path : best))
}

export function isEmpty(where: Where): boolean {
  for (const field in where) if (where[field] !== undefined) return false
  return true
}

function followIndex(index: OrderedIndex, query: Query): Path | undefined {
  const { where = {}, sort = ['id', 'asc'] } = query
  const prefixes = findPrefixes(index.fields.slice(0, -1), where)
  const known = prefixes.fields.length
  if (known < index.hashedFields) return undefined

  const [next, ...ties] = index.fields.slice(known) as [string, ...string[]]
  const isConstant = next === 'id' && prefixes.fields.includes(sort[0])
  const isInOrder = isConstant || (sort[0] === next && (next === 'id' || ties[0] === 'id'))
  const isSorted = isInOrder && prefixes.values.length <= mostMerged
  const bounds = readBounds(where[next])
  const ranges: Range[] = []
  for (const values of prefixes.values) {
    const list = index.bucket(values[0] ?? null)
    const exact = { fields: prefixes.fields, values }
    if (list) ranges.push(cutRange(list, { exact, next, bounds, query: isSorted ? query : undefined }))
  }
  return {
    size: ranges.reduce((sum, range) => sum + lengthOf(range), 0),
    isSorted,
    rest: without(where, bounds ? [...prefixes.fields, next] : prefixes.fields),
    walks: () => ranges.map(({ list, from, to }) => list.walk(from, to, sort[1] === 'desc')),
  }
}

/** A unique key whose first fields are given holds all such documents, unless its last field may be missing. */
function followUnique(table: Table, unique: UniqueIndex, where: Where): Path | undefined {
  const last = unique.fields.at(-1)!
  if (unique.fields.length === 1 || !table.spec.columns.some(({ name, required }) => name === last && required)) return
  const fields = unique.fields.slice(0, -1)
  const values = fields.map((field) => where[field])
  if (!values.every((value) => value !== null && isScalar(value))) return undefined
  const found = unique.under(values as Scalar[])
  return {
    size: found?.size ?? 0,
    isSorted: false,
    rest: without(where, fields),
    walks: () => (found ? [walkThrough(found.values())] : []),
  }
}

/** The leading fields that are given exactly, and every combination of their values. */
function findPrefixes(fields: readonly string[], where: Where): { fields: string[]; values: Scalar[][] } {
  let values: Scalar[][] = [[]]
  const known: string[] = []
  for (const field of fields) {
    const choices = readChoices(where[field])
    if (!choices || values.length * choices.length > mostRanges) break
    values = values.flatMap((prefix) => choices.map((choice) => [...prefix, choice]))
    known.push(field)
  }
  return { fields: known, values }
}

function readChoices(test: Where[string]): Scalar[] | undefined {
  if (isScalar(test)) return [test]
  if (test === undefined || !('in' in test) || Object.keys(test).length > 1) return undefined
  return [...new Set(test.in)]
}

export function isScalar(test: Where[string]): test is Scalar {
  return test === null || (typeof test !== 'object' && test !== undefined)
}

function without(where: Where, fields: readonly string[]): Where {
  const rest: Where = {}
  for (const field in where) if (!fields.includes(field)) rest[field] = where[field]
  return rest
}

function walkThrough(documents: Iterable<Document>): Walk {
  const iterator = documents[Symbol.iterator]()
  return () => iterator.next().value as Document | undefined
}
