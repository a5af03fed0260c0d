import { onlyOrientation } from './exif.ts'

const needed = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])
/** In the first byte of VP8X: there is a chunk with Exif, with XMP. */
const hasExif = 0x08
const hasXmp = 0x04

/** The chunks of a WebP up to the length its head names. */
export function keepOfWebp(file: Buffer): Buffer[] {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WEBP') return [file]
  const end = 8 + file.readUInt32LE(4)
  if (end > file.length) throw new RangeError('The file is cut off')
  const kept: Buffer[] = []
  let turn: Buffer | undefined
  for (let at = 12; at < end;) {
    const bytes = file.readUInt32LE(at + 4)
    const after = at + 8 + bytes + (bytes % 2)
    if (after > end) throw new RangeError('The chunk is longer than the file')
    const type = file.toString('latin1', at, at + 4)
    if (needed.has(type)) kept.push(file.subarray(at, after))
    if (type === 'EXIF') turn ??= onlyOrientation(file.subarray(at + 8, at + 8 + bytes))
    at = after
  }
  return frame(
    kept.map((chunk) => (chunk.toString('latin1', 0, 4) === 'VP8X' ? flagged(chunk, turn !== undefined) : chunk)),
    turn,
  )
}

function flagged(chunk: Buffer, isTurned: boolean): Buffer {
  const copy = Buffer.from(chunk)
  copy.writeUInt8((copy.readUInt8(8) & ~(hasExif | hasXmp)) | (isTurned ? hasExif : 0), 8)
  return copy
}

function frame(chunks: Buffer[], turn: Buffer | undefined): Buffer[] {
  const pieces = turn ? [...chunks, head('EXIF', turn.length), turn] : chunks
  const length = pieces.reduce((sum, piece) => sum + piece.length, 4)
  return [head('RIFF', length), Buffer.from('WEBP'), ...pieces]
}

function head(type: string, length: number): Buffer {
  const made = Buffer.alloc(8)
  made.write(type, 'latin1')
  made.writeUInt32LE(length, 4)
  return made
}
