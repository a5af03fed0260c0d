import type { FileHandle } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import type { Document } from '../../port.ts'
import { DataDamaged } from '../errors.ts'
import { writeAll, type Disk } from './files.ts'
import { hex } from './frames.ts'
import type { SnapshotEntry } from './manifest.ts'

/*
 * A snapshot is the state after one batch, one document a line:
 *
 *   #snapshot {"generation":3,"after":{"batch":812,"crc":…}}
 *   #collection messages
 *   {"id":"msg_1",…}
 *   #end <crc> <documents>
 *
 * Neither writing nor reading ever holds all of it in one string.
 */
export type Capture = { collection: string; chunks: readonly (readonly Document[])[] }

/** The event loop is ours for this long at a time. */
const sliceMs = 4
const sliceText = 256 * 1024
/** A disk that has to write a gigabyte at once makes the journal's commits wait for it. */
const syncEvery = 8 * 2 ** 20
const windowBytes = 4 * 2 ** 20

export async function writeSnapshot(
  file: FileHandle,
  { generation, after }: Pick<SnapshotEntry, 'generation' | 'after'>,
  captures: readonly Capture[],
  signal: AbortSignal,
): Promise<SnapshotEntry> {
  let text = [`#snapshot ${JSON.stringify({ generation, after })}\n`]
  let length = 0
  let [crc, bytes, unsynced, documents] = [0, 0, 0, 0]
  let since = performance.now()

  async function flush() {
    signal.throwIfAborted()
    const part = Buffer.from(text.join(''))
    text = []
    length = 0
    crc = crc32(part, crc)
    bytes += part.length
    unsynced += part.length
    await writeAll(file, part)
    if (unsynced > syncEvery) {
      await file.datasync()
      unsynced = 0
    }
    await nextTurn()
    since = performance.now()
  }

  for (const { collection, chunks } of captures) {
    text.push(`#collection ${collection}\n`)
    for (const chunk of chunks) {
      for (const document of chunk) {
        const line = `${JSON.stringify(document)}\n`
        text.push(line)
        length += line.length
        documents += 1
        if (length > sliceText || (documents % 16 === 0 && performance.now() - since > sliceMs)) await flush()
      }
    }
  }
  await flush()
  const trailer = Buffer.from(`#end ${hex(crc)} ${documents}\n`)
  await writeAll(file, trailer)
  return { generation, after, documents, bytes: bytes + trailer.length }
}

/** Hands over the documents in lots. Throws DataDamaged unless the file is exactly the one that was written. */
export async function readSnapshot(
  disk: Disk,
  path: string,
  entry: SnapshotEntry,
  onDocuments: (collection: string, documents: Document[]) => void,
): Promise<void> {
  const remedy = 'Put back the file from a backup.'
  const file = await disk.open(path, 'r')
  try {
    const { size } = await file.stat()
    if (size !== entry.bytes) throw new DataDamaged(path, `it has ${size} bytes instead of ${entry.bytes}`, remedy)
    let collection = ''
    let crc = 0
    let documents = 0
    let isEnded = false
    for await (const { lines, offset } of readLines(file)) {
      const refuse = (problem: string) => new DataDamaged(path, problem, remedy, { offset })
      if (isEnded) throw refuse('it goes on behind its end')
      const mark = lines[0] === 35 ? lines.toString('utf8', 0, lines.length - 1) : ''
      if (mark.startsWith('#end ')) {
        if (mark !== `#end ${hex(crc)} ${entry.documents}` || documents !== entry.documents)
          throw refuse('its checksum is wrong')
        isEnded = true
        continue
      }
      crc = crc32(lines, crc)
      if (mark.startsWith('#collection ')) collection = mark.slice('#collection '.length)
      else if (!mark) {
        try {
          const lot = parseLot(lines)
          documents += lot.length
          onDocuments(collection, lot)
        } catch (error) {
          throw refuse(`it is not readable (${String(error)})`)
        }
      } else if (mark !== `#snapshot ${JSON.stringify({ generation: entry.generation, after: entry.after })}`) {
        throw refuse('it is another snapshot than the manifest names')
      }
    }
    if (!isEnded) throw new DataDamaged(path, 'it has no end', remedy)
  } finally {
    await file.close()
  }
}

/** Runs of document lines as they lie in the file, and each line that begins with `#` by itself. */
async function* readLines(file: FileHandle): AsyncIterable<{ lines: Buffer; offset: number }> {
  let rest = Buffer.alloc(0)
  let offset = 0
  for (let position = 0; ;) {
    const window = Buffer.alloc(windowBytes)
    const { bytesRead } = await file.read(window, 0, windowBytes, position)
    if (bytesRead === 0) break
    position += bytesRead
    const bytes = Buffer.concat([rest, window.subarray(0, bytesRead)])
    const end = bytes.lastIndexOf(10) + 1
    for (let start = 0; start < end;) {
      const stop = bytes[start] === 35 ? bytes.indexOf(10, start) + 1 : endOfRun(bytes, start, end)
      yield { lines: bytes.subarray(start, stop), offset: offset + start }
      start = stop
    }
    rest = bytes.subarray(end)
    offset += end
  }
  if (rest.length > 0) yield { lines: rest, offset }
}

function endOfRun(bytes: Buffer, start: number, end: number): number {
  const mark = bytes.indexOf('\n#', start)
  return mark === -1 || mark + 1 > end ? end : mark + 1
}

/** One parse for many documents is faster than many parses. No line break is anywhere but between them. */
function parseLot(lines: Buffer): Document[] {
  return JSON.parse(`[${lines.toString('utf8', 0, lines.length - 1).replaceAll('\n', ',')}]`) as Document[]
}
