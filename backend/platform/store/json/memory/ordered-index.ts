import type { CollectionSpec, Document, Scalar } from '../../port.ts'
import { compareStrings, compareValues, valueOf } from '../../semantics.ts'
import { OrderedList, type Compare } from './ordered-list.ts'
import { ShardedMap } from './sharded-map.ts'

type Bucket = OrderedList<Document>

/**
 * The documents of a collection by the fields of one index, then by id. With several fields the first is a hash, so that
 * each conversation or workspace has a short list of its own; a single field is all order.
 */
export class OrderedIndex {
  /** The fields in order, ending with `id`. */
  readonly fields: readonly string[]
  readonly #hashed: string | undefined
  readonly #compare: Compare<Document>
  readonly #buckets = new ShardedMap<Bucket>()

  constructor(spec: CollectionSpec, fields: readonly string[]) {
    this.fields = fields.includes('id') ? fields.slice(0, fields.indexOf('id') + 1) : [...fields, 'id']
    this.#hashed = this.fields.length > 2 ? this.fields[0] : undefined
    this.#compare = compareBy(spec, this.#hashed ? this.fields.slice(1) : this.fields)
  }

  /** How many fields must be given exactly to find a bucket. */
  get hashedFields(): number {
    return this.#hashed ? 1 : 0
  }

  bucket(value: Scalar): Bucket | undefined {
    return this.#buckets.get(this.#hashed ? value : null)
  }

  bucketOf(document: Document): Bucket | undefined {
    return this.bucket(this.#keyOf(document))
  }

  /** All at once, sorted once. Indexes that begin with the same field are given the same groups. */
  load(documents: readonly Document[], groupsOf: (field: string) => Groups): void {
    const groups: Groups = this.#hashed ? groupsOf(this.#hashed) : new Map([[null, documents]])
    for (const [key, group] of groups) {
      if (group.length > 0) this.#buckets.set(key, new OrderedList(this.#compare, group.toSorted(this.#compare)))
    }
  }

  add(document: Document): void {
    const bucket = this.bucketOf(document)
    if (!bucket) return this.#buckets.set(this.#keyOf(document), new OrderedList(this.#compare, [document]))
    this.#shareKey(document, bucket.first!)
    bucket.add(document)
  }

  remove(document: Document): void {
    const bucket = this.bucketOf(document)!
    if (bucket.size === 1) this.#buckets.delete(this.#keyOf(document))
    else bucket.remove(document)
  }

  replace(before: Document, after: Document): void {
    const isSamePlace = this.#keyOf(before) === this.#keyOf(after) && this.#compare(before, after) === 0
    if (isSamePlace) return this.bucketOf(before)!.replace(before, after)
    this.remove(before)
    this.add(after)
  }

  #keyOf(document: Document): Scalar {
    return this.#hashed ? valueOf(document, this.#hashed) : null
  }

  #shareKey(document: Document, other: Document): void {
    if (this.#hashed) document[this.#hashed] = other[this.#hashed]
  }
}

export type Groups = ReadonlyMap<Scalar, readonly Document[]>

/** The documents of a group hold one string between them instead of one each: 48 bytes a message saved. */
export function groupBy(documents: readonly Document[], field: string): Groups {
  const groups = new Map<Scalar, Document[]>()
  for (const document of documents) {
    const key = valueOf(document, field)
    const group = groups.get(key)
    if (!group) groups.set(key, [document])
    else {
      document[field] = group[0]![field]
      group.push(document)
    }
  }
  return groups
}

/** Instants are ASCII of one length, for which plain order is code point order. */
function compareBy(spec: CollectionSpec, fields: readonly string[]): Compare<Document> {
  const [first, second] = fields
  if (first === 'id' || first === undefined) return (a, b) => compareStrings(a.id, b.id)
  const compareFirst = compareField(spec, first)
  if (second === 'id') return (a, b) => compareFirst(a, b) || compareStrings(a.id, b.id)
  const compareRest = compareBy(spec, fields.slice(1))
  return (a, b) => compareFirst(a, b) || compareRest(a, b)
}

function compareField(spec: CollectionSpec, field: string): Compare<Document> {
  const isInstant = spec.columns.some(({ name, type }) => name === field && type === 'instant')
  if (!isInstant) return (a, b) => compareValues(valueOf(a, field), valueOf(b, field))
  return (a, b) => {
    const left = a[field] as string | null
    const right = b[field] as string | null
    if (left === right) return 0
    if (left === null || right === null) return left === null ? 1 : -1
    return left < right ? -1 : 1
  }
}
