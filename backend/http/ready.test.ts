import { expect, test } from 'vitest'
import pg from 'pg'
import { openStores, openTestApp } from '../test/world.ts'

const [, postgres] = await openStores()

test.skipIf(!postgres)(
  'without its database the server says so, and is back by itself when the database is',
  async () => {
    const url = (await postgres!.databaseUrl())!
    const app = await openTestApp({ databaseUrl: url })
    const name = new URL(url).pathname.slice(1)
    const server = new pg.Client({ connectionString: url.replace(/\/[^/]+$/, '/postgres') })
    await server.connect()
    const ask = async (path: string) => (await fetch(`${app.url}${path}`)).status
    expect([await ask('/livez'), await ask('/readyz')]).toEqual([200, 200])
    await server.query(`alter database ${name} with allow_connections false`)
    await server.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    await expect.poll(() => ask('/readyz'), { timeout: 10_000 }).toBe(503)
    expect(await ask('/livez')).toBe(200)
    expect((await app.call('GET', '/api/contacts')).status).toBeGreaterThanOrEqual(500)
    await server.query(`alter database ${name} with allow_connections true`)
    await expect.poll(() => ask('/readyz'), { timeout: 10_000 }).toBe(200)
    expect((await app.call('GET', '/api/contacts')).status).toBe(200)
    await server.end()
    await app.close()
  },
  60_000,
)
