import type { CollectionSpec } from '../port.ts'
import type { Log } from '../store.ts'
import { hasCode, isOutOfSpace, syncFolder, type Disk, type Paths } from './disk/files.ts'
import { checkFolder, quarantineFile, sweepFolder } from './disk/folder.ts'
import type { JournalFile } from './disk/journal.ts'
import type { Lock } from './disk/lock.ts'
import { createManifest, ManifestFile, readManifest, type Manifest } from './disk/manifest.ts'
import { recover, type Recovered, type Target } from './disk/recovery.ts'
import { settleTail } from './disk/tail.ts'
import { Table } from './memory/table.ts'

export type Opened = {
  tables: Map<string, Table>
  manifest: ManifestFile
  journal: JournalFile
  /** Bytes of journal that were replayed on top of the snapshot. */
  replayed: number
  /** Set when there was no room to say that the store is open; it may be read meanwhile. */
  full?: unknown
}

type Context = { disk: Disk; paths: Paths; now: () => Date; log: Log }

/** From files to tables. Nothing on disk is changed before all of it was read and found good. */
export async function openFiles(context: Context, specs: readonly CollectionSpec[], lock: Lock): Promise<Opened> {
  const { disk, paths, log } = context
  const found = await readManifest(disk, paths)
  await checkFolder(disk, paths, found)
  await lock.confirm()
  const manifest = found ?? (await begin(context))

  const tables = new Map<string, Table>()
  const tableOf = (collection: string): Table => {
    const table = tables.get(collection)
    // Of a later version, perhaps. It is carried along, so that going back to an older version loses nothing.
    return table ?? tables.set(collection, new Table(createUnknown(collection))).get(collection)!
  }
  const target: Target = {
    clear() {
      tables.clear()
      for (const spec of specs) tables.set(spec.name, new Table(spec))
    },
    loadAll: (collection, documents) => tableOf(collection).loadAll(documents),
    load: (collection, id, document) => tableOf(collection).load(id, document),
  }
  target.clear()
  const recovered = await recover(disk, paths, manifest, target, log)
  for (const table of tables.values()) table.buildIndexes()
  const opened = await takeOver(context, manifest, recovered)
  return { ...opened, tables, replayed: recovered.replayed }
}

function createUnknown(name: string): CollectionSpec {
  return { name, columns: [], unique: [], indexes: [], references: [], searchable: false }
}

/** An empty store. Its journal exists before the manifest names it. */
async function begin({ disk, paths }: Context): Promise<Manifest> {
  const manifest = createManifest()
  const journal = await disk.open(paths.journal(1), 'a')
  await journal.close()
  await syncFolder(disk, paths.folder)
  await new ManifestFile(disk, paths, manifest).write({})
  return manifest
}

/** From here on the files are ours: what was torn is cut off, what is left over goes, and the manifest says `open`. */
async function takeOver({ disk, paths, now, log }: Context, found: Manifest, { tail, snapshots }: Recovered) {
  await settleTail(disk, paths, tail, found.isClosed, now(), log)
  const generation = found.journals.at(-1)!
  const file = await disk.open(paths.journal(generation), 'a')
  const journal = { file, generation, size: tail.generation === generation ? tail.end : 0, link: tail.link }
  const manifest = new ManifestFile(disk, paths, found)
  try {
    await manifest.write({ isClosed: false, snapshots, highWater: tail.link.batch })
  } catch (error) {
    if (!isOutOfSpace(error)) throw error
    return { manifest, journal, full: error }
  }
  for (const bad of found.snapshots.filter((entry) => !snapshots.includes(entry))) {
    await quarantineFile(disk, paths, paths.snapshot(bad.generation)).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error
    })
  }
  await sweepFolder(disk, paths, manifest.current)
  return { manifest, journal }
}
