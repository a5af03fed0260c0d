import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrationOf, openTestDatabase } from '../../../test/postgres.ts'
import {
  asAnotherRequest,
  createTestStore,
  describeStore,
  plans,
  specs,
  tables,
  type TestStore,
} from '../conformance.ts'
import { StoreBusy, StoreUnavailable, type Query } from '../port.ts'
import { openPostgresStore, type PostgresOptions, type PostgresStoreDriver } from './driver.ts'
import { parseInstant } from './parsers.ts'
import { findStatement, updateStatement, type Statement } from './statements.ts'
import { describeTable } from './table.ts'

const database = await openTestDatabase()
const migrations = [await migrationOf(tables)]

async function open(options: PostgresOptions = {}): Promise<PostgresStoreDriver> {
  return openPostgresStore(database!.url, specs, { migrations, withJobs: false, ...options })
}

async function openEmpty(options: PostgresOptions = {}): Promise<PostgresStoreDriver> {
  const driver = await open(options)
  await driver.pool.query(`truncate ${specs.map(({ name }) => name).join(', ')}`)
  return driver
}

if (database) describeStore('postgres', () => openEmpty())

describe.skipIf(!database)('only on PostgreSQL', () => {
  let driver: PostgresStoreDriver
  let ours: ReturnType<TestStore['workspace']>
  const byId = ['id', 'asc'] as const

  beforeEach(async () => {
    driver = await openEmpty()
    ours = createTestStore(driver).workspace('ws_1')
  })
  afterEach(() => driver.close())

  test('a claim passes over a document that another transaction holds', async () => {
    const held = await ours.widgets.insert({ name: 'held' })
    await ours.widgets.insert({ name: 'free' })
    await ours.transaction(async (tx) => {
      await tx.widgets.update(held.id, {}, { add: { count: 1 } })
      const claimed = await asAnotherRequest(() =>
        ours.widgets.claim({ open: true }, { open: false }, { sort: byId, limit: 9 }),
      )
      expect(claimed.map((widget) => widget.name)).toEqual(['free'])
    })
  })

  test('two processes share the documents of a queue between them', async () => {
    const other = await open()
    await ours.widgets.insertMany(Array.from({ length: 60 }, (_, number) => ({ name: String(number) })))
    const stores = [ours, createTestStore(other).workspace('ws_1')]
    const claims = Array.from({ length: 12 }, (_, turn) =>
      stores[turn % 2]!.widgets.claim({ open: true }, { open: false }, { sort: byId, limit: 7 }),
    )
    const ids = (await Promise.all(claims)).flat().map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length + (await ours.widgets.count({ open: true }))).toBe(60)
    await other.close()
  })

  test('a transaction whose failed statement was ignored does not pass for committed', async () => {
    const spoilt = driver.transaction(async (tx) => {
      const { spec } = plans.get('widgets')!
      await tx.find(spec, { where: { count: 'no number' }, limit: 1 }).catch(() => {})
    })
    await expect(spoilt).rejects.toThrow('rolled back: one of its statements had failed')
  })

  test('a deadlock between single operations is waited out', async () => {
    const [a, b] = await ours.widgets.insertMany([{ name: 'a' }, { name: 'b' }])
    let late: Promise<unknown> | undefined
    await ours
      .transaction(async (tx) => {
        await tx.widgets.update(b!.id, {}, { add: { count: 1 } })
        late = asAnotherRequest(() =>
          ours.widgets.updateWhere({ id: { in: [a!.id, b!.id] } }, {}, { add: { count: 1 } }),
        )
        await new Promise((resolve) => setTimeout(resolve, 50))
        await tx.widgets.update(a!.id, {}, { add: { count: 1 } }).catch(() => {})
      })
      .catch(() => {})
    await late
    const counts = (await ours.widgets.find()).map(({ count }) => count)
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(1)
  })

  test('a lost connection is told apart, and the next question is answered on another', async () => {
    const killer = new pg.Client({ connectionString: database!.url })
    await killer.connect()
    const kill = () =>
      killer.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'parley' and datname = current_database()`,
      )
    const cut = ours.transaction(async (tx) => {
      await tx.widgets.insert({ name: 'lost' })
      await kill()
      await tx.widgets.insert({ name: 'lost too' })
    })
    await expect(cut).rejects.toBeInstanceOf(StoreUnavailable)
    await expect(cut).rejects.toBeInstanceOf(StoreBusy)
    expect(await ours.widgets.count()).toBe(0)
    await ours.widgets.find()
    await kill()
    expect(await ours.widgets.find()).toEqual([])
    await killer.end()
  })

  test('a server that does not answer is named, without the password', async () => {
    const opening = openPostgresStore('postgres://somebody:secret@127.0.0.1:1/nothing', specs)
    await expect(opening).rejects.toBeInstanceOf(StoreUnavailable)
    await expect(opening).rejects.not.toThrow('secret')
  })

  test('a statement that takes too long is ended and told as busy', async () => {
    const slow = await open({ poolSize: 1 })
    await slow.pool.query(`set statement_timeout = '50ms'`)
    const { widgets } = createTestStore(slow).workspace('ws_1')
    const { id } = await ours.widgets.insert({ name: 'held' })
    await ours.transaction(async (tx) => {
      await tx.widgets.update(id, {}, { add: { count: 1 } })
      await expect(asAnotherRequest(() => widgets.update(id, { open: false }))).rejects.toBeInstanceOf(StoreBusy)
    })
    await slow.close()
  })

  test('every connection reads instants in one form, whatever the server is set to', async () => {
    const name = new URL(database!.url).pathname.slice(1)
    await driver.pool.query(`alter database ${name} set timezone = 'America/Sao_Paulo'`)
    await driver.pool.query(`alter database ${name} set datestyle = 'German'`)
    const other = await open()
    const dueAt = '2026-02-03T04:05:06.070Z'
    const { id } = await ours.widgets.insert({ name: 'a', dueAt })
    expect(await createTestStore(other).workspace('ws_1').widgets.get(id)).toMatchObject({ dueAt })
    await other.close()
    await driver.pool.query(`alter database ${name} reset all`)
  })

  test.each([
    ['2026-01-31 09:00:00+00', '2026-01-31T09:00:00.000Z'],
    ['2026-01-31 09:00:00.5+00', '2026-01-31T09:00:00.500Z'],
    ['2026-01-31 09:00:00.12+00', '2026-01-31T09:00:00.120Z'],
    ['2026-01-31 09:00:00.123+00', '2026-01-31T09:00:00.123Z'],
    ['2026-01-31 09:00:00.123456+00', '2026-01-31T09:00:00.123Z'],
    ['2026-01-31 06:00:00-03', '2026-01-31T09:00:00.000Z'],
    ['2026-01-31 14:30:00.25+05:30', '2026-01-31T09:00:00.250Z'],
  ])('%s is read as %s', (stored, instant) => {
    expect(parseInstant(stored)).toBe(instant)
  })

  describe('a list is read from an index in its order, without sorting', () => {
    const table = describeTable(plans.get('widgets')!.spec)
    const after = { value: '2026-01-01T00:00:00.000Z', id: 'wid_1' }
    const lists: { [name: string]: Query } = {
      'latest first': { where: { workspaceId: 'ws_1' }, sort: ['dueAt', 'desc'], limit: 20 },
      'latest first, next page': { where: { workspaceId: 'ws_1' }, sort: ['dueAt', 'desc'], limit: 20, after },
      'earliest first, next page': {
        where: { workspaceId: 'ws_1', dueAt: { not: null } },
        sort: ['dueAt', 'asc'],
        limit: 20,
        after,
      },
      'of one kind': {
        where: { workspaceId: 'ws_1', open: false },
        sort: ['count', 'desc'],
        limit: 20,
        after: { value: 5, id: 'wid_1' },
      },
      'of nobody, next page': {
        where: { workspaceId: 'ws_1', ownerId: null },
        sort: ['dueAt', 'desc'],
        limit: 20,
        after,
      },
      'without a shelf': { where: { workspaceId: 'ws_1', shelfId: null }, sort: ['dueAt', 'desc'], limit: 20, after },
    }
    const statements = Object.entries(lists).map(([name, query]) => [name, findStatement(table, query)] as const)
    const due = { workspaceId: 'ws_1', open: true, count: { lte: 5 } }
    const claim = updateStatement(
      table,
      due,
      { set: { open: false } },
      { sort: ['count', 'asc'], limit: 20, ifHeld: 'skip' },
    )

    async function explain({ text, values }: Statement): Promise<string> {
      const client = await driver.pool.connect()
      await client.query('set enable_seqscan = off; set enable_bitmapscan = off')
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain (costs off) ${text}`, values)
      client.release(true)
      return rows.map((row) => row['QUERY PLAN']).join('\n')
    }

    test.each(statements)('%s', async (_name, statement) => {
      const plan = await explain(statement)
      expect(plan).not.toContain('Sort')
      expect(plan).toMatch(/Index Scan.* using widgets_/)
    })

    test.each(statements.filter(([name]) => name.endsWith('next page')))(
      '%s, starting behind the last one',
      async (_name, statement) => {
        expect(await explain(statement)).toMatch(/Index Cond.*ROW\(due_at, id\)/)
      },
    )

    test('what is due for a worker', async () => {
      const plan = await explain(claim)
      expect(plan).toMatch(/LockRows\n\s*-> {2}Index Scan using widgets_open/)
    })
  })

  test('a shape of question is prepared once per connection', async () => {
    const one = await open({ poolSize: 1 })
    const { widgets } = createTestStore(one).workspace('ws_1')
    for (const name of ['a', 'b', 'c'])
      await widgets.find({ where: { shelfId: { in: [name, 'x', name] } }, sort: ['dueAt', 'asc'] })
    for (const ids of [
      ['a', 'b'],
      ['a', 'b', 'c', 'd'],
    ])
      await widgets.getMany(ids)
    for (const limit of [7, 13, 99]) await widgets.find({ sort: ['dueAt', 'desc'], limit })
    await widgets.insertMany([{ name: 'a' }, { name: 'b' }])
    await widgets.insertMany([{ name: 'a' }, { name: 'b' }, { name: 'c' }])
    await widgets.find({ search: 'a' })
    // Their best plan depends on the value.
    await widgets.find({ where: { open: true }, sort: ['dueAt', 'asc'] })
    await widgets.count({ tags: { has: 'a' } })
    const { rows } = await one.pool.query('select statement from pg_prepared_statements')
    expect(rows).toHaveLength(4)
    await one.close()
  })
})
