import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'

/*
 * A journal is a chain of frames, one per group commit:
 *
 *   @<batch> <bytes> <previous crc> <crc>
 *   [["messages","msg_1",{…}],["conversations","cnv_1",{…}]]
 *   [["sessions","ses_7",null]]
 *
 * The CRC of a body starts from the CRC of the frame before it and batches count on from journal to journal, so a frame
 * that is missing, repeated, stale or from another file breaks the chain like a flipped bit does. The previous CRC stands
 * in the header too, so that a frame behind a damaged one can still be recognised. JSON text has no line break in it and
 * its lines begin with `[`: no message text can look like a frame.
 */
export type Link = { batch: number; crc: number }
export type Frame = Link & { body: Buffer; end: number }

export const firstLink: Link = { batch: 0, crc: 0 }

const header = /^@(\d{1,15}) (\d{1,12}) ([\da-f]{8}) ([\da-f]{8})$/
const longestHeader = 64
/** Text that is put together before it becomes bytes; far from the longest string of V8 (512 MiB). */
const mostText = 2 ** 20

export function encodeFrame(previous: Link, lines: readonly string[]): { link: Link; bytes: Buffer } {
  const body: Buffer[] = []
  let text: string[] = []
  let length = 0
  const flush = () => {
    if (text.length > 0) body.push(Buffer.from(text.join('')))
    text = []
    length = 0
  }
  for (const line of lines) {
    text.push(line)
    length += line.length
    if (length > mostText) flush()
  }
  flush()
  const size = body.reduce((sum, part) => sum + part.length, 0)
  const crc = body.reduce((crc, part) => crc32(part, crc), previous.crc)
  const link = { batch: previous.batch + 1, crc }
  return {
    link,
    bytes: Buffer.concat([Buffer.from(`@${link.batch} ${size} ${hex(previous.crc)} ${hex(crc)}\n`), ...body]),
  }
}

/** Reads the frames that follow `previous` until the file ends or one does not fit; answers how far the chain holds. */
export async function readFrames(
  file: FileHandle,
  previous: Link,
  onFrame: (frame: Frame) => void,
): Promise<{ link: Link; end: number; size: number }> {
  const { size } = await file.stat()
  let link = previous
  let end = 0
  let window: Buffer = Buffer.alloc(0)
  let windowStart = 0
  while (end < size) {
    const head = await bytesAt(end, Math.min(longestHeader, size - end))
    const read = readHeader(head)
    if (!read || end + read.start + read.length > size) break
    const all = await bytesAt(end, read.start + read.length)
    const body = all.subarray(read.start)
    if (read.batch !== link.batch + 1 || read.previous !== link.crc || crc32(body, link.crc) !== read.crc) break
    end += all.length
    link = { batch: read.batch, crc: read.crc }
    onFrame({ ...link, body, end })
  }
  return { link, end, size }

  async function bytesAt(start: number, length: number): Promise<Buffer> {
    if (start + length > windowStart + window.length) {
      windowStart = start
      window = await readBytes(file, start, Math.min(Math.max(length, 4 * mostText), size - start))
    }
    return window.subarray(start - windowStart, start - windowStart + length)
  }
}

/** Finds a frame that was written after `previous` and is whole in itself. Where one is, the bytes before it were lost. */
export async function findLaterFrame(
  file: FileHandle,
  from: number,
  previous: Link,
): Promise<{ offset: number; batch: number } | undefined> {
  const { size } = await file.stat()
  const rest = await readBytes(file, from, size - from)
  for (let start = 0; start !== -1 && start < rest.length; start = nextLine(rest, start)) {
    const read = readHeader(rest.subarray(start, start + longestHeader))
    if (!read || read.batch <= previous.batch || start + read.start + read.length > rest.length) continue
    const body = rest.subarray(start + read.start, start + read.start + read.length)
    if (crc32(body, read.previous) === read.crc) return { offset: from + start, batch: read.batch }
  }
  return undefined
}

export function* linesOf(bytes: Buffer): Iterable<string> {
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(10, start)
    const end = newline === -1 ? bytes.length : newline
    if (end > start) yield bytes.toString('utf8', start, end)
    start = end + 1
  }
}

export function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0')
}

function readHeader(bytes: Buffer) {
  const newline = bytes.indexOf(10)
  const match = newline === -1 ? null : header.exec(bytes.toString('latin1', 0, newline))
  if (!match) return undefined
  const [, batch, length, previous, crc] = match as unknown as [string, string, string, string, string]
  return {
    batch: +batch,
    length: +length,
    previous: parseInt(previous, 16),
    crc: parseInt(crc, 16),
    start: newline + 1,
  }
}

function nextLine(bytes: Buffer, from: number): number {
  const newline = bytes.indexOf(10, from)
  return newline === -1 ? -1 : newline + 1
}

async function readBytes(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  let read = 0
  while (read < length) {
    const { bytesRead } = await file.read(bytes, read, length - read, start + read)
    if (bytesRead === 0) break
    read += bytesRead
  }
  return bytes.subarray(0, read)
}
