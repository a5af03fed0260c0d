import { readOrientation, tiffOf } from './exif.ts'

type Size = { width: number; height: number; animated?: boolean }

/** Width and height of a PNG, JPEG, GIF or WebP as people see it; nothing when the head does not say. */
export function measureImage(head: Buffer): Partial<Size> {
  try {
    const size = measurePng(head) ?? measureGif(head) ?? measureWebp(head) ?? measureJpeg(head)
    return size && size.width > 0 && size.height > 0 ? size : {}
  } catch (error) {
    // Read beyond the end: the file is cut off.
    if (error instanceof RangeError) return {}
    throw error
  }
}

const text = (head: Buffer, at: number, length: number) => head.toString('latin1', at, at + length)

function measurePng(head: Buffer): Size | undefined {
  if (text(head, 1, 3) !== 'PNG' || text(head, 12, 4) !== 'IHDR') return undefined
  return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) }
}

function measureGif(head: Buffer): Size | undefined {
  if (text(head, 0, 4) !== 'GIF8') return undefined
  return { width: head.readUInt16LE(6), height: head.readUInt16LE(8) }
}

function measureWebp(head: Buffer): Size | undefined {
  if (text(head, 0, 4) !== 'RIFF' || text(head, 8, 4) !== 'WEBP') return undefined
  const kind = text(head, 12, 4)
  if (kind === 'VP8 ') return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff }
  if (kind === 'VP8L') {
    const bits = head.readUInt32LE(21)
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 }
  }
  if (kind !== 'VP8X') return undefined
  const animated = (head.readUInt8(20) & 2) !== 0
  return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1, ...(animated ? { animated } : {}) }
}

function measureJpeg(head: Buffer): Size | undefined {
  if (head.readUInt16BE(0) !== 0xffd8) return undefined
  let isTurned = false
  for (let at = 2; ; at += 2 + head.readUInt16BE(at + 2)) {
    if (head.readUInt8(at) !== 0xff) return undefined
    const marker = head.readUInt8(at + 1)
    if (marker === 0xe1) isTurned ||= isTurnedByExif(head.subarray(at + 4, at + 2 + head.readUInt16BE(at + 2)))
    if (!isFrame(marker)) continue
    const [height, width] = [head.readUInt16BE(at + 5), head.readUInt16BE(at + 7)]
    return isTurned ? { width: height, height: width } : { width, height }
  }
}

/** Start of frame, without the three markers in the same range that are something else. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** Cameras note that the picture lies on its side (orientations 5 to 8), and browsers turn it upright. */
function isTurnedByExif(segment: Buffer): boolean {
  const tiff = tiffOf(segment)
  return tiff !== segment && (readOrientation(tiff) ?? 1) >= 5
}
