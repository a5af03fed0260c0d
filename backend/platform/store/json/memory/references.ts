import { MissingReference, type Document, type Reference } from '../../port.ts'
import type { Changes } from './changes.ts'
import type { Tables } from './operations.ts'
import { selectAll } from './select.ts'
import type { Table } from './table.ts'

/** Throws MissingReference when a reference that is new names nothing. */
export function checkReferences(tables: Tables, { spec }: Table, document: Document, before?: Document): void {
  for (const { field, collection } of spec.references) {
    const id = document[field] as string | null
    if (id === null || id === before?.[field]) continue
    if (!tables.get(collection)?.get(id)) throw new MissingReference(spec.name, field)
  }
}

/** Removes documents and does to those that refer to them what their references say. */
export function removeWithDependents(
  tables: Tables,
  changes: Changes,
  table: Table,
  targets: readonly Document[],
): void {
  // A circle of references may have come here first; what is gone already needs nothing more.
  const present = targets.filter((document) => table.get(document.id) === document)
  for (const document of present) changes.make(table, document, undefined)
  if (present.length === 0) return

  const ids = present.map(({ id }) => id)
  const restricting: [Table, Reference][] = []
  for (const child of tables.values()) {
    for (const reference of child.spec.references) {
      if (reference.collection !== table.spec.name) continue
      if (reference.onRemove === 'restrict') restricting.push([child, reference])
      else followReference(tables, changes, child, reference, ids)
    }
  }
  // Last, because a cascade may have taken the documents that would have stood in the way.
  for (const [child, { field }] of restricting) {
    if (findDependents(child, field, ids).length > 0) throw new MissingReference(child.spec.name, field)
  }
}

function followReference(
  tables: Tables,
  changes: Changes,
  child: Table,
  { field, onRemove }: Reference,
  ids: string[],
): void {
  const dependents = findDependents(child, field, ids)
  if (onRemove === 'cascade') return removeWithDependents(tables, changes, child, dependents)
  for (const before of dependents) changes.make(child, before, child.shape.build({ [field]: null }, before))
}

/** One look-up for each id where an index begins with the field, else one pass over the collection for all of them. */
function findDependents(child: Table, field: string, ids: readonly string[]): Document[] {
  const isIndexed = [...child.indexes, ...child.uniques].some(({ fields }) => fields[0] === field)
  if (isIndexed) return ids.flatMap((id) => [...selectAll(child, { [field]: id })])
  const wanted = new Set<unknown>(ids)
  return [...selectAll(child, {})].filter((document) => wanted.has(document[field]))
}
