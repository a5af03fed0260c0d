import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { openStores } from '../test/world.ts'
import { openStore, StorageFull } from '../platform/store/store.ts'
import { explainFailure } from './failure.ts'

const stores = await openStores()
const folder = await mkdtemp(join(tmpdir(), 'parley-failure-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

async function failureOf(run: () => unknown) {
  const error = await Promise.resolve()
    .then(run)
    .then(
      () => new Error('nothing failed'),
      (problem: unknown) => problem,
    )
  return explainFailure(error)
}

const listen = (port: number, host: string) =>
  new Promise<void>((listening, failed) => {
    const server = createServer().listen(port, host, listening)
    server.on('error', failed)
    afterAll(() => server.close())
  })

test('an address that cannot be listened on is a sentence about PORT or HOST', async () => {
  const taken = createServer()
  await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening))
  const { port } = taken.address() as { port: number }
  expect(await failureOf(() => listen(port, '127.0.0.1'))).toEqual({
    sentence: `Port ${port} is taken by another program. Set PORT to a free one.`,
    exitCode: 1,
  })
  taken.close()
  for (const host of ['203.0.113.7', 'not a host'])
    expect(await failureOf(() => listen(0, host))).toEqual({
      sentence: `${host} is no address of this machine. Correct HOST; 0.0.0.0 listens everywhere.`,
      exitCode: 78,
    })
})

test('a file that cannot be used is a sentence with its path', async () => {
  const file = join(folder, 'file')
  await writeFile(file, '')
  expect((await failureOf(() => readFile(join(folder, 'none'))))?.sentence).toBe(
    `${join(folder, 'none')} is not there.`,
  )
  expect((await failureOf(() => readFile(join(file, 'x'))))?.sentence).toContain('ought to be a folder')
  const full = Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'copyfile', path: '/a', dest: '/b' })
  expect(explainFailure(full)).toMatchObject({ sentence: expect.stringMatching(/^The disk of \/b is full/) })
  const written = Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' })
  expect(explainFailure(written)?.sentence).toBe('The disk is full. Free some space and try again.')
  if (process.getuid?.() === 0) return
  await chmod(file, 0)
  expect((await failureOf(() => copyFile(file, `${file}2`)))?.sentence).toContain('may not be read or written')
})

test('a word that a command does not know is a sentence, a mistake of ours is not', async () => {
  expect(await failureOf(() => parseArgs({ args: ['--nonsense'], options: {} }))).toMatchObject({ exitCode: 64 })
  expect(explainFailure(new TypeError('undefined is not a function'))).toBeUndefined()
  expect(explainFailure(new Error('outer', { cause: new StorageFull('The disk is full') }))).toEqual({
    sentence: 'The disk is full',
    exitCode: 75,
  })
})

test('a store that cannot be opened is a sentence', async () => {
  const failure = await failureOf(() => openStore(`file://${folder}`, {}))
  expect(failure).toEqual({ sentence: 'DATA_FILE_PATH is a folder; it wants a file in it.', exitCode: 78 })
  const nobody = 'postgres://nobody@127.0.0.1:1/parley'
  expect(await failureOf(() => openStore(nobody, {}))).toMatchObject({
    sentence: expect.stringMatching(/^PostgreSQL cannot be reached/),
    exitCode: 75,
  })
})

const postgres = stores.find(({ kind }) => kind === 'postgres')
test.runIf(postgres)('a database or user that is not there is a sentence about DATABASE_URL', async () => {
  const url = new URL((await postgres!.databaseUrl())!)
  const none = Object.assign(new URL(url), { pathname: '/parley_is_not_here' })
  expect(await failureOf(() => openStore(none.href, {}))).toMatchObject({
    sentence: expect.stringMatching(/parley_is_not_here.*Create it, or correct DATABASE_URL\.$/),
    exitCode: 78,
  })
  const client = new pg.Client(Object.assign(new URL(url), { username: 'nobody_of_parley' }).href)
  const failure = await failureOf(() => client.connect())
  expect(failure?.sentence).toMatch(/Correct the user or password in DATABASE_URL\.$/)
})
