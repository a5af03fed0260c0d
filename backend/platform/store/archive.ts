import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { PassThrough } from 'node:stream'
import { createGunzip, createGzip } from 'node:zlib'

/** A file that is not a whole backup of ours, and what is wrong with it. */
export class ArchiveDamaged extends Error {
  override name = 'ArchiveDamaged'
}

/*
 * One file, gzip over lines of JSON, so that it is written and read in a stream and a person can look inside with zcat.
 * The last line is the SHA-256 of all lines before it.
 */
type Line = { [name: string]: unknown }

/** Has its name only when all of it is on disk. */
export async function writeArchive(path: string, lines: AsyncIterable<Line>): Promise<void> {
  const partial = `${path}.partial`
  if (await stat(path).catch(() => undefined)) throw new ArchiveDamaged(`${path} is there already. Name a new file.`)
  const zip = createGzip()
  const written = pipeline(zip, createWriteStream(partial, { flags: 'wx', mode: 0o600 }))
  const failed = written.then(
    () => undefined,
    (error: unknown) => error,
  )
  try {
    const hash = createHash('sha256')
    for await (const line of lines) {
      const text = `${JSON.stringify(line)}\n`
      hash.update(text)
      if (!zip.write(text)) await Promise.race([once(zip, 'drain'), written])
    }
    zip.end(`${JSON.stringify({ sha256: hash.digest('hex') })}\n`)
    await written
    await syncPath(partial)
    await rename(partial, path)
    await syncPath(dirname(path))
  } catch (error) {
    zip.destroy()
    await failed
    if ((error as { code?: unknown }).code !== 'EEXIST') await rm(partial, { force: true })
    throw error
  }
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}

/** Every line but the last, whose sum is checked: what was read before it may be trusted only when this ends well. */
export async function* readArchive(path: string): AsyncGenerator<Line> {
  const hash = createHash('sha256')
  const text = new PassThrough()
  let problem: unknown
  const unzipped = pipeline(createReadStream(path), createGunzip(), text).catch((error: unknown) => (problem = error))
  let sum: unknown
  for await (const line of linesOf(text)) {
    if (problem) break
    if (sum !== undefined) throw new ArchiveDamaged(`${path} goes on behind its end`)
    const parsed = parse(line, path)
    if (typeof parsed['sha256'] === 'string' && Object.keys(parsed).length === 1) sum = parsed['sha256']
    else {
      hash.update(`${line}\n`)
      yield parsed
    }
  }
  await unzipped
  if (problem) throw new ArchiveDamaged(`${path} cannot be read: ${(problem as Error).message}`)
  if (sum === undefined) throw new ArchiveDamaged(`${path} is cut off`)
  if (sum !== hash.digest('hex')) throw new ArchiveDamaged(`${path} is damaged: its checksum is wrong`)
}

/** Ends where the stream broke; why it did is asked afterwards. */
async function* linesOf(text: PassThrough): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: text, crlfDelay: Infinity })
  } catch {
    // The pipeline knows it better.
  }
}

function parse(line: string, path: string): Line {
  try {
    return JSON.parse(line) as Line
  } catch {
    throw new ArchiveDamaged(`${path} is damaged`)
  }
}
