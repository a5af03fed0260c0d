import type { Change, Document, Group, GroupKey, Query, Sort, Where } from '../port.ts'
import { afterSql, bind, limitSql, orderSql, searchSql, testsSql, whereSql } from './conditions.ts'
import { columnOf, quote, toParameter, type Table } from './table.ts'

/** `once` statements are planned with their values instead of being prepared under a name. */
export type Statement = { text: string; values: unknown[]; once?: boolean }

export function findStatement(table: Table, query: Query): Statement {
  const values: unknown[] = []
  const where = query.where ?? {}
  const words = searchSql(table, query.search, values)
  const conditions = [...testsSql(table, where, values), ...words, ...afterSql(table, query, values)]
  const order = query.limit === 1 && !query.sort && 'id' in where ? '' : orderSql(table, query.sort, where)
  const text = `select ${table.selection} from ${table.name} t${whereSql(conditions)}${order}${limitSql(query.limit, values)}`
  // Whether the trigram index is worth it depends on the words.
  return { text, values, once: words.length > 0 }
}

export function countStatement(table: Table, where: Where): Statement {
  const values: unknown[] = []
  return { text: `select count(*) as total from ${table.name} t${whereSql(testsSql(table, where, values))}`, values }
}

const dateFormats = { hour: 'YYYY-MM-DD"T"HH24', day: 'YYYY-MM-DD', month: 'YYYY-MM' }

export function groupStatement(table: Table, { where = {}, by, sum = [] }: Group): Statement {
  const values: unknown[] = []
  const joins: string[] = []
  const keySql = (key: GroupKey): string => {
    if (typeof key === 'string') return `t.${columnOf(table, key).sql}`
    const column = `t.${columnOf(table, key.field).sql}`
    if ('member' in key) return `${column} ->> ${bind(values, key.member)}`
    if ('each' in key) {
      const alias = `each${joins.length}`
      const texts = `jsonb_array_elements(case when jsonb_typeof(${column}) = 'array' then ${column} else '[]' end)`
      joins.push(
        ` cross join lateral (select i #>> '{}' as item from ${texts} i where jsonb_typeof(i) = 'string') ${alias}`,
      )
      return `${alias}.item collate "C"`
    }
    const zone = bind(values, key.timeZone)
    return `to_char(${column} at time zone ${zone}, '${dateFormats[key.unit]}')`
  }
  const selected = [
    ...by.map((key, index) => `${keySql(key)} as key${index}`),
    'count(*) as count',
    ...sum.map((field, index) => `coalesce(sum(t.${columnOf(table, field).sql}), 0) as sum${index}`),
  ]
  const conditions = whereSql(testsSql(table, where, values))
  const groups = by.length > 0 ? ` group by ${by.map((_key, index) => `key${index}`).join(', ')}` : ''
  const having = by.length > 0 ? '' : ' having count(*) > 0'
  return {
    text: `select ${selected.join(', ')} from ${table.name} t${joins.join('')}${conditions}${groups}${having}`,
    values,
    once: true,
  }
}

export function removeStatement(table: Table, where: Where): Statement {
  const values: unknown[] = []
  return { text: `delete from ${table.name} t${whereSql(testsSql(table, where, values))}`, values }
}

/** Many rows travel as one JSON text: a tenth of the work of thousands of parameters, and one statement for any number. */
export function insertStatement(table: Table, documents: readonly Document[], ifTaken: 'reject' | 'skip'): Statement {
  const columns = [...table.columns.values()]
  const target = `insert into ${table.name} (${columns.map(({ sql }) => sql).join(', ')})`
  const ending = `${ifTaken === 'skip' ? ' on conflict do nothing' : ''} returning id`
  const [only] = documents
  if (documents.length === 1 && only) {
    const values: unknown[] = []
    const row = columns.map((column) => bind(values, toParameter(column, only[column.name])))
    return { text: `${target} values (${row.join(', ')})${ending}`, values }
  }
  return {
    text: `${target} select ${table.fields} from ${recordsSql(columns, 'r')}${ending}`,
    values: [JSON.stringify(documents)],
  }
}

export function recordsSql(columns: readonly { name: string; cast: string }[], alias: string): string {
  return `json_to_recordset($1::json) as ${alias}(${columns.map(({ name, cast }) => `${quote(name)} ${cast}`).join(', ')})`
}

export type Pick = { sort?: Sort; limit: number; ifHeld: 'wait' | 'skip' }

/**
 * Locks the picked rows in their order, then changes them. The lock re-reads a row that somebody changed meanwhile and
 * drops it when it no longer passes; that is what makes guards and claims safe.
 */
export function updateStatement(table: Table, where: Where, change: Change, pick: Pick): Statement {
  const values: unknown[] = []
  const assignments = assignmentsSql(table, change, values)
  const conditions = whereSql(testsSql(table, where, values))
  if (typeof where['id'] === 'string' && pick.limit >= 1 && pick.ifHeld === 'wait') {
    return { text: `update ${table.name} t set ${assignments}${conditions} returning ${table.selection}`, values }
  }
  const { sql: place } = columnOf(table, pick.sort?.[0] ?? 'id')
  const direction = pick.sort?.[1] ?? 'asc'
  const locked = `for update${pick.ifHeld === 'skip' ? ' skip locked' : ''}`
  const text = `with picked as materialized (
    select t.id, t.${place} as place from ${table.name} t${conditions}${orderSql(table, pick.sort, where)}${limitSql(pick.limit, values)} ${locked}
  ), changed as (
    update ${table.name} t set ${assignments} from picked where t.id = picked.id returning ${table.selection}, picked.place as "#place"
  ) select ${table.fields} from changed order by "#place" ${direction}, id ${direction}`
  return { text, values }
}

function assignmentsSql(table: Table, { set = {}, add = {} }: Change, values: unknown[]): string {
  const sets = Object.keys(set).map((field) => {
    const column = columnOf(table, field)
    return `${column.sql} = ${bind(values, toParameter(column, set[field]))}`
  })
  const sums = Object.keys(add).map((field) => {
    const { sql, cast } = columnOf(table, field)
    return `${sql} = coalesce(t.${sql}, 0) + ${bind(values, add[field])}::${cast}`
  })
  // A change of nothing still answers the documents that pass.
  return [...sets, ...sums].join(', ') || 'id = t.id'
}
