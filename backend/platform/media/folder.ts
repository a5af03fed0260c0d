import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, unlink, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StorageFull } from '../store/store.ts'
import { FileTooLarge, type Draft, type MediaFiles } from './media.ts'

/** No upload or download takes this long, so what is older belongs to a process that died. */
const draftMs = 60 * 60 * 1000

/** `<root>/ab/cd/abcd…`, so that no folder holds too many names; drafts in `<root>/drafts`. */
export async function openFolder(root: string, { now = () => new Date() }: { now?: () => Date }): Promise<MediaFiles> {
  const drafts = join(root, 'drafts')
  await mkdir(drafts, { recursive: true, mode: 0o700 })

  function pathOf(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError('This is not the SHA-256 of a file')
    return join(root, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  }

  async function keep(draft: string, sha256: string): Promise<void> {
    const path = pathOf(sha256)
    const folder = dirname(path)
    const created = await mkdir(folder, { recursive: true, mode: 0o700 })
    // Also over a file that is there already: it becomes young again, so that nobody tidies it away meanwhile.
    await rename(draft, path)
    await syncFolder(folder)
    if (!created) return
    await syncFolder(dirname(folder))
    await syncFolder(root)
  }

  async function removeStaleDrafts(): Promise<void> {
    for (const name of await readdir(drafts)) {
      const path = join(drafts, name)
      const found = await stat(path).catch(forgiveMissing)
      // A process that shares the folder may be writing the young ones.
      if (found && found.mtimeMs < now().getTime() - draftMs) await rm(path, { force: true })
    }
  }

  await removeStaleDrafts()

  return {
    async receive(source, { maxBytes }) {
      const path = join(drafts, randomUUID())
      const { sha256, bytes } = await sayWhenFull(write(path, source, maxBytes)).catch(async (error: unknown) => {
        await rm(path, { force: true })
        throw error
      })
      const draft: Draft = {
        sha256,
        bytes,
        path,
        keep: () => sayWhenFull(keep(path, sha256)),
        discard: () => rm(path, { force: true }),
      }
      return draft
    },

    async stat(sha256) {
      const found = await stat(pathOf(sha256)).catch(forgiveMissing)
      return found && { bytes: found.size }
    },

    read: (sha256, range) => createReadStream(pathOf(sha256), range),
    pathOf,
    remove: async (sha256) => void (await unlink(pathOf(sha256)).catch(forgiveMissing)),

    async removeUntouchedSince(sha256, instant) {
      const found = await stat(pathOf(sha256)).catch(forgiveMissing)
      if (!found || found.mtimeMs >= instant.getTime()) return false
      await unlink(pathOf(sha256)).catch(forgiveMissing)
      return true
    },

    async *listUntouchedSince(instant) {
      for (const outer of await listShards(root))
        for (const inner of await listShards(outer))
          for (const name of await readdir(inner)) {
            const found = await stat(join(inner, name)).catch(forgiveMissing)
            if (found && found.mtimeMs < instant.getTime() && /^[0-9a-f]{64}$/.test(name)) yield name
          }
    },

    removeStaleDrafts,
  }
}

async function write(path: string, source: AsyncIterable<Uint8Array>, maxBytes: number) {
  const handle = await open(path, 'wx', 0o600)
  try {
    const written = await writeAll(handle, source, maxBytes)
    await handle.sync()
    return written
  } finally {
    await handle.close()
  }
}

async function writeAll(handle: FileHandle, source: AsyncIterable<Uint8Array>, maxBytes: number) {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of source) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new FileTooLarge(`The file has more than ${maxBytes} bytes`)
    hash.update(chunk)
    // Unlike `write`, it goes on after a short write, which is how a disk that runs full begins.
    await handle.writeFile(chunk)
  }
  return { sha256: hash.digest('hex'), bytes }
}

async function listShards(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return names.filter((name) => /^[0-9a-f]{2}$/.test(name)).map((name) => join(folder, name))
}

/** A rename survives a power cut only once its folder is synced. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function sayWhenFull<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing
  } catch (error) {
    if (!['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(error))) throw error
    throw new StorageFull('There is no room for the file', { cause: error })
  }
}

function forgiveMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code)
}
