import { cp, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { openStores, openTestApp, owner, type TestApp } from '../../test/world.ts'
import { createApp } from '../../app.ts'
import { loadConfig } from '../../config.ts'
import { createLogs } from '../../platform/log.ts'

const stores = await openStores()

/** Starts Parley on data that is there, and answers which of its numbers are paused. */
async function startOn(env: Record<string, string>) {
  const lines: string[] = []
  const logs = createLogs({ level: 'warn', write: (line) => void lines.push(line) })
  const app = await createApp(loadConfig({ NODE_ENV: 'test', PORT: '0', ...env }), { manualJobs: true, logs })
  const channels = await app.store.system.channels.find({ limit: 10 })
  const entries = await app.store.system.auditEntries.find({ where: { action: 'sending.paused' }, limit: 10 })
  await app.stop()
  return {
    paused: channels.map(({ sendingPausedAt }) => sendingPausedAt !== null),
    entries: entries.length,
    said: lines.some((line) => line.includes('in another place')),
  }
}

const asBefore = { paused: [false], entries: 0, said: false }
const paused = { paused: [true], entries: 1, said: true }

async function prepare(env: Record<string, string>, databaseUrl?: string): Promise<TestApp> {
  const app = await openTestApp({ env, databaseUrl })
  await app.call('POST', '/api/channels', { name: 'Main', businessPhone: '+5511987654321' })
  return app
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-moved-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

test('a folder that was copied by hand sends nothing until it is resumed; the original, restarted or renamed, does', async () => {
  const folder = await newFolder()
  const [here, copy, moved] = ['here', 'copy', 'moved'].map((name) => join(folder, name)) as [string, string, string]
  const envOf = (at: string) => ({ DATA_FILE_PATH: join(at, 'parley.json') })
  await (await prepare(envOf(here))).close()
  // As a careful person would: with all dates.
  await cp(here, copy, { recursive: true, preserveTimestamps: true })
  expect(await startOn(envOf(here))).toEqual(asBefore)
  expect(await startOn(envOf(copy))).toEqual(paused)
  await rename(here, moved)
  expect(await startOn(envOf(moved))).toEqual(asBefore)
  // Whoever leaves our file out has made a copy, too.
  await cp(moved, here, { recursive: true, filter: (path) => !path.endsWith('.place') })
  expect(await startOn(envOf(here))).toEqual(paused)
})

test('an owner resumes it once, and then it stays so', async () => {
  const folder = await newFolder()
  const env = { DATA_FILE_PATH: join(folder, 'a', 'parley.json') }
  await (await prepare(env)).close()
  const moved = { DATA_FILE_PATH: join(folder, 'b', 'parley.json') }
  await cp(join(folder, 'a'), join(folder, 'b'), { recursive: true })
  expect(await startOn(moved)).toEqual(paused)

  const app = await createApp(loadConfig({ NODE_ENV: 'test', PORT: '0', LOG_LEVEL: 'silent', ...moved }), {
    manualJobs: true,
  })
  await new Promise<void>((listening) => app.server.listen(0, '127.0.0.1', listening))
  const { port } = app.server.address() as { port: number }
  const call = (path: string, body: object, cookie = '') =>
    fetch(`http://127.0.0.1:${port}/api${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', cookie },
      body: JSON.stringify(body),
    })
  const login = await call('/auth/login', { email: owner.email, password: owner.password })
  const resumed = await call('/channels/resume-sending', {}, login.headers.get('set-cookie')!.split(';')[0])
  expect((await resumed.json()) as object).toMatchObject({ data: { resumed: 1 } })
  const actions = (await app.store.system.auditEntries.find({ limit: 50 })).map(({ action }) => action)
  expect(actions).toContain('sending.resumed')
  await app.stop()
  expect(await startOn(moved)).toMatchObject({ paused: [false], said: false })
})

const postgres = stores.find(({ kind }) => kind === 'postgres')
test.runIf(postgres)('a copied database sends nothing until it is resumed; the original does', async () => {
  const folder = await newFolder()
  const url = (await postgres!.databaseUrl())!
  const env = { DATA_FILE_PATH: join(folder, 'parley.json'), DATABASE_URL: url }
  await (await prepare(env, url)).close()
  const name = `${new URL(url).pathname.slice(1)}_copy`
  const admin = new pg.Client({ connectionString: Object.assign(new URL(url), { pathname: '/postgres' }).href })
  await admin.connect()
  onTestFinished(async () => {
    await admin.query(`drop database if exists ${name} with (force)`)
    await admin.end()
  })
  await admin.query(`create database ${name} template ${new URL(url).pathname.slice(1)}`)
  expect(await startOn(env)).toEqual(asBefore)
  const copy = Object.assign(new URL(url), { pathname: `/${name}` }).href
  expect(await startOn({ ...env, DATABASE_URL: copy })).toEqual(paused)
})
