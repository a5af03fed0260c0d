import * as fs from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { CollectionSpec } from '../port.ts'
import type { Disk } from './disk/files.ts'
import { openJsonStore, type JsonStoreDriver, type JsonStoreOptions } from './driver.ts'
import { newNote, notes } from './test-notes.ts'

export { newNote, notes }

type Operation = 'open' | 'write' | 'datasync' | 'sync' | 'truncate' | 'rename' | 'unlink'
/** Throws to make the operation fail, or answers how many bytes a write may take; may take its time. */
type Rule = (operation: Operation, file: string) => void | number | Promise<void | number>

/** The real disk, with somebody who decides what of it works. */
export function createTestDisk() {
  let rule: Rule = () => {}
  const ask = async (operation: Operation, path: string) => rule(operation, basename(path))

  function watch(file: FileHandle, path: string): FileHandle {
    return new Proxy(file, {
      get(target, name) {
        const value = Reflect.get(target, name, target) as unknown
        if (typeof value !== 'function') return value
        return async (...given: unknown[]) => {
          const most =
            name in { write: 1, datasync: 1, sync: 1, truncate: 1 } ? await ask(name as Operation, path) : undefined
          if (typeof most === 'number') given[2] = Math.min(most, given[2] as number)
          return (value as (...given: unknown[]) => unknown).apply(target, given)
        }
      },
    })
  }

  const disk: Disk = {
    ...fs,
    open: (async (path: string, flags: string) => {
      if (flags !== 'r') await ask('open', path)
      return watch(await fs.open(path, flags), path)
    }) as Disk['open'],
    rename: async (from, to) => {
      await ask('rename', String(to))
      return fs.rename(from, to)
    },
    unlink: async (path) => {
      await ask('unlink', String(path))
      return fs.unlink(path)
    },
  }
  return { disk, decide: (next: Rule) => (rule = next) }
}

export function failWith(code: string): never {
  throw Object.assign(new Error(`${code}: so the test wants`), { code })
}

export async function newStorePath(): Promise<string> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'parley-json-'))
  onTestFinished(() => fs.rm(folder, { recursive: true, force: true }))
  return join(folder, 'parley.json')
}

/** Never ends the process; the test looks at `fatal`. Closed after the test unless the test did. */
export async function openTestStore(
  path: string,
  options: JsonStoreOptions = {},
  specs: readonly CollectionSpec[] = [notes],
) {
  const lines: string[] = []
  const fatal: Error[] = []
  const note = (line: string) => void lines.push(line)
  const store = await openJsonStore(path, specs, {
    log: { info: note, warn: note, error: note },
    onFatal: (error) => void fatal.push(error),
    ...options,
  })
  onTestFinished(() => store.close())
  return Object.assign(store, { lines, fatal })
}

export async function readAll(store: JsonStoreDriver): Promise<string[]> {
  const found = await store.find(notes, { limit: Infinity })
  return found.map(({ id }) => id)
}

/** The files as a `kill -9` leaves them: a copy made while the process runs, without lock and socket. */
export async function copyFiles(path: string): Promise<string> {
  const copy = await newStorePath()
  const [from, to] = [join(path, '..'), join(copy, '..')]
  for (const name of await fs.readdir(from)) {
    if (/\.(json|log|ndjson|tmp)$/.test(name)) await fs.copyFile(join(from, name), join(to, name))
  }
  return copy
}

export async function listNames(path: string): Promise<string[]> {
  return (await fs.readdir(join(path, '..'))).sort()
}
