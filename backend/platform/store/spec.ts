import { is } from 'drizzle-orm'
import { toSnakeCase } from 'drizzle-orm/casing'
import { getTableConfig, PgColumn, type PgTable } from 'drizzle-orm/pg-core'
import type { CollectionSpec, Column, ColumnType, Reference } from './port.ts'

/** What a collection is, as the model declares it. `shared` collections belong to no workspace and are not filtered. */
export type Definition = {
  table: PgTable
  idPrefix: string
  /** The fields a person finds a document by. Without them, a `searchText` column holds what the feature writes there, folded. */
  search?: readonly string[]
  shared?: true
}

export type Model = Record<string, Definition>

/** A definition with everything that would otherwise be worked out again for each call. */
export type CollectionPlan = {
  spec: CollectionSpec
  idPrefix: string
  search: readonly string[]
  shared: boolean
  columns: ReadonlyMap<string, Column>
  /** In place of SQL defaults, which the JSON store could not run. */
  defaults: ReadonlyMap<string, () => unknown>
}

export function readModel(model: Model): Map<string, CollectionPlan> {
  return new Map(Object.entries(model).map(([name, definition]) => [name, readDefinition(definition)]))
}

function readDefinition({ table, idPrefix, search, shared }: Definition): CollectionPlan {
  const spec = readTable(table)
  const columns = new Map(spec.columns.map((column) => [column.name, column]))
  for (const field of ['id', shared ? 'id' : 'workspaceId', ...(search ?? [])]) {
    if (!columns.has(field)) throw new TypeError(`${spec.name} needs a column ${field}`)
  }
  if (search && !spec.searchable) throw new TypeError(`${spec.name} needs a column searchText`)
  return {
    spec,
    idPrefix,
    search: search ?? (spec.searchable ? ['searchText'] : []),
    shared: shared === true,
    columns,
    defaults: readDefaults(table),
  }
}

/** Drizzle's description of a table in the words of the port. Whatever the JSON store could not honour is refused here. */
export function readTable(table: PgTable): CollectionSpec {
  const { name, columns, indexes, uniqueConstraints, foreignKeys, primaryKeys, checks } = getTableConfig(table)
  const refuse = (what: string): never => {
    throw new TypeError(`${name}: ${what} cannot be kept by the JSON store`)
  }
  if (checks.length > 0) refuse('a check constraint')
  if (primaryKeys.length > 0) refuse('a primary key of several fields')

  const fields = new Map<unknown, string>()
  for (const [field, column] of Object.entries(table)) if (is(column, PgColumn)) fields.set(column.name, field)
  const fieldOf = (column: unknown) =>
    fields.get((column as { name?: string }).name) ?? refuse('an index on an expression')

  const isUnique = (index: (typeof indexes)[number]) => index.config.unique
  /** An index of what lists hold has no order; only PostgreSQL keeps one. */
  const isOrdered = (index: (typeof indexes)[number]) => !isUnique(index) && index.config.method !== 'gin'
  const fieldsOf = (index: (typeof indexes)[number]) => {
    if (index.config.where) refuse('a partial index')
    return index.config.columns.map(fieldOf)
  }
  return {
    name,
    columns: columns.map((column) => ({
      name: fieldOf(column),
      sqlName: column.keyAsName ? toSnakeCase(column.name) : column.name,
      type: readType(column) ?? refuse(`the type ${column.getSQLType()}`),
      required: column.notNull,
    })),
    unique: [
      ...columns.filter((column) => column.isUnique).map((column) => [fieldOf(column)]),
      ...uniqueConstraints.map((constraint) => constraint.columns.map(fieldOf)),
      ...indexes.filter(isUnique).map(fieldsOf),
    ],
    indexes: indexes.filter(isOrdered).map((index) => withoutId(fieldsOf(index))),
    references: foreignKeys.map((key) => {
      const { columns: own, foreignColumns, foreignTable } = key.reference()
      if (own.length !== 1 || foreignColumns[0]?.name !== 'id') refuse('a reference to anything but an id')
      return {
        field: fieldOf(own[0]),
        collection: getTableConfig(foreignTable).name,
        onRemove: readOnRemove(key.onDelete) ?? refuse(`on delete ${key.onDelete}`),
      }
    }),
    searchable: columns.some((column) => fieldOf(column) === 'searchText'),
  }
}

/** Ties are broken by id everywhere, so an index that names it at the end says nothing new to the port. */
function withoutId(fields: readonly string[]): readonly string[] {
  return fields.length > 1 && fields.at(-1) === 'id' ? fields.slice(0, -1) : fields
}

function readType(column: PgColumn): ColumnType | undefined {
  const type = column.getSQLType()
  if (type.startsWith('text')) return 'text'
  if (type.startsWith('timestamp(3) with time zone')) return 'instant'
  const plain: Record<string, ColumnType> = {
    integer: 'integer',
    'double precision': 'double',
    boolean: 'boolean',
    jsonb: 'json',
  }
  return plain[type]
}

function readOnRemove(onDelete: string | undefined): Reference['onRemove'] | undefined {
  if (onDelete === undefined || onDelete === 'no action' || onDelete === 'restrict') return 'restrict'
  return onDelete === 'cascade' || onDelete === 'set null' ? onDelete : undefined
}

function readDefaults(table: PgTable): Map<string, () => unknown> {
  const defaults = new Map<string, () => unknown>()
  for (const [field, column] of Object.entries(table)) {
    if (!is(column, PgColumn) || !column.hasDefault) continue
    const { default: value, defaultFn } = column
    if (!defaultFn && (value === null || typeof value === 'object'))
      throw new TypeError(`${field}: give a plain value or $defaultFn as default`)
    defaults.set(field, defaultFn ?? (() => value))
  }
  return defaults
}
