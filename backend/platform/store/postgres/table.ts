import type { CollectionSpec, Column, ColumnType } from '../port.ts'

/** What the SQL of one collection is made of, worked out once. */
export type Table = {
  spec: CollectionSpec
  /** `"web_hooks"`, quoted. */
  name: string
  columns: ReadonlyMap<string, TableColumn>
  /** `t."id" as "id", t."sent_at" as "sentAt", …` */
  selection: string
  /** `"id", "sentAt", …` */
  fields: string
}

export type TableColumn = Column & { sql: string; cast: string }

/** `instant` and `json` arrive as text; the cast names what they are where PostgreSQL cannot infer it. */
const casts: Record<ColumnType, string> = {
  text: 'text',
  instant: 'timestamptz',
  integer: 'integer',
  double: 'double precision',
  boolean: 'boolean',
  json: 'jsonb',
}

export function describeTable(spec: CollectionSpec): Table {
  const columns = spec.columns.map((column) => ({ ...column, sql: quote(column.sqlName), cast: casts[column.type] }))
  return {
    spec,
    name: quote(spec.name),
    columns: new Map(columns.map((column) => [column.name, column])),
    selection: columns.map(({ sql, name }) => `t.${sql} as ${quote(name)}`).join(', '),
    fields: columns.map(({ name }) => quote(name)).join(', '),
  }
}

export function columnOf(table: Table, field: string): TableColumn {
  const column = table.columns.get(field)
  if (!column) throw new TypeError(`${table.spec.name} has no ${field}`)
  return column
}

/** Names come from the model, but what goes into SQL unescaped is checked where it goes in. */
export function quote(name: string): string {
  if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name)) throw new TypeError(`Not a name: ${name}`)
  return `"${name}"`
}

/** How a value is sent. Everything else pg sends as it is. */
export function toParameter({ type }: Column, value: unknown): unknown {
  if (value === null || value === undefined) return null
  return type === 'json' ? JSON.stringify(value) : value
}
