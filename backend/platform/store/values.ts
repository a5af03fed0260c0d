import type { Column, CollectionSpec, FieldTest, Scalar, Where } from './port.ts'

/*
 * What may be stored. Both stores must agree, so what PostgreSQL cannot hold (NUL, lone surrogates, NaN, the 30th of
 * February) is cleaned or refused here, above them. A refusal is a TypeError: input was to be checked before.
 */

/** PostgreSQL takes neither NUL nor half a surrogate pair. */
export function cleanText(text: string): string {
  if (text.isWellFormed() && !text.includes('\0')) return text
  return text.toWellFormed().replaceAll('\0', '')
}

/** A copy as it would come back from JSON text. */
export function cleanJson(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value)
  // Adding zero turns -0, which JSON does not know, into 0.
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null
  if (value === null || typeof value === 'boolean') return value
  if (typeof value !== 'object') throw new TypeError(`JSON cannot hold a ${typeof value}`)
  if ('toJSON' in value && typeof value.toJSON === 'function') return cleanJson(value.toJSON())
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : cleanJson(item)))
  const copy: { [key: string]: unknown } = {}
  for (const key of Object.keys(value)) {
    const item = (value as { [key: string]: unknown })[key]
    // Assigning to __proto__ would change the copy's prototype instead of adding a key.
    if (item !== undefined && key !== '__proto__') copy[cleanText(key)] = cleanJson(item)
  }
  return copy
}

const largestInteger = 2 ** 31 - 1

export function checkValue(spec: CollectionSpec, column: Column, value: unknown): unknown {
  if (value === null || value === undefined) {
    if (column.required) throw new TypeError(`${spec.name}.${column.name} is required`)
    return null
  }
  return checkPresent(spec, column, value)
}

function checkPresent(spec: CollectionSpec, column: Column, value: unknown): unknown {
  switch (column.type) {
    case 'text':
      if (typeof value === 'string') return cleanText(value)
      break
    case 'instant':
      if (isInstant(value)) return value
      break
    case 'integer':
      if (Number.isInteger(value) && Math.abs(value as number) <= largestInteger) return (value as number) + 0
      break
    case 'double':
      if (Number.isFinite(value)) return (value as number) + 0
      break
    case 'boolean':
      if (typeof value === 'boolean') return value
      break
    case 'json':
      return cleanJson(value)
  }
  throw new TypeError(`${spec.name}.${column.name} takes ${nouns[column.type]}, not ${describe(value)}`)
}

const nouns = {
  text: 'text',
  instant: 'an instant such as 2026-01-31T09:00:00.000Z',
  integer: 'a whole number of 32 bits',
  double: 'a finite number',
  boolean: 'true or false',
  json: 'JSON',
}

const instantShape = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/

/** One spelling per moment, so that comparing text compares time. PostgreSQL has no year zero. */
export function isInstant(value: unknown): value is string {
  if (typeof value !== 'string' || !instantShape.test(value) || value < '0001') return false
  // Every month has a 28th; only later days need the calendar.
  return value.slice(8, 10) <= '28' || new Date(value).toISOString() === value
}

/** The same tests with clean values, or a TypeError when a test does not fit its column. */
export function checkWhere(spec: CollectionSpec, columns: ReadonlyMap<string, Column>, where: Where): Where {
  const checked: Where = {}
  for (const field in where) {
    const test = where[field]
    const column = columns.get(field)
    if (!column) throw new TypeError(`${spec.name} has no ${field}`)
    if (test !== undefined) checked[field] = checkTest(spec, column, test)
  }
  return checked
}

function checkTest(spec: CollectionSpec, column: Column, test: FieldTest): FieldTest {
  const isJson = column.type === 'json'
  const scalar = (value: unknown): Scalar => {
    if (value === null) return null
    if (isJson) throw new TypeError(`${spec.name}.${column.name} is JSON: test it for null or with \`has\``)
    return checkPresent(spec, column, value) as Scalar
  }
  if (test === null || typeof test !== 'object') return scalar(test)
  const checked: { [operator: string]: unknown } = {}
  for (const [operator, value] of Object.entries(test)) {
    if (value === undefined) continue
    if (operator === 'in') checked['in'] = (value as readonly Scalar[]).map(scalar)
    else if (operator !== 'has' && operator !== 'hasAny') checked[operator] = scalar(value)
    else if (isJson) checked[operator] = cleanJson(value)
    else throw new TypeError(`${spec.name}.${column.name} is not JSON: \`${operator}\` does not apply`)
  }
  return checked as FieldTest
}

function describe(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, 40)}"` : typeof value
}
