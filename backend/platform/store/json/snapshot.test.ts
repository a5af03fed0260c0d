import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  copyFiles,
  createTestDisk,
  failWith,
  listNames,
  newNote,
  newStorePath,
  notes,
  openTestStore,
  readAll,
} from './test-disk.ts'

async function addMany(store: Awaited<ReturnType<typeof openTestStore>>, count: number): Promise<void> {
  for (let from = 0; from < count; from += 2000) {
    const many = Array.from({ length: Math.min(2000, count - from) }, (_, index) => newNote(from + index))
    await store.insert(notes, many, 'reject')
  }
}

test('a snapshot holds the moment of its start, whatever is written meanwhile', async () => {
  const path = await newStorePath()
  const { disk, decide } = createTestDisk()
  const store = await openTestStore(path, { disk })
  await addMany(store, 5000)
  const { promise, resolve: goOn } = Promise.withResolvers<void>()
  const begun = new Promise<void>((resolve) => {
    decide(async (operation, file) => {
      if (operation !== 'write' || !file.includes('.snapshot-')) return
      resolve()
      await promise
    })
  })
  const snapshot = store.snapshot()
  await begun
  await store.update(notes, { thread: 't1' }, { set: { text: 'changed' } }, { limit: Infinity, ifHeld: 'wait' })
  await store.remove(notes, { thread: 't2' })
  await store.insert(notes, [newNote(9000), newNote(9001)], 'reject')
  await store.remove(notes, { id: newNote(9000).id })
  const [during, now] = [await copyFiles(path), await store.find(notes, { limit: Infinity })]
  goOn()
  expect(await snapshot).toBe(true)
  const [after, afterClose] = [await copyFiles(path), path]
  await store.close()
  for (const files of [during, after, afterClose]) {
    const again = await openTestStore(files)
    expect(await again.find(notes, { limit: Infinity })).toEqual(now)
    await again.close()
  }
})

test('the last two generations are kept, and nothing else', async () => {
  const path = await newStorePath()
  const store = await openTestStore(path)
  for (let number = 0; number < 4; number++) {
    await store.insert(notes, [newNote(number)], 'reject')
    await store.snapshot()
  }
  await store.close()
  expect(await listNames(path)).toEqual([
    'parley.journal-000004.log',
    'parley.journal-000005.log',
    'parley.json',
    'parley.snapshot-000004.ndjson',
    'parley.snapshot-000005.ndjson',
  ])
  expect(await readAll(await openTestStore(path))).toHaveLength(4)
})

test('a journal that has outgrown the snapshot becomes one by itself, but not just after the start', async () => {
  const path = await newStorePath()
  let ticks = 0
  const compaction = { minBytes: 100_000, quietMs: 60_000 }
  const store = await openTestStore(path, { ticks: () => ticks, compaction })
  await addMany(store, 2000)
  expect(store.status().snapshot).toBeUndefined()
  ticks = 60_001
  await store.insert(notes, [newNote(5000)], 'reject')
  await expect.poll(() => store.status().snapshot).toMatchObject({ documents: 2001 })
  expect(store.status().journal.generation).toBe(2)
  await store.insert(notes, [newNote(5001)], 'reject')
  expect(store.status().journal.generation).toBe(2)
})

test.each([
  ['the snapshot', (file: string) => file.includes('.snapshot-')],
  ['the new journal', (file: string) => file.includes('.journal-000002')],
  ['the manifest', (file: string) => file === 'parley.json.tmp'],
])('without room for %s the store goes on as before', async (_name, isIt) => {
  const path = await newStorePath()
  const { disk, decide } = createTestDisk()
  const store = await openTestStore(path, { disk })
  await addMany(store, 3000)
  decide((operation, file) => (operation !== 'unlink' && isIt(file) ? failWith('ENOSPC') : undefined))
  expect(await store.snapshot()).toBe(false)
  if (store.status().state === 'ok') await store.insert(notes, [newNote(5000)], 'reject')
  const kept = await readAll(store)
  expect(await readAll(await openTestStore(await copyFiles(path)))).toEqual(kept)
  decide(() => {})
  await expect.poll(() => store.status().state, { timeout: 5000 }).toBe('ok')
  await store.insert(notes, [newNote(5001)], 'reject')
  expect(await store.snapshot()).toBe(true)
  const all = await readAll(store)
  expect(await readAll(await openTestStore(await copyFiles(path)))).toEqual(all)
})

test('a close during a snapshot gives the snapshot up', async () => {
  const path = await newStorePath()
  const store = await openTestStore(path)
  await addMany(store, 20_000)
  const snapshot = store.snapshot()
  await pause(5)
  await store.close()
  await snapshot
  expect((await listNames(path)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  expect(await readAll(await openTestStore(path))).toHaveLength(20_000)
})

test(
  'while 200,000 documents are written to a snapshot, the event loop stands still for less than 20 ms at a time',
  { timeout: 60_000 },
  async () => {
    const store = await openTestStore(await newStorePath(), { compaction: { minBytes: Infinity, quietMs: 0 } })
    await addMany(store, 200_000)
    await pause(200)
    const longest = watchTurns()
    expect(await store.snapshot()).toBe(true)
    expect(longest()).toBeLessThan(20)
  },
)

/** The most processor time between two turns of the event loop, in ms. By the clock it would also count other processes. */
function watchTurns(): () => number {
  let longest = 0
  let isOver = false
  const spent = () => (process.threadCpuUsage().user + process.threadCpuUsage().system) / 1000
  let before = spent()
  const look = () => {
    const now = spent()
    longest = Math.max(longest, now - before)
    before = now
    if (!isOver) setImmediate(look)
  }
  look()
  return () => {
    isOver = true
    return longest
  }
}
