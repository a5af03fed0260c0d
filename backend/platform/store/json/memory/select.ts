import type { Document, Query, Scalar, Where } from '../../port.ts'
import { compareDocuments, isAfter, isFound, matches, searchWords } from '../../semantics.ts'
import { choosePath, chooseWholePath, isEmpty, isScalar, type Path, type Walk } from './paths.ts'
import type { Table } from './table.ts'

type Compare = (a: Document, b: Document) => number

/** The stored documents of a page, in order. They belong to the table: copy before handing them out. */
export function select(table: Table, query: Query): Document[] {
  const { where = {}, skip = 0 } = query
  // What is passed over is walked too, which costs a millisecond for some ten thousands.
  const limit = skip + query.limit
  const words = searchWords(query.search)
  const compare = compareDocuments(query.sort)
  const few = lookUp(table, where)
  if (few) {
    const found = few.filter(
      (document) => matches(document, where) && isFound(document, words) && isAfter(document, query),
    )
    return found.sort(compare).slice(skip, limit)
  }

  const path = choosePath(table, { ...query, limit })
  const isMatch = (document: Document) => matches(document, path.rest) && isFound(document, words)
  if (!path.isSorted) {
    const isOnPage = query.after ? (document: Document) => isMatch(document) && isAfter(document, query) : isMatch
    return takeFirst(chain(path.walks()), isOnPage, compare, limit).slice(skip)
  }
  const next = merge(path.walks(), compare)
  const found: Document[] = []
  for (let passed = 0; passed < limit;) {
    const document = next()
    if (!document) break
    if (isMatch(document) && ++passed > skip) found.push(document)
  }
  return found
}

export function count(table: Table, where: Where, search?: string, atMost = Infinity): number {
  const words = searchWords(search)
  const few = lookUp(table, where)
  if (few)
    return Math.min(few.filter((document) => matches(document, where) && isFound(document, words)).length, atMost)
  const path = chooseWholePath(table, where)
  if (isEmpty(path.rest) && words.length === 0) return Math.min(path.size, atMost)
  let total = 0
  for (const document of walkPath(path)) {
    if (matches(document, path.rest) && isFound(document, words)) total += 1
    if (total >= atMost) break
  }
  return total
}

/** Every match, in no order. */
export function* selectAll(table: Table, where: Where, search?: string): Iterable<Document> {
  const words = searchWords(search)
  const few = lookUp(table, where)
  if (few) return yield* few.filter((document) => matches(document, where) && isFound(document, words))
  const path = chooseWholePath(table, where)
  for (const document of walkPath(path)) if (matches(document, path.rest) && isFound(document, words)) yield document
}

function* walkPath(path: Path): Iterable<Document> {
  const next = chain(path.walks())
  for (let document = next(); document; document = next()) yield document
}

/** Tests that name documents outright: an id, several ids, or a whole unique key. */
function lookUp(table: Table, where: Where): Document[] | undefined {
  const ids = readIds(where['id'])
  if (ids) return ids.flatMap((id) => (typeof id === 'string' && table.get(id)) || [])
  for (const unique of table.uniques) {
    const values = unique.fields.map((field) => where[field])
    if (values.every((value) => value !== null && isScalar(value))) return [unique.get(values as Scalar[]) ?? []].flat()
  }
  return undefined
}

function readIds(test: Where[string]): readonly Scalar[] | undefined {
  if (isScalar(test)) return [test]
  return test && 'in' in test ? [...new Set(test.in)] : undefined
}

function chain(walks: Walk[]): Walk {
  let current = 0
  return () => {
    for (; current < walks.length; current++) {
      const document = walks[current]!()
      if (document) return document
    }
    return undefined
  }
}

/** Walks that are each in order, as one that is. There are few of them, so the smallest head is found by looking. */
function merge(walks: Walk[], compare: Compare): Walk {
  if (walks.length <= 1) return chain(walks)
  const heads = walks.map((next) => next())
  return () => {
    let first = -1
    heads.forEach((head, index) => {
      if (head && (first === -1 || compare(head, heads[first]!) < 0)) first = index
    })
    const document = heads[first]
    if (document) heads[first] = walks[first]!()
    return document
  }
}

/** The first of an unordered walk; now and then what cannot be among them is dropped, so that memory stays small. */
function takeFirst(next: Walk, isMatch: (document: Document) => boolean, compare: Compare, limit: number): Document[] {
  let found: Document[] = []
  for (let document = next(); document; document = next()) {
    if (!isMatch(document)) continue
    found.push(document)
    if (found.length > 4 * limit + 1000) found = found.sort(compare).slice(0, limit)
  }
  return found.sort(compare).slice(0, limit)
}
