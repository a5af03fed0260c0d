/*
 * Store port: what every storage driver must do, and the words we use for it.
 *
 * - document:   one plain object with a string `id`; its fields are the columns of one Drizzle table (backend/model)
 * - collection: all documents of one table
 * - where:      field tests that must ALL hold; there is no OR (use `in`, `search`, or two queries)
 * - missing:    an absent field and a null field are the same thing
 * - sort:       by one column; code point order for text, missing is the largest value, ties by id; desc is asc reversed
 * - search:     every word of the query is a substring of `searchText`, the folded text that collection.ts writes
 * - instant:    an ISO 8601 string in UTC with milliseconds, in both drivers
 *
 * Transactions of the JSON driver are serial, those of PostgreSQL are read-committed. So an invariant lives in a
 * unique key or in the `where` of the write itself, never in read-then-write, not even inside a transaction.
 */
export type Scalar = string | number | boolean | null

export type FieldTest =
  | Scalar
  | { in: readonly Scalar[] }
  | { not: Scalar }
  /** The column is a JSON array that contains this value. */
  | { has: Scalar }
  /** The same, of at least one of these values. */
  | { hasAny: readonly Scalar[] }
  | { gt?: Scalar; gte?: Scalar; lt?: Scalar; lte?: Scalar }

export type Where = { [field: string]: FieldTest | undefined }
export type Sort = readonly [field: string, direction: 'asc' | 'desc']
export type Document = { id: string; [field: string]: unknown }

export type ColumnType = 'text' | 'instant' | 'integer' | 'double' | 'boolean' | 'json'
export type Column = { name: string; sqlName: string; type: ColumnType; required: boolean }
export type Reference = { field: string; collection: string; onRemove: 'cascade' | 'set null' | 'restrict' }

/** One Drizzle table, read once at start (see spec.ts). `unique` and `indexes` hold field names, in index order. */
export type CollectionSpec = {
  name: string
  columns: readonly Column[]
  unique: readonly (readonly string[])[]
  indexes: readonly (readonly string[])[]
  references: readonly Reference[]
  searchable: boolean
}

export type Query = {
  where?: Where
  search?: string
  sort?: Sort
  /** Continue behind this document of the same sort order. */
  after?: { value: Scalar; id: string }
  /** Pass over so many first. For jumping into a long list; `after` is cheaper for going on in it. */
  skip?: number
  limit: number
}

export type Change = {
  set?: { [field: string]: unknown }
  /** Adds to a number; a missing number counts as zero. */
  add?: { [field: string]: number }
  /** Moves instants on: to this one, or a millisecond beyond where they stand when that is later. */
  rise?: { [field: string]: string }
}

/**
 * A field; the hour, day or month of an instant as the clocks of a time zone show it; the text of one member of a JSON
 * object; or each text of a JSON array, so that a document counts once per text and not at all when it has none.
 */
export type GroupKey =
  | string
  | { field: string; unit: 'hour' | 'day' | 'month'; timeZone: string }
  | { field: string; member: string }
  | { field: string; each: 'text' }
/** Counts and sums over the documents that pass, one row for each combination of keys. For reports, not for lists. */
export type Group = { where?: Where; search?: string; by: readonly GroupKey[]; sum?: readonly string[] }
export type GroupRow = { keys: Scalar[]; count: number; sums: number[] }

export type Edit = { where: Where & { id: string }; change: Change }

/** A job to run later; `key` is unique per workspace among waiting jobs. See platform/jobs. */
export type NewJob = {
  workspaceId: string
  kind: string
  key: string
  /** Jobs of one queue run one at a time, in the order of `runAt`, then of scheduling. Absent: no order. */
  queue?: string
  runAt: string
  payload: { [field: string]: unknown }
  attempts: number
}

export interface StoreOperations {
  find(collection: CollectionSpec, query: Query): Promise<Document[]>
  /** Stops at `atMost` matches, where more need not be told apart. */
  count(collection: CollectionSpec, where: Where, search?: string, atMost?: number): Promise<number>
  /** Rows in no order; days as `2026-11-21`, hours as `2026-11-21T14`, months as `2026-11`. A missing number adds zero. */
  group(collection: CollectionSpec, group: Group): Promise<GroupRow[]>
  /**
   * Inserts all or none. With `reject`, a taken id or unique key throws DuplicateKey; with `skip`, such documents are
   * passed over. Answers the ids that were inserted. A reference to a missing document throws MissingReference.
   */
  insert(collection: CollectionSpec, documents: readonly Document[], ifTaken: 'reject' | 'skip'): Promise<string[]>
  /**
   * Changes the first `limit` matches and answers them as they are afterwards. A document that another transaction holds
   * is waited for (`wait`) or passed over (`skip`): edits wait, claims skip. Of two racers each document goes to one.
   */
  update(
    collection: CollectionSpec,
    where: Where,
    change: Change,
    pick: { sort?: Sort; limit: number; ifHeld: 'wait' | 'skip' },
  ): Promise<Document[]>
  /**
   * Many guarded changes of single documents at once; those whose `where` no longer holds are left out of the answer. A
   * unique key cannot move from one document to another in one call.
   */
  updateEach(collection: CollectionSpec, edits: readonly Edit[]): Promise<Document[]>
  remove(collection: CollectionSpec, where: Where): Promise<number>
  /** Replaces a waiting job with the same workspace and key. Inside a transaction the jobs exist exactly when it commits. */
  schedule(jobs: readonly NewJob[]): Promise<void>
  /** Removes waiting jobs; one that runs now is not stopped. */
  cancel(workspaceId: string, keys: readonly string[]): Promise<void>
}

/** Every operation is atomic on its own; `transaction` makes several atomic together. */
export interface StoreDriver extends StoreOperations {
  transaction<T>(run: (tx: StoreOperations) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export class DuplicateKey extends Error {
  override name = 'DuplicateKey'
  readonly collection: string
  readonly fields: readonly string[]

  constructor(collection: string, fields: readonly string[]) {
    super(`${collection} already has a document with the same ${fields.join(', ')}`)
    this.collection = collection
    this.fields = fields
  }
}

export class MissingReference extends Error {
  override name = 'MissingReference'
  readonly collection: string
  readonly field: string

  constructor(collection: string, field: string) {
    super(`${collection}.${field} names a document that does not exist`)
    this.collection = collection
    this.field = field
  }
}

/** The disk is full: reads go on, this write and those behind it did not happen. Answered with 507. */
export class StorageFull extends Error {
  override name = 'StorageFull'
}

/** More writes are waiting than the store may hold in memory, or it is closing. Answered with 503 and Retry-After. */
export class StoreBusy extends Error {
  override name = 'StoreBusy'
}

/** A newer version wrote this data, and an older one would damage it. */
export class DataTooNew extends Error {
  override name = 'DataTooNew'
}

/** The database cannot be reached, or went away in the middle: what was under way may have happened or not. */
export class StoreUnavailable extends StoreBusy {
  override name = 'StoreUnavailable'
}
