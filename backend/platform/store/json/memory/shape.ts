import type { CollectionSpec, ColumnType, Document } from '../../port.ts'
import { UnstorableDocument } from '../errors.ts'

/** Deeper JSON parses but does not stringify; nobody writes it by hand. */
const deepest = 64
const mebibyte = 2 ** 20
/** In UTF-16 units. A webhook body of 4 MiB in a text column fits; everything in JSON columns together is a mebibyte. */
const longestText = 8 * mebibyte
const mostJson = mebibyte
const largestInteger = 2 ** 31 - 1

/**
 * How documents of one collection lie in memory: every column present, always in the order of the spec, null when
 * missing. V8 then keeps one hidden class for all of them, and a copy is one memory copy.
 */
export class Shape {
  readonly spec: CollectionSpec
  readonly #blank: Document
  readonly #types: ReadonlyMap<string, ColumnType>
  readonly #jsonFields: readonly string[]

  constructor(spec: CollectionSpec) {
    this.spec = spec
    // Through JSON, because the documents of a snapshot are made by JSON.parse and shall have the same hidden class.
    this.#blank = JSON.parse(
      JSON.stringify(Object.fromEntries(spec.columns.map(({ name }) => [name, null]))),
    ) as Document
    this.#types = new Map(spec.columns.map(({ name, type }) => [name, type]))
    this.#jsonFields = spec.columns.filter(({ type }) => type === 'json').map(({ name }) => name)
  }

  /** A private copy with `fields` over `base`; refuses what must not get into the journal. */
  build(fields: { [field: string]: unknown }, base: Document = this.#blank): Document {
    const document = { ...base }
    const budget = { left: mostJson, collection: this.spec.name }
    for (const name in fields) {
      const type = this.#types.get(name)
      if (!type) throw new TypeError(`${this.spec.name} has no ${name}`)
      document[name] = this.#take(name, type, fields[name] ?? null, budget)
    }
    return document
  }

  /** For callers: they may do with it what they like. */
  copy(document: Document): Document {
    const copy = { ...document }
    for (const field of this.#jsonFields) copy[field] = copyJson(copy[field])
    return copy
  }

  /** A document as it came from disk, perhaps written by a version with other columns. */
  adopt(document: Document): Document {
    if (this.spec.columns.length === 0) return document
    return this.#fits(document) ? document : this.#reshape(document)
  }

  #fits(document: Document): boolean {
    const { columns } = this.spec
    let index = 0
    for (const name in document) if (columns[index++]?.name !== name) return false
    return index === columns.length
  }

  #reshape(document: Document): Document {
    const reshaped = { ...this.#blank }
    for (const { name } of this.spec.columns) reshaped[name] = document[name] ?? null
    return reshaped
  }

  #take(name: string, type: ColumnType, value: unknown, budget: JsonBudget): unknown {
    if (value === null) return null
    if (type === 'json') return takeJson(value, deepest, budget)
    if (typeof value === 'string' && value.length > longestText)
      refuse(`${this.spec.name}.${name}`, 'is longer than 8 MiB')
    // PostgreSQL refuses the same sums; a JSON file would quietly turn Infinity into null.
    if (type === 'integer' && !(Math.abs(value as number) <= largestInteger))
      refuse(`${this.spec.name}.${name}`, 'is out of range')
    if (type === 'double' && !Number.isFinite(value)) refuse(`${this.spec.name}.${name}`, 'is out of range')
    // Adding zero turns -0, which JSON does not know, into 0.
    return typeof value === 'number' ? value + 0 : value
  }
}

type JsonBudget = { left: number; collection: string }

function takeJson(value: unknown, levels: number, budget: JsonBudget): unknown {
  budget.left -= typeof value === 'string' ? value.length : 4
  if (budget.left < 0) refuse(budget.collection, 'would hold a document with more than 1 MiB of JSON')
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null
  if (typeof value !== 'object' || value === null) return value
  if (levels === 0) refuse(budget.collection, `would hold JSON nested deeper than ${deepest} levels`)
  if ('toJSON' in value && typeof value.toJSON === 'function') return takeJson(value.toJSON(), levels - 1, budget)
  if (Array.isArray(value)) return value.map((item) => takeJson(item ?? null, levels - 1, budget))
  const taken: { [key: string]: unknown } = {}
  for (const key of Object.keys(value)) {
    if (key === '__proto__') refuse(budget.collection, 'would hold JSON with the key __proto__')
    const item = (value as { [key: string]: unknown })[key]
    budget.left -= key.length
    if (item !== undefined) taken[key] = takeJson(item, levels - 1, budget)
  }
  return taken
}

function refuse(what: string, reason: string): never {
  throw new UnstorableDocument(`${what} ${reason}`)
}

export function copyJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copyJson)
  const copy: { [key: string]: unknown } = { ...value }
  for (const key in copy) if (typeof copy[key] === 'object') copy[key] = copyJson(copy[key])
  return copy
}
