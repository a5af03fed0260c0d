import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createApp } from '../backend/app.ts'
import { loadConfig } from '../backend/config.ts'
import { createSealer, credentialsOf } from '../backend/features/channels/secrets.ts'
import { model } from '../backend/model/index.ts'
import { dataVersion } from '../backend/model/version.ts'
import { createVault } from '../backend/platform/crypto.ts'
import { createLogs } from '../backend/platform/log.ts'
import { readMigrations } from '../backend/platform/store/postgres/migrate.ts'
import { openStore } from '../backend/platform/store/store.ts'
import { readAllRoutes } from '../backend/test/routes.ts'
import { openStores, openTestApp, owner } from '../backend/test/world.ts'
import { furnish } from '../backend/trust/furnish.ts'
import { checkAll } from './backup-tools.ts'
import * as fixtures from './fixtures.ts'

const stores = await openStores({ empty: true })
const routes = (await readAllRoutes()).filter(({ method, access }) => method === 'GET' && access !== 'public')
const migrations = (await readMigrations()).map(({ name, sql }) => `${name} ${sql.length}`)
/** Public, and opens nothing but the fixtures. */
const ENCRYPTION_KEY = 'a-key-for-fixtures-only-7Q2xLm0TzB4w'
const secrets = { ENCRYPTION_KEY: [ENCRYPTION_KEY] }
const canary = 'fixture'

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-upgrade-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'data')
}

async function countAll(storeUrl: string): Promise<fixtures.Counts> {
  const store = await openStore(storeUrl, model)
  const counts: fixtures.Counts = {}
  for (const name of Object.keys(model) as (keyof typeof model)[]) counts[name] = await store.system[name].count({})
  await store.close()
  return counts
}

test('the data version goes up with each migration', () => {
  expect(migrations).toHaveLength(dataVersion)
})

test.runIf(process.env['MAKE_FIXTURE'])('the fixture of this version is made', async () => {
  fixtures.beginFixture()
  const documents: { [kind: string]: fixtures.Counts } = {}
  let ids: { [parameter: string]: string } = {}
  for (const { kind, databaseUrl } of stores) {
    const url = await databaseUrl()
    const dataFolder = await newFolder()
    const path = join(dataFolder, 'parley.json')
    const app = await openTestApp({ databaseUrl: url, env: { DATA_FILE_PATH: path, ENCRYPTION_KEY } })
    ids = {
      ...ids,
      ...Object.fromEntries(
        Object.entries((await furnish(app, canary)).ids).map(([name, id]) => [`${kind} ${name}`, id]),
      ),
    }
    await app.app.stop()
    if (url) fixtures.keepDatabase(url)
    else fixtures.keepFolder(dataFolder)
    documents[kind] = await countAll(url ?? pathToFileURL(path).href)
  }
  expect(documents['json']).toMatchObject({ workspaces: 2, contacts: expect.any(Number) })
  fixtures.keepMade({ migrations, ids, documents: documents as fixtures.Made['documents'] })
})

/** The fixture of the version that is being worked on, when its tables changed since: `npm run fixture` makes it anew. */
function isStale(version: string): boolean {
  const stale =
    version === fixtures.currentVersion && String(fixtures.readMade(version).migrations) !== String(migrations)
  if (stale)
    console.warn(`*** SKIPPED: the tables changed since the fixture of ${version} was made. Run: npm run fixture`)
  return stale
}

describe.each(fixtures.listVersions())('data of version %s', (version) => {
  describe.skipIf(isStale(version)).each(stores)('in the $kind store', ({ kind, databaseUrl }) => {
    async function place() {
      const dataFolder = await newFolder()
      const path = join(dataFolder, 'parley.json')
      const url = await databaseUrl()
      // The files of both are the same.
      await cp(join(fixtures.folderOf(version), 'json'), dataFolder, { recursive: true })
      if (url) await load(url, version)
      return {
        storeUrl: url ?? pathToFileURL(path).href,
        dataFolder,
        env: { DATA_FILE_PATH: path, ...(url ? { DATABASE_URL: url } : {}) },
      }
    }
    const configOf = (env: object) =>
      loadConfig({
        NODE_ENV: 'test',
        LOG_LEVEL: 'silent',
        PORT: '0',
        ENCRYPTION_KEY,
        WHATSAPP_GRAPH_URL: 'http://127.0.0.1:9',
        ...env,
      })

    test('is opened, is whole, and every page of it can be read', async () => {
      const { env, ...where } = await place()
      const app = await createApp(configOf(env), { manualJobs: true, bcryptCost: 4 })
      await new Promise<void>((listening) => app.server.listen(0, '127.0.0.1', listening))
      const { port } = app.server.address() as { port: number }
      const url = `http://127.0.0.1:${port}/api`
      const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
      const body = JSON.stringify({ email: `owner-${canary}@example.com`, password: owner.password })
      const login = await fetch(`${url}/auth/login`, { method: 'POST', headers, body })
      expect(login.status).toBe(200)
      const cookie = login.headers.get('set-cookie')!.split(';')[0]!
      const { ids, documents } = fixtures.readMade(version)
      const read: { [path: string]: number } = {}
      for (const { path } of routes) {
        const filled = path.replace(/:(\w+)/g, (_, name: string) => ids[`${kind} ${name}`] ?? 'none')
        const query = path === '/search' ? '?q=fixture' : ''
        read[path] = (await fetch(`${url}${filled}${query}`, { headers: { cookie } })).status
      }
      // Those that ask Meta, which is not there, or need a query, may refuse; nothing may fail.
      expect(Object.entries(read).filter(([, status]) => status === 500 || status === 503)).toEqual([])
      expect(Object.values(read).filter((status) => status === 200).length).toBeGreaterThan(routes.length * 0.8)
      const file = await fetch(`${url}/media/${ids[`${kind} mediaId`]}/file`, { headers: { cookie } })
      expect(await file.text()).toBe(`Text of ${canary}`)

      const channel = (await app.store.system.channels.get(ids[`${kind} channelId`]!))!
      const sealer = createSealer({ vault: createVault(secrets.ENCRYPTION_KEY), warn: expect.fail })
      expect(credentialsOf(sealer, channel)?.accessToken).toContain(canary)
      // It lives elsewhere now.
      expect(channel.sendingPausedAt).not.toBeNull()
      await app.stop()

      const problems: string[] = []
      await checkAll({ ...where, ...secrets }, (problem) => problems.push(problem))
      expect(problems).toEqual([])
      const found = await countAll(where.storeUrl)
      for (const [name, count] of Object.entries(documents[kind]))
        expect([name, found[name]! >= count]).toEqual([name, true])
    })

    test('of a newer version is refused with a sentence, and left as it is', async () => {
      const { env, storeUrl } = await place()
      const store = await openStore(storeUrl, model)
      await store.system.installations.update('installation', { version: dataVersion + 1 })
      await store.close()
      const before = await countAll(storeUrl)
      await expect(
        createApp(configOf(env), { manualJobs: true, logs: createLogs({ level: 'silent' }) }),
      ).rejects.toThrow(/written by a newer version of Parley .* Start that version, or restore a backup/)
      expect(await countAll(storeUrl)).toEqual(before)
    })

    test('of an older version gets what newer columns begin with', async () => {
      const { env, storeUrl } = await place()
      const store = await openStore(storeUrl, model)
      await store.system.installations.update('installation', { version: 0 })
      const { driver } = store
      if (driver.kind === 'json') {
        const spec = {
          name: 'webhook_dead_letters',
          columns: [],
          unique: [],
          indexes: [],
          references: [],
          searchable: false,
        }
        const [letter] = await driver.find(spec, { limit: 1 })
        await driver.update(spec, { id: letter!.id }, { set: { attempts: null } }, { limit: 1, ifHeld: 'wait' })
      }
      await store.close()
      const app = await createApp(configOf(env), { manualJobs: true, logs: createLogs({ level: 'silent' }) })
      const letters = await app.store.system.webhookDeadLetters.find({ limit: 100 })
      expect(letters.length).toBeGreaterThan(0)
      expect(letters.filter(({ attempts }) => typeof attempts !== 'number')).toEqual([])
      expect((await app.store.system.installations.get('installation'))!.version).toBe(dataVersion)
      await app.stop()
    })
  })
})

async function load(url: string, version: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(fixtures.readDatabase(version))
  await client.end()
}
