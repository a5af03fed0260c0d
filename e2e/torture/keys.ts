/*
 * Fifty requests with one Idempotency-Key at the same moment, for every route that takes one, while the server is killed:
 * one effect, one answer; another body is refused.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { AppStore } from '../../backend/model/index.ts'
import { readAllRoutes } from '../../backend/test/routes.ts'
import { openAftermath } from './aftermath.ts'
import { prepareKeyedRoutes, type Counted, type Keyed } from './keyed-routes.ts'
import { isDefinite } from './client.ts'
import { setStage, type Answer, type Stage } from './stage.ts'

const atOnce = 50

type Options = { store: string; houses: number; keys: number; note: (line: string) => void }
type Asked = { key: string; name: string; route: Keyed; answers: Set<string> }

export async function stormKeys({ store, houses, keys, note }: Options): Promise<string[]> {
  const stage = await setStage({ store, houses })
  try {
    const problems: string[] = []
    const routes = await prepareKeyedRoutes(stage)
    for (const { name, idempotent } of await readAllRoutes())
      if (idempotent && !routes.has(name)) problems.push(`nobody told how to call ${name}`)
    const before = await countRows(stage, routes)
    let goesOn = true
    const killing = killUntil(stage, () => !goesOn)
    const asked: Asked[] = []
    const left = new Map([...routes].map(([name, { atMost = Infinity }]) => [name, atMost]))
    for (let nth = 0; asked.length < keys; nth++) {
      const [name, route] = [...routes][nth % routes.size]!
      left.set(name, left.get(name)! - 1)
      if (left.get(name)! < 0) continue
      const one: Asked = { key: `key-${nth}`, name, route, answers: new Set() }
      asked.push(one)
      problems.push(...(await storm(stage, one)))
    }
    goesOn = false
    const kills = await killing
    for (const house of stage.houses) await house.kill()
    const aftermath = await openAftermath(stage)
    for (const one of asked) problems.push(...(await askAgain(stage, one)))
    const wanted = new Map(before)
    for (const { route } of asked) wanted.set(route.collection, wanted.get(route.collection)! + 1)
    for (const [collection, count] of await countIn(aftermath.store, routes))
      if (count !== wanted.get(collection)) problems.push(`${count} ${collection} instead of ${wanted.get(collection)}`)
    await aftermath.close()
    note(`${asked.length} keys over ${routes.size} routes, ${atOnce} requests each, ${kills} kills`)
    return problems
  } finally {
    await stage.close()
  }
}

/** The server may die meanwhile; what it did say must be one and the same. */
async function storm(stage: Stage, { key, name, route, answers }: Asked): Promise<string[]> {
  const problems: string[] = []
  const outcomes = await Promise.allSettled(
    Array.from({ length: atOnce }, (_, nth) =>
      stage.call(stage.houses[nth % stage.houses.length]!, 'POST', route.path, route.body(key), {
        'idempotency-key': key,
      }),
    ),
  )
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') continue
    const { status, body, headers } = outcome.value
    if (status < 300) answers.add(canonical(body.data))
    else if (isDefinite(outcome.value)) problems.push(`${name} ${key}: ${status} ${JSON.stringify(body.error)}`)
    else if (status === 409 && !headers.get('retry-after')) problems.push(`${name} ${key}: 409 without Retry-After`)
  }
  if (answers.size > 1) problems.push(`${name} ${key}: ${answers.size} different answers`)
  return problems
}

/** After everything: the first answer again, or the first at all; and nothing else under this key. */
async function askAgain({ call, houses }: Stage, { key, name, route, answers }: Asked): Promise<string[]> {
  const send = (body: object): Promise<Answer> => call(houses[0]!, 'POST', route.path, body, { 'idempotency-key': key })
  const { status, body } = await send(route.body(key))
  if (status >= 300) return [`${name} ${key}, asked again: ${status} ${JSON.stringify(body.error)}`]
  answers.add(canonical(body.data))
  const other = route.body(`${key}-other`)
  const isOther = JSON.stringify(other) !== JSON.stringify(route.body(key))
  const refused = isOther ? await send(other) : undefined
  return [
    ...(answers.size > 1 ? [`${name} ${key}: another answer than before`] : []),
    ...(refused && refused.status !== 422 ? [`${name} ${key}: ${refused.status} for another body`] : []),
  ]
}

/** PostgreSQL keeps an answer with its fields in an order of its own. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}

async function killUntil({ houses }: Stage, isOver: () => boolean): Promise<number> {
  let kills = 0
  while (!isOver()) {
    await pause(1000 + Math.random() * 1000)
    const house = houses[kills % houses.length]!
    await house.kill()
    await house.restart()
    kills++
  }
  return kills
}

/** The rows there are before, read from the outside: the store belongs to the server. */
async function countRows(stage: Stage, routes: ReadonlyMap<string, Keyed>): Promise<Map<Counted, number>> {
  for (const house of stage.houses) await house.kill()
  const { store, close } = await openAftermath(stage)
  const counts = await countIn(store, routes)
  await close()
  for (const house of stage.houses) await house.restart()
  return counts
}

async function countIn({ system }: AppStore, routes: ReadonlyMap<string, Keyed>): Promise<Map<Counted, number>> {
  const counts = new Map<Counted, number>()
  for (const { collection } of routes.values()) counts.set(collection, await system[collection].count())
  return counts
}
