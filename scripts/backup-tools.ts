import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Config } from '../backend/config.ts'
import { verifyChains } from '../backend/features/audit/verify.ts'
import { model } from '../backend/model/index.ts'
import { findVault } from '../backend/platform/crypto.ts'
import { openMediaFiles, type MediaFiles } from '../backend/platform/media/media.ts'
import { ArchiveDamaged } from '../backend/platform/store/archive.ts'
import { backUp, restoreBackup, type BackedUp, type Frozen } from '../backend/platform/store/backup.ts'
import { checkStore } from '../backend/platform/store/check.ts'
import { copyLiveStore } from '../backend/platform/store/copy-live.ts'
import { MoveRefused, pagesOf } from '../backend/platform/store/move.ts'
import { readModel } from '../backend/platform/store/spec.ts'
import { openStore, type Log } from '../backend/platform/store/store.ts'

type Place = Pick<Config, 'storeUrl' | 'dataFolder'> & Partial<Pick<Config, 'ENCRYPTION_KEY'>>
type AuditLink = Parameters<typeof verifyChains>[1] extends AsyncIterable<infer Link> ? Link : never

const specs = [...readModel(model).values()].map(({ spec }) => spec)
const quiet: Log = { info() {}, warn() {}, error() {} }
const mediaOf = ({ dataFolder }: Place) => openMediaFiles(join(dataFolder, 'media'))

/** Runs beside a Parley that goes on working: what is read is the store of one moment. */
async function withFrozen<T>({ storeUrl }: Place, run: (store: Frozen) => Promise<T>): Promise<T> {
  if (!storeUrl.startsWith('file:')) {
    const store = await openStore(storeUrl, model, { log: quiet })
    try {
      if (store.driver.kind !== 'postgres') throw new TypeError(`${storeUrl} is no PostgreSQL`)
      return await store.driver.freeze(run)
    } finally {
      await store.close()
    }
  }
  const folder = await mkdtemp(join(tmpdir(), 'parley-copy-'))
  try {
    const copy = await copyLiveStore(fileURLToPath(storeUrl), join(folder, 'store'))
    const store = await openStore(pathToFileURL(copy), model, { log: quiet })
    try {
      return await run(store.driver as Frozen)
    } finally {
      await store.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export async function makeBackup(place: Place, path: string, now: Date): Promise<BackedUp> {
  const media = await mediaOf(place)
  return withFrozen(place, (store) => backUp(store, specs, { media, hashesOf: 'media', path, now }))
}

/** Sending waits afterwards: the same messages may have gone out since the backup, from where it was made. */
export async function restore(place: Place, path: string, log: Log, now: Date): Promise<BackedUp> {
  const store = await openStore(place.storeUrl, model, { log: quiet })
  try {
    const restored = await restoreBackup(path, store.driver, specs, { media: await mediaOf(place), log })
    await store.system.channels.updateWhere({}, { sendingPausedAt: now.toISOString() })
    return restored
  } finally {
    await store.close()
  }
}

export async function checkAll(place: Place, say: (problem: string) => void) {
  const media = await mediaOf(place)
  const hasFile = (sha256: string) => isWhole(media, sha256)
  const vault = await findVault(place)
  return withFrozen(place, async (store) => {
    const checked = await checkStore(store, specs, { say, hasFile, hashesOf: 'media' })
    const broken = vault ? await verifyChains(vault, linksOf(store), pagedRows(store, 'audit_heads'), say) : 0
    return { ...checked, problems: checked.problems + broken, hasKey: vault !== undefined }
  })
}

async function* pagedRows<T>(store: Frozen, name: string): AsyncGenerator<T> {
  for await (const page of pagesOf(
    store,
    specs.find((spec) => spec.name === name)!,
  ))
    for (const row of page) yield row as T
}

/** The sealed entries of the audit log in the order of their sequence. */
async function* linksOf(store: Frozen): AsyncGenerator<AuditLink> {
  const spec = specs.find(({ name }) => name === 'audit_entries')!
  let after: { value: number; id: string } | undefined
  for (;;) {
    const page = await store.find(spec, {
      where: { sequence: { not: null } },
      sort: ['sequence', 'asc'],
      limit: 1000,
      ...(after ? { after } : {}),
    })
    for (const row of page) yield row as unknown as AuditLink
    const last = page.at(-1)
    if (!last || page.length < 1000) return
    after = { value: Number(last['sequence']), id: last.id }
  }
}

async function isWhole(media: MediaFiles, sha256: string): Promise<boolean> {
  if (!(await media.stat(sha256))) return false
  const hash = createHash('sha256')
  for await (const chunk of media.read(sha256)) hash.update(chunk as Buffer)
  return hash.digest('hex') === sha256
}

/** A sentence for what a person can put right, everything for what they cannot. */
export async function runTool(run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    const isPlain = error instanceof ArchiveDamaged || error instanceof MoveRefused
    console.error(isPlain ? error.message : error)
    process.exitCode = 1
  }
}
