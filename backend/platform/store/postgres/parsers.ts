import pg from 'pg'

const oid = { boolean: 16, json: 114, timestamptz: 1184, jsonb: 3802 }

const parsers: { [oid: number]: (text: string) => unknown } = {
  [oid.boolean]: (text) => text === 't',
  [oid.json]: parseJson,
  [oid.jsonb]: parseJson,
  [oid.timestamptz]: parseInstant,
}

/** Given with each query of the driver, so that the pool stays as everybody else expects it. */
export const types: pg.CustomTypesConfig = {
  getTypeParser: (id: number, format?: 'text' | 'binary') => parsers[id] ?? pg.types.getTypeParser(id, format),
}

/** Most JSON columns are empty most of the time. */
function parseJson(text: string): unknown {
  if (text === '[]') return []
  return text === '{}' ? {} : JSON.parse(text)
}

/** `2026-01-31 09:00:00.5+00`, as the session is set to UTC; anything else goes the slow way. */
export function parseInstant(text: string): string {
  if (!text.endsWith('+00') || text.length > 26) return new Date(text).toISOString()
  const end = text.length - 3
  const fraction = end === 19 ? '.000' : text.slice(19, end).padEnd(4, '0')
  return `${text.slice(0, 10)}T${text.slice(11, 19)}${fraction}Z`
}
