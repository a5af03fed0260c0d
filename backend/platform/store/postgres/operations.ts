import type pg from 'pg'
import type { Change, CollectionSpec, Document, Edit, Scalar, StoreOperations } from '../port.ts'
import {
  countStatement,
  findStatement,
  groupStatement,
  insertStatement,
  removeStatement,
  updateStatement,
  type Statement,
} from './statements.ts'
import type { Table } from './table.ts'
import { updateEachStatement } from './update-each.ts'

/** `mayFail`: the data may be refused (a taken key, a missing reference), which must not spoil the transaction around it. */
export type Run = (statement: Statement, kind: 'read' | 'write' | 'mayFail') => Promise<pg.QueryResult>
type DataOperations = Omit<StoreOperations, 'schedule' | 'cancel'>

export function createOperations(tables: ReadonlyMap<string, Table>, run: Run): DataOperations {
  const restricted = findRestricted([...tables.values()].map(({ spec }) => spec))
  const tableOf = ({ name }: CollectionSpec): Table => {
    const table = tables.get(name)
    if (!table) throw new TypeError(`There is no collection ${name}`)
    return table
  }

  const operations: DataOperations = {
    async find(spec, query) {
      const { rows } = await run(findStatement(tableOf(spec), query), 'read')
      return rows as Document[]
    },

    async count(spec, where, search, atMost) {
      const { rows } = await run(countStatement(tableOf(spec), where, search, atMost), 'read')
      return Number((rows[0] as { total: string }).total)
    },

    async group(spec, group) {
      const { rows } = await run(groupStatement(tableOf(spec), group), 'read')
      return (rows as Record<string, unknown>[]).map((row) => ({
        keys: group.by.map((_key, index) => row[`key${index}`] as Scalar),
        count: Number(row['count']),
        sums: (group.sum ?? []).map((_field, index) => Number(row[`sum${index}`])),
      }))
    },

    async insert(spec, documents, ifTaken) {
      if (documents.length === 0) return []
      const kind = ifTaken === 'reject' || spec.references.length > 0 ? 'mayFail' : 'write'
      const { rows } = await run(insertStatement(tableOf(spec), documents, ifTaken), kind)
      return (rows as { id: string }[]).map(({ id }) => id)
    },

    async update(spec, where, change, pick) {
      const { rows } = await run(updateStatement(tableOf(spec), where, change, pick), kindOf(spec, change))
      return rows as Document[]
    },

    async updateEach(spec, edits) {
      const changed: { place: number; document: Document }[] = []
      const kind = edits.some(({ change }) => kindOf(spec, change) === 'mayFail') ? 'mayFail' : 'write'
      for (const round of splitRounds(edits)) {
        const { rows } = await run(updateEachStatement(tableOf(spec), round.edits), kind)
        for (const document of rows as Document[]) changed.push({ place: round.places.get(document.id)!, document })
      }
      return changed.sort((a, b) => a.place - b.place).map(({ document }) => document)
    },

    async remove(spec, where) {
      const { rowCount } = await run(
        removeStatement(tableOf(spec), where),
        restricted.has(spec.name) ? 'mayFail' : 'write',
      )
      return rowCount ?? 0
    },
  }
  return operations
}

/** The collections whose documents may be refused to go: something refers to them so, or to what would go with them. */
function findRestricted(specs: readonly CollectionSpec[]): Set<string> {
  const restricted = new Set<string>()
  for (let before = -1; restricted.size > before;) {
    before = restricted.size
    for (const { name, references } of specs) {
      for (const { collection, onRemove } of references) {
        if (onRemove === 'restrict' || (onRemove === 'cascade' && restricted.has(name))) restricted.add(collection)
      }
    }
  }
  return restricted
}

function kindOf(spec: CollectionSpec, { set = {}, add = {} }: Change): 'write' | 'mayFail' {
  const changes = (field: string) => field in set || field in add
  return spec.unique.some((fields) => fields.some(changes)) || spec.references.some(({ field }) => changes(field))
    ? 'mayFail'
    : 'write'
}

export type Round = { edits: Edit[]; places: Map<string, number> }

/** One statement changes a row once; the second edit of the same document goes into a second statement. */
export function splitRounds(edits: readonly Edit[]): Round[] {
  const rounds: Round[] = []
  edits.forEach((edit, place) => {
    const { id } = edit.where
    let round = rounds.find(({ places }) => !places.has(id))
    if (!round) rounds.push((round = { edits: [], places: new Map() }))
    round.edits.push(edit)
    round.places.set(id, place)
  })
  return rounds
}
