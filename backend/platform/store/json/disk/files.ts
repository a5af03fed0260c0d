import type * as fs from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'

/** What the store uses of `node:fs/promises`. Tests put a disk that fails in its place. */
export type Disk = Pick<typeof fs, 'open' | 'rename' | 'unlink' | 'readdir' | 'mkdir'>

/** Every file of a store stands beside its manifest and begins with the manifest's name. */
export function createPaths(manifest: string) {
  const folder = dirname(manifest)
  const stem = basename(manifest, extname(manifest))
  const beside = (ending: string) => join(folder, `${stem}.${ending}`)
  const numbered = (generation: number) => String(generation).padStart(6, '0')
  return {
    folder,
    stem,
    manifest,
    lock: beside('lock'),
    socket: beside('sock'),
    quarantine: beside('quarantine'),
    inFolder: (name: string) => join(folder, name),
    journal: (generation: number) => beside(`journal-${numbered(generation)}.log`),
    snapshot: (generation: number) => beside(`snapshot-${numbered(generation)}.ndjson`),
  }
}

export type Paths = ReturnType<typeof createPaths>

/** Node reports a short write on a full disk without an error: only the next write fails. */
export async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written)
    if (bytesWritten === 0) throw Object.assign(new Error('The disk took no bytes'), { code: 'EIO' })
    written += bytesWritten
  }
}

/** A new name is on disk only once its folder is. */
export async function syncFolder(disk: Disk, folder: string): Promise<void> {
  const handle = await disk.open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes a file that is either there with all its bytes or not there, whenever the power goes. */
export async function writeWhole(disk: Disk, path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const temporary = `${path}.tmp`
  const file = await disk.open(temporary, 'w')
  try {
    await write(file)
    await file.sync()
  } catch (error) {
    await file.close().catch(() => {})
    await disk.unlink(temporary).catch(() => {})
    throw error
  }
  await file.close()
  await disk.rename(temporary, path)
  await syncFolder(disk, dirname(path))
}

export async function unlinkIfThere(disk: Disk, path: string): Promise<void> {
  await disk.unlink(path).catch((error) => {
    if (!hasCode(error, 'ENOENT')) throw error
  })
}

export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '')
}

/** Nothing is broken: room may come back. A file system that turned read-only counts, since what it has can be read. */
export function isOutOfSpace(error: unknown): boolean {
  return hasCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS')
}
