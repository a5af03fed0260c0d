import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { model, specs } from './conformance.ts'
import { createTestStore } from './conformance.ts'
import { createIds } from './ids.ts'
import type { NewJob } from './port.ts'
import { createPlainStore } from './properties.model.ts'
import { openStore, type Driver } from './store.ts'

test('an address that names no store is refused', async () => {
  await expect(openStore('mysql://localhost/parley', model)).rejects.toThrow(
    'No store for mysql:// (use file:/// or postgres://)',
  )
})

test('a JSON store never loads PostgreSQL', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-store-'))
  const script = `
    import { createRequire } from 'node:module'
    import { openStore } from ${JSON.stringify(new URL('./store.ts', import.meta.url).href)}
    const store = await openStore(${JSON.stringify(pathToFileURL(join(folder, 'parley.json')).href)}, {})
    await store.close()
    console.log(Object.keys(createRequire(import.meta.url).cache).filter((path) => /node_modules.(pg|graphile-worker)/.test(path)).length)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])
  expect(stdout.trim()).toBe('0')
  await rm(folder, { recursive: true })
})

test('ids ascend in the order they were made, also when the clock stands still or goes back', () => {
  const times = [1_700_000_000_000, 1_700_000_000_000, 1_700_000_000_001, 1_600_000_000_000]
  let turn = 0
  const newId = createIds(() => new Date(times[Math.min(turn++, 3)]!))
  const ids = Array.from({ length: 50_000 }, () => newId('msg'))
  expect(ids).toEqual(ids.toSorted())
  expect(new Set(ids).size).toBe(ids.length)
  expect(new Set(ids.map((id) => id.length)).size).toBe(1)
})

test('a job is stamped with its workspace, checked and cleaned', async () => {
  const scheduled: NewJob[] = []
  const cancelled: unknown[] = []
  const driver = createPlainStore(specs) as unknown as Driver
  driver.schedule = async (jobs) => void scheduled.push(...jobs)
  driver.cancel = async (...given) => void cancelled.push(given)
  const store = createTestStore(driver)
  const job = {
    kind: 'send',
    key: 'a\0',
    runAt: '2026-01-01T00:00:00.000Z',
    payload: { text: '\ud800', at: new Date(0) },
  }
  await store.workspace('ws_1').schedule([job, { ...job, attempts: 2, workspaceId: 'ws_2' } as typeof job])
  const payload = { text: '\ufffd', at: '1970-01-01T00:00:00.000Z' }
  expect(scheduled).toEqual([
    { ...job, key: 'a', payload, workspaceId: 'ws_1', attempts: 8 },
    { ...job, key: 'a', payload, workspaceId: 'ws_1', attempts: 2 },
  ])
  await store.system.schedule([{ ...job, workspaceId: 'ws_2' }])
  expect(scheduled[2]).toMatchObject({ workspaceId: 'ws_2' })
  await store.workspace('ws_1').cancel(['a\0'])
  await store.system.cancel(['b'], 'ws_2')
  await (store.workspace('ws_1').cancel as typeof store.system.cancel)(['c'], 'ws_2')
  expect(cancelled).toEqual([
    ['ws_1', ['a']],
    ['ws_2', ['b']],
    ['ws_1', ['c']],
  ])
  await expect(store.system.schedule([job as never])).rejects.toThrow('names no workspace')
  await expect(store.workspace('ws_1').schedule([{ ...job, runAt: 'soon' }])).rejects.toThrow('is to run at no instant')
  await expect((store.system.cancel as (keys: string[]) => Promise<void>)(['a'])).rejects.toThrow('Name the workspace')
})

test('in production a field that the table does not have is left out', async () => {
  const { widgets } = createTestStore(createPlainStore(specs) as unknown as Driver, { strict: false }).workspace('ws_1')
  const widget = await widgets.insert({ name: 'a', colour: 'red' } as { name: string })
  expect(widget).not.toHaveProperty('colour')
  expect(await widgets.update(widget.id, { colour: 'blue' } as object)).not.toHaveProperty('colour')
})
