import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { takeLock } from './disk/lock.ts'
import { createPaths } from './disk/files.ts'
import { readBoot } from './disk/processes.ts'
import { newNote, newStorePath, notes, openTestStore, readAll } from './test-disk.ts'

const silent = { info() {}, warn() {}, error() {} }
const lockOf = (path: string) => join(path, '..', 'parley.lock')

test('a second opener is refused within a second and does not disturb the first', async () => {
  const path = await newStorePath()
  const store = await openTestStore(path)
  const started = performance.now()
  await expect(openTestStore(path)).rejects.toMatchObject({ name: 'StoreLocked', exitCode: 75 })
  expect(performance.now() - started).toBeLessThan(1000)
  await store.insert(notes, [newNote(1)], 'reject')
  expect(await readAll(store)).toHaveLength(1)
})

test('a closed store can be opened again, also in the same process', async () => {
  const path = await newStorePath()
  await (await openTestStore(path)).close()
  await expect(openTestStore(path)).resolves.toBeDefined()
})

test.each([
  ['a process that is gone', { pid: 2 ** 22 - 1, startedAt: '1' }],
  ['an earlier process with the same number', { pid: process.pid, startedAt: '1' }],
  ['a process before the last boot', { pid: process.pid, startedAt: '1', boot: 'another' }],
])('the lock of %s is taken over', async (_name, owner) => {
  const path = await newStorePath()
  await writeFile(lockOf(path), JSON.stringify({ boot: await readBoot(), token: 'old', ...owner }))
  await expect(openTestStore(path)).resolves.toBeDefined()
  expect(await readFile(lockOf(path), 'utf8')).toContain(`"pid":${process.pid}`)
})

test('an unreadable lock is taken over when nobody answers', async () => {
  const path = await newStorePath()
  await writeFile(lockOf(path), '')
  await expect(openTestStore(path)).resolves.toBeDefined()
})

test('a process that cannot be seen, as in another container, is noticed by its socket', async () => {
  const path = await newStorePath()
  await openTestStore(path)
  await writeFile(
    lockOf(path),
    JSON.stringify({ pid: 2 ** 22 - 1, startedAt: '1', boot: await readBoot(), token: 'x' }),
  )
  await expect(openTestStore(path)).rejects.toMatchObject({ name: 'StoreLocked' })
  await rm(lockOf(path))
  await expect(openTestStore(path)).rejects.toMatchObject({ name: 'StoreLocked' })
})

test('of starters that find the same dead owner at once, one gets the store', async () => {
  const path = await newStorePath()
  await writeFile(
    lockOf(path),
    JSON.stringify({ pid: 2 ** 22 - 1, startedAt: '1', boot: await readBoot(), token: 'x' }),
  )
  const paths = createPaths(path)
  const race = await Promise.allSettled(
    [1, 2, 3, 4, 5].map(async () => {
      const lock = await takeLock(paths, silent, () => {})
      await lock.confirm()
      return lock
    }),
  )
  const winners = race.filter((outcome) => outcome.status === 'fulfilled')
  expect(winners.length).toBeLessThanOrEqual(1)
  for (const { value } of winners) await value.release()
})

test('a killed process leaves a store that opens at once', async () => {
  const path = await newStorePath()
  const child = fork(join(import.meta.dirname, 'test-child.ts'), [path])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  await expect(openTestStore(path)).rejects.toMatchObject({
    name: 'StoreLocked',
    message: expect.stringContaining(`process ${child.pid}`),
  })
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await readAll(await openTestStore(path))).toHaveLength(1)
})
