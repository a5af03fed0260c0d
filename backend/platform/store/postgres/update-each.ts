import type { Edit, Scalar } from '../port.ts'
import { recordsSql, riseSql, type Statement } from './statements.ts'
import { columnOf, type Table } from './table.ts'

/**
 * Many guarded changes in one statement. The edits travel as one JSON text, one record each; a record leaves out what its
 * edit does not test or set. Rows are locked in the order of their ids, so two such statements cannot deadlock.
 */
export function updateEachStatement(table: Table, edits: readonly Edit[]): Statement {
  const records = createRecords(edits)
  const conditions = ['t.id = e.id', ...guardsSql(table, edits, records)]
  const assignments = assignmentsSql(table, edits, records)
  const text = `with picked as materialized (
    select e.* from ${recordsSql(records.columns, 'e')} join ${table.name} t on ${conditions.join(' and ')} order by t.id for update of t
  ), changed as (
    update ${table.name} t set ${assignments} from picked e where t.id = e.id returning ${table.selection}, e.place as "#place"
  ) select ${table.fields} from changed order by "#place"`
  return { text, values: [JSON.stringify(records.rows)] }
}

type Records = ReturnType<typeof createRecords>

function createRecords(edits: readonly Edit[]) {
  const columns = [
    { name: 'place', cast: 'integer' },
    { name: 'id', cast: 'text' },
  ]
  const rows: { [name: string]: unknown }[] = edits.map(({ where }, place) => ({ place, id: where.id }))
  return {
    columns,
    rows,
    /** Adds a column; where `read` answers undefined, the record has null there. */
    add(cast: string, read: (edit: Edit, index: number) => unknown): string {
      const name = `c${columns.length}`
      columns.push({ name, cast })
      edits.forEach((edit, index) => (rows[index]![name] = read(edit, index)))
      return `e.${name}`
    },
  }
}

function assignmentsSql(table: Table, edits: readonly Edit[], records: Records): string {
  const fields = new Set(
    edits.flatMap(({ change }) => [...Object.keys(change.set ?? {}), ...Object.keys(change.add ?? {})]),
  )
  const assignments = [...fields].map((field) => {
    const { sql, cast } = columnOf(table, field)
    let value = `t.${sql}`
    const setting = edits.filter(({ change }) => change.set && field in change.set).length
    if (setting > 0) {
      const set = records.add(cast, ({ change }) => change.set?.[field])
      const isSet =
        setting < edits.length &&
        records.add('boolean', ({ change }) => (change.set && field in change.set) || undefined)
      value = isSet ? `case when ${isSet} then ${set} else ${value} end` : set
    }
    if (edits.some(({ change }) => change.add && field in change.add)) {
      const sum = records.add(cast, ({ change }) => change.add?.[field])
      value = `case when ${sum} is null then ${value} else coalesce(${value}, 0) + ${sum} end`
    }
    return `${sql} = ${value}`
  })
  for (const field of new Set(edits.flatMap(({ change }) => Object.keys(change.rise ?? {})))) {
    const { sql, cast } = columnOf(table, field)
    const instant = records.add(cast, ({ change }) => change.rise?.[field])
    // Whose edit says nothing of it stays where it is.
    assignments.push(`${sql} = case when ${instant} is null then t.${sql} else ${riseSql(`t.${sql}`, instant)} end`)
  }
  return assignments.join(', ') || 'id = t.id'
}

/** The guards of all edits, each once; it counts for the edits whose record has a value for it. */
function guardsSql(table: Table, edits: readonly Edit[], records: Records): string[] {
  const tests = edits.map(guardsOf)
  const names = new Set(tests.flatMap(Object.keys))
  return [...names].map((name) => {
    const [field, operator] = name.split(' ') as [string, string]
    const { sql, cast } = columnOf(table, field)
    const write = guards[operator]
    if (!write) throw new TypeError(`There is no test ${operator} (of ${field})`)
    const value = records.add(write.cast ?? cast, (_, index) => tests[index]![name])
    return `(${value} is null or ${write.sql(`t.${sql}`, value, cast)})`
  })
}

const guards: { [operator: string]: { cast?: string; sql: (column: string, value: string, cast: string) => string } } =
  {
    equals: { sql: (column, value) => `${column} = ${value}` },
    missing: { cast: 'boolean', sql: (column) => `${column} is null` },
    present: { cast: 'boolean', sql: (column) => `${column} is not null` },
    not: { sql: (column, value) => `${column} is distinct from ${value}` },
    gt: { sql: (column, value) => `${column} > ${value}` },
    gte: { sql: (column, value) => `${column} >= ${value}` },
    lt: { sql: (column, value) => `${column} < ${value}` },
    lte: { sql: (column, value) => `${column} <= ${value}` },
    has: { cast: 'jsonb', sql: (column, value) => `${column} @> ${value}` },
    hasAny: {
      cast: 'jsonb',
      sql: (column, value) =>
        `exists (select from jsonb_array_elements(${value}) item where ${column} @> jsonb_build_array(item))`,
    },
    in: { cast: 'jsonb', sql: anyOf },
    inOrMissing: {
      cast: 'jsonb',
      sql: (column, value, cast) => `(${column} is null or ${anyOf(column, value, cast)})`,
    },
  }

function anyOf(column: string, value: string, cast: string): string {
  return `${column} = any (select item::${cast} from jsonb_array_elements_text(${value}) item)`
}

/** `{ status: { in: ['sent'] }, userId: null }` as `{ 'status in': ['sent'], 'userId missing': true }`. */
function guardsOf({ where }: Edit): { [name: string]: unknown } {
  const found: { [name: string]: unknown } = {}
  for (const field in where) {
    const test = where[field]
    if (field === 'id' || test === undefined) continue
    if (test === null) found[`${field} missing`] = true
    else if (typeof test !== 'object') found[`${field} equals`] = test
    else
      for (const [operator, value] of Object.entries(test))
        if (value !== undefined) addGuard(found, field, operator, value)
  }
  return found
}

function addGuard(found: { [name: string]: unknown }, field: string, operator: string, value: unknown): void {
  if (operator === 'not' && value === null) found[`${field} present`] = true
  else if (operator === 'in') found[`${field} ${(value as Scalar[]).includes(null) ? 'inOrMissing' : 'in'}`] = value
  else found[`${field} ${operator}`] = operator === 'has' ? [value] : value
}
