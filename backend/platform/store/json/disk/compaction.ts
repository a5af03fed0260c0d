import type { FileHandle } from 'node:fs/promises'
import type { Log } from '../../store.ts'
import { syncFolder, unlinkIfThere, writeWhole, type Disk, type Paths } from './files.ts'
import type { Link } from './frames.ts'
import type { Manifest, ManifestFile, SnapshotEntry } from './manifest.ts'
import { writeSnapshot, type Capture } from './snapshot.ts'

/** Memory at the moment the journal changes files, and the last link of the old file once all of it is on disk. */
export type Cut = { captures: Capture[]; after: Promise<Link | undefined>; release(): void }

export type CompactionOptions = {
  disk: Disk
  paths: Paths
  manifest: ManifestFile
  log: Log
  /** Between two transactions: captures memory and sends all that follows to the given file. */
  cut: (file: FileHandle, generation: number) => Promise<Cut>
}

/**
 * Turns the journals so far into one snapshot: first a new journal, then the state as of the switch, in small slices
 * beside everything else. Until the manifest names the new snapshot, the old files still say everything, so a crash or a
 * full disk in between loses nothing. The last two generations are kept.
 */
export class Compaction {
  readonly #options: CompactionOptions
  readonly #abort = new AbortController()
  #running: Promise<SnapshotEntry | undefined> | undefined
  #lastTried = 0

  constructor(options: CompactionOptions) {
    this.#options = options
  }

  /** Answers the new snapshot, or nothing when there was a reason to give up; the log has it. */
  run(): Promise<SnapshotEntry | undefined> {
    this.#running ??= this.#compact()
      .catch((error: unknown) => {
        if (!this.#abort.signal.aborted) this.#options.log.warn(`The snapshot was given up: ${String(error)}`)
        return undefined
      })
      .finally(() => (this.#running = undefined))
    return this.#running
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await this.#running
  }

  async #compact(): Promise<SnapshotEntry> {
    const { manifest, cut } = this.#options
    const before = manifest.current
    const [file, generation] = await this.#startJournal(before)
    const { captures, after, release } = await cut(file, generation)
    try {
      const link = await after
      if (!link) {
        await file.close()
        throw new Error('the journal could not be finished')
      }
      const entry = await this.#writeSnapshot(generation, link, captures)
      const snapshots = [entry, ...before.snapshots.slice(0, 1)]
      const oldest = snapshots[1]?.generation ?? 1
      await manifest.write({ snapshots, journals: manifest.current.journals.filter((journal) => journal >= oldest) })
      await this.#dropOldest(before)
      return entry
    } finally {
      release()
    }
  }

  /** It has to be on disk, and named, before anything is written to it. */
  async #startJournal({ journals }: Manifest): Promise<[FileHandle, number]> {
    const { disk, paths, manifest } = this.#options
    // Never a name that was tried before: that it did not reach the disk may have been the reason to give up.
    const generation = Math.max(journals.at(-1)!, this.#lastTried) + 1
    this.#lastTried = generation
    const file = await disk.open(paths.journal(generation), 'a')
    try {
      await syncFolder(disk, paths.folder)
      await manifest.write({ journals: [...journals, generation] })
    } catch (error) {
      await file.close()
      throw error
    }
    return [file, generation]
  }

  async #writeSnapshot(generation: number, after: Link, captures: readonly Capture[]): Promise<SnapshotEntry> {
    const { disk, paths } = this.#options
    let entry: SnapshotEntry | undefined
    await writeWhole(disk, paths.snapshot(generation), async (file) => {
      entry = await writeSnapshot(file, { generation, after }, captures, this.#abort.signal)
    })
    return entry!
  }

  async #dropOldest(before: Manifest): Promise<void> {
    const { disk, paths, manifest } = this.#options
    const { snapshots, journals } = manifest.current
    const kept = new Set(snapshots.map(({ generation }) => generation))
    const dropped = [
      ...before.snapshots
        .filter(({ generation }) => !kept.has(generation))
        .map((entry) => paths.snapshot(entry.generation)),
      ...before.journals.filter((generation) => !journals.includes(generation)).map(paths.journal),
    ]
    for (const path of dropped) await unlinkIfThere(disk, path)
    if (dropped.length > 0) await syncFolder(disk, paths.folder)
  }
}
