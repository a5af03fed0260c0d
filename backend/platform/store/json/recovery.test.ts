import { appendFile, copyFile, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { copyFiles, listNames, newNote, newStorePath, notes, openTestStore, readAll } from './test-disk.ts'

const beside = (path: string, name: string) => join(path, '..', name)
const journal = (path: string, number = 1) => beside(path, `parley.journal-00000${number}.log`)
const snapshot = (path: string, number: number) => beside(path, `parley.snapshot-00000${number}.ndjson`)
const ids = (count: number) => Array.from({ length: count }, (_, number) => newNote(number).id)

async function addNotes(store: Awaited<ReturnType<typeof openTestStore>>, from: number, to: number): Promise<void> {
  for (let number = from; number < to; number++) await store.insert(notes, [newNote(number)], 'reject')
}

/** The files of a store with so many notes, each a batch of its own, as `kill -9` leaves them. */
async function killAfter(count: number): Promise<string> {
  const path = await newStorePath()
  await addNotes(await openTestStore(path), 0, count)
  return copyFiles(path)
}

async function flipBit(file: string, offset: number): Promise<void> {
  const bytes = await readFile(file)
  bytes[offset]! ^= 1
  await writeFile(file, bytes)
}

test('what was acknowledged is there after a kill, and after a close', async () => {
  const path = await killAfter(5)
  const store = await openTestStore(path)
  expect(await readAll(store)).toEqual(ids(5))
  await store.update(
    notes,
    { id: ids(5)[0]! },
    { set: { text: 'new' }, add: { count: 2 } },
    { limit: 1, ifHeld: 'wait' },
  )
  await store.remove(notes, { id: ids(5)[1]! })
  await store.close()
  const again = await openTestStore(path)
  expect(await again.find(notes, { limit: 1 })).toEqual([newNote(0, { text: 'new', count: 2 })])
  expect(await again.count(notes, {})).toBe(4)
  expect(await again.find(notes, { where: { thread: 't1' }, limit: 9 })).toEqual([])
})

test('the end of a write that nobody was told of is cut off, kept aside and never in the way again', async () => {
  const path = await killAfter(5)
  await appendFile(journal(path), '@6 100 00000000 00000000\n[["notes","not_x",{"id"')
  const store = await openTestStore(path)
  expect(await readAll(store)).toEqual(ids(5))
  expect(store.lines).toEqual([expect.stringContaining('ended in the middle of a write')])
  const [kept] = await readdir(beside(path, 'parley.quarantine'))
  expect(await readFile(beside(path, join('parley.quarantine', kept!)), 'utf8')).toMatch(/^@6 100 /)
  await addNotes(store, 5, 7)
  await store.close()
  expect(await readAll(await openTestStore(path))).toEqual(ids(7))
})

test.each([
  ['zeros, as some file systems leave them', Buffer.alloc(4096)],
  ['a repetition of an earlier batch', undefined],
])('%s behind the last batch are cut off', async (_name, tail) => {
  const path = await killAfter(3)
  const bytes = await readFile(journal(path))
  await appendFile(journal(path), tail ?? bytes.subarray(0, bytes.indexOf('@2 ')))
  expect(await readAll(await openTestStore(path))).toEqual(ids(3))
})

test('a message that looks like a frame is not taken for one', async () => {
  const path = await newStorePath()
  const store = await openTestStore(path)
  const text = '\n@9 2 00000000 00000000\n[]\n@10 0 00000000 00000000\n'
  await store.insert(notes, [newNote(0), newNote(1, { text })], 'reject')
  await store.insert(notes, [newNote(2, { text })], 'reject')
  const copy = await copyFiles(path)
  await truncate(journal(copy), (await stat(journal(copy))).size - 5)
  const again = await openTestStore(copy)
  expect(await again.find(notes, { limit: 9 })).toEqual([newNote(0), newNote(1, { text })])
})

test('damage with whole batches behind it refuses to start, names the place, and changes nothing', async () => {
  const path = await killAfter(5)
  const bytes = await readFile(journal(path))
  const offset = bytes.indexOf('@3 ')
  await flipBit(journal(path), offset + 60)
  const damaged = await readFile(journal(path))
  await expect(openTestStore(path)).rejects.toMatchObject({
    name: 'DataDamaged',
    exitCode: 78,
    file: journal(path),
    offset,
    batch: 3,
    message: expect.stringMatching(/byte \d+, batch 3.*batch 4 is whole.*Put back a backup/),
  })
  expect(await readFile(journal(path))).toEqual(damaged)
  expect(await listNames(path)).toEqual(['parley.journal-000001.log', 'parley.json'])
})

test('fewer batches than were on disk refuse to start, although what is there is whole', async () => {
  const path = await newStorePath()
  const store = await openTestStore(path)
  await addNotes(store, 0, 5)
  await store.close()
  const bytes = await readFile(journal(path))
  await truncate(journal(path), bytes.indexOf('@5 '))
  await expect(openTestStore(path)).rejects.toMatchObject({
    name: 'DataDamaged',
    offset: bytes.indexOf('@5 '),
    batch: 5,
  })
})

test.each([
  ['the manifest is damaged', async (path: string) => flipBit(path, 20)],
  ['the manifest is gone', async (path: string) => rm(path)],
  ['a journal is gone', async (path: string) => rm(journal(path, 2))],
  ['a journal is empty', async (path: string) => truncate(journal(path, 2), 0)],
  ['two journals changed places', swapJournals],
  ['the snapshot and what came before it are damaged', damageTwoGenerations],
])('when %s, the store refuses to start', async (_name, harm) => {
  const path = await newStorePath()
  const store = await openTestStore(path)
  await addNotes(store, 0, 5)
  await store.snapshot()
  await addNotes(store, 5, 10)
  await store.close()
  await harm(path)
  await expect(openTestStore(path)).rejects.toMatchObject({ name: 'DataDamaged', exitCode: 78 })
})

async function swapJournals(path: string): Promise<void> {
  await rename(journal(path, 1), `${path}.aside`)
  await rename(journal(path, 2), journal(path, 1))
  await rename(`${path}.aside`, journal(path, 2))
}

async function damageTwoGenerations(path: string): Promise<void> {
  await flipBit(snapshot(path, 2), 200)
  await flipBit(journal(path, 1), 100)
}

test('a manifest that is older than the journals is refused', async () => {
  const path = await newStorePath()
  const store = await openTestStore(path)
  await addNotes(store, 0, 3)
  await copyFile(path, `${path}.old`)
  await store.snapshot()
  await addNotes(store, 3, 6)
  await store.close()
  await rename(`${path}.old`, path)
  await expect(openTestStore(path)).rejects.toThrow('it is older than parley.journal-000002.log')
})

test('a damaged snapshot is set aside when the generation before it still says everything', async () => {
  const path = await newStorePath()
  const store = await openTestStore(path)
  await addNotes(store, 0, 5)
  await store.snapshot()
  await addNotes(store, 5, 8)
  await store.snapshot()
  await addNotes(store, 8, 10)
  await store.close()
  await flipBit(snapshot(path, 3), 300)
  const again = await openTestStore(path)
  expect(await readAll(again)).toEqual(ids(10))
  expect(again.lines).toContainEqual(expect.stringContaining('A snapshot cannot be used'))
  expect(await readdir(beside(path, 'parley.quarantine'))).toEqual(['parley.snapshot-000003.ndjson'])
  expect(await again.snapshot()).toBe(true)
  await again.close()
  expect(await readAll(await openTestStore(path))).toEqual(ids(10))
})

test('what a crash left half made is removed', async () => {
  const path = await killAfter(3)
  await writeFile(snapshot(path, 2).replace('ndjson', 'ndjson.tmp'), 'half')
  await writeFile(journal(path, 2), '')
  const store = await openTestStore(path)
  expect(await readAll(store)).toEqual(ids(3))
  expect(await listNames(path)).toEqual(['parley.journal-000001.log', 'parley.json', 'parley.lock', 'parley.sock'])
})

test('after a process that did not say good-bye the journal is written anew', async () => {
  const path = await killAfter(3)
  const { ino, size } = await stat(journal(path))
  const store = await openTestStore(path)
  expect(await stat(journal(path))).toMatchObject({ size })
  expect((await stat(journal(path))).ino).not.toBe(ino)
  const anew = await stat(journal(path))
  await store.close()
  await openTestStore(path)
  expect((await stat(journal(path))).ino).toBe(anew.ino)
})

test('documents of another version are carried along: unknown collections whole, columns as the model has them', async () => {
  const path = await newStorePath()
  const later = {
    ...notes,
    columns: [...notes.columns, { name: 'extra', sqlName: 'extra', type: 'text', required: false }],
  } as typeof notes
  const other = { ...notes, name: 'others' }
  const first = await openTestStore(path, {}, [notes, other])
  await first.insert(notes, [newNote(1)], 'reject')
  await first.insert(other, [newNote(2)], 'reject')
  await first.close()
  const second = await openTestStore(path, {}, [later])
  expect(await second.find(later, { limit: 9 })).toEqual([newNote(1, { extra: null })])
  await second.snapshot()
  await second.close()
  const third = await openTestStore(path, {}, [notes, other])
  expect(await third.find(notes, { limit: 9 })).toEqual([newNote(1)])
  expect(await third.find(other, { where: { thread: 't2' }, limit: 9 })).toEqual([newNote(2)])
})
