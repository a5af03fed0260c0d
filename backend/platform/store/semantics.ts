import type { Document, FieldTest, Query, Scalar, Sort, Where } from './port.ts'

/*
 * One meaning for order, match and search. PostgreSQL does the same in SQL (postgres/sql.ts); the conformance and the
 * property tests hold the two against each other.
 */

export function valueOf(document: { [field: string]: unknown }, field: string): Scalar {
  return (document[field] ?? null) as Scalar
}

const highUnit = /[\ud800-\uffff]/

/** Code point order, which is PostgreSQL's "C" collation. Plain `<` is UTF-16 order and differs beyond U+FFFF. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0
  if (highUnit.test(a) && highUnit.test(b)) return compareCodePoints(a, b)
  return a < b ? -1 : 1
}

function compareCodePoints(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  for (let index = 0; index < shorter; index++) {
    const left = a.charCodeAt(index)
    const right = b.charCodeAt(index)
    if (left !== right) return codePointRank(left) - codePointRank(right)
  }
  return a.length - b.length
}

/** Puts the surrogates, which stand for U+10000 and up, above U+E000 to U+FFFF. */
function codePointRank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800
  return unit >= 0xd800 ? unit + 0x2000 : unit
}

/** Both present and of the column's type. */
export function compareScalars(a: Scalar, b: Scalar): number {
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b)
  return Number(a) - Number(b)
}

export function matches(document: Document, where: Where): boolean {
  for (const field in where) {
    const test = where[field]
    if (test !== undefined && !passes(document[field] ?? null, test)) return false
  }
  return true
}

/** Several tests in one object must all hold. A range and `has` never hold for a missing value; `not` does. */
export function passes(value: unknown, test: FieldTest): boolean {
  if (test === null || typeof test !== 'object') return value === test
  if ('in' in test && !test.in.includes(value as Scalar)) return false
  if ('not' in test && value === test.not) return false
  if ('has' in test && !(Array.isArray(value) && value.includes(test.has))) return false
  if ('hasAny' in test && !(Array.isArray(value) && test.hasAny.some((one) => value.includes(one)))) return false
  return (
    inRange(value, test, 'gt', (order) => order > 0) &&
    inRange(value, test, 'gte', (order) => order >= 0) &&
    inRange(value, test, 'lt', (order) => order < 0) &&
    inRange(value, test, 'lte', (order) => order <= 0)
  )
}

type Bound = 'gt' | 'gte' | 'lt' | 'lte'

function inRange(value: unknown, test: object, bound: Bound, holds: (order: number) => boolean): boolean {
  const limit = (test as { [key in Bound]?: Scalar })[bound]
  if (limit === undefined) return true
  return value !== null && limit !== null && holds(compareScalars(value as Scalar, limit))
}

/** Missing is the largest value, so that descending is ascending reversed and one index serves both. */
export function compareValues(a: Scalar, b: Scalar): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return compareScalars(a, b)
}

export function compareDocuments(sort: Sort = ['id', 'asc']): (a: Document, b: Document) => number {
  const [field, direction] = sort
  const sign = direction === 'asc' ? 1 : -1
  return (a, b) => sign * (compareValues(valueOf(a, field), valueOf(b, field)) || compareStrings(a.id, b.id))
}

export function isAfter(document: Document, { after, sort }: Pick<Query, 'after' | 'sort'>): boolean {
  if (!after) return true
  const field = sort?.[0] ?? 'id'
  return compareDocuments(sort)(document, { [field]: after.value, id: after.id }) > 0
}

const ascii = /^[\0-\x7f]*$/
/** More words than a person types; each one costs a pass over the text. */
const mostWords = 12

/**
 * Folds case, width and accents, at write and at query time alike, so that drivers only compare substrings. Upper case
 * first turns ß into ss and ı into i; the two small sigmas become one.
 */
export function foldText(parts: readonly unknown[]): string {
  const text = parts.filter((part) => typeof part === 'string' && part !== '').join('\n')
  if (ascii.test(text)) return text.toLowerCase()
  const bare = text.normalize('NFKD').replace(/\p{M}+/gu, '')
  return bare.toUpperCase().toLowerCase().replaceAll('ς', 'σ')
}

/** The folded words of a query. A document is found when its `searchText` contains each of them. */
export function searchWords(search: string | undefined): string[] {
  if (!search) return []
  const words = foldText([search]).split(/\s+/).filter(Boolean)
  return [...new Set(words)].slice(0, mostWords)
}

export function isFound(document: Document, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = document['searchText']
  return typeof text === 'string' && words.every((word) => text.includes(word))
}
