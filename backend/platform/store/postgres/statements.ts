import type { Change, Document, Group, GroupKey, Query, Sort, Where } from '../port.ts'
import { afterSql, bind, limitSql, orderSql, searchSql, testsSql, whereSql } from './conditions.ts'
import { columnOf, quote, toParameter, type Table } from './table.ts'

/** `once` statements are planned with their values instead of being prepared under a name. */
export type Statement = { text: string; values: unknown[]; once?: boolean }

export function findStatement(table: Table, query: Query): Statement {
  const values: unknown[] = []
  const where = query.where ?? {}
  const words = searchSql(table, query.search, values)
  const tests = [...testsSql(table, where, values), ...afterSql(table, query, values)]
  const order = query.limit === 1 && !query.sort && 'id' in where ? '' : orderSql(table, query.sort, where)
  const page = `${order}${limitSql(query.limit, values)}`
  // Whether the trigram index is worth it depends on the words.
  const once = words.length > 0 || dependsOnValues(table, query)
  if (query.skip) {
    // The index alone tells which rows these are; those passed over need not be read for that.
    const ids = `select t.id from ${table.name} t${whereSql([...tests, ...words])}${page} offset ${bind(values, query.skip)}`
    const text = `select ${table.selection} from ${table.name} t where t.id in (${ids})${order}`
    return { text, values, once: true }
  }
  const isByText = query.sort && query.sort[0] !== 'id' && columnOf(table, query.sort[0]).type === 'text'
  if (words.length > 0 && isByText && query.limit < Infinity)
    return { text: findWords(table, { words, tests, page, order }, query.limit, values), values, once }
  const text = `select ${table.selection} from ${table.name} t${whereSql([...tests, ...words])}${page}`
  return { text, values, once }
}

/** Rows of a list that are looked through for words before the words are looked up: a few milliseconds. */
const walked = 4000

type Parts = { words: readonly string[]; tests: readonly string[]; page: string; order: string }

/**
 * A list of names in which names are looked for. Usual words fill a page soon when the list is walked in its order, rare
 * ones are found by their index. PostgreSQL would choose by how often a word is, as if it were everywhere alike, and walk
 * to M for the first Maria. So the beginning of the list is walked, and only when that does not fill the page, all that
 * has the words is found and sorted. Lists by time need none of this: words are everywhere alike in them.
 */
function findWords(table: Table, { words, tests, page, order }: Parts, limit: number, values: unknown[]): string {
  const all = whereSql([...tests, ...words])
  const count = bind(values, Math.trunc(limit))
  return `with walked as materialized (
    select t.* from (select * from ${table.name} t${whereSql(tests)}${order} limit ${walked}) t${whereSql(words)}${page}
  ), filled as materialized (select count(*) >= ${count} as is_page from walked)
  select ${table.selection} from (
    select t.* from walked t where (select is_page from filled)
    union all
    select t.* from (select * from ${table.name} t${all} and not (select is_page from filled) offset 0) t
  ) t${page}`
}

/**
 * One plan for all values would walk the latest messages in search of pictures, which may be a year back, because most
 * messages are texts. What begins an index as a reference is about equally rare for each value: the messages of a
 * conversation, the chats of a contact.
 */
function dependsOnValues(table: Table, query: Query): boolean {
  const { where = {}, sort } = query
  if (hasListTest(where)) return true
  if (!sort || sort[0] === 'id' || isNarrow(table, query)) return false
  return Object.keys(where).some((field) => where[field] !== undefined && field !== 'workspaceId' && field !== sort[0])
}

function isNarrow({ spec }: Table, { where = {} }: Query): boolean {
  const isReference = (field: string) =>
    field !== 'workspaceId' &&
    spec.references.some((reference) => reference.field === field) &&
    spec.indexes.some(([first]) => first === field)
  return Object.keys(where).some((field) => where[field] !== undefined && (field === 'id' || isReference(field)))
}

/** Whether the index of what lists hold is worth it depends on the value, as that of texts depends on the words. */
function hasListTest(where: Where): boolean {
  return Object.values(where).some(
    (test) => typeof test === 'object' && test !== null && ('has' in test || 'hasAny' in test),
  )
}

export function countStatement(table: Table, where: Where, search?: string, atMost = Infinity): Statement {
  const values: unknown[] = []
  const words = searchSql(table, search, values)
  const conditions = whereSql([...testsSql(table, where, values), ...words])
  const matches = `from ${table.name} t${conditions}`
  const isBounded = atMost !== Infinity
  const counted = isBounded ? `from (select 1 ${matches}${limitSql(atMost, values)}) counted` : matches
  return {
    text: `select count(*) as total ${counted}`,
    values,
    once: words.length > 0 || isBounded || hasListTest(where),
  }
}

const dateFormats = { hour: 'YYYY-MM-DD"T"HH24', day: 'YYYY-MM-DD', month: 'YYYY-MM' }

export function groupStatement(table: Table, { where = {}, search, by, sum = [] }: Group): Statement {
  const values: unknown[] = []
  const keySql = (key: GroupKey): string => {
    if (typeof key === 'string') return `t.${columnOf(table, key).sql}`
    const column = `t.${columnOf(table, key.field).sql}`
    if ('member' in key) return `${column} ->> ${bind(values, key.member)}`
    if ('each' in key) return column
    const zone = bind(values, key.timeZone)
    return `to_char(${column} at time zone ${zone}, '${dateFormats[key.unit]}')`
  }
  const selected = [
    ...by.map((key, index) => `${keySql(key)} as key${index}`),
    'count(*) as count',
    ...sum.map((field, index) => `coalesce(sum(t.${columnOf(table, field).sql}), 0) as sum${index}`),
  ]
  const conditions = whereSql([...testsSql(table, where, values), ...searchSql(table, search, values)])
  const groups = by.length > 0 ? ` group by ${by.map((_key, index) => `key${index}`).join(', ')}` : ''
  const having = by.length > 0 ? '' : ' having count(*) > 0'
  const text = `select ${selected.join(', ')} from ${table.name} t${conditions}${groups}${having}`
  return { text: by.some(isEach) ? groupItems(text, by, sum.length) : text, values, once: true }
}

const isEach = (key: GroupKey) => typeof key === 'object' && 'each' in key

/** Few lists are many times the same, so they are taken apart after they are counted. */
function groupItems(lists: string, by: readonly GroupKey[], sums: number): string {
  const names = by.map((_key, index) => `key${index}`)
  const joins = names
    .filter((_name, index) => isEach(by[index]!))
    .map((name) => {
      const texts = `jsonb_array_elements(case when jsonb_typeof(g.${name}) = 'array' then g.${name} else '[]' end)`
      return ` cross join lateral (select i #>> '{}' as item from ${texts} i where jsonb_typeof(i) = 'string') each_${name}`
    })
  const selected = [
    ...names.map((name, index) => `${isEach(by[index]!) ? `each_${name}.item collate "C"` : `g.${name}`} as ${name}`),
    'sum(g.count) as count',
    ...Array.from({ length: sums }, (_, index) => `sum(g.sum${index}) as sum${index}`),
  ]
  // By their places: a name would mean the list and not its item.
  return `select ${selected.join(', ')} from (${lists}) g${joins.join('')} group by ${names.map((_name, index) => index + 1).join(', ')}`
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

/** `greatest` passes over what is missing. */
export const riseSql = (column: string, instant: string) => `greatest(${instant}, ${column} + interval '1 millisecond')`

function assignmentsSql(table: Table, { set = {}, add = {}, rise = {} }: Change, values: unknown[]): string {
  const sets = Object.keys(set).map((field) => {
    const column = columnOf(table, field)
    return `${column.sql} = ${bind(values, toParameter(column, set[field]))}`
  })
  const sums = Object.keys(add).map((field) => {
    const { sql, cast } = columnOf(table, field)
    return `${sql} = coalesce(t.${sql}, 0) + ${bind(values, add[field])}::${cast}`
  })
  const rises = Object.keys(rise).map((field) => {
    const { sql, cast } = columnOf(table, field)
    return `${sql} = ${riseSql(`t.${sql}`, `${bind(values, rise[field])}::${cast}`)}`
  })
  // A change of nothing still answers the documents that pass.
  return [...sets, ...sums, ...rises].join(', ') || 'id = t.id'
}
