import type { MediaFiles } from '../media/media.ts'
import { ArchiveDamaged, readArchive, writeArchive } from './archive.ts'
import { createDigest, digest, inOrderOfReferences, pagesOf, refuseUnlessEmpty, type Moved } from './move.ts'
import { waitingJobs, type JobSource } from './move-jobs.ts'
import type { CollectionSpec, Document, NewJob, StoreOperations } from './port.ts'
import type { Driver, Log } from './store.ts'

/** A store at one moment: nothing that happens while it is read is seen. */
export type Frozen = Pick<StoreOperations, 'find' | 'count'> & JobSource
type Media = Pick<MediaFiles, 'read' | 'stat' | 'receive'>

export type BackedUp = { collections: Moved[]; files: number; missing: string[] }

const format = 1
const rowsPerLine = 200
const bytesPerLine = 768 * 1024

/** Every document, every waiting job and every file that a document names, in one file. */
export async function backUp(
  from: Frozen,
  specs: readonly CollectionSpec[],
  { media, hashesOf, path, now }: { media: Media; hashesOf: string; path: string; now: Date },
): Promise<BackedUp> {
  const done: BackedUp = { collections: [], files: 0, missing: [] }
  const files = new Set<string>()

  async function* rowsOf<T extends object>(name: string, pages: AsyncIterable<T[]>) {
    const sum = createDigest(name)
    for await (const page of pages) {
      sum.add(page)
      for (let start = 0; start < page.length; start += rowsPerLine)
        yield { in: name, rows: page.slice(start, start + rowsPerLine) }
      if (name === hashesOf)
        for (const { sha256 } of page as { sha256?: unknown }[]) if (typeof sha256 === 'string') files.add(sha256)
    }
    done.collections.push(sum.result())
  }

  async function* lines() {
    yield { parley: format, madeAt: now.toISOString() }
    for (const spec of inOrderOfReferences(specs)) yield* rowsOf(spec.name, pagesOf(from, spec))
    yield* rowsOf('jobs', waitingJobs(from))
    for (const sha256 of files) yield* fileLines(media, sha256, done)
    yield { end: done }
  }

  await writeArchive(path, lines())
  return done
}

async function* fileLines(media: Media, sha256: string, done: BackedUp) {
  const found = await media.stat(sha256)
  if (!found) return void done.missing.push(sha256)
  done.files++
  yield { file: sha256, bytes: found.bytes }
  for (let start = 0; start < found.bytes; start += bytesPerLine) {
    const chunks: Buffer[] = []
    const range = { start, end: Math.min(start + bytesPerLine, found.bytes) - 1 }
    for await (const chunk of media.read(sha256, range)) chunks.push(chunk as Buffer)
    yield { part: Buffer.concat(chunks).toString('base64') }
  }
}

/** Reads all of it, and changes nothing: a backup that was never read is only a hope. */
export async function checkBackup(path: string): Promise<BackedUp> {
  let end: BackedUp | undefined
  let first = true
  for await (const line of readArchive(path)) {
    if (first && line['parley'] !== format) throw new ArchiveDamaged(`${path} is no backup that this version can read`)
    first = false
    if (line['end']) end = line['end'] as BackedUp
  }
  if (!end) throw new ArchiveDamaged(`${path} is cut off`)
  return end
}

/** Into an empty store only. What arrived is read again and compared with what was written down at the backup. */
export async function restoreBackup(
  path: string,
  to: Driver,
  specs: readonly CollectionSpec[],
  { media, log }: { media: Media; log: Log },
): Promise<BackedUp> {
  const expected = await checkBackup(path)
  await refuseUnlessEmpty(to, specs)
  const byName = new Map(specs.map((spec) => [spec.name, spec]))
  const stranger = expected.collections.find(
    ({ collection, documents }) => documents > 0 && collection !== 'jobs' && !byName.has(collection),
  )
  if (stranger) throw new ArchiveDamaged(`The backup has ${stranger.collection}, which this version does not know.`)

  let file: { sha256: string; bytes: number; parts: string[] } | undefined
  const keepFile = async () => {
    if (file) await receiveFile(media, file)
    file = undefined
  }
  for await (const line of readArchive(path)) {
    if (Array.isArray(line['rows'])) {
      const spec = byName.get(String(line['in']))
      if (spec) await to.insert(spec, line['rows'] as Document[], 'reject')
      else await to.schedule(line['rows'] as NewJob[])
    } else if (typeof line['file'] === 'string') {
      await keepFile()
      file = { sha256: line['file'], bytes: Number(line['bytes']), parts: [] }
    } else if (typeof line['part'] === 'string') file?.parts.push(line['part'])
  }
  await keepFile()
  for (const { collection, documents, hash } of expected.collections) {
    const spec = byName.get(collection)
    if (!spec && documents === 0) continue
    const found = spec ? await digest(collection, pagesOf(to, spec)) : await digest(collection, waitingJobs(to))
    if (found.hash !== hash || found.documents !== documents)
      throw new ArchiveDamaged(`${collection} did not arrive as it was: ${found.documents} of ${documents}.`)
    if (documents > 0) log.info(`${collection}: ${documents} restored and compared`)
  }
  return expected
}

async function receiveFile(media: Media, { sha256, bytes, parts }: { sha256: string; bytes: number; parts: string[] }) {
  async function* chunks() {
    for (const part of parts) yield Buffer.from(part, 'base64')
  }
  const draft = await media.receive(chunks(), { maxBytes: bytes })
  if (draft.sha256 !== sha256) {
    await draft.discard()
    throw new ArchiveDamaged(`The file ${sha256} is damaged in the backup.`)
  }
  await draft.keep()
}
