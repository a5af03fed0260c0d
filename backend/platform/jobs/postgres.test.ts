import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../../test/postgres.ts'
import { openStore } from '../store/store.ts'
import { describeJobs, newJob, until, type Driver, type Kit, type TestStore } from './jobs.conformance.ts'

const database = await openTestDatabase()

/** The tests of this file take turns with one database: making one takes longer than most of them. */
function createTestStore({ url }: TestDatabase): TestStore {
  const tables = 'graphile_worker._private_jobs, graphile_worker._private_job_queues, job_workers'
  return {
    url,
    open: async () => (await openStore(url, {})).driver,
    remove: () => onDatabase(`truncate ${tables}`),
  }
}

async function onDatabase(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: database!.url })
  await client.connect()
  await client.query(statement)
  await client.end()
}

const poolOf = (driver: Driver) => (driver.kind === 'postgres' ? driver.pool : expect.unreachable())

const query = async (driver: Driver, text: string) => (await poolOf(driver).query(text)).rows

if (database) describeJobs('PostgreSQL', async () => createTestStore(database), describeMore)

function describeMore({ driver, open, work }: Kit) {
  describe('several processes', () => {
    test('share the jobs, and each runs once', async () => {
      const ran: string[] = []
      const note = (process: string) => async (job: { key: string }) => {
        ran.push(`${process} ${job.key}`)
        await sleep(2)
      }
      work({ note: note('one') }, { concurrency: 4 })
      work({ note: note('two') }, { concurrency: 4 }, await open())
      await driver().schedule(
        Array.from({ length: 500 }, (_, i) => newJob(`job ${i}`, i % 2 ? {} : { queue: `q ${i % 7}` })),
      )
      await until(() => ran.length >= 500)
      await sleep(50)
      expect(new Set(ran.map((line) => line.slice(4))).size).toBe(500)
      expect(ran).toHaveLength(500)
      expect(new Set(ran.map((line) => line.slice(0, 3)))).toEqual(new Set(['one', 'two']))
    })

    test('wake each other for a job in the future', async () => {
      const ran: number[] = []
      work({ note: async () => void ran.push(Date.now()) })
      await sleep(200)
      const due = Date.now() + 300
      await (await open()).schedule([newJob('a', { runAt: new Date(due).toISOString() })])
      await until(() => ran.length === 1)
      expect(ran[0]! - due).toBeLessThan(1000)
    })
  })

  test('a replacement is not lost when its job is taken at the same moment', async () => {
    await driver().schedule([newJob('a', { payload: { version: 1 } })])
    const taker = await poolOf(driver()).connect()
    await taker.query('begin')
    await taker.query(`update graphile_worker._private_jobs set locked_at = now(), locked_by = 'taker'`)
    const replacing = driver().schedule([newJob('a', { payload: { version: 2 } })])
    await sleep(100)
    await taker.query('commit')
    taker.release()
    await replacing
    const [row] = await query(driver(), `select flags->>'next' as next, payload from graphile_worker._private_jobs`)
    expect(row.payload).toEqual({ version: 1 })
    expect(JSON.parse(row.next)).toMatchObject({ key: 'a', payload: { version: 2 } })
  })

  test('a worker goes on after the database cut all its connections', async () => {
    const ran: string[] = []
    work({ note: async ({ key }) => void ran.push(key) })
    await driver().schedule([newJob('before')])
    await until(() => ran.length === 1)
    await onDatabase(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`)
    await sleep(50)
    await driver().schedule([newJob('after')])
    await until(() => ran.length === 2)
    expect(ran).toEqual(['before', 'after'])
  })

  test('empty queues are removed, but never one that a job is about to join', async () => {
    const inQueue = { queue: 'q', kind: 'unknown' }
    work({ note: async () => {} }, { heartbeatMs: 20 })
    await driver().schedule([newJob('a', inQueue)])
    const queues = () => query(driver(), 'select queue_name from graphile_worker._private_job_queues')
    await driver().transaction(async (tx) => {
      await tx.schedule([newJob('b', inQueue)])
      await driver().cancel('ws_1', ['a'])
      await sleep(300)
    })
    expect(await queues()).toEqual([{ queue_name: 'ws_1/q' }])
    await driver().cancel('ws_1', ['b'])
    await until(async () => (await queues()).length === 0)
  })

  test('a worker that stops leaves no trace of itself', async () => {
    const worker = work({ note: async () => {} }, { heartbeatMs: 20 })
    await until(async () => (await query(driver(), 'select from job_workers')).length === 1)
    await worker.stop()
    expect(await query(driver(), 'select from job_workers')).toEqual([])
  })
}
