import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inOrderOfHarm, readAllRoutes } from '../test/routes.ts'
import { connectSimulator, openStores } from '../test/world.ts'
import { furnish } from './furnish.ts'
import { fuzzRoute } from './fuzz.ts'
import { seatPeople } from './people.ts'

/** `npm run fuzz -- 100000` for a release. */
const runs = Number(process.env['FUZZ_RUNS'] ?? 300)
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000)
const only = process.env['FUZZ_ONLY']

const routes = inOrderOfHarm(await readAllRoutes()).filter(({ name }) => !only || name.includes(only))
const stores = await openStores()

describe.each(stores)(
  `requests nobody expects, on the $kind store, with FUZZ_SEED=${seed}`,
  ({ kind, databaseUrl }) => {
    // PostgreSQL refuses what the JSON store takes, so it gets a share of the requests too.
    const share = kind === 'json' ? runs : Math.ceil(runs / 10)
    let world: Awaited<ReturnType<typeof open>>
    beforeAll(async () => void (world = await open()))
    afterAll(() => world?.close())

    async function open() {
      const { test, close } = await connectSimulator({ databaseUrl: await databaseUrl(), practice: true })
      const [own, foreign] = [await furnish(test, 'zebrafinch'), await furnish(test, 'quokkaword')]
      return { test, close, own, foreign }
    }

    test.each(routes)('$name', { timeout: 60_000 + share * 100 }, async (route) => {
      const { test: app, own, foreign } = world
      const cookies = await seatPeople(app, own)
      const found = await fuzzRoute({ test: app, own, foreign, cookies }, route, share, seed)
      expect(found).toBeUndefined()
    })

    test('leave the foreign workspace as it was, and jobs that end', { timeout: 120_000 }, async () => {
      const { test: app, foreign } = world
      await app.settle()
      const { body } = await app.call('GET', '/api/contacts', undefined, { cookie: foreign.cookie })
      expect(body.data.contacts.map(({ name }: { name: string | null }) => name)).toContain(`Contact ${foreign.canary}`)
    })
  },
)
