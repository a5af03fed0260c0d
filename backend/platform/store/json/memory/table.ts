import { DuplicateKey, type CollectionSpec, type Document } from '../../port.ts'
import { groupBy, OrderedIndex, type Groups } from './ordered-index.ts'
import { Shape } from './shape.ts'
import { ShardedMap } from './sharded-map.ts'
import { UniqueIndex } from './unique-index.ts'

/**
 * One collection in memory. A stored document is never changed, only replaced, so whoever holds one (a page that waits
 * for the disk, a snapshot, an undo) holds that moment.
 */
export class Table {
  readonly spec: CollectionSpec
  readonly shape: Shape
  readonly uniques: readonly UniqueIndex[]
  readonly indexes: readonly OrderedIndex[]
  readonly #byId = new ShardedMap<Document>()
  readonly #inOrder: OrderedIndex
  #loaded: Document[] = []
  readonly #outdated = new Set<Document>()
  /** The commit that changed the table last; reads wait until it is on disk. */
  lastCommit = 0

  constructor(spec: CollectionSpec) {
    this.spec = spec
    this.shape = new Shape(spec)
    this.uniques = spec.unique.map((fields) => new UniqueIndex(fields))
    this.#inOrder = new OrderedIndex(spec, [])
    this.indexes = [...spec.indexes.map((fields) => new OrderedIndex(spec, fields)), this.#inOrder]
  }

  get size(): number {
    return this.#byId.size
  }

  get(id: string): Document | undefined {
    return this.#byId.get(id)
  }

  /** The fields of the first key, `id` first, that another document has already. */
  findTakenKey(document: Document): readonly string[] | undefined {
    if (this.#byId.get(document.id)) return ['id']
    return this.uniques.find((unique) => unique.ownerOf(document))?.fields
  }

  /** Throws DuplicateKey before anything is touched. */
  insert(document: Document): void {
    const taken = this.findTakenKey(document)
    if (taken) throw new DuplicateKey(this.spec.name, taken)
    this.#byId.set(document.id, document)
    for (const unique of this.uniques) unique.add(document)
    for (const index of this.indexes) index.add(document)
  }

  /** Throws DuplicateKey before anything is touched. */
  replace(before: Document, after: Document): void {
    for (const unique of this.uniques) {
      const owner = unique.ownerOf(after)
      if (owner && owner !== before) throw new DuplicateKey(this.spec.name, unique.fields)
    }
    this.#byId.set(after.id, after)
    for (const unique of this.uniques) {
      unique.remove(before)
      unique.add(after)
    }
    for (const index of this.indexes) index.replace(before, after)
  }

  remove(document: Document): void {
    this.#byId.delete(document.id)
    for (const unique of this.uniques) unique.remove(document)
    for (const index of this.indexes) index.remove(document)
  }

  /** While opening: documents of a snapshot, each of which comes once. Nothing is found until `buildIndexes`. */
  loadAll(documents: readonly Document[]): void {
    for (const document of documents) {
      const adopted = this.shape.adopt(document)
      this.#byId.set(adopted.id, adopted)
      this.#loaded.push(adopted)
    }
  }

  /** While opening: what a journal says a document became. */
  load(id: string, document: Document | null): void {
    const before = this.#byId.get(id)
    if (before) this.#outdated.add(before)
    this.#byId.delete(id)
    if (document) this.loadAll([document])
  }

  buildIndexes(): void {
    // In the order of the files, which is nearly the order of every index: sorting that costs little.
    const documents = this.#outdated.size > 0 ? this.#loaded.filter((one) => !this.#outdated.has(one)) : this.#loaded
    this.#loaded = []
    this.#outdated.clear()
    const groups = new Map<string, Groups>()
    const groupsOf = (field: string): Groups => {
      if (!groups.has(field)) groups.set(field, groupBy(documents, field))
      return groups.get(field)!
    }
    for (const index of this.indexes) index.load(documents, groupsOf)
    for (const unique of this.uniques) {
      for (const document of documents) {
        if (!unique.add(document)) throw new DuplicateKey(this.spec.name, unique.fields)
      }
    }
  }

  /** All documents as they are now, by id, untouched by later changes until `endSharing`. */
  share(): readonly (readonly Document[])[] {
    return this.#inOrder.bucket(null)?.share() ?? []
  }

  endSharing(): void {
    this.#inOrder.bucket(null)?.endSharing()
  }
}
