import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { openStore } from '../store/store.ts'
import { backOff, startWorker } from './jobs.ts'
import { describeJobs, newJob, quiet, type TestStore } from './jobs.conformance.ts'

async function createTestStore(): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'jobs-'))
  const url = pathToFileURL(join(folder, 'parley.json')).href
  return {
    url,
    open: async () => (await openStore(url, {})).driver,
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

describeJobs('JSON', createTestStore)

test('a worker by hand follows a clock that the test moves', async () => {
  const { open, remove } = await createTestStore()
  const driver = await open()
  let clock = Date.parse('2026-01-01T00:00:00Z')
  const ran: number[] = []
  const note = async () => (ran.push(clock - Date.parse('2026-01-01T00:00:00Z')), Promise.reject(new Error('no')))
  const options = {
    now: () => new Date(clock),
    log: quiet,
    manual: true,
    backOff: (n: number) => backOff(n, () => 0.5),
  }
  const worker = startWorker(driver, { note }, options)
  await driver.schedule([newJob('a', { runAt: '2026-01-01T00:00:10.000Z', attempts: 3 })])
  for (let second = 0; second <= 60; second++, clock += 1000) await worker.runDue()
  expect(ran).toEqual([10_000, 14_000, 30_000])
  await worker.stop()
  await driver.close()
  await remove()
})
