import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { createPaths } from '../json/disk/files.ts'
import { DataDamaged, openJsonStore } from '../json/driver.ts'
import { openFiles } from '../json/open.ts'
import { left, right, specs } from './ledger.ts'
import { createRandom, type Level, type Method } from './method.ts'
import { withBoundedFolder } from './tools.ts'

/** Images for each of the two stores, or every one there is. */
const samples: { [level in Level]: number } = { glance: 150, short: 1500, long: Infinity }
const transactions = 40
const silent = { info() {}, warn() {}, error() {} }

type Files = Map<string, Buffer>
type Image = { what: string; files: Files }

/**
 * Opens every damaged image of a small store. It must be refused, or hold exactly what was written up to some moment; and
 * if the store was closed properly, all of it.
 */
export const corrupt: Method = {
  name: 'corrupt',
  summary: 'flipped bits, cut, repeated, swapped and missing parts of every file',
  run: (level, { seed, note }) =>
    withBoundedFolder(256, async (folder) => {
      const { killed, closed } = await writeStores(folder)
      const random = createRandom(seed)
      const bad: string[] = []
      const counts = { refused: 0, opened: 0 }
      for (const [original, least] of [
        [killed, 0],
        [closed, transactions],
      ] as const) {
        const images = pick(createImages(original, random), samples[level], random)
        for (const [index, { what, files }] of images.entries()) {
          const found = await openImage(join(folder, 'image'), files)
          if (found === 'refused') counts.refused += 1
          else if (typeof found === 'string') bad.push(`${what}: ${found}`)
          else if (found < least) bad.push(`${what}: only ${found} of ${transactions} transactions were there`)
          else counts.opened += 1
          if (index % 1000 === 999) note(`${index + 1} of ${images.length}`)
        }
      }
      return {
        tried: `${counts.refused + counts.opened} images, ${counts.refused} refused, ${counts.opened} opened`,
        bad,
      }
    }),
}

/** The same forty transactions, once as a kill leaves them and once closed. Both have a snapshot and two journals. */
async function writeStores(folder: string): Promise<{ killed: Files; closed: Files }> {
  const path = join(folder, 'original', 'parley.json')
  const store = await openJsonStore(path, specs, { compaction: { minBytes: Infinity, quietMs: 0 } })
  for (let number = 0; number < transactions; number++) {
    if (number === transactions / 2) await store.snapshot()
    const fields = { writer: `w${number % 3}`, padding: '@1 2 00000000 00000000\n' }
    await store.transaction(async (tx) => {
      await tx.insert(left, [{ id: `a:${number}`, ...fields }], 'reject')
      await tx.insert(right, [{ id: `b:${number}`, ...fields }], 'reject')
    })
  }
  const killed = await readFiles(join(folder, 'original'))
  await store.close()
  return { killed, closed: await readFiles(join(folder, 'original')) }
}

async function readFiles(folder: string): Promise<Files> {
  const names = (await readdir(folder)).filter((name) => /\.(json|log|ndjson)$/.test(name))
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)))
}

/** How many transactions the image holds, `refused`, or what is wrong. */
async function openImage(folder: string, files: Files): Promise<number | string> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes)
  const lock = { confirm: async () => {}, release: async () => {} }
  const context = { disk: fs, paths: createPaths(join(folder, 'parley.json')), now: () => new Date(0), log: silent }
  try {
    const { tables, journal } = await openFiles(context, specs, lock)
    await journal.file.close()
    const [lefts, rights] = [tables.get('left')!, tables.get('right')!]
    for (let number = 0; number < transactions; number++) {
      const isThere = lefts.get(`a:${number}`) !== undefined
      if (isThere !== (rights.get(`b:${number}`) !== undefined)) return `half of transaction ${number}`
      if (isThere !== number < lefts.size) return `transaction ${number} of ${lefts.size} is not where it belongs`
      if (isThere && lefts.get(`a:${number}`)!['writer'] !== `w${number % 3}`)
        return `transaction ${number} is not what was written`
    }
    return lefts.size
  } catch (error) {
    return error instanceof DataDamaged ? 'refused' : `crashed with ${String(error)}`
  }
}

function* createImages(files: Files, random: (below: number) => number): Iterable<Image> {
  const change = (name: string, bytes: Buffer | undefined, what: string): Image => {
    const changed = new Map(files)
    if (bytes) changed.set(name, bytes)
    else changed.delete(name)
    return { what: `${name} ${what}`, files: changed }
  }
  for (const [name, bytes] of files) {
    yield change(name, undefined, 'is gone')
    for (const zeros of [1, 64, 4096])
      yield change(name, Buffer.concat([bytes, Buffer.alloc(zeros)]), `has ${zeros} zeros at its end`)
    for (let length = 0; length < bytes.length; length++)
      yield change(name, bytes.subarray(0, length), `was cut to ${length}`)
    for (let offset = 0; offset < bytes.length; offset++) {
      const flipped = Buffer.from(bytes)
      flipped[offset]! ^= 1 << random(8)
      yield change(name, flipped, `has a flipped bit at ${offset}`)
    }
    for (const other of files.keys()) if (other !== name) yield change(name, files.get(other), `is a copy of ${other}`)
    if (!name.endsWith('.log')) continue
    const frames = splitFrames(bytes)
    for (let index = 0; index < frames.length; index++) {
      const without = frames.toSpliced(index, 1)
      yield change(name, Buffer.concat(without), `has no frame ${index}`)
      yield change(name, Buffer.concat(frames.toSpliced(index, 0, frames[index]!)), `has frame ${index} twice`)
      yield change(
        name,
        Buffer.concat(without.toSpliced(random(frames.length), 0, frames[index]!)),
        `has frame ${index} elsewhere`,
      )
    }
  }
}

function splitFrames(bytes: Buffer): Buffer[] {
  const starts: number[] = []
  for (let start = bytes.indexOf('@'); start !== -1; start = bytes.indexOf('\n@', start) + 1 || -1) starts.push(start)
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1]))
}

function pick(images: Iterable<Image>, most: number, random: (below: number) => number): Image[] {
  const all = [...images]
  if (all.length <= most) return all
  return Array.from({ length: most }, () => all[random(all.length)]!)
}
