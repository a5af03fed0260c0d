import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { model } from '../backend/model/index.ts'
import { openStore } from '../backend/platform/store/store.ts'
import { openStores } from '../backend/test/world.ts'

const run = promisify(execFile)
const stores = await openStores()
const folder = await mkdtemp(join(tmpdir(), 'parley-seed-'))
afterAll(() => rm(folder, { recursive: true, force: true }))
let count = 0

describe.each(stores)('the seed, on the $kind store', ({ databaseUrl }) => {
  async function place() {
    const file = join(folder, String(count++), 'parley.json')
    const database = await databaseUrl()
    const seed = (...args: string[]) =>
      run(process.execPath, [resolve(import.meta.dirname, 'seed.ts'), '--contacts', '60', ...args], {
        env: {
          PATH: process.env['PATH'],
          NODE_ENV: 'test',
          DATA_FILE_PATH: file,
          ...(database ? { DATABASE_URL: database } : {}),
        },
      })
    return { seed, url: database ?? pathToFileURL(file).href }
  }

  async function look(url: string) {
    const store = await openStore(url, model)
    const own = store.workspace('ws_first')
    const [contacts, messages, leads] = await Promise.all([
      own.contacts.find({ sort: ['displayName', 'asc'], limit: 1000 }),
      own.messages.find({ limit: 5000 }),
      own.leads.find({ limit: 1000 }),
    ])
    await store.close()
    return {
      people: contacts.map(({ displayName, phone }) => `${displayName} ${phone}`).toSorted(),
      said: messages.map(({ searchText }) => searchText).toSorted(),
      topics: leads.map(({ title, value }) => `${title} ${value}`).toSorted(),
    }
  }

  test('the same seed gives the same people, chats and leads, another gives others', async () => {
    const places = [await place(), await place(), await place()]
    const [first, same, other] = places
    const { stdout } = await first!.seed()
    expect(stdout).toMatch(/Sign in as \S+@aurora\.example with the password {2}\S{12}/)
    await same!.seed()
    await other!.seed('--seed', '2')
    const [a, b, c] = [await look(first!.url), await look(same!.url), await look(other!.url)]
    expect(a.people).toHaveLength(60)
    expect(a.said.length).toBeGreaterThan(60)
    expect(a.topics.length).toBeGreaterThan(3)
    expect(b).toEqual(a)
    expect(c).not.toEqual(a)
  }, 60_000)

  test('a workspace with contacts is left alone unless one insists', async () => {
    const { seed, url } = await place()
    await seed()
    await expect(seed()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('--force') })
    expect((await look(url)).people).toHaveLength(60)
    await seed('--force', '--seed', '2')
    expect((await look(url)).people).toHaveLength(120)
  }, 60_000)
})
