import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { StorageFull, StoreBusy, StoreUnavailable } from '../port.ts'
import {
  copyFiles,
  createTestDisk,
  failWith,
  newNote,
  newStorePath,
  notes,
  openTestStore,
  readAll,
} from './test-disk.ts'

const isJournal = (file: string) => file.includes('.journal-')
const sizeOf = async (path: string) => (await stat(join(path, '..', 'parley.journal-000001.log'))).size

async function setup(options: Parameters<typeof openTestStore>[1] = {}) {
  const { disk, decide } = createTestDisk()
  const path = await newStorePath()
  const store = await openTestStore(path, { disk, probeEveryMs: 20, ...options })
  const add = (number: number) => store.insert(notes, [newNote(number)], 'reject')
  return { store, path, decide, add }
}

/** Lets the writes of the journal wait until `go` is called. */
function holdWrites(decide: (rule: Parameters<ReturnType<typeof createTestDisk>['decide']>[0]) => void) {
  const { promise, resolve: go } = Promise.withResolvers<void>()
  decide((operation, file) => (operation === 'datasync' && isJournal(file) ? promise : undefined))
  return go
}

test.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('%s refuses writes, keeps reading, and goes away by itself', async (code) => {
  const { store, path, decide, add } = await setup()
  await add(0)
  const size = await sizeOf(path)
  let room = 40
  decide((operation, file) => {
    if (operation !== 'write' || !isJournal(file)) return
    if (room === 0) failWith(code)
    const most = room
    room = 0
    return most
  })
  const writes = await Promise.allSettled([1, 2, 3].map(add))
  for (const write of writes) expect(write).toMatchObject({ reason: expect.any(StorageFull) as unknown })
  expect(store.status()).toMatchObject({ state: 'full', waiting: 0 })
  expect(await sizeOf(path)).toBe(size)
  expect(await readAll(store)).toEqual([newNote(0).id])
  await expect(add(1)).rejects.toThrow(StorageFull)
  expect(store.lines.filter((line) => line.includes('There is no room'))).toHaveLength(1)

  decide(() => {})
  await vi.waitFor(() => expect(store.status().state).toBe('ok'))
  await add(4)
  expect(await readAll(store)).toEqual([newNote(0).id, newNote(4).id])
  expect(await readAll(await openTestStore(await copyFiles(path)))).toEqual([newNote(0).id, newNote(4).id])
})

test('everything that waited for a full disk is undone, the newest first, and keys are free again', async () => {
  const { store, decide, add } = await setup()
  await store.insert(notes, [newNote(0, { key: 'k', thread: 't' })], 'reject')
  const { promise, resolve: run } = Promise.withResolvers<void>()
  decide(async (operation, file) => {
    if (operation !== 'write' || !isJournal(file)) return
    await promise
    failWith('ENOSPC')
  })
  const id = newNote(0).id
  const edit = (text: string) => store.update(notes, { id }, { set: { text } }, { limit: 1, ifHeld: 'wait' })
  const waiting = [
    edit('one'),
    edit('two'),
    store.remove(notes, { id }),
    store.insert(notes, [newNote(1, { key: 'k', thread: 't' })], 'reject'),
    add(2),
    store.transaction(async (tx) => {
      await tx.insert(notes, [newNote(3)], 'reject')
      await pause(30)
      return tx.insert(notes, [newNote(4)], 'reject')
    }),
    store.insert(notes, [newNote(0)], 'skip'),
  ]
  const read = store.find(notes, { limit: 9 })
  run()
  for (const outcome of await Promise.allSettled(waiting))
    expect(outcome).toMatchObject({ reason: expect.any(StorageFull) as unknown })
  expect(await read).toEqual([newNote(0, { key: 'k', thread: 't' })])
  expect(await store.find(notes, { where: { thread: 't', key: 'k' }, limit: 9 })).toHaveLength(1)
  decide(() => {})
  await vi.waitFor(() => expect(store.status().state).toBe('ok'))
  await expect(store.insert(notes, [newNote(5, { key: 'k', thread: 't' })], 'reject')).rejects.toMatchObject({
    name: 'DuplicateKey',
  })
})

test('a disk that writes little by little is no reason to fail', async () => {
  const { store, path, decide, add } = await setup()
  decide((operation) => (operation === 'write' ? 7 : undefined))
  await Promise.all([0, 1, 2].map(add))
  await store.snapshot()
  await add(3)
  expect(await readAll(await openTestStore(await copyFiles(path)))).toHaveLength(4)
})

test('nobody hears of anything before it is on disk', async () => {
  const { store, decide, add } = await setup()
  await add(0)
  const go = holdWrites(decide)
  const heard: string[] = []
  const note = (name: string) => () => void heard.push(name)
  const all = [
    add(1).then(note('insert')),
    store.find(notes, { limit: 9 }).then(note('find')),
    store.count(notes, {}).then(note('count')),
    store.insert(notes, [newNote(1)], 'skip').then(note('skip')),
    add(1).catch(note('duplicate')),
    store.transaction((tx) => tx.find(notes, { limit: 9 })).then(note('transaction')),
    store.transaction(() => Promise.reject(new Error('mine'))).catch(note('error')),
  ]
  await pause(50)
  expect(heard).toEqual([])
  go()
  await Promise.all(all)
  expect(heard.sort()).toEqual(['count', 'duplicate', 'error', 'find', 'insert', 'skip', 'transaction'])
})

test('reading what no waiting write has touched does not wait for the disk', async () => {
  const other = { ...notes, name: 'others' }
  const { disk, decide } = createTestDisk()
  const store = await openTestStore(await newStorePath(), { disk }, [notes, other])
  const go = holdWrites(decide)
  const write = store.insert(notes, [newNote(1)], 'reject')
  expect(await store.find(other, { limit: 1 })).toEqual([])
  go()
  await write
})

test('a failed fsync stops everything: nothing that waits is answered as done, and the process is told to end', async () => {
  const { store, path, decide, add } = await setup()
  await add(0)
  decide((operation, file) => (operation === 'datasync' && isJournal(file) ? failWith('EIO') : undefined))
  const outcomes = await Promise.allSettled([add(1), add(2), store.find(notes, { limit: 9 })])
  for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: expect.any(StoreUnavailable) as unknown })
  decide(() => {})
  await expect(add(3)).rejects.toThrow(StoreUnavailable)
  await expect(store.find(notes, { limit: 9 })).rejects.toThrow(StoreUnavailable)
  expect(store.fatal).toMatchObject([{ name: 'DiskFailed', exitCode: 70 }])
  await store.close()
  expect(await readAll(await openTestStore(path))).toContain(newNote(0).id)
})

test.each(['truncate', 'sync'] as const)(
  'a half-written batch that %s cannot take back stops the store',
  async (operation) => {
    const { store, decide, add } = await setup()
    decide((asked, file) => {
      if (!isJournal(file)) return
      if (asked === 'write') return store.status().state === 'ok' && writes++ === 0 ? 10 : failWith('ENOSPC')
      if (asked === operation) failWith('EIO')
    })
    let writes = 0
    await expect(add(1)).rejects.toThrow(StoreUnavailable)
    expect(store.fatal).toHaveLength(1)
  },
)

test('a store whose disk is full opens, can be read, and can be written when there is room', async () => {
  const { store, path, add } = await setup()
  await add(0)
  await store.close()
  const { disk, decide } = createTestDisk()
  decide((operation) => (operation === 'write' ? failWith('ENOSPC') : undefined))
  const full = await openTestStore(path, { disk, probeEveryMs: 20 })
  expect(full.status().state).toBe('full')
  expect(await readAll(full)).toEqual([newNote(0).id])
  await expect(full.insert(notes, [newNote(1)], 'reject')).rejects.toThrow(StorageFull)
  decide(() => {})
  await vi.waitFor(() => expect(full.status().state).toBe('ok'))
  await full.insert(notes, [newNote(1)], 'reject')
  expect(await readAll(await openTestStore(await copyFiles(path)))).toHaveLength(2)
})

test('more than 10,000 waiting writes are refused, and so is all while the oldest waits for more than two seconds', async () => {
  let ticks = 0
  const { store, decide, add } = await setup({ ticks: () => ticks })
  const go = holdWrites(decide)
  const waiting = Array.from({ length: 10_000 }, (_, number) => add(number))
  await expect(add(10_001)).rejects.toThrow(StoreBusy)
  expect(store.status()).toMatchObject({ waiting: 10_000, waitingMs: 0 })
  go()
  await Promise.all(waiting)
  expect(store.status()).toMatchObject({ waiting: 0, waitingText: 0 })

  const goOn = holdWrites(decide)
  const slow = add(10_002)
  ticks += 2001
  await expect(add(10_003)).rejects.toThrow(StoreBusy)
  goOn()
  await slow
  await add(10_003)
})

test('more than 64 MiB of waiting writes are refused', async () => {
  const { store, decide, add } = await setup()
  const go = holdWrites(decide)
  const text = 'x'.repeat(8 * 2 ** 20)
  const waiting = Array.from({ length: 8 }, (_, number) => store.insert(notes, [newNote(number, { text })], 'reject'))
  await expect(add(9)).rejects.toThrow(StoreBusy)
  go()
  await Promise.all(waiting)
  await add(9)
})

test('closing lets what is under way finish and takes nothing more', async () => {
  const { store, path, decide, add } = await setup()
  const go = holdWrites(decide)
  const write = add(1)
  const transaction = store.transaction(async (tx) => {
    await pause(20)
    return tx.insert(notes, [newNote(2)], 'reject')
  })
  const queued = add(3)
  const closing = store.close()
  await expect(add(4)).rejects.toThrow(StoreBusy)
  go()
  await Promise.all([write, transaction, queued, closing])
  expect(await readAll(await openTestStore(path))).toEqual([1, 2, 3].map((number) => newNote(number).id))
})

test.each([
  ['nested deeper than 64 levels', { details: JSON.parse('['.repeat(65) + ']'.repeat(65)) as unknown }],
  ['with more than a mebibyte of JSON', { details: ['x'.repeat(2 ** 20)] }],
  ['with a key that changes prototypes', { details: JSON.parse('{"a":{"__proto__":1}}') as unknown }],
  ['with more than 8 MiB of text', { text: 'x'.repeat(8 * 2 ** 20 + 1) }],
  ['with a sum out of range', { count: 2 ** 31 }],
])('a document %s is refused before it gets near the disk', async (_name, fields) => {
  const { store } = await setup()
  await expect(store.insert(notes, [newNote(0), newNote(1, fields)], 'reject')).rejects.toMatchObject({
    name: 'UnstorableDocument',
  })
  await store.insert(notes, [newNote(2, { details: JSON.parse('['.repeat(63) + ']'.repeat(63)) as unknown })], 'reject')
  const change = { limit: 1, ifHeld: 'wait' } as const
  await expect(store.update(notes, { id: newNote(2).id }, { set: fields }, change)).rejects.toMatchObject({
    name: 'UnstorableDocument',
  })
  expect(await readAll(store)).toEqual([newNote(2).id])
})
