import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fillPath, readAllRoutes } from '../test/routes.ts'
import { openStores, openTestApp, type TestApp } from '../test/world.ts'
import { furnish, type Furnished } from './furnish.ts'
import { seatPeople, type Role } from './people.ts'

const routes = await readAllRoutes()
const stores = await openStores()
const ranks = ['public', 'member', 'admin', 'owner'] as const
const rankOf: { [role in Role]: number } = { agent: 1, admin: 2, owner: 3 }
const guarded = routes.filter(({ access }) => access !== 'public')

test('who may call what is written down: a change of it is a change of access.txt, for everybody to read', async () => {
  const lines = routes.map(({ name, access = 'member' }) => `${access.padEnd(7)} ${name}`)
  await expect(`${lines.toSorted().join('\n')}\n`).toMatchFileSnapshot('./access.txt')
})

describe.each(stores)('each role may do what is written down, on the $kind store', ({ databaseUrl }) => {
  let app: TestApp
  let own: Furnished
  beforeAll(async () => {
    app = await openTestApp({ databaseUrl: await databaseUrl(), practice: true })
    own = await furnish(app, 'zebrafinch')
  })
  afterAll(() => app?.close())

  test.each(['/contacts/export', '/messages/export', '/contacts/:contactId/export'])(
    'GET %s, which takes many customers or one along, is for owners and admins',
    async (path) => {
      const cookies = await seatPeople(app, own)
      const url = `${app.url}/api${path.replace(':contactId', own.ids['contactId']!)}`
      const statuses = await Promise.all(
        [cookies.owner, cookies.admin, cookies.agent, ''].map(
          async (cookie) => (await fetch(url, { headers: { cookie } })).status,
        ),
      )
      expect(statuses).toEqual([200, 200, 403, 401])
    },
  )

  test.each(guarded)('$name', async (route) => {
    const cookies = await seatPeople(app, own)
    const lowest = ranks.indexOf(route.access ?? 'member')
    const call = async (cookie: string | null) => {
      const body = route.method === 'GET' ? undefined : { unheardOf: true }
      const answer = await app.call(route.method, fillPath(route), body, { cookie })
      return [answer.status, answer.body.error?.code]
    }
    expect(await call(null)).toEqual([401, 'auth.required'])
    expect(await call('parley=a-session-of-nobody')).toEqual([401, 'auth.required'])
    for (const role of ['agent', 'admin', 'owner'] as const) {
      const answer = await call(cookies[role])
      expect([role, answer[0] === 403 || answer[0] === 401]).toEqual([role, rankOf[role] < lowest])
    }
  })
})
