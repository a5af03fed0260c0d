import { crc32 } from 'node:zlib'
import { onlyOrientation } from './exif.ts'

const signature = Buffer.from('89504e470d0a1a0a', 'hex')
/** Colours, transparency, size on paper, frames of an animation. A capital first letter says that nobody may leave it out. */
const needed = new Set('tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT'.split(' '))

/** The chunks of a PNG up to its end. */
export function keepOfPng(file: Buffer): Buffer[] {
  if (!file.subarray(0, 8).equals(signature)) return [file]
  const kept = [file.subarray(0, 8)]
  for (let at = 8; ;) {
    const after = at + 12 + file.readUInt32BE(at)
    if (after > file.length) throw new RangeError('The chunk is longer than the file')
    const type = file.toString('latin1', at + 4, at + 8)
    const chunk = file.subarray(at, after)
    if (needed.has(type) || /^[A-Z]/.test(type)) kept.push(chunk)
    if (type === 'eXIf') kept.push(...turnOnly(chunk.subarray(8, -4)))
    if (type === 'IEND') return kept
    at = after
  }
}

function turnOnly(exif: Buffer): Buffer[] {
  const tiff = onlyOrientation(exif)
  if (!tiff) return []
  const body = Buffer.concat([Buffer.from('eXIf'), tiff])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(tiff.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return [frame.subarray(0, 4), body, frame.subarray(4)]
}
