import type { Change, CollectionSpec, Document, Edit, Group, GroupRow, Query, Sort, Where } from '../../port.ts'
import { groupDocuments } from '../../grouping.ts'
import { matches } from '../../semantics.ts'
import type { Changes } from './changes.ts'
import { checkReferences, removeWithDependents } from './references.ts'
import { count, select, selectAll } from './select.ts'
import type { Table } from './table.ts'

export type Tables = ReadonlyMap<string, Table>

/** The operations of the port against memory. Each runs without a pause, and all of it or nothing. */
export class Operations {
  readonly #tables: Tables
  readonly #changes: Changes

  constructor(tables: Tables, changes: Changes) {
    this.#tables = tables
    this.#changes = changes
  }

  find(spec: CollectionSpec, query: Query): Document[] {
    const table = this.#table(spec)
    return select(table, query).map((document) => table.shape.copy(document))
  }

  count(spec: CollectionSpec, where: Where, search?: string, atMost?: number): number {
    return count(this.#table(spec), where, search, atMost)
  }

  group(spec: CollectionSpec, group: Group): GroupRow[] {
    return groupDocuments(selectAll(this.#table(spec), group.where ?? {}, group.search), group)
  }

  insert(spec: CollectionSpec, documents: readonly Document[], ifTaken: 'reject' | 'skip'): string[] {
    const table = this.#table(spec)
    return this.#changes.atomically(() => {
      const inserted: Document[] = []
      for (const given of documents) {
        const document = table.shape.build(given)
        if (ifTaken === 'skip' && table.findTakenKey(document)) continue
        this.#changes.make(table, undefined, document)
        inserted.push(document)
      }
      // At the end, like PostgreSQL: a document may refer to one that comes later in the same list.
      for (const document of inserted) checkReferences(this.#tables, table, document)
      return inserted.map(({ id }) => id)
    })
  }

  update(spec: CollectionSpec, where: Where, change: Change, pick: { sort?: Sort; limit: number }): Document[] {
    const table = this.#table(spec)
    return this.#changes.atomically(() => {
      const targets = select(table, { where, sort: pick.sort, limit: pick.limit })
      return targets.map((document) => this.#edit(table, document, change))
    })
  }

  updateEach(spec: CollectionSpec, edits: readonly Edit[]): Document[] {
    const table = this.#table(spec)
    return this.#changes.atomically(() =>
      edits.flatMap(({ where, change }) => {
        const document = table.get(where.id)
        return document && matches(document, where) ? [this.#edit(table, document, change)] : []
      }),
    )
  }

  remove(spec: CollectionSpec, where: Where): number {
    const table = this.#table(spec)
    const targets = [...selectAll(table, where)]
    this.#changes.atomically(() => removeWithDependents(this.#tables, this.#changes, table, targets))
    return targets.length
  }

  #edit(table: Table, before: Document, { set = {}, add = {}, rise = {} }: Change): Document {
    const fields: { [field: string]: unknown } = { ...set }
    for (const field in rise) fields[field] = later(rise[field]!, before[field] as string | null)
    for (const field in add) fields[field] = Number(before[field] ?? 0) + add[field]!
    const after = table.shape.build(fields, before)
    if (after.id !== before.id) throw new TypeError(`The id of ${before.id} in ${table.spec.name} cannot change`)
    this.#changes.make(table, before, after)
    checkReferences(this.#tables, table, after, before)
    return table.shape.copy(after)
  }

  #table({ name }: CollectionSpec): Table {
    const table = this.#tables.get(name)
    if (!table) throw new TypeError(`The store was opened without ${name}`)
    return table
  }
}

/** Instants sort as their text does. */
function later(instant: string, before: string | null): string {
  return before === null || instant > before ? instant : new Date(Date.parse(before) + 1).toISOString()
}
