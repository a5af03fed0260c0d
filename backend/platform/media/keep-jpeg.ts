import { exifHeading, onlyOrientation } from './exif.ts'

const start = 0xd8
const end = 0xd9
const scan = 0xda
const comment = 0xfe
const exifOrXmp = 0xe1

/** The segments of a JPEG up to its end; what cameras put behind the end (videos, the picture before it was cut) goes. */
export function keepOfJpeg(file: Buffer): Buffer[] {
  if (file.readUInt16BE(0) !== (0xff00 | start)) return [file]
  const kept = [file.subarray(0, 2)]
  let isTurned = false
  for (let at = 2; ;) {
    if (file.readUInt8(at) !== 0xff) throw new RangeError('There is no segment here')
    while (file.readUInt8(at + 1) === 0xff) at++
    const marker = file.readUInt8(at + 1)
    if (marker === end) return [...kept, file.subarray(at, at + 2)]
    const after = at + 2 + file.readUInt16BE(at + 2)
    if (after > file.length) throw new RangeError('The segment is longer than the file')
    const segment: Buffer = file.subarray(at, marker === scan ? endOfScan(file, after) : after)
    const turn: Buffer | undefined = marker === exifOrXmp && !isTurned ? turnOnly(segment) : undefined
    if (turn) kept.push(turn)
    isTurned ||= turn !== undefined
    if (isNeeded(marker, segment)) kept.push(segment)
    at += segment.length
    // Cut off in the middle of the picture, which is shown as far as it goes.
    if (marker === scan && at === file.length) return kept
  }
}

/** Of the application segments: JFIF, colour profiles, and how Adobe mixed the colours. */
function isNeeded(marker: number, segment: Buffer): boolean {
  if (marker === comment) return false
  if (marker < 0xe0 || marker > 0xef) return true
  const name = segment.toString('latin1', 4, 16)
  if (marker === 0xe0) return name.startsWith('JFIF\0')
  if (marker === 0xe2) return name.startsWith('ICC_PROFILE\0')
  return marker === 0xee && name.startsWith('Adobe')
}

function turnOnly(segment: Buffer): Buffer | undefined {
  const body = segment.subarray(4)
  if (!body.subarray(0, exifHeading.length).equals(exifHeading)) return undefined
  const tiff = onlyOrientation(body)
  if (!tiff) return undefined
  const head = Buffer.from([0xff, exifOrXmp, 0, 0])
  head.writeUInt16BE(2 + exifHeading.length + tiff.length, 2)
  return Buffer.concat([head, exifHeading, tiff])
}

/** In packed data 0xff is followed by 0x00, or by one of the eight marks that divide it. */
function endOfScan(file: Buffer, from: number): number {
  for (let at = file.indexOf(0xff, from); at !== -1; at = file.indexOf(0xff, at + 1)) {
    const next = file.readUInt8(at + 1)
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at
  }
  return file.length
}
