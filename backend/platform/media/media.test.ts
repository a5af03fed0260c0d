import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { StorageFull } from '../store/store.ts'
import { FileTooLarge, openMediaFiles } from './media.ts'

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const unlimited = { maxBytes: Infinity }

async function openEmpty() {
  const folder = await mkdtemp(join(tmpdir(), 'parley-media-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return { folder, files: await openMediaFiles(folder) }
}

async function listAll(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}

/** Many pieces, so that a limit is met in the middle. */
const stream = (bytes: Buffer, size = 1000) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    ),
  )

describe('a file', () => {
  test('is kept under the hash of its bytes, and read as it came', async () => {
    const { folder, files } = await openEmpty()
    const bytes = Buffer.from('hello '.repeat(1000))
    const draft = await files.receive(stream(bytes), unlimited)
    expect(draft).toMatchObject({ sha256: sha256Of(bytes), bytes: bytes.length })
    expect(await files.stat(draft.sha256)).toBeUndefined()
    await draft.keep()
    expect(await files.stat(draft.sha256)).toEqual({ bytes: bytes.length })
    expect(await buffer(files.read(draft.sha256))).toEqual(bytes)
    expect(await buffer(files.read(draft.sha256, { start: 6, end: 10 }))).toEqual(Buffer.from('hello'))
    const { sha256 } = draft
    expect(files.pathOf(sha256)).toBe(join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256))
    expect((await stat(files.pathOf(sha256))).mode & 0o777).toBe(0o600)
  })

  test('that comes twice is there once', async () => {
    const { folder, files } = await openEmpty()
    for (let time = 0; time < 2; time++) await (await files.receive(stream(Buffer.from('same')), unlimited)).keep()
    expect(await listAll(folder)).toEqual([sha256Of(Buffer.from('same'))])
  })

  test('with no bytes is a file too', async () => {
    const { files } = await openEmpty()
    const draft = await files.receive(stream(Buffer.alloc(0)), unlimited)
    expect(draft.bytes).toBe(0)
    await draft.keep()
    expect(await files.stat(draft.sha256)).toEqual({ bytes: 0 })
  })

  test('is removed with its last trace, and removing it again is no mistake', async () => {
    const { folder, files } = await openEmpty()
    const draft = await files.receive(stream(Buffer.from('x')), unlimited)
    await draft.keep()
    await files.remove(draft.sha256)
    await files.remove(draft.sha256)
    expect(await listAll(folder)).toEqual([])
  })

  test('has no path that leaves the folder, whatever its hash is said to be', async () => {
    const { files } = await openEmpty()
    const names = [
      '',
      '..',
      '../../etc/passwd',
      'a'.repeat(63),
      `${'a'.repeat(64)}/..`,
      `../${'a'.repeat(61)}`,
      'A'.repeat(64),
      '\0'.repeat(64),
    ]
    for (const name of names) {
      expect(() => files.pathOf(name)).toThrow(TypeError)
      expect(() => files.read(name)).toThrow(TypeError)
      await expect(files.stat(name)).rejects.toThrow(TypeError)
      await expect(files.remove(name)).rejects.toThrow(TypeError)
    }
  })
})

describe('nothing is left behind', () => {
  test('by a file that is too large, to the byte', async () => {
    const { folder, files } = await openEmpty()
    const draft = await files.receive(stream(Buffer.alloc(5000)), { maxBytes: 5000 })
    await draft.discard()
    await expect(files.receive(stream(Buffer.alloc(5001)), { maxBytes: 5000 })).rejects.toThrow(FileTooLarge)
    expect(await listAll(folder)).toEqual([])
  })

  test('by a source that breaks', async () => {
    const { folder, files } = await openEmpty()
    async function* breaking() {
      yield Buffer.alloc(10_000)
      throw new Error('the line broke')
    }
    await expect(files.receive(breaking(), unlimited)).rejects.toThrow('the line broke')
    expect(await listAll(folder)).toEqual([])
  })

  test('by a process that died, once its drafts are old', async () => {
    const { folder, files } = await openEmpty()
    const old = new Date(Date.now() - 2 * 60 * 60 * 1000)
    await writeFile(join(folder, 'drafts', 'old'), 'x')
    await utimes(join(folder, 'drafts', 'old'), old, old)
    const young = await files.receive(stream(Buffer.from('young')), unlimited)
    const again = await openMediaFiles(folder)
    expect(await readdir(join(folder, 'drafts'))).toHaveLength(1)
    await young.keep()
    expect(await again.stat(young.sha256)).toEqual({ bytes: 5 })
  })
})

test('files that nobody touched since a moment are listed, and coming again makes a file young', async () => {
  const { files } = await openEmpty()
  const hashes: string[] = []
  for (const text of ['one', 'two', 'three']) {
    const draft = await files.receive(stream(Buffer.from(text)), unlimited)
    await draft.keep()
    await utimes(files.pathOf(draft.sha256), new Date('2026-01-01'), new Date('2026-01-01'))
    hashes.push(draft.sha256)
  }
  await (await files.receive(stream(Buffer.from('two')), unlimited)).keep()
  const old = await collect(files.listUntouchedSince(new Date('2026-01-02')))
  expect(old.toSorted()).toEqual([hashes[0]!, hashes[2]!].toSorted())
})

describe('on a disk that is full', () => {
  const mounted = mountSmallDisk()

  test.skipIf(!mounted)(
    'what does not fit is refused as such, nothing is left of it, and smaller files still go',
    async () => {
      const files = await openMediaFiles(join(mounted!, 'media'))
      await expect(files.receive(stream(Buffer.alloc(2_000_000), 64 * 1024), unlimited)).rejects.toThrow(StorageFull)
      expect(await listAll(mounted!)).toEqual([])
      const draft = await files.receive(stream(Buffer.alloc(100_000)), unlimited)
      await draft.keep()
      expect(await files.stat(draft.sha256)).toEqual({ bytes: 100_000 })
    },
  )
})

/** A megabyte of memory as a disk; needs to be root. */
function mountSmallDisk(): string | undefined {
  try {
    const folder = execFileSync('mktemp', ['-d', join(tmpdir(), 'parley-disk-XXXXXX')], { encoding: 'utf8' }).trim()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' })
    afterAll(() => execFileSync('umount', ['-l', folder], { stdio: 'ignore' }))
    return folder
  } catch {
    console.warn('\n*** SKIPPED: a full disk cannot be tried here (no right to mount one).\n')
    return undefined
  }
}
