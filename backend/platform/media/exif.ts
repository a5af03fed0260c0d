/** Which way up a picture is to be shown: 1 is as it lies, 5 to 8 are on its side. Undefined when the block does not say. */
export function readOrientation(tiff: Buffer): number | undefined {
  const isLittle = tiff.toString('latin1', 0, 2) === 'II'
  const read16 = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const read32 = (at: number) => (isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at))
  const first = read32(4)
  if (first + 2 > tiff.length) return undefined
  const count = Math.min(read16(first), Math.floor((tiff.length - first - 2) / 12))
  for (let entry = 0; entry < count; entry++) {
    const at = first + 2 + entry * 12
    if (read16(at) === 0x0112) return read16(at + 8)
  }
  return undefined
}

const heading = 'Exif\0\0'

/** The TIFF block behind the heading that JPEG demands and others have now and then. */
export function tiffOf(exif: Buffer): Buffer {
  return exif.toString('latin1', 0, heading.length) === heading ? exif.subarray(heading.length) : exif
}

/** A block that says how to turn the picture and nothing else; undefined where there is nothing to turn. */
export function onlyOrientation(exif: Buffer): Buffer | undefined {
  const orientation = orientationOr(1, exif)
  if (orientation < 2 || orientation > 8) return undefined
  // Big-endian, one directory at byte 8 with one entry: tag 0x0112, of 16 bits, once.
  return Buffer.from(
    `4d4d002a000000080001011200030000000100${orientation.toString(16).padStart(2, '0')}000000000000`,
    'hex',
  )
}

function orientationOr(fallback: number, exif: Buffer): number {
  try {
    return readOrientation(tiffOf(exif)) ?? fallback
  } catch (error) {
    // Read beyond the end: the block is damaged.
    if (error instanceof RangeError) return fallback
    throw error
  }
}

export const exifHeading = Buffer.from(heading, 'latin1')
