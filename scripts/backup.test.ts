import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { checkAll, makeBackup, restore } from './backup-tools.ts'
import { createApp } from '../backend/app.ts'
import { loadConfig } from '../backend/config.ts'
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

  async function newPlace(name = 'restored') {
    const dataFolder = join(folder, name)
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

  describe('from before somebody was erased', () => {
    const contactsIn = async (url: string) => {
      const store = await openStore(url, model)
      const contacts = await store.system.contacts.find({ sort: ['createdAt', 'asc'], limit: 10 })
      const entries = await store.system.auditEntries.find({ where: { action: 'contact.erased' }, limit: 10 })
      await store.close()
      return {
        names: contacts.map(({ name }) => name),
        erased: entries.map(({ details }) => details['again'] ?? false),
      }
    }
    const create = async (name: string, phone: string) =>
      (await app.call('POST', '/api/contacts', { name, phone })).body.data.id as string

    /** A backup of three people, of whom two became one and were erased afterwards. */
    async function prepare() {
      const { place, path } = await open()
      const ids = [await create('Ana', '+5511987654321'), await create('Also Ana', '+4917012345612')]
      await create('Bia', '+5511987654322')
      await makeBackup(place, path, new Date())
      expect((await app.call('POST', `/api/contacts/${ids[0]}/merge`, { contactId: ids[1] })).status).toBe(200)
      expect((await app.call('DELETE', `/api/contacts/${ids[0]}`)).status).toBe(200)
      return { place, path, ids, ledger: join(place.dataFolder, 'erasures.log') }
    }

    test('it brings them back nowhere the ledger of erasures is, beside the data or given', async () => {
      const { path, ids, ledger } = await prepare()
      const written = await readFile(ledger, 'utf8')
      expect(written.match(/\S+$/gm)).toEqual(ids)
      expect(written).not.toMatch(/Ana|5511|4917/)

      const beside = await newPlace()
      await copyFile(ledger, join(beside.dataFolder, 'erasures.log'))
      expect(await restore(beside, path, log, new Date())).toMatchObject({ erased: 2 })
      expect(await contactsIn(beside.storeUrl)).toEqual({ names: ['Bia'], erased: [true, true] })
      expect(await checkAll(beside, () => {})).toMatchObject({ problems: 0 })

      const given = await newPlace('given')
      expect(await restore(given, path, log, new Date(), ledger)).toMatchObject({ erased: 2 })
      expect(await contactsIn(given.storeUrl)).toMatchObject({ names: ['Bia'] })
    })

    test('without a ledger it says so, and one that comes later is heeded before anything is served', async () => {
      const { path, ledger } = await prepare()
      const target = await newPlace()
      expect(await restore(target, path, log, new Date())).toMatchObject({ erased: undefined })
      expect((await contactsIn(target.storeUrl)).names).toEqual(['Ana', 'Also Ana', 'Bia'])
      await copyFile(ledger, join(target.dataFolder, 'erasures.log'))
      const started = await createApp(
        loadConfig({
          NODE_ENV: 'test',
          LOG_LEVEL: 'silent',
          DATA_FILE_PATH: join(target.dataFolder, 'parley.json'),
          ...(target.storeUrl.startsWith('file:') ? {} : { DATABASE_URL: target.storeUrl }),
        }),
        { manualJobs: true },
      )
      const contacts = await started.store.system.contacts.find({ limit: 10 })
      await started.stop()
      expect(contacts.map(({ name }) => name)).toEqual(['Bia'])
    })

    test('a ledger that is not there is no ledger', async () => {
      const { path, ledger } = await prepare()
      const target = await newPlace()
      await expect(restore(target, path, log, new Date(), `${ledger}.old`)).rejects.toThrow('nothing was restored')
      await restore(target, path, log, new Date())
    })

    test('the next start completes a ledger that was lost, from the audit log', async () => {
      const { ids, ledger, place } = await prepare()
      await app.app.stop()
      await rm(ledger)
      const env = { DATA_FILE_PATH: join(folder, 'live', 'parley.json') }
      const database = place.storeUrl.startsWith('file:') ? {} : { DATABASE_URL: place.storeUrl }
      const again = loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', ...env, ...database })
      await (await createApp(again, { manualJobs: true })).stop()
      expect((await readFile(ledger, 'utf8')).match(/\S+$/gm)?.toSorted()).toEqual(ids.toSorted())
    })
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
