import type { Change, Document, GroupKey, Query, Scalar, Where } from './port.ts'
import { foldText } from './semantics.ts'
import type { CollectionPlan } from './spec.ts'
import { checkValue, checkWhere, cleanText } from './values.ts'

export type Fields = { [field: string]: unknown }

export type Tools = {
  now: () => Date
  newId: (prefix: string) => string
  /** Refuse fields the table does not have, instead of leaving them out. */
  strict: boolean
}

/** The cursor of a page does not fit its sort order: it was tampered with, or belongs to another list. */
export class InvalidCursor extends Error {
  override name = 'InvalidCursor'
}

/** What callers hand to one collection, as it may reach a driver: checked, cleaned, stamped and held within the scope. */
export function createInput(plan: CollectionPlan, workspaceId: string | undefined, tools: Tools) {
  const { spec, columns, shared } = plan
  const scope = shared || workspaceId === undefined ? undefined : { workspaceId }
  const fixed = new Set(shared ? ['id', 'createdAt', 'updatedAt'] : ['id', 'workspaceId', 'createdAt', 'updatedAt'])
  const searchFields = new Set(plan.search)
  // Fields that are added one by one beyond a dozen make V8 keep an object as a hash table: slow to copy, and larger.
  const blank: Document = { id: '', ...Object.fromEntries(spec.columns.map(({ name }) => [name, null])) }

  function refuseUnknown(fields: Fields = {}): void {
    for (const field in fields) if (!columns.has(field)) throw new TypeError(`${spec.name} has no ${field}`)
  }

  function readSums(add: Fields): { [field: string]: number } {
    for (const field in add) {
      const column = columns.get(field)
      const isNumber = column?.type === 'integer' || column?.type === 'double'
      if (!isNumber) throw new TypeError(`${spec.name}.${field} is not a number`)
      checkValue(spec, { ...column, required: true }, add[field])
    }
    return add as { [field: string]: number }
  }

  const input = {
    /** Tests that are undefined are no tests. */
    readWhere(where: Fields = {}): Where {
      return { ...checkWhere(spec, columns, where as Where), ...scope }
    },

    /** Tests that are undefined are a mistake. */
    readExactWhere(where: Fields): Where {
      for (const field in where) {
        if (where[field] === undefined) throw new TypeError(`${spec.name}: the test of ${field} is undefined`)
      }
      return input.readWhere(where)
    },

    /** `restored`: a document that was removed before; it is as old as it was. */
    readDocument(fields: Fields, instant: string, restored = false): Document {
      if (tools.strict) refuseUnknown(fields)
      const { id } = fields
      const document = { ...blank }
      for (const column of spec.columns) {
        const { name } = column
        if (name === 'id') document.id = typeof id === 'string' ? cleanText(id) : tools.newId(plan.idPrefix)
        else if (name === 'createdAt' && restored) document[name] = checkValue(spec, column, fields[name])
        else if (name === 'createdAt' || name === 'updatedAt') document[name] = instant
        else if (name === 'workspaceId' && scope) document[name] = workspaceId
        else if (name === 'searchText' && !searchFields.has(name)) document[name] = ''
        else document[name] = checkValue(spec, column, fields[name] ?? plan.defaults.get(name)?.())
      }
      if (spec.searchable) document['searchText'] = input.searchTextOf(document)
      return document
    },

    /** Undefined fields of a patch are left as they are, and nothing moves a document to another id or workspace. */
    readChange(fields: Fields = {}, add?: Fields): Change {
      if (tools.strict) refuseUnknown(fields)
      const set: Fields = {}
      for (const field in fields) {
        const column = columns.get(field)
        if (!column || fixed.has(field) || fields[field] === undefined) continue
        if (add && field in add) throw new TypeError(`${spec.name}.${field} is either set or added to`)
        if (field !== 'searchText' || searchFields.has(field)) set[field] = checkValue(spec, column, fields[field])
      }
      if (searchFields.size > 0 && plan.search.every((field) => field in set))
        set['searchText'] = input.searchTextOf(set)
      // Two changes within a millisecond, or while the clock is set back, are two: whoever read the document before cannot
      // take the one for the other.
      const rise = { updatedAt: tools.now().toISOString() }
      return add ? { set, rise, add: readSums(add) } : { set, rise }
    },

    /** Of a whole document, or of a change that has every field of it. */
    searchTextOf(fields: Fields): string {
      return foldText(plan.search.map((field) => fields[field]))
    },

    /** The search text has other fields in it than those that change. */
    leavesSearchTextOpen({ set = {} }: Change): boolean {
      return !('searchText' in set) && plan.search.some((field) => field in set)
    },

    readSearch(search: string | undefined): string | undefined {
      if (search && !spec.searchable) throw new TypeError(`${spec.name} cannot be searched`)
      return search && cleanText(search)
    },

    readPage({ where, search, sort, after, skip = 0, limit = 100 }: Partial<Query> & { where: Where }): Query {
      if (!(limit >= 0) || limit % 1 > 0) throw new TypeError('The limit of a page is a whole number from 0')
      if (!Number.isSafeInteger(skip) || skip < 0)
        throw new TypeError('What a page passes over is a whole number from 0')
      const field = sort?.[0] ?? 'id'
      const column = columns.get(field)
      if (!column || column.type === 'json') throw new TypeError(`${spec.name} cannot be sorted by ${field}`)
      const query: Query = { where, sort, search: input.readSearch(search), limit }
      if (after) query.after = input.readCursor(field, after)
      if (skip > 0) query.skip = skip
      return query
    },

    readCursor(field: string, { value, id }: NonNullable<Query['after']>): NonNullable<Query['after']> {
      try {
        const position = checkValue(spec, { ...columns.get(field)!, required: false }, value) as Scalar
        return { value: position, id: checkValue(spec, columns.get('id')!, id) as string }
      } catch (error) {
        throw new InvalidCursor(`This is no cursor of ${spec.name} by ${field}`, { cause: error })
      }
    },

    checkGroup(by: readonly GroupKey[], sum: readonly string[]): void {
      for (const key of by) {
        const field = typeof key === 'string' ? key : key.field
        const type = columns.get(field)?.type
        const fits = typeof key === 'string' ? type && type !== 'json' : type === ('unit' in key ? 'instant' : 'json')
        if (!fits) throw new TypeError(`${spec.name} cannot be grouped by ${field}`)
        // Throws a RangeError when there is no such time zone.
        if (typeof key !== 'string' && 'unit' in key) Intl.DateTimeFormat('en', { timeZone: key.timeZone })
      }
      readSums(Object.fromEntries(sum.map((field) => [field, 0])))
    },
  }
  return input
}
