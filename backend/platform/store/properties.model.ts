import { groupDocuments } from './grouping.ts'
import {
  DuplicateKey,
  MissingReference,
  type Change,
  type CollectionSpec,
  type Document,
  type FieldTest,
  type Query,
  type Scalar,
  type Sort,
  type StoreDriver,
  type StoreOperations,
  type Where,
} from './port.ts'

/*
 * The plainest store that keeps the port's promises: lists of documents, no index, no shortcut, and nothing borrowed from
 * semantics.ts. The property tests hold the real stores against it.
 */
type State = { [collection: string]: Document[] }

export function createPlainStore(specs: readonly CollectionSpec[]): StoreDriver & { kind: 'plain' } {
  let state: State = Object.fromEntries(specs.map(({ name }) => [name, []]))
  let turn: Promise<unknown> = Promise.resolve()

  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const mine = turn.then(run)
    turn = mine.catch(() => {})
    return mine
  }

  async function allOrNothing<T>(run: () => T | Promise<T>): Promise<T> {
    const before = structuredClone(state)
    try {
      return await run()
    } catch (error) {
      state = before
      throw error
    }
  }

  /** Callers get copies. */
  const answer = <T>(run: () => T) => allOrNothing(() => structuredClone(run()))
  const documents = (spec: CollectionSpec) => state[spec.name]!
  const isTaken = (spec: CollectionSpec, document: Document) => takenKey(spec, documents(spec), document)

  function checkReferences(spec: CollectionSpec, document: Document): void {
    for (const { field, collection } of spec.references) {
      const target = document[field]
      if (target != null && !state[collection]!.some(({ id }) => id === target))
        throw new MissingReference(spec.name, field)
    }
  }

  function write(spec: CollectionSpec, document: Document, change: Change): Document {
    const changed: Document = { ...document, ...structuredClone(change.set) }
    for (const [field, number] of Object.entries(change.add ?? {}))
      changed[field] = Number(changed[field] ?? 0) + number
    for (const [field, instant] of Object.entries(change.rise ?? {}))
      changed[field] = new Date(
        Math.max(Date.parse(instant), document[field] ? Date.parse(String(document[field])) + 1 : -Infinity),
      ).toISOString()
    const others = documents(spec).filter(({ id }) => id !== document.id)
    const taken = takenKey(spec, others, changed)
    if (taken) throw new DuplicateKey(spec.name, taken)
    checkReferences(spec, changed)
    state[spec.name] = documents(spec).map((other) => (other.id === document.id ? changed : other))
    return changed
  }

  function drop(spec: CollectionSpec, document: Document): void {
    state[spec.name] = documents(spec).filter(({ id }) => id !== document.id)
    for (const other of specs) {
      for (const { field, collection, onRemove } of other.references) {
        if (collection !== spec.name) continue
        for (const dependent of documents(other).filter((candidate) => candidate[field] === document.id)) {
          if (onRemove === 'restrict') throw new MissingReference(other.name, field)
          if (onRemove === 'cascade') drop(other, dependent)
          else dependent[field] = null
        }
      }
    }
  }

  const operations: StoreOperations = {
    find: (spec, query) => answer(() => pick(documents(spec), query)),
    count: (spec, where, search, atMost = Infinity) =>
      answer(() => pick(documents(spec), { where, search, limit: atMost }).length),
    group: (spec, group) =>
      answer(() =>
        groupDocuments(pick(documents(spec), { where: group.where, search: group.search, limit: Infinity }), group),
      ),
    insert: (spec, list, ifTaken) =>
      answer(() => {
        const inserted: string[] = []
        for (const document of list) {
          const taken = isTaken(spec, document)
          if (taken && ifTaken === 'reject') throw new DuplicateKey(spec.name, taken)
          if (taken) continue
          checkReferences(spec, document)
          documents(spec).push(structuredClone(document))
          inserted.push(document.id)
        }
        return inserted
      }),
    update: (spec, where, change, { sort, limit }) =>
      answer(() => pick(documents(spec), { where, sort, limit }).map((document) => write(spec, document, change))),
    updateEach: (spec, edits) =>
      answer(() =>
        edits.flatMap(({ where, change }) => {
          const document = documents(spec).find((candidate) => holds(candidate, where))
          return document ? [write(spec, document, change)] : []
        }),
      ),
    remove: (spec, where) =>
      answer(() => {
        const leaving = documents(spec).filter((document) => holds(document, where))
        for (const document of leaving) drop(spec, document)
        return leaving.length
      }),
    schedule: async () => {},
    cancel: async () => {},
  }

  const alone = Object.fromEntries(
    Object.entries(operations).map(([name, run]) => [
      name,
      (...given: never[]) => inTurn(() => (run as (...given: never[]) => Promise<unknown>)(...given)),
    ]),
  ) as unknown as StoreOperations
  return {
    kind: 'plain',
    ...alone,
    transaction: (run) => inTurn(() => allOrNothing(() => run(operations))),
    close: async () => {},
  }
}

function takenKey(
  spec: CollectionSpec,
  others: readonly Document[],
  document: Document,
): readonly string[] | undefined {
  return [['id'], ...spec.unique].find((fields) =>
    others.some((other) => fields.every((field) => document[field] != null && document[field] === other[field])),
  )
}

function pick(
  documents: readonly Document[],
  { where = {}, search = '', sort = ['id', 'asc'], after, skip = 0, limit }: Query,
): Document[] {
  const words = foldPlainly(search).split(' ').filter(Boolean)
  const found = documents
    .filter(
      (document) => holds(document, where) && words.every((word) => String(document['searchText']).includes(word)),
    )
    .sort((a, b) => compare(a, b, sort))
  const cursor: Document | undefined = after && { [sort[0]]: after.value, id: after.id }
  return found.filter((document) => !cursor || compare(document, cursor, sort) > 0).slice(skip, skip + limit)
}

/** Enough for the words that the tests search by. */
function foldPlainly(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
}

function compare(a: Document, b: Document, [field, direction]: Sort): number {
  const order = compareScalars((a[field] ?? null) as Scalar, (b[field] ?? null) as Scalar) || compareScalars(a.id, b.id)
  return direction === 'asc' ? order : -order
}

function compareScalars(a: Scalar, b: Scalar): number {
  if (a === b) return 0
  if (a === null || b === null) return a === null ? 1 : -1
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(String(b)))
  return Number(a) - Number(b)
}

function holds(document: Document, where: Where): boolean {
  return Object.entries(where).every(([field, test]) => test === undefined || passes(document[field] ?? null, test))
}

function passes(value: unknown, test: FieldTest): boolean {
  if (test === null || typeof test !== 'object') return value === test
  return Object.entries(test).every(([operator, wanted]) => {
    if (operator === 'in') return (wanted as unknown[]).includes(value)
    if (operator === 'not') return value !== wanted
    if (operator === 'has') return Array.isArray(value) && value.includes(wanted)
    if (operator === 'hasAny') return Array.isArray(value) && value.some((one) => (wanted as unknown[]).includes(one))
    if (value === null) return false
    const order = compareScalars(value as Scalar, wanted as Scalar)
    return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[operator]
  })
}
