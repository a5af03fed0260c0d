import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readAllRoutes } from '../test/routes.ts'
import { connectSimulator, openStores } from '../test/world.ts'
import { furnish, knownParameters, type Furnished } from './furnish.ts'
import { buildRequests, comparable, kindOf, parametersOf, placesOf, readEverything, sendAs } from './tenancy.ts'

const routes = await readAllRoutes()
const places = routes.flatMap((route) =>
  placesOf(route).map((place) => ({
    name: `${route.name}: ${place.part}${place.inside ? ' … ' : '.'}${place.field}`,
    route,
    place,
  })),
)
const stores = await openStores()

test('the matrix knows every parameter of every path', () => {
  expect([...new Set(routes.flatMap(parametersOf))].filter((name) => !knownParameters.has(name))).toEqual([])
})

describe.each(stores)('a foreign id is one that does not exist, on the $kind store', ({ databaseUrl }) => {
  let world: Awaited<ReturnType<typeof open>>
  beforeAll(async () => void (world = await open()))
  afterAll(() => world?.close())

  async function open() {
    const { test: app, close } = await connectSimulator({ databaseUrl: await databaseUrl(), practice: true })
    const [own, foreign] = [await furnish(app, 'zebrafinch'), await furnish(app, 'quokkaword')]
    await app.settle()
    const heard: string[] = []
    const socket = io(app.url, { transports: ['websocket'], extraHeaders: { cookie: foreign.cookie, origin: app.url } })
    await new Promise<void>((resolve) => socket.once('hello', () => resolve()))
    socket.onAny((name: string) => void heard.push(name))
    const before = await readEverything(app, foreign.workspaceId)
    return {
      app,
      own,
      foreign,
      cookie: own.cookie,
      before,
      heard,
      async close() {
        socket.disconnect()
        await close()
      },
    }
  }

  const foreignId = (place: { field: string }, { ids }: Furnished) => ids[kindOf(place.field) ?? place.field]!
  /** Of the same kind and length, so that only its not being there tells it apart. */
  const unknownId = (id: string) => `${id.slice(0, id.indexOf('_') + 1)}${'0'.repeat(id.length - id.indexOf('_') - 1)}`

  test.each(places)('$name', async ({ route, place }) => {
    const { app, own, foreign, cookie } = world
    const [foreignOne, unknownOne] = [foreignId(place, foreign), unknownId(foreignId(place, foreign))]
    const withForeign = buildRequests(route, place, own, foreignOne, 5)
    const withUnknown = buildRequests(route, place, own, unknownOne, 5)
    const statuses = new Set<number>()
    expect(withForeign).not.toEqual([])
    for (const [index, request] of withForeign.entries()) {
      const given = await sendAs(app, cookie, route, request)
      const expected = await sendAs(app, cookie, route, withUnknown[index]!)
      expect(comparable(given, foreignOne)).toBe(comparable(expected, unknownOne))
      expect(JSON.stringify(given)).not.toContain(foreign.canary)
      statuses.add(given.status)
    }
    // Otherwise nothing got as far as looking for the object.
    expect(place.part !== 'params' || statuses.has(404)).toBe(true)
  })

  test('after all of it the foreign workspace is as it was, and heard nothing', async () => {
    const { app, foreign, before, heard } = world
    await app.settle()
    expect(await readEverything(app, foreign.workspaceId)).toEqual(before)
    expect(heard).toEqual([])
  })
})
