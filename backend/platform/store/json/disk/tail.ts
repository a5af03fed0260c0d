import type { Log } from '../../store.ts'
import { isOutOfSpace, syncFolder, writeAll, writeWhole, type Disk, type Paths } from './files.ts'
import { basename, join } from 'node:path'
import type { FileHandle } from 'node:fs/promises'
import type { Tail } from './recovery.ts'

const stepBytes = 4 * 2 ** 20

/**
 * Makes the journal end where its chain ends, and sure that the disk has all of it. After a process that did not say
 * good-bye the journal is written anew: had an fsync failed, the system would still show bytes that the disk never got.
 */
export async function settleTail(
  disk: Disk,
  paths: Paths,
  tail: Tail,
  wasClosed: boolean,
  now: Date,
  log: Log,
): Promise<void> {
  const isTorn = tail.end < tail.size
  if (tail.size === 0 || (wasClosed && !isTorn)) return
  const path = paths.journal(tail.generation)
  const file = await disk.open(path, 'r+')
  try {
    if (isTorn) {
      const kept = await quarantine(disk, paths, file, tail, now).catch((error: unknown) => `lost (${String(error)})`)
      log.warn(
        `${path} ended in the middle of a write that nobody was told of: ${tail.size - tail.end} bytes cut off, ${kept}`,
      )
    }
    await rewrite(disk, path, file, tail.end)
  } catch (error) {
    if (!isOutOfSpace(error)) throw error
    await file.truncate(tail.end)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function rewrite(disk: Disk, path: string, source: FileHandle, end: number): Promise<void> {
  await writeWhole(disk, path, (copy) => copyBytes(source, copy, 0, end))
}

async function quarantine(
  disk: Disk,
  paths: Paths,
  source: FileHandle,
  { generation, end, size }: Tail,
  now: Date,
): Promise<string> {
  const stamp = now.toISOString().replaceAll(':', '-')
  const name = `${basename(paths.journal(generation))}.${stamp}.tail`
  await disk.mkdir(paths.quarantine, { recursive: true })
  const copy = await disk.open(join(paths.quarantine, name), 'w')
  try {
    await copyBytes(source, copy, end, size)
    await copy.sync()
  } finally {
    await copy.close()
  }
  await syncFolder(disk, paths.quarantine)
  return `kept in ${paths.quarantine}`
}

async function copyBytes(source: FileHandle, target: FileHandle, from: number, to: number): Promise<void> {
  const buffer = Buffer.alloc(Math.min(stepBytes, to - from))
  for (let position = from; position < to;) {
    const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, to - position), position)
    if (bytesRead === 0) throw new Error('A journal became shorter while it was read')
    await writeAll(target, buffer.subarray(0, bytesRead))
    position += bytesRead
  }
}
