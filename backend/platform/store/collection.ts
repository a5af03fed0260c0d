import type { InferInsertModel, InferSelectModel } from 'drizzle-orm'
import { createInput, type Fields, type Tools } from './input.ts'
import type { Change, Document, GroupKey, GroupRow, Query, Scalar, StoreOperations, Where } from './port.ts'
import type { CollectionPlan, Definition } from './spec.ts'

/** The same as the port's FieldTest, with the type of the field. */
type TestOf<Value> = [Value] extends [Scalar]
  ?
      | Value
      | null
      | { in?: readonly (Value | null)[]; not?: Value | null; gt?: Value; gte?: Value; lt?: Value; lte?: Value }
  : null | { not: null } | { has: Scalar } | { hasAny: readonly Scalar[] }

export type Tests<Row> = { [Field in keyof Row]?: TestOf<NonNullable<Row[Field]>> }
type Numbers<Row> = { [Field in keyof Row as NonNullable<Row[Field]> extends number ? Field : never]?: number }
type FixedField = 'id' | 'workspaceId' | 'createdAt' | 'updatedAt'
export type Patch<Row> = Partial<Row>
type SortOf<Row> = readonly [field: keyof Row & string, direction: 'asc' | 'desc']

export type Page<Row> = {
  where?: Tests<Row>
  search?: string
  sort?: SortOf<Row>
  /** The sort value and the id of the last document of the page before. */
  after?: Query['after']
  /** Passes over so many first. */
  skip?: number
  limit?: number
}

export type RowOf<D extends Definition> = InferSelectModel<D['table']>
/** `own` inserts into one workspace, `any` names the workspace of each document. Ids may be given to make a repetition harmless. */
export type InsertOf<D extends Definition, Scope extends 'own' | 'any'> = Omit<
  InferInsertModel<D['table']>,
  FixedField | 'searchText'
> & {
  id?: string
  searchText?: string
} & WorkspaceOf<D, Scope>
type WorkspaceOf<D extends Definition, Scope> = D extends { shared: true }
  ? Pick<InferInsertModel<D['table']>, 'workspaceId' & keyof InferInsertModel<D['table']>>
  : Scope extends 'any'
    ? { workspaceId: string }
    : unknown

type GroupOf<Row> = {
  where?: Tests<Row>
  search?: string
  by: readonly ((keyof Row & string) | (Exclude<GroupKey, string> & { field: keyof Row & string }))[]
  sum?: readonly (keyof Row & string)[]
}

export type EditOf<Row> = { id: string; set?: Patch<Row>; add?: Numbers<Row>; onlyIf?: Tests<Row> }

/**
 * What features see: one typed collection, already limited to its scope. In `find` and `count` a test that is undefined
 * is no test; everywhere else it is refused, because it would turn "this one" into "any".
 */
export interface Collection<Row, Insert> {
  get(id: string): Promise<Row | undefined>
  /** In the order of the ids; those that do not exist are left out. */
  getMany(ids: readonly string[]): Promise<Row[]>
  first(where: Tests<Row>, sort?: SortOf<Row>): Promise<Row | undefined>
  find(page?: Page<Row>): Promise<Row[]>
  /** Never more than `atMost`, which makes it cheap however many there are. */
  count(where?: Tests<Row>, search?: string, atMost?: number): Promise<number>
  /** Counts and sums for reports; see the port. */
  group(group: GroupOf<Row>): Promise<GroupRow[]>
  insert(fields: Insert): Promise<Row>
  /** Inserts all or none, or with `skip` those whose id and unique keys are free; answers the inserted ones, in order. */
  insertMany(fields: readonly Insert[], options?: { ifTaken?: 'reject' | 'skip' }): Promise<Row[]>
  /** Puts a removed document back: with its id, and as old as it was. */
  restore(row: Row): Promise<Row>
  /** Undefined when the document is gone or no longer passes `onlyIf`. */
  update(id: string, set: Patch<Row>, options?: { onlyIf?: Tests<Row>; add?: Numbers<Row> }): Promise<Row | undefined>
  /** One guarded change per edit, in order; edits whose document is gone or no longer passes are left out of the answer. */
  updateEach(edits: readonly EditOf<Row>[]): Promise<Row[]>
  updateWhere(where: Tests<Row>, set: Patch<Row>, options?: { limit?: number; add?: Numbers<Row> }): Promise<Row[]>
  /** Takes up to `limit` matches for this caller alone: of two racers, each document goes to one. */
  claim(
    where: Tests<Row>,
    set: Patch<Row>,
    options: { sort: SortOf<Row>; limit: number; add?: Numbers<Row> },
  ): Promise<Row[]>
  remove(id: string): Promise<boolean>
  removeWhere(where: Tests<Row>): Promise<number>
}

/** The operations of a store or of a transaction; `use` throws when this is not the moment to use them. */
export type Access = {
  use(): StoreOperations
  atomically<T>(run: (access: Access) => Promise<T>): Promise<T>
}

const editOne = { limit: 1, ifHeld: 'wait' } as const

/** Everything the drivers would otherwise each have to do. */
export function bindCollection(
  plan: CollectionPlan,
  access: Access,
  workspaceId: string | undefined,
  tools: Tools,
): Collection<Document, Fields> {
  const { spec } = plan
  const input = createInput(plan, workspaceId, tools)
  const exactly = input.readExactWhere

  /** A store may leave out what is missing; callers get null. */
  function complete(document: Document): Document {
    for (const { name } of spec.columns) if (document[name] === undefined) document[name] = null
    return document
  }

  async function find(page: Partial<Query> & { where: Where }): Promise<Document[]> {
    return (await access.use().find(spec, input.readPage(page))).map(complete)
  }

  async function insertMany(
    fields: readonly Fields[],
    { ifTaken = 'reject', restored }: { ifTaken?: 'reject' | 'skip'; restored?: boolean } = {},
  ): Promise<Document[]> {
    const operations = access.use()
    if (fields.length === 0) return []
    const instant = tools.now().toISOString()
    const documents = fields.map((one) => input.readDocument(one, instant, restored))
    const inserted = await operations.insert(spec, documents, ifTaken)
    if (inserted.length === documents.length) return documents
    const ids = new Set(inserted)
    return documents.filter(({ id }) => ids.delete(id))
  }

  type Run = (operations: StoreOperations) => Promise<Document[]>

  /** A search text that also depends on fields that stay is written in a second step, from the documents as they are then. */
  async function write(changes: readonly Change[], run: Run): Promise<Document[]> {
    if (!changes.some(input.leavesSearchTextOpen)) return (await run(access.use())).map(complete)
    return access.atomically(async (inner) => {
      const operations = inner.use()
      const edits = (await run(operations)).map((document) => ({
        where: { id: document.id },
        change: { set: { searchText: input.searchTextOf(document) } },
      }))
      return (await operations.updateEach(spec, edits)).map(complete)
    })
  }

  return {
    async get(id) {
      if (typeof id !== 'string') return undefined
      const [document] = await find({ where: exactly({ id }), limit: 1 })
      return document
    },

    async getMany(ids) {
      if (ids.length === 0) return []
      const found = await find({ where: exactly({ id: { in: ids } }), limit: Infinity })
      const byId = new Map(found.map((document) => [document.id, document]))
      return ids.flatMap((id) => byId.get(id) ?? [])
    },

    async first(where, sort) {
      const [document] = await find({ where: exactly(where), sort, limit: 1 })
      return document
    },

    find: async (page = {}) => find({ ...page, where: input.readWhere(page.where) }),
    count: async (where, search, atMost) =>
      access.use().count(spec, input.readWhere(where), input.readSearch(search), atMost),

    async group({ where, search, by, sum = [] }) {
      input.checkGroup(by, sum)
      return access.use().group(spec, { where: input.readWhere(where), search: input.readSearch(search), by, sum })
    },

    insert: async (fields) => (await insertMany([fields]))[0]!,
    insertMany: (fields, { ifTaken } = {}) => insertMany(fields, { ifTaken: ifTaken ?? 'reject' }),
    restore: async (row) => (await insertMany([row], { restored: true }))[0]!,

    async update(id, fields, { onlyIf = {}, add } = {}) {
      const where = { ...exactly(onlyIf), ...exactly({ id }) }
      const change = input.readChange(fields, add)
      const [changed] = await write([change], (operations) => operations.update(spec, where, change, editOne))
      return changed
    },

    async updateEach(list) {
      if (list.length === 0) return []
      const edits = list.map(({ id, set, add, onlyIf = {} }) => ({
        where: { ...exactly(onlyIf), ...exactly({ id }) } as Where & { id: string },
        change: input.readChange(set, add),
      }))
      const changes = edits.map(({ change }) => change)
      return write(changes, (operations) => operations.updateEach(spec, edits))
    },

    async updateWhere(where, fields, { limit = Infinity, add } = {}) {
      const all = exactly(where)
      const change = input.readChange(fields, add)
      return write([change], (operations) => operations.update(spec, all, change, { limit, ifHeld: 'wait' }))
    },

    async claim(where, fields, { sort, limit, add }) {
      const free = exactly(where)
      const change = input.readChange(fields, add)
      return write([change], (operations) => operations.update(spec, free, change, { sort, limit, ifHeld: 'skip' }))
    },

    remove: async (id) => (await access.use().remove(spec, exactly({ id }))) > 0,
    removeWhere: async (where) => access.use().remove(spec, exactly(where)),
  }
}
