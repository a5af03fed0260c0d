import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { reportFailure } from '../backend/app/failure.ts'
import type { Config } from '../backend/config.ts'
import { verifyChains } from '../backend/features/audit/verify.ts'
import type { ContextFor } from '../backend/feature.ts'
import { keepErased, ledgerFile } from '../backend/features/contacts/erasures.ts'
import type { ForgetJobs } from '../backend/features/contacts/traces.ts'
import { createRemoveFile } from '../backend/features/media/retention.ts'
import { model, type AppStore } from '../backend/model/index.ts'
import { findVault } from '../backend/platform/crypto.ts'
import { removeFailedJobs } from '../backend/platform/jobs/jobs.ts'
import { openLedger, type Ledger } from '../backend/platform/ledger.ts'
import { openMediaFiles, type MediaFiles } from '../backend/platform/media/media.ts'
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

export type Restored = BackedUp & {
  /** How many people were erased again; undefined where no ledger of erasures was found. */
  erased: number | undefined
}

/**
 * Sending waits afterwards: the same messages may have gone out since the backup, from where it was made. Whoever was erased
 * since is erased again, as the ledger beside the data has it, or the one that is given.
 */
export async function restore(
  place: Place,
  path: string,
  log: Log,
  now: Date,
  givenLedger?: string,
): Promise<Restored> {
  const given = givenLedger === undefined ? undefined : await readGiven(givenLedger)
  const store = await openStore(place.storeUrl, model, { log: quiet })
  try {
    const media = await mediaOf(place)
    const restored = await restoreBackup(path, store.driver, specs, { media, log })
    await store.system.channels.updateWhere({}, { sendingPausedAt: now.toISOString() })
    const ledger = openLedger(join(place.dataFolder, ledgerFile))
    const own = await ledger.read()
    await ledger.add(
      [...(given ?? [])].filter((id) => !own?.has(id)),
      now,
    )
    const erased = await eraseAgain(store, ledger, createRemoveFile({ system: store.system, files: media }))
    return { ...restored, erased: own || given ? erased : undefined }
  } finally {
    await store.close()
  }
}

async function readGiven(path: string): Promise<Set<string>> {
  const found = await openLedger(path).read()
  if (!found) throw new MoveRefused(`There is no ${path}, so nothing was restored.`)
  return found
}

function eraseAgain(store: AppStore, ledger: Ledger, removeFile: (sha256: string) => Promise<void>): Promise<number> {
  const now = () => new Date()
  const contextFor: ContextFor = (workspaceId) => ({
    store: store.workspace(workspaceId),
    workspaceId,
    user: null,
    now,
    notify() {},
    flush() {},
  })
  const noteErased = (ids: readonly string[]) => ledger.add(ids, now())
  const forgetJobs: ForgetJobs = (workspaceId, isMeant) => removeFailedJobs(store.driver, workspaceId, isMeant)
  return keepErased({ store, contextFor, erase: { removeFile, noteErased, forgetJobs }, ledger })
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
    process.exitCode = reportFailure(error)
  }
}
