import type { Document } from '../../port.ts'
import type { Log } from '../../store.ts'
import type { Entry } from '../encode.ts'
import { DataDamaged } from '../errors.ts'
import type { Disk, Paths } from './files.ts'
import { findLaterFrame, firstLink, linesOf, readFrames, type Link } from './frames.ts'
import type { Manifest, SnapshotEntry } from './manifest.ts'
import { readSnapshot } from './snapshot.ts'

/** Where documents go while they are read; `clear` because a snapshot may turn out bad after its first half. */
export type Target = {
  clear(): void
  loadAll(collection: string, documents: readonly Document[]): void
  load(collection: string, id: string, document: Document | null): void
}

/** The last journal with anything in it, up to where its chain holds. Behind `end` there may be half a frame. */
export type Tail = { generation: number; end: number; size: number; link: Link }

export type Recovered = {
  tail: Tail
  /** Those that can be relied on, newest first. */
  snapshots: SnapshotEntry[]
  /** Bytes of journal since the snapshot. */
  replayed: number
}

/** Puts together what was on disk: the newest good snapshot, then every journal since, in order. Changes nothing. */
export async function recover(
  disk: Disk,
  paths: Paths,
  manifest: Manifest,
  target: Target,
  log: Log,
): Promise<Recovered> {
  const snapshots = await loadSnapshot(disk, paths, manifest, target, log)
  const base = snapshots[0] ?? { generation: 1, after: firstLink }
  let tail: Tail = { generation: base.generation, end: 0, size: 0, link: base.after }
  let replayed = 0
  for (const generation of manifest.journals) {
    if (generation < base.generation) continue
    const read = await replay(disk, paths.journal(generation), tail.link, target)
    if (read.size === 0) continue
    if (tail.end < tail.size) throw describeDamage(paths, tail, 'a later journal goes on')
    tail = { generation, ...read }
    replayed += read.end
    if (read.later) throw describeDamage(paths, tail, `batch ${read.later.batch} is whole at byte ${read.later.offset}`)
  }
  if (tail.link.batch < manifest.highWater) {
    throw describeDamage(paths, tail, `${manifest.highWater} batches were on disk when the store was last seen`)
  }
  return { tail, snapshots, replayed }
}

async function replay(disk: Disk, path: string, previous: Link, target: Target) {
  const file = await disk.open(path, 'r').catch((error: unknown) => {
    throw new DataDamaged(path, `it cannot be opened (${String(error)})`, remedy)
  })
  try {
    const read = await readFrames(file, previous, ({ body }) => {
      for (const line of linesOf(body)) {
        for (const [collection, id, document] of JSON.parse(line) as Entry[]) target.load(collection, id, document)
      }
    })
    // Half a frame at the end was never acknowledged. Half a frame with a whole one behind it was.
    return { ...read, later: read.end < read.size ? await findLaterFrame(file, read.end, read.link) : undefined }
  } finally {
    await file.close()
  }
}

async function loadSnapshot(disk: Disk, paths: Paths, manifest: Manifest, target: Target, log: Log) {
  const problems: Error[] = []
  for (const [index, entry] of manifest.snapshots.entries()) {
    const path = paths.snapshot(entry.generation)
    try {
      await readSnapshot(disk, path, entry, target.loadAll)
      return manifest.snapshots.slice(index)
    } catch (error) {
      target.clear()
      const problem =
        error instanceof DataDamaged ? error : new DataDamaged(path, `it cannot be read (${String(error)})`, remedy)
      log.warn(`A snapshot cannot be used. ${problem.message}`)
      problems.push(problem)
    }
  }
  // The journals that are kept reach one snapshot further back, or to the very beginning.
  if (manifest.journals[0] === 1) return []
  throw problems[0] ?? new DataDamaged(paths.manifest, 'it names no snapshot', remedy)
}

const remedy =
  'Nothing was changed. Put back a backup of all files of the store, or ask for help before you go on without what is lost.'

function describeDamage(paths: Paths, { generation, end, link }: Tail, proof: string): DataDamaged {
  const place = { offset: end, batch: link.batch + 1 }
  return new DataDamaged(paths.journal(generation), `what was written here is lost: ${proof}`, remedy, place)
}
