import { basename, join } from 'node:path'
import { DataDamaged } from '../errors.ts'
import { syncFolder, unlinkIfThere, type Disk, type Paths } from './files.ts'
import type { Manifest } from './manifest.ts'

/** Refuses a folder whose files do not belong together, such as new journals beside an old manifest. */
export async function checkFolder(disk: Disk, paths: Paths, manifest: Manifest | undefined): Promise<void> {
  const newest = manifest ? basename(paths.journal(manifest.journals.at(-1)!)) : ''
  for (const name of await listUnknown(disk, paths, manifest)) {
    const isNewer = name.endsWith('.log') ? name > newest : !manifest
    if (!isNewer || (await sizeOf(disk, paths.inFolder(name))) === 0) continue
    const remedy =
      'The two belong together: put both back from one backup. To begin with an empty store, move all its files away.'
    throw new DataDamaged(paths.manifest, `${manifest ? 'it is older than' : 'it is missing beside'} ${name}`, remedy)
  }
}

/** Removes what a crash left half made, once it is certain that nothing of it is needed. */
export async function sweepFolder(disk: Disk, paths: Paths, manifest: Manifest): Promise<void> {
  const temporary = (await listFiles(disk, paths)).filter((name) => name.endsWith('.tmp'))
  const leftOver = [...temporary, ...(await listUnknown(disk, paths, manifest))]
  for (const name of leftOver) await unlinkIfThere(disk, paths.inFolder(name))
  if (leftOver.length > 0) await syncFolder(disk, paths.folder)
}

/** Out of the way, but never deleted: somebody may want to look at it. */
export async function quarantineFile(disk: Disk, paths: Paths, path: string): Promise<void> {
  await disk.mkdir(paths.quarantine, { recursive: true })
  await disk.rename(path, join(paths.quarantine, basename(path)))
  await syncFolder(disk, paths.quarantine)
  await syncFolder(disk, paths.folder)
}

/** Journals and snapshots that the manifest does not name. */
async function listUnknown(disk: Disk, paths: Paths, manifest: Manifest | undefined): Promise<string[]> {
  const known = new Set([
    ...(manifest?.snapshots ?? []).map(({ generation }) => basename(paths.snapshot(generation))),
    ...(manifest?.journals ?? []).map((generation) => basename(paths.journal(generation))),
  ])
  const numbered = /^(journal-\d+\.log|snapshot-\d+\.ndjson)$/
  const files = await listFiles(disk, paths)
  return files.filter((name) => numbered.test(name.slice(paths.stem.length + 1)) && !known.has(name))
}

async function listFiles(disk: Disk, paths: Paths): Promise<string[]> {
  const names = await disk.readdir(paths.folder)
  return names.filter((name) => name.startsWith(`${paths.stem}.`))
}

async function sizeOf(disk: Disk, path: string): Promise<number> {
  const file = await disk.open(path, 'r')
  try {
    return (await file.stat()).size
  } finally {
    await file.close()
  }
}
