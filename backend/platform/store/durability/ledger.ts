import { readFileSync } from 'node:fs'
import type { JsonStoreDriver } from '../json/driver.ts'
import type { CollectionSpec, StoreOperations } from '../port.ts'

/*
 * What the load writes and how a check knows that nothing is missing. Each transaction inserts a left and a right document
 * and adds one to its writer's counter. Once it was answered, the load prints `A <key>`; so after any accident
 *
 * - every printed key has its left and its right document,
 * - no left is without its right, or the other way round,
 * - a counter says exactly how many lefts its writer has.
 */
const column = (name: string, type: 'text' | 'integer' = 'text') => ({ name, sqlName: name, type, required: true })

const spec = (name: string, ...columns: CollectionSpec['columns']): CollectionSpec => ({
  name,
  columns: [column('id'), ...columns],
  unique: [],
  indexes: name === 'counters' ? [] : [['writer', 'id']],
  references: [],
  searchable: false,
})

export const left = spec('left', column('writer'), column('padding'))
export const right = spec('right', column('writer'), column('padding'))
export const counters = spec('counters', column('count', 'integer'))
export const specs = [left, right, counters]

export type Entry = { writer: string; key: string; padding: string }

export async function record(store: JsonStoreDriver, { writer, key, padding }: Entry): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.insert(left, [{ id: `a:${key}`, writer, padding }], 'reject')
    await tx.insert(right, [{ id: `b:${key}`, writer, padding }], 'reject')
    const found = await tx.update(counters, { id: writer }, { add: { count: 1 } }, { limit: 1, ifHeld: 'wait' })
    if (found.length === 0) await tx.insert(counters, [{ id: writer, count: 1 }], 'reject')
  })
}

export function readAcknowledged(path: string): string[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return lines.filter((line) => line.startsWith('A ')).map((line) => line.slice(2))
}

export async function findProblems(store: StoreOperations, acknowledged: readonly string[]): Promise<string[]> {
  const all = async (collection: CollectionSpec) => store.find(collection, { limit: Infinity })
  const keysOf = async (collection: CollectionSpec) => new Set((await all(collection)).map(({ id }) => id.slice(2)))
  const [lefts, rights] = [await keysOf(left), await keysOf(right)]
  const lost = acknowledged.filter((key) => !lefts.has(key) || !rights.has(key))
  const half = [...lefts.symmetricDifference(rights)]
  const problems = [
    ...(lost.length > 0 ? [`${lost.length} of ${acknowledged.length} acknowledged lost, first ${lost[0]}`] : []),
    ...(half.length > 0 ? [`${half.length} half transactions, first ${half[0]}`] : []),
  ]
  for (const { id, count } of await all(counters)) {
    const written = await store.count(left, { writer: id })
    if (written !== count) problems.push(`${id} counted ${String(count)} but has ${written}`)
  }
  return problems
}
