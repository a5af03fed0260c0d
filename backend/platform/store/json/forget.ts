import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../store.ts'
import { hasCode, unlinkIfThere, type Disk, type Paths } from './disk/files.ts'
import type { StoreStatus } from './running.ts'

type Store = { status(): StoreStatus; snapshot(): Promise<boolean> }

/**
 * Takes the bytes of what was removed or changed out of the files: a journal keeps them until a snapshot takes its place, and
 * the last two snapshots are kept. So with one a day they are gone after two. Ends of journals that were cut off go as well.
 */
export async function forgetDeleted(
  { disk, paths, log }: { disk: Disk; paths: Paths; log: Log },
  store: Store,
  before: Date,
): Promise<void> {
  const touchedAt = async (path: string) => (await stat(path).catch(() => undefined))?.mtime.getTime() ?? 0
  const names = await disk.readdir(paths.quarantine).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  })
  for (const name of names.filter((one) => one.endsWith('.tail'))) {
    const path = join(paths.quarantine, name)
    if ((await touchedAt(path)) >= before.getTime()) continue
    await unlinkIfThere(disk, path)
    log.info(`${path} was removed: it was kept for a day, and nobody was told of what is in it`)
  }
  const latest = store.status().snapshot
  if (!latest || (await touchedAt(paths.snapshot(latest.generation))) < before.getTime()) await store.snapshot()
}
