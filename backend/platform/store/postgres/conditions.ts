import type { FieldTest, Query, Scalar, Sort, Where } from '../port.ts'
import { searchWords } from '../semantics.ts'
import { columnOf, type Table, type TableColumn } from './table.ts'

/* The SQL of semantics.ts. Every value is a parameter; `values` collects them in the order of their `$n`. */

export function bind(values: unknown[], value: unknown): string {
  return `$${values.push(value)}`
}

export function whereSql(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`
}

export function testsSql(table: Table, where: Where, values: unknown[]): string[] {
  const conditions: string[] = []
  for (const field in where) {
    const test = where[field]
    if (test !== undefined) addTest(conditions, columnOf(table, field), test, values)
  }
  return conditions
}

const operators = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

function addTest(conditions: string[], { sql, name }: TableColumn, test: FieldTest, values: unknown[]): void {
  const column = `t.${sql}`
  if (test === null) conditions.push(`${column} is null`)
  else if (typeof test !== 'object') conditions.push(`${column} = ${bind(values, test)}`)
  else {
    for (const [operator, value] of Object.entries(test)) {
      if (value === undefined) continue
      else if (operator === 'in') conditions.push(inSql(column, value as readonly Scalar[], values))
      else if (operator === 'not') conditions.push(notSql(column, value as Scalar, values))
      else if (operator === 'has') conditions.push(`${column} @> ${bind(values, JSON.stringify([value]))}`)
      else if (operator === 'hasAny') conditions.push(hasAnySql(column, value as readonly Scalar[], values))
      else if (!(operator in operators)) throw new TypeError(`There is no test ${operator} (of ${name})`)
      else conditions.push(`${column} ${operators[operator as keyof typeof operators]} ${bind(values, value)}`)
    }
  }
}

/** One array parameter, so that the statement is the same for every number of values. One value alone can use the order of an index. */
function inSql(column: string, list: readonly Scalar[], values: unknown[]): string {
  const present = list.filter((value) => value !== null)
  const alternatives: string[] = []
  if (present.length === 1) alternatives.push(`${column} = ${bind(values, present[0])}`)
  if (present.length > 1) alternatives.push(`${column} = any(${bind(values, present)})`)
  if (present.length < list.length) alternatives.push(`${column} is null`)
  return alternatives.length > 0 ? `(${alternatives.join(' or ')})` : 'false'
}

/** One test for each value, because an index of what lists hold serves nothing else. */
function hasAnySql(column: string, list: readonly Scalar[], values: unknown[]): string {
  const alternatives = list.map((value) => `${column} @> ${bind(values, JSON.stringify([value]))}`)
  return alternatives.length > 0 ? `(${alternatives.join(' or ')})` : 'false'
}

function notSql(column: string, value: Scalar, values: unknown[]): string {
  return value === null ? `${column} is not null` : `${column} is distinct from ${bind(values, value)}`
}

export function searchSql(table: Table, search: string | undefined, values: unknown[]): string[] {
  const text = (word: string) =>
    `t.${columnOf(table, 'searchText').sql} like ${bind(values, `%${word.replace(/[\\%_]/g, '\\$&')}%`)}`
  return searchWords(search).map(text)
}

/** A row comparison is what lets an index start behind the last page; it says nothing about missing values. */
export function afterSql(table: Table, { after, sort, where = {} }: Query, values: unknown[]): string[] {
  if (!after) return []
  const [field, direction] = sort ?? ['id', 'asc']
  const beyond = direction === 'asc' ? '>' : '<'
  if (field === 'id') return [`t.id ${beyond} ${bind(values, after.id)}`]
  const column = columnOf(table, field)
  const sql = `t.${column.sql}`
  if (after.value === null) {
    const sameButLater = `(${sql} is null and t.id ${beyond} ${bind(values, after.id)})`
    return [direction === 'asc' ? sameButLater : `(${sameButLater} or ${sql} is not null)`]
  }
  const later = `(${sql}, t.id) ${beyond} (${bind(values, after.value)}, ${bind(values, after.id)})`
  const nullsFollow = direction === 'asc' && !column.required && !excludesNull(where[field])
  return [nullsFollow ? `(${later} or ${sql} is null)` : later]
}

function excludesNull(test: FieldTest | undefined): boolean {
  if (test === undefined || test === null) return false
  if (typeof test !== 'object') return true
  return ['gt', 'gte', 'lt', 'lte'].some((bound) => bound in test) || ('not' in test && test.not === null)
}

export function orderSql(table: Table, sort: Sort | undefined, where: Where = {}): string {
  const [field, direction] = sort ?? ['id', 'asc']
  if (field === 'id') return ` order by t.id ${direction}`
  const terms = [...missingBefore(table, field, where), field, 'id']
  return ` order by ${terms.map((term) => `t.${columnOf(table, term).sql} ${direction}`).join(', ')}`
}

/**
 * PostgreSQL does not see that `assigned_to is null` fixes that column, and would sort "the unassigned, latest first"
 * although an index has them in order. Naming the column in the order changes nothing but that.
 */
function missingBefore(table: Table, field: string, where: Where): string[] {
  for (const index of table.spec.indexes) {
    const before = index.slice(0, index.indexOf(field))
    const missing = before.filter((candidate) => where[candidate] === null)
    if (index.includes(field) && missing.length > 0 && before.every((candidate) => isFixed(where[candidate])))
      return missing
  }
  return []
}

function isFixed(test: FieldTest | undefined): boolean {
  return test === null || (test !== undefined && typeof test !== 'object')
}

/**
 * As text for the usual page sizes and the one more that tells whether there is a next page: with an unknown limit
 * PostgreSQL expects to read a tenth of the table. Not for all sizes, because each is a statement of its own.
 */
export function limitSql(limit: number, values: unknown[]): string {
  if (limit === Infinity) return ''
  const isUsual = limit <= 1000 && limit % 10 <= 1
  return ` limit ${isUsual ? limit : bind(values, Math.trunc(limit))}`
}
