import { readFile } from 'node:fs/promises'
import { keepOfJpeg } from './keep-jpeg.ts'
import { keepOfPng } from './keep-png.ts'
import { keepOfWebp } from './keep-webp.ts'

const keepers: { [mimeType: string]: (file: Buffer) => Buffer[] } = {
  'image/jpeg': keepOfJpeg,
  'image/png': keepOfPng,
  'image/webp': keepOfWebp,
}

let previous: Promise<unknown> = Promise.resolve()

/**
 * The pieces of a picture that are needed to show it: not the place it was taken at, not the camera, no words, no picture
 * before it was cut. Which way up it is stays. Undefined when all of it is needed, or when it is no picture we can read.
 * One at a time, since each is read as a whole.
 */
export function withoutPrivateData(path: string, mimeType: string): Promise<Buffer[] | undefined> {
  const keep = keepers[mimeType]
  if (!keep) return Promise.resolve(undefined)
  const mine = previous.then(async () => {
    const file = await readFile(path)
    const kept = keepAll(keep, file)
    return kept && isSame(kept, file) ? undefined : kept
  })
  previous = mine.catch(() => undefined)
  return mine
}

/** A file that ends in the middle, or lies about lengths, is left as it is: nobody could show it either. */
export function keepAll(keep: (file: Buffer) => Buffer[], file: Buffer): Buffer[] | undefined {
  try {
    return keep(file)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function isSame(pieces: readonly Buffer[], file: Buffer): boolean {
  return pieces.reduce((sum, { length }) => sum + length, 0) === file.length && Buffer.concat(pieces).equals(file)
}
