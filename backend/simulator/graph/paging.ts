import { GraphError } from '../errors/graph-error.ts'
import type { Call } from './call.ts'

export interface Page<T> {
  data: T[]
  paging?: { cursors: { before: string; after: string }; next?: string; previous?: string }
}

/** Cursors name the item they stand behind, so that they survive insertions, and go bad when it is deleted. */
export function pageOf<T, R>(
  call: Call,
  items: readonly T[],
  idOf: (item: T) => string,
  show: (item: T) => R,
  usualLimit = 25,
): Page<R> {
  const limit = Math.min(Math.max(1, Number(call.params['limit']) || usualLimit), 5000)
  const { after, before } = call.params
  let start = 0
  if (typeof after === 'string' && after !== '') start = positionOf(items, idOf, after) + 1
  else if (typeof before === 'string' && before !== '') start = Math.max(0, positionOf(items, idOf, before) - limit)
  const part = items.slice(start, start + limit)
  const first = part[0]
  const last = part.at(-1)
  if (first === undefined || last === undefined) return { data: [] }
  const cursors = { before: cursorOf(idOf(first)), after: cursorOf(idOf(last)) }
  return {
    data: part.map(show),
    paging: {
      cursors,
      ...(start + limit < items.length ? { next: pageUrl(call, { after: cursors.after }) } : {}),
      ...(start > 0 ? { previous: pageUrl(call, { before: cursors.before }) } : {}),
    },
  }
}

const cursorOf = (id: string): string => Buffer.from(`cursor:${id}`).toString('base64url')

function positionOf<T>(items: readonly T[], idOf: (item: T) => string, cursor: string): number {
  const id = /^cursor:(.+)$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'))?.[1]
  const position = items.findIndex((item) => idOf(item) === id)
  if (position < 0) throw new GraphError(131059)
  return position
}

function pageUrl(call: Call, cursor: Record<string, string>): string {
  const url = new URL(`${call.simulation.baseUrl()}/${call.version}${call.path}`)
  for (const [name, value] of Object.entries(call.params)) {
    if (!['after', 'before', 'access_token', 'appsecret_proof'].includes(name))
      url.searchParams.set(name, String(value))
  }
  for (const [name, value] of Object.entries(cursor)) url.searchParams.set(name, value)
  return url.href
}
