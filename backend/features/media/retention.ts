import type { Media, SystemStore } from '../../model/index.ts'
import { day } from '../../platform/clock.ts'
import type { MediaFiles } from '../../platform/media/media.ts'
import { messagesOf } from './messages.ts'

type Deps = { system: SystemStore; files: MediaFiles; now: () => Date }

const batch = 500

/** Removes the bytes unless a record of any workspace names them: the same photo may have been sent to several. */
export function createRemoveFile({ system, files }: Pick<Deps, 'system' | 'files'>) {
  return async (sha256: string): Promise<void> => {
    if ((await namedAmong(system, [sha256])).size === 0) await files.remove(sha256)
  }
}

/**
 * Removes records whose message is gone, and bytes that no record names: an upload that was cut off right before its
 * record, a crash in the middle of an erasure. A few times a day is often enough.
 */
export async function removeOrphanMedia(deps: Deps): Promise<{ records: number; files: number }> {
  await deps.files.removeStaleDrafts()
  const records = await removeRecords(deps)
  return { records, files: await removeFiles(deps) }
}

async function removeRecords({ system, now }: Deps): Promise<number> {
  const before = yesterday(now)
  let removed = 0
  let after: { value: string; id: string } | undefined
  for (;;) {
    const page: Media[] = await system.media.find({
      where: { createdAt: { lt: before } },
      sort: ['createdAt', 'asc'],
      limit: batch,
      ...(after ? { after } : {}),
    })
    if (page.length === 0) return removed
    after = { value: page.at(-1)!.createdAt, id: page.at(-1)!.id }
    const messages = await system.messages.getMany(page.flatMap(messagesOf))
    const there = new Set(messages.map(({ id }) => id))
    const orphans = page
      .filter(
        (file) =>
          !file.details.isShared && messagesOf(file).length > 0 && !messagesOf(file).some((id) => there.has(id)),
      )
      .map(({ id }) => id)
    if (orphans.length > 0) removed += await system.media.removeWhere({ id: { in: orphans } })
  }
}

async function removeFiles(deps: Deps): Promise<number> {
  const before = new Date(yesterday(deps.now))
  let removed = 0
  let hashes: string[] = []
  // What is younger may be waiting for its record.
  for await (const sha256 of deps.files.listUntouchedSince(before)) {
    hashes.push(sha256)
    if (hashes.length < batch) continue
    removed += await removeUnnamed(deps, hashes, before)
    hashes = []
  }
  return removed + (await removeUnnamed(deps, hashes, before))
}

async function removeUnnamed({ system, files }: Deps, hashes: readonly string[], before: Date): Promise<number> {
  const named = await namedAmong(system, hashes)
  let removed = 0
  for (const sha256 of hashes) if (!named.has(sha256) && (await files.removeUntouchedSince(sha256, before))) removed++
  return removed
}

/** Those that a message, an upload or an import under way still needs. */
async function namedAmong(system: SystemStore, hashes: readonly string[]): Promise<Set<string | null>> {
  const imports = await system.contactImports.find({ where: { sha256: { in: hashes } }, limit: hashes.length })
  const named = new Set(imports.map(({ sha256 }) => sha256))
  for (;;) {
    const unnamed = hashes.filter((sha256) => !named.has(sha256))
    const found =
      unnamed.length > 0 ? await system.media.find({ where: { sha256: { in: unnamed } }, limit: batch }) : []
    if (found.length === 0) return named
    for (const { sha256 } of found) named.add(sha256)
  }
}

const yesterday = (now: () => Date) => new Date(now().getTime() - day).toISOString()
