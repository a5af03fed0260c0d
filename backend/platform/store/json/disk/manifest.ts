import { randomUUID } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { DataDamaged } from '../errors.ts'
import { hasCode, writeAll, writeWhole, type Disk, type Paths } from './files.ts'
import { hex, type Link } from './frames.ts'

const format = 1

export type SnapshotEntry = {
  generation: number
  bytes: number
  documents: number
  /** It holds the state after this batch. */
  after: Link
}

/** The file at DATA_FILE_PATH: small, replaced as a whole, and the one that says which of the others count. */
export type Manifest = {
  format: typeof format
  /** Of this data, for good; a copy of it that is started elsewhere has the same. */
  instance: string
  /** Newest first, at most two. The state is a snapshot plus every journal from its generation on. */
  snapshots: SnapshotEntry[]
  /** Generations of the journals, oldest first. Only the last one grows. */
  journals: number[]
  /** So many batches were on disk. Written about once a second: it shows a great loss, not that of the last second. */
  highWater: number
  /** False while a process has the store open, and after one that did not say good-bye. */
  isClosed: boolean
}

export function createManifest(): Manifest {
  return { format, instance: randomUUID(), snapshots: [], journals: [1], highWater: 0, isClosed: true }
}

export async function readManifest(disk: Disk, { manifest: path }: Paths): Promise<Manifest | undefined> {
  const bytes = await readIfThere(disk, path)
  if (!bytes) return undefined
  const { checksum, ...manifest } = parse(bytes) ?? {}
  if (checksum !== checksumOf(manifest)) {
    throw new DataDamaged(path, 'its checksum is wrong', 'Put back a backup of it together with the files beside it.')
  }
  if (manifest['format'] !== format) {
    const remedy = 'Start the version of Parley that wrote it, or a later one.'
    throw new DataDamaged(path, `its format ${String(manifest['format'])} is unknown`, remedy)
  }
  return manifest as unknown as Manifest
}

export class ManifestFile {
  readonly #disk: Disk
  readonly #paths: Paths
  #current: Manifest
  #writing: Promise<unknown> = Promise.resolve()

  constructor(disk: Disk, paths: Paths, current: Manifest) {
    this.#disk = disk
    this.#paths = paths
    this.#current = current
  }

  get current(): Manifest {
    return this.#current
  }

  /** One at a time, each on top of the one before. */
  write(change: Partial<Manifest>): Promise<void> {
    const write = this.#writing.then(() => this.#replace({ ...this.#current, ...change }))
    this.#writing = write.catch(() => {})
    return write
  }

  async #replace(next: Manifest): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify({ ...next, checksum: checksumOf(next) }, null, 2)}\n`)
    await writeWhole(this.#disk, this.#paths.manifest, (file) => writeAll(file, bytes))
    this.#current = next
  }
}

async function readIfThere(disk: Disk, path: string): Promise<Buffer | undefined> {
  try {
    const file = await disk.open(path, 'r')
    try {
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function parse(bytes: Buffer): { [field: string]: unknown } | undefined {
  try {
    return JSON.parse(bytes.toString()) as { [field: string]: unknown }
  } catch {
    return undefined
  }
}

/** Accident, not malice: whoever edits the file by hand can also write the sum. */
function checksumOf(manifest: object): string {
  return hex(crc32(JSON.stringify(manifest)))
}
