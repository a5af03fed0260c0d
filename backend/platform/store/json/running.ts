import type { StoreDriver } from '../port.ts'
import type { Log } from '../store.ts'
import { Compaction, type Cut } from './disk/compaction.ts'
import { isOutOfSpace, type Disk, type Paths } from './disk/files.ts'
import { Journal } from './disk/journal.ts'
import { Engine } from './engine.ts'
import { DiskFailed, StoreLocked } from './errors.ts'
import type { Table } from './memory/table.ts'
import type { Opened } from './open.ts'

export type RunningOptions = {
  log: Log
  disk: Disk
  paths: Paths
  ticks: () => number
  compaction: { minBytes: number; quietMs: number }
  probeEveryMs: number
  onFatal: (error: DiskFailed | StoreLocked) => void
  onChanged: (collections: ReadonlySet<string>) => void
}

export type StoreStatus = Engine['status'] & {
  journal: Journal['status']
  snapshot: { generation: number; bytes: number; documents: number } | undefined
  documents: { [collection: string]: number }
  /** Where torn ends and damaged files are kept. */
  quarantine: string
}

const markEveryMs = 1000
const tryAgainMs = 60_000

/** Puts engine, journal, snapshots and manifest together and keeps them going until the store is closed. */
export function startStore(opened: Opened, options: RunningOptions) {
  const { tables, manifest } = opened
  const { log, disk, paths, ticks } = options
  let mark: NodeJS.Timeout | undefined
  /** The journal's count of written bytes at which the last snapshot was cut. */
  let snapshotAt = -opened.replayed
  let noSnapshotBefore = ticks() + options.compaction.quietMs

  const engine = new Engine(tables, {
    log,
    ticks,
    probeEveryMs: options.probeEveryMs,
    prepare: () => (manifest.current.isClosed ? manifest.write({ isClosed: false }) : Promise.resolve()),
    onDurable(changed) {
      mark ??= setTimeout(() => void writeHighWater(), markEveryMs).unref()
      const least = Math.max(options.compaction.minBytes, manifest.current.snapshots[0]?.bytes ?? 0)
      if (journal.written - snapshotAt > least && ticks() >= noSnapshotBefore) void snapshot()
      options.onChanged(new Set([...changed].map(({ spec }) => spec.name)))
    },
    onFailed(reason) {
      const isLocked = reason instanceof StoreLocked
      const error = isLocked
        ? reason
        : new DiskFailed(`${paths.manifest}: the disk failed (${String(reason)})`, { cause: reason })
      log.error(error.message)
      options.onFatal(error)
    },
  })
  const journal = new Journal(opened.journal, engine, ticks)
  engine.start(journal, opened.full)

  const compaction = new Compaction({ disk, paths, manifest, log, cut })

  function cut(...to: Parameters<Journal['switchTo']>): Promise<Cut> {
    return new Promise((resolve) => {
      engine.between(() => {
        const after = journal.switchTo(...to)
        const shared = [...tables.values()]
        const captures = shared.map((table) => ({ collection: table.spec.name, chunks: table.share() }))
        resolve({ captures, after, release: () => shared.forEach((table) => table.endSharing()) })
      })
    })
  }

  async function snapshot(): Promise<boolean> {
    noSnapshotBefore = Infinity
    const cutAt = journal.written
    const entry = await compaction.run()
    if (entry) snapshotAt = cutAt
    noSnapshotBefore = entry ? 0 : ticks() + tryAgainMs
    return entry !== undefined
  }

  async function writeHighWater(change: { isClosed?: true } = {}): Promise<void> {
    mark = undefined
    await manifest.write({ ...change, highWater: journal.status.batch }).catch((error: unknown) => {
      if (!isOutOfSpace(error)) log.warn(`${paths.manifest} could not be written: ${String(error)}`)
    })
  }

  async function close(): Promise<void> {
    await engine.close()
    await compaction.stop()
    clearTimeout(mark)
    if (engine.status.state !== 'failed') await writeHighWater({ isClosed: true })
    await journal.close()
  }

  const tableOf = ({ name }: { name: string }): Table | undefined => tables.get(name)
  const operations: Omit<StoreDriver, 'close'> = {
    find: (spec, query) => engine.read(tableOf(spec), (memory) => memory.find(spec, query)),
    count: (spec, where, search, atMost) =>
      engine.read(tableOf(spec), (memory) => memory.count(spec, where, search, atMost)),
    group: (spec, group) => engine.read(tableOf(spec), (memory) => memory.group(spec, group)),
    insert: (spec, documents, ifTaken) => engine.write((memory) => memory.insert(spec, documents, ifTaken)),
    update: (spec, where, change, pick) => engine.write((memory) => memory.update(spec, where, change, pick)),
    updateEach: (spec, edits) => engine.write((memory) => memory.updateEach(spec, edits)),
    remove: (spec, where) => engine.write((memory) => memory.remove(spec, where)),
    schedule: (jobs) => engine.transaction((tx) => tx.schedule(jobs)),
    cancel: (workspaceId, keys) => engine.transaction((tx) => tx.cancel(workspaceId, keys)),
    transaction: (run) => engine.transaction(run),
  }

  return {
    operations,
    snapshot,
    close,
    fail: (error: StoreLocked) => engine.onFailed(error),
    status: (): StoreStatus => ({
      ...engine.status,
      journal: journal.status,
      snapshot: manifest.current.snapshots[0],
      quarantine: paths.quarantine,
      documents: Object.fromEntries([...tables].map(([name, table]) => [name, table.size])),
    }),
  }
}
