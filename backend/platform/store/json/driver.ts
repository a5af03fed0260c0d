import * as fs from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { JobStore } from '../../jobs/jobs.ts'
import type { CollectionSpec, StoreDriver } from '../port.ts'
import type { Log } from '../store.ts'
import { createPaths, syncFolder, type Disk } from './disk/files.ts'
import { takeLock } from './disk/lock.ts'
import type { DiskFailed, StoreLocked } from './errors.ts'
import { createJobBell, jobsSpec } from './jobs.ts'
import { forgetDeleted } from './forget.ts'
import { openFiles } from './open.ts'
import { startStore, type StoreStatus } from './running.ts'
import { createJobStore } from './worker.ts'

export { DataDamaged, DiskFailed, StoreLocked } from './errors.ts'

export type JsonStoreOptions = {
  now?: () => Date
  log?: Log
  /** The store cannot go on: end the process with `error.exitCode`. Unless given, the store does that itself. */
  onFatal?: (error: DiskFailed | StoreLocked) => void
  /** Journals become a snapshot once they are larger than the last one and than this, but not just after the start. */
  compaction?: { minBytes: number; quietMs: number }
  /** While the disk is full, it is asked this often whether there is room again. */
  probeEveryMs?: number
  /** For tests: a disk that fails, and a clock that is moved. */
  disk?: Disk
  ticks?: () => number
}

export type JsonStoreDriver = StoreDriver & {
  kind: 'json'
  jobs: JobStore
  status(): StoreStatus
  /** Writes a snapshot now. Answers false when it had to be given up, for example for lack of room. */
  snapshot(): Promise<boolean>
  /** What was removed before then leaves the files, at the latest when this is called a second time a day later. */
  forgetDeleted(before: Date): Promise<void>
}

const silent: Log = { info() {}, warn() {}, error() {} }

/** All documents in memory, every commit in a journal on disk before anybody hears of it. See docs/decisions/005. */
export async function openJsonStore(
  path: string,
  specs: readonly CollectionSpec[],
  options: JsonStoreOptions = {},
): Promise<JsonStoreDriver> {
  const { now = () => new Date(), log = silent, disk = fs, onFatal = exitProcess } = options
  const paths = createPaths(resolve(path))
  const created = await disk.mkdir(paths.folder, { recursive: true })
  if (created) await syncFolder(disk, dirname(created))

  let onLost: (error: StoreLocked) => void = onFatal
  const lock = await takeLock(paths, log, (error) => onLost(error))
  try {
    const opened = await openFiles({ disk, paths, now, log }, withJobs(specs), lock)
    const bell = createJobBell()
    const store = startStore(opened, {
      log,
      disk,
      paths,
      ticks: options.ticks ?? (() => performance.now()),
      compaction: options.compaction ?? { minBytes: 16 * 2 ** 20, quietMs: 60_000 },
      probeEveryMs: options.probeEveryMs ?? 2000,
      onFatal,
      onChanged: (collections) => collections.has(jobsSpec.name) && bell.ring(),
    })
    onLost = store.fail
    let closing: Promise<void> | undefined
    const driver: JsonStoreDriver = {
      ...store.operations,
      kind: 'json',
      jobs: undefined as unknown as JobStore,
      status: store.status,
      snapshot: store.snapshot,
      forgetDeleted: (before) => forgetDeleted({ disk, paths, log }, store, before),
      close: () => (closing ??= store.close().finally(lock.release)),
    }
    driver.jobs = createJobStore(driver, bell)
    return driver
  } catch (error) {
    await lock.release()
    throw error
  }
}

function withJobs(specs: readonly CollectionSpec[]): CollectionSpec[] {
  const all = [...specs.filter(({ name }) => name !== jobsSpec.name), jobsSpec]
  const names = new Set(all.map(({ name }) => name))
  for (const { name, references } of all) {
    const missing = references.find(({ collection }) => !names.has(collection))
    if (missing)
      throw new TypeError(`${name}.${missing.field} refers to ${missing.collection}, which the store does not have`)
  }
  return all
}

/** A moment later, so that those who wait are told first. */
function exitProcess({ exitCode }: { exitCode: number }): void {
  setTimeout(() => process.exit(exitCode), 100)
}
