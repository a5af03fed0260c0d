import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { migrationOf, openTestDatabase } from '../../test/postgres.ts'
import { createTestStore, specs, tables } from './conformance.ts'
import { openJsonStore } from './json/driver.ts'
import { inOrderOfReferences, moveStore } from './move.ts'
import { openPostgresStore } from './postgres/driver.ts'
import type { Driver } from './store.ts'

const database = await openTestDatabase()
const migrations = [await migrationOf(tables)]

describe.skipIf(!database)('moving a store', () => {
  const opened: Driver[] = []
  const folders: string[] = []
  const lines: string[] = []
  const log = {
    info: (line: string) => void lines.push(line),
    warn: (line: string) => void lines.push(line),
    error() {},
  }

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((driver) => driver.close()))
    await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })))
    lines.length = 0
  })

  async function openJson(): Promise<Driver> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-move-'))
    folders.push(folder)
    const driver = await openJsonStore(join(folder, 'parley.json'), specs)
    opened.push(driver)
    return driver
  }

  async function openPostgres(): Promise<Driver> {
    const driver = await openPostgresStore(database!.url, specs, { migrations })
    opened.push(driver)
    await driver.pool.query(
      `truncate ${specs.map(({ name }) => name).join(', ')}, graphile_worker._private_jobs, graphile_worker._private_job_queues`,
    )
    return driver
  }

  const runAt = '2027-01-01T00:00:00.000Z'
  const newJob = { kind: 'send', runAt, payload: { text: 'é"\\😀', list: [1, null] } }

  async function fill(driver: Driver): Promise<void> {
    const store = createTestStore(driver)
    for (const workspaceId of ['ws_1', 'ws_2']) {
      const ours = store.workspace(workspaceId)
      const shelf = await ours.shelves.insert({ label: 'A "quoted" shelf' })
      const owner = await ours.owners.insert({ name: 'Ana' })
      const list = Array.from({ length: 1203 }, (_, number) => ({
        name: `№ ${number} \\ 😀`,
        shelfId: number % 2 ? shelf.id : null,
        ownerId: number % 3 ? owner.id : null,
        weight: number / 7,
        dueAt: number % 5 ? null : '2026-02-03T04:05:06.070Z',
        tags: number % 4 ? [] : ['z', 'a'],
        details: number % 6 ? null : { z: 1, a: [{ longer: null, b: 'x' }], nothing: null },
      }))
      const widgets = await ours.widgets.insertMany(list)
      await ours.parts.insertMany(
        widgets.slice(0, 40).map(({ id }, number) => ({ widgetId: id, label: String(number) })),
      )
      await ours.schedule(
        Array.from({ length: 620 }, (_, number) => ({
          ...newJob,
          key: `job/${number}`,
          ...(number % 2 ? { queue: 'line/1' } : {}),
          attempts: 3,
        })),
      )
    }
    await store.system.notices.insert({ line: 'for all' })
  }

  async function orderOfQueue(driver: Driver): Promise<string[]> {
    if (driver.kind !== 'postgres') return []
    const { rows } = await driver.pool.query<{ key: string }>(
      'select key from graphile_worker._private_jobs where job_queue_id is not null order by run_at, id',
    )
    return rows.map(({ key }) => key)
  }

  test('there and back again, every document and every waiting job arrives', { timeout: 60_000 }, async () => {
    const first = await openJson()
    const between = await openPostgres()
    const last = await openJson()
    await fill(first)
    const there = await moveStore(first, between, specs, log)
    const back = await moveStore(between, last, specs, log)
    expect(back).toEqual(there)
    expect(there.map(({ collection, documents }) => [collection, documents])).toEqual([
      ['shelves', 2],
      ['owners', 2],
      ['widgets', 2406],
      ['parts', 80],
      ['locks', 0],
      ['notices', 1],
      ['jobs', 1240],
    ])
    const ours = await orderOfQueue(between)
    expect(ours.filter((key) => key.startsWith('ws_1/')).map((key) => Number(key.split('/')[2]))).toEqual(
      Array.from({ length: 310 }, (_, number) => number * 2 + 1),
    )
    for (const spec of specs)
      expect(await last.find(spec, { limit: 3000 })).toEqual(await first.find(spec, { limit: 3000 }))
    expect(lines.filter((line) => line.includes('moved and compared'))).toHaveLength(12)
  })

  test('a store that is not empty is left alone', async () => {
    const from = await openJson()
    const to = await openPostgres()
    const { notices } = createTestStore(to).system
    await notices.insert({ line: 'here first' })
    await expect(moveStore(from, to, specs, log)).rejects.toThrow('not empty: it has 1 in notices')
    await notices.removeWhere({})
    await createTestStore(to)
      .workspace('ws_1')
      .schedule([{ ...newJob, key: 'a' }])
    await expect(moveStore(from, to, specs, log)).rejects.toThrow('jobs wait in it')
  })

  test.each([
    [
      'a document that arrives changed',
      'their contents changed',
      (list: object[]) => list.map((one) => ({ ...one, name: 'changed' })),
    ],
    ['a document that does not arrive', '2 were read and 1 arrived', (list: object[]) => list.slice(1)],
  ])('%s is noticed', async (_what, reason, spoil) => {
    const from = await openJson()
    const to = await openJson()
    await createTestStore(from)
      .workspace('ws_1')
      .widgets.insertMany([{ name: 'a' }, { name: 'b' }])
    const insert = to.insert.bind(to)
    to.insert = (spec, list, ifTaken) => insert(spec, spoil(list as []) as never, ifTaken)
    await expect(moveStore(from, to, specs, log)).rejects.toThrow(reason)
    await expect(moveStore(from, await openJson(), specs, log)).resolves.toBeDefined()
  })

  test('documents are moved after those they refer to', () => {
    const names = inOrderOfReferences(specs.toReversed()).map(({ name }) => name)
    for (const { name, references } of specs) {
      for (const { collection } of references) expect(names.indexOf(collection)).toBeLessThan(names.indexOf(name))
    }
  })
})
