import { createHash } from 'node:crypto'
import { countFailedJobs, waitingJobs } from './move-jobs.ts'
import type { CollectionSpec, Document } from './port.ts'
import type { Driver, Log } from './store.ts'

/** Where a move could not go on, and what to do about it. */
export class MoveRefused extends Error {
  override name = 'MoveRefused'
}

export type Moved = { collection: string; documents: number; hash: string }

const batch = 500
const reportEveryMs = 3000

/**
 * Copies every document and every waiting job into an empty store, reads the copy again and compares it with what was read
 * first. The source is only read. Nothing else may write to either store meanwhile.
 */
export async function moveStore(
  from: Driver,
  to: Driver,
  specs: readonly CollectionSpec[],
  log: Log,
): Promise<Moved[]> {
  await refuseUnlessEmpty(to, specs)
  const moved: Moved[] = []
  for (const spec of inOrderOfReferences(specs)) {
    const total = await from.count(spec, {})
    const copied = createReport(`Copying ${spec.name}`, total, log)
    const copy = async (documents: Document[]) => {
      await to.insert(spec, documents, 'reject')
      copied(documents.length)
    }
    moved.push(await digest(spec.name, pagesOf(from, spec), copy))
  }
  moved.push(await digest('jobs', waitingJobs(from), (jobs) => to.schedule(jobs)))

  for (const expected of moved) {
    const { collection, documents, hash } = expected
    const spec = specs.find(({ name }) => name === collection)
    const compared = createReport(`Comparing ${collection}`, documents, log)
    const count = async (page: object[]) => compared(page.length)
    const found = spec
      ? await digest(collection, pagesOf(to, spec), count)
      : await digest(collection, waitingJobs(to), count)
    if (found.documents !== documents || found.hash !== hash) throw differs(expected, found)
    if (documents > 0) log.info(`${collection}: ${documents} moved and compared (${hash.slice(0, 12)})`)
  }
  const failed = await countFailedJobs(from)
  if (failed > 0) log.warn(`${failed} jobs had failed for good and stay in the old store`)
  return moved
}

function differs({ collection, documents }: Moved, found: Moved): MoveRefused {
  const how =
    documents === found.documents ? 'their contents changed' : `${documents} were read and ${found.documents} arrived`
  return new MoveRefused(
    `The copy of ${collection} differs: ${how}. Keep using the old store, empty the new one and try again.`,
  )
}

export async function refuseUnlessEmpty(to: Driver, specs: readonly CollectionSpec[]): Promise<void> {
  for (const spec of specs) {
    const count = await to.count(spec, {})
    if (count > 0)
      throw new MoveRefused(`The new store is not empty: it has ${count} in ${spec.name}. Name an empty one.`)
  }
  for await (const jobs of waitingJobs(to))
    if (jobs.length > 0) throw new MoveRefused('The new store is not empty: jobs wait in it.')
}

/** A document can only be inserted after those it refers to. */
export function inOrderOfReferences(specs: readonly CollectionSpec[]): CollectionSpec[] {
  const ordered: CollectionSpec[] = []
  const isReady = ({ name, references }: CollectionSpec) =>
    references.every(({ collection }) => collection === name || ordered.some((done) => done.name === collection))
  while (ordered.length < specs.length) {
    const next = specs.find((spec) => !ordered.includes(spec) && isReady(spec))
    if (!next) throw new MoveRefused('Collections refer to each other in a circle')
    ordered.push(next)
  }
  return ordered
}

export async function* pagesOf(driver: Pick<Driver, 'find'>, spec: CollectionSpec): AsyncGenerator<Document[]> {
  for (let last: Document | undefined; ;) {
    const after = last && { value: last.id, id: last.id }
    const page = await driver.find(spec, { sort: ['id', 'asc'], after, limit: batch })
    if (page.length > 0) yield page
    if (page.length < batch) return
    last = page.at(-1)
  }
}

/** One hash for any order of the documents: the stores may keep them differently, and jobs have no order of their own. */
export function createDigest(collection: string): { add(page: readonly object[]): void; result(): Moved } {
  const sum = Buffer.alloc(32)
  let documents = 0
  return {
    add(page) {
      documents += page.length
      for (const document of page) {
        const hash = createHash('sha256')
          .update(canonical(withoutMissing(document)))
          .digest()
        hash.forEach((byte, index) => (sum[index]! ^= byte))
      }
    },
    result: () => ({ collection, documents, hash: sum.toString('hex') }),
  }
}

export async function digest<T extends object>(
  collection: string,
  pages: AsyncIterable<T[]>,
  each?: (page: T[]) => Promise<void>,
): Promise<Moved> {
  const sum = createDigest(collection)
  for await (const page of pages) {
    await each?.(page)
    sum.add(page)
  }
  return sum.result()
}

/** A missing field and a null field are the same thing, but only at the top. */
function withoutMissing(document: object): object {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== null && value !== undefined))
}

/** JSON with the keys in order; PostgreSQL orders the keys of JSON values its own way. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const keys = Object.keys(value).sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical((value as { [key: string]: unknown })[key])}`).join()}}`
}

function createReport(name: string, total: number, log: Log): (moved: number) => void {
  let done = 0
  let last = performance.now()
  return (moved) => {
    done += moved
    if (performance.now() - last < reportEveryMs) return
    last = performance.now()
    log.info(`${name}: ${done} of ${total}`)
  }
}
