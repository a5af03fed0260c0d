import type { Document, Scalar } from '../../port.ts'
import { valueOf } from '../../semantics.ts'
import { ShardedMap } from './sharded-map.ts'

/** A Map per field, one inside the other; the last leads to the document. No joined keys, so no memory for them. */
type Level = ShardedMap<Level | Document>

/** Like SQL, a key with a missing part is nobody's duplicate: such documents are not in here. */
export class UniqueIndex {
  readonly fields: readonly string[]
  readonly #root: Level = new ShardedMap()

  constructor(fields: readonly string[]) {
    this.fields = fields
  }

  /** The document with exactly these values, in the order of the fields. */
  get(values: readonly Scalar[]): Document | undefined {
    let level: Level | Document | undefined = this.#root
    for (const value of values) {
      if (value === null) return undefined
      level = (level as Level).get(value)
      if (level === undefined) return undefined
    }
    return level as Document
  }

  ownerOf(document: { [field: string]: unknown }): Document | undefined {
    return this.get(this.#valuesOf(document))
  }

  /** Every document with these values in all fields but the last. */
  under(values: readonly Scalar[]): ShardedMap<Document> | undefined {
    return this.get(values) as unknown as ShardedMap<Document> | undefined
  }

  /** Answers false, and leaves the other in its place, when another document has the key. */
  add(document: Document): boolean {
    const values = this.#valuesOf(document)
    if (values.includes(null)) return true
    const last = values.length - 1
    let level = this.#root
    for (let index = 0; index < last; index++) {
      let next = level.get(values[index]!) as Level | undefined
      if (!next) level.set(values[index]!, (next = new ShardedMap()))
      level = next
    }
    return level.add(values[last]!, document)
  }

  remove(document: Document): void {
    this.#removeBelow(this.#root, this.#valuesOf(document))
  }

  #removeBelow(level: Level, [value, ...rest]: readonly Scalar[]): void {
    const next = level.get(value!)
    if (next === undefined || value === null) return
    if (rest.length > 0) this.#removeBelow(next as Level, rest)
    if (rest.length === 0 || (next as Level).size === 0) level.delete(value!)
  }

  #valuesOf(document: { [field: string]: unknown }): Scalar[] {
    return this.fields.map((field) => valueOf(document, field))
  }
}
