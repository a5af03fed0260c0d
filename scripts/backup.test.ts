import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { checkAll, makeBackup, restore } from './backup-tools.ts'
import { openStores, openTestApp, type TestApp } from '../backend/test/world.ts'
import { model } from '../backend/model/index.ts'
import { openStore } from '../backend/platform/store/store.ts'

const stores = await openStores()
const log = { info() {}, warn() {}, error() {} }

describe.each(stores)('a backup, on the $kind store', ({ databaseUrl }) => {
  let app: TestApp
  let folder: string
  afterEach(async () => {
    await app.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function open() {
    folder = await mkdtemp(join(tmpdir(), 'parley-backup-'))
    const url = await databaseUrl()
    const env = { DATA_FILE_PATH: join(folder, 'live', 'parley.json') }
    app = await openTestApp({ databaseUrl: url, env })
    const place = {
      storeUrl: url ?? pathToFileURL(env.DATA_FILE_PATH).href,
      dataFolder: join(folder, 'live'),
    }
    return { place, path: join(folder, 'backup.gz') }
  }

  async function newPlace() {
    const dataFolder = join(folder, 'restored')
    await mkdir(dataFolder, { recursive: true })
    return { storeUrl: (await databaseUrl()) ?? pathToFileURL(join(dataFolder, 'parley.json')).href, dataFolder }
  }

  /** Writers that go on until they are stopped; a contact and its identity come in one transaction or not at all. */
  function startLoad() {
    let stopped = false
    let written = 0
    const [store] = [app.app.store]
    const work = (async () => {
      const [workspace] = await store.system.workspaces.find({ limit: 1 })
      const ours = store.workspace(workspace!.id)
      while (!stopped) {
        const number = `5511${900_000_000 + written}`
        await ours.transaction(async (tx) => {
          const contact = await tx.contacts.insert({
            displayName: number,
            phone: `+${number}`,
            tags: [],
            fields: {},
            optIn: { status: 'unknown', at: null, source: null },
          })
          await tx.contactIdentities.insert({ kind: 'phone', value: number, contactId: contact.id })
          await tx.schedule([
            { kind: 'noop', key: number, runAt: new Date(Date.now() + 1e9).toISOString(), payload: { number } },
          ])
        })
        written++
      }
    })()
    return {
      written: () => written,
      async stop() {
        stopped = true
        await work
      },
    }
  }

  test('made under load is of one moment, comes back whole with its files, and sends nothing until it is resumed', async () => {
    const { place, path } = await open()
    await app.call('POST', '/api/channels', { name: 'Main', businessPhone: '+5511987654321' })
    const draft = await app.app.files.receive(
      (async function* () {
        yield Buffer.alloc(2_000_000, 'picture')
      })(),
      { maxBytes: 1e8 },
    )
    await draft.keep()
    const [workspace] = await app.app.store.system.workspaces.find({ limit: 1 })
    await app.app.store.workspace(workspace!.id).media.insert({
      mimeType: 'image/jpeg',
      bytes: draft.bytes,
      sha256: draft.sha256,
      state: 'ready',
      details: {},
    } as never)
    const load = startLoad()
    while (load.written() < 30) await new Promise((later) => setTimeout(later, 5))
    const before = load.written()
    const made = await makeBackup(place, path, new Date())
    const after = load.written()
    await load.stop()
    const count = (name: string) => made.collections.find(({ collection }) => collection === name)!.documents
    expect(made).toMatchObject({ files: 1, missing: [] })
    expect(count('contacts')).toBe(count('contact_identities'))
    expect(count('contacts')).toBeGreaterThanOrEqual(before)
    expect(count('contacts')).toBeLessThanOrEqual(after + 1)

    const target = await newPlace()
    const restored = await restore(target, path, log, new Date())
    expect(restored.collections).toEqual(made.collections)
    const problems: string[] = []
    expect(await checkAll(target, (problem) => problems.push(problem))).toMatchObject({ problems: 0 })
    expect(problems).toEqual([])
    const store = await openStore(target.storeUrl, model)
    const channels = await store.system.channels.find({ limit: 10 })
    expect(channels.map(({ sendingPausedAt }) => sendingPausedAt !== null)).toEqual([true])
    await store.close()
    // There is something in it now.
    await expect(restore(target, path, log, new Date())).rejects.toThrow('not empty')
  })

  test('is refused when a byte of it changed, when it is cut off, and over a file that is there', async () => {
    const { place, path } = await open()
    await makeBackup(place, path, new Date())
    await expect(makeBackup(place, path, new Date())).rejects.toThrow(/EEXIST|is there already/)
    const bytes = await readFile(path)
    const target = await newPlace()
    for (const at of [12, Math.floor(bytes.length / 2), bytes.length - 6]) {
      const bad = Buffer.from(bytes)
      bad[at] = bad[at]! ^ 0x55
      await writeFile(join(folder, 'bad.gz'), bad)
      await expect(restore(target, join(folder, 'bad.gz'), log, new Date())).rejects.toThrow('bad.gz')
    }
    await writeFile(join(folder, 'bad.gz'), bytes.subarray(0, -40))
    await expect(restore(target, join(folder, 'bad.gz'), log, new Date())).rejects.toThrow('bad.gz')
    await restore(target, path, log, new Date())
  })

  test('the check names a file that is missing', async () => {
    const { place } = await open()
    const [workspace] = await app.app.store.system.workspaces.find({ limit: 1 })
    await app.app.store.workspace(workspace!.id).media.insert({
      mimeType: 'image/jpeg',
      bytes: 3,
      sha256: 'a'.repeat(64),
      state: 'ready',
      details: {},
    } as never)
    const problems: string[] = []
    expect(await checkAll(place, (problem) => problems.push(problem))).toMatchObject({ problems: 1 })
    expect(problems[0]).toContain('missing or damaged')
  })
})
