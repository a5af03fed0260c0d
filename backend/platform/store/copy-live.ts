import { constants } from 'node:fs'
import * as fs from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createPaths, hasCode } from './json/disk/files.ts'
import { readManifest } from './json/disk/manifest.ts'

const tries = 10

/**
 * Copies the files of a JSON store that another process may be writing. The manifest is read first, so the journals have
 * at least what it promises; they only grow, and half a frame at the end of a copy was acknowledged to nobody yet. When a
 * new snapshot replaces files meanwhile, the copy begins again. Answers the manifest of the copy.
 */
export async function copyLiveStore(path: string, folder: string): Promise<string> {
  const from = createPaths(path)
  for (let attempt = 1; ; attempt++) {
    await fs.rm(folder, { recursive: true, force: true })
    await fs.mkdir(folder, { recursive: true, mode: 0o700 })
    const bytes = await fs.readFile(path)
    const target = join(folder, basename(path))
    await fs.writeFile(target, bytes)
    const to = createPaths(target)
    const manifest = (await readManifest(fs, to))!
    try {
      const { snapshots, journals } = manifest
      for (const { generation } of snapshots) await copy(from.snapshot(generation), to.snapshot(generation))
      for (const generation of journals) await copy(from.journal(generation), to.journal(generation))
      return target
    } catch (error) {
      if (!hasCode(error, 'ENOENT') || attempt === tries) throw error
    }
  }
}

/** Shares the bytes with the original where the file system can. */
const copy = (from: string, to: string) => fs.copyFile(from, to, constants.COPYFILE_FICLONE)
