import type { Document, Query, Scalar, Where } from '../../port.ts'
import { compareDocuments, compareValues, valueOf } from '../../semantics.ts'
import type { OrderedList, Position } from './ordered-list.ts'

/** A stretch of a sorted list. */
export type Range = { list: OrderedList<Document>; from: Position; to: Position }

export type Bounds = { gt?: Scalar; gte?: Scalar; lt?: Scalar; lte?: Scalar }

type Cut = {
  exact: { fields: readonly string[]; values: readonly Scalar[] }
  /** The field that orders the documents with these exact values. */
  next: string
  bounds: Bounds | undefined
  /** Given when the list has the order of the query, so that its cursor cuts too. */
  query: Pick<Query, 'sort' | 'after'> | undefined
}

/** The documents of a list that have the exact values, lie within the bounds and behind the cursor. */
export function cutRange(list: OrderedList<Document>, { exact, next, bounds, query }: Cut): Range {
  const range: Range = { list, from: list.start, to: list.end }
  const place = (document: Document): number => {
    for (let index = 0; index < exact.fields.length; index++) {
      const order = compareValues(valueOf(document, exact.fields[index]!), exact.values[index]!)
      if (order !== 0) return order
    }
    return 0
  }
  // Among the documents with the exact values, those that are `behind` come last; this finds the first of them.
  const cutAt = (isBehind: (document: Document) => boolean) =>
    list.seek((document) => place(document) || (isBehind(document) ? 1 : -1))
  const startAt = (isBehind: (document: Document) => boolean) => (range.from = later(range.from, cutAt(isBehind)))
  const endAt = (isBehind: (document: Document) => boolean) => (range.to = earlier(range.to, cutAt(isBehind)))

  if (exact.fields.length > 0) {
    startAt(() => true)
    endAt(() => false)
  }
  if (bounds) {
    const { gt, gte, lt, lte } = bounds
    const order = (document: Document, value: Scalar) => compareValues(valueOf(document, next), value)
    if (gt !== undefined) startAt((document) => order(document, gt) > 0)
    if (gte !== undefined) startAt((document) => order(document, gte) >= 0)
    if (lt !== undefined) endAt((document) => order(document, lt) >= 0)
    if (lte !== undefined) endAt((document) => order(document, lte) > 0)
    // Missing is the largest value, and no range holds for it.
    endAt((document) => valueOf(document, next) === null)
  }
  if (query?.after) {
    const [field, direction] = query.sort ?? ['id', 'asc']
    const cursor: Document = { [field]: query.after.value, id: query.after.id }
    const compare = compareDocuments([field, 'asc'])
    if (direction === 'asc') startAt((document) => compare(document, cursor) > 0)
    else endAt((document) => compare(document, cursor) >= 0)
  }
  return range
}

export function lengthOf({ list, from, to }: Range): number {
  return list.distance(from, to)
}

/** The test when it is nothing but a range between present values. */
export function readBounds(test: Where[string]): Bounds | undefined {
  if (typeof test !== 'object' || test === null) return undefined
  const entries = Object.entries(test).filter(([, value]) => value !== undefined)
  const isRange = entries.every(([bound, value]) => /^[gl]te?$/.test(bound) && value !== null)
  return isRange && entries.length > 0 ? (test as Bounds) : undefined
}

function later(a: Position, b: Position): Position {
  return isLater(a, b) ? a : b
}

function earlier(a: Position, b: Position): Position {
  return isLater(a, b) ? b : a
}

function isLater(a: Position, b: Position): boolean {
  return a.chunk === b.chunk ? a.offset > b.offset : a.chunk > b.chunk
}
