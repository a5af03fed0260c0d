import { WorkspaceSettings } from '../../contract/workspace.ts'
import type { Context, ContextFor } from '../../feature.ts'
import type { Media, SystemStore } from '../../model/index.ts'
import { day } from '../../platform/clock.ts'
import { recordDeed } from '../audit/record.ts'
import { showInMessages } from '../media/messages.ts'
import { releaseFiles } from '../media/release.ts'

/** A slice is short, so that others may write in between; a round has so many at most, and the next one goes on. */
const slice = 200
const slicesARound = 20

type Deps = {
  system: SystemStore
  contextFor: ContextFor
  removeFile: (sha256: string) => Promise<void>
  now: () => Date
}

/** Forgets messages and files that are older than their workspace wants. Harmless twice, and after a crash. */
export async function applyRetention(deps: Deps): Promise<{ messages: number; files: number }> {
  const forgotten = { messages: 0, files: 0 }
  for (const { id, settings } of await deps.system.workspaces.find({ limit: 10_000 })) {
    const { messageRetentionDays, mediaRetentionDays } = WorkspaceSettings.parse(settings)
    if (messageRetentionDays === null && mediaRetentionDays === null) continue
    const context = deps.contextFor(id)
    const files = await repeat(mediaRetentionDays, deps, (before) => forgetFiles(context, deps, before))
    const messages = await repeat(messageRetentionDays, deps, (before) => forgetMessages(context, deps, before))
    if (messages + files > 0) await recordDeed(context, { action: 'retention.applied', details: { messages, files } })
    context.flush()
    forgotten.messages += messages
    forgotten.files += files
  }
  return forgotten
}

async function repeat(
  days: number | null,
  { now }: Deps,
  forget: (before: string) => Promise<number>,
): Promise<number> {
  if (days === null) return 0
  const before = new Date(now().getTime() - days * day).toISOString()
  let total = 0
  for (let count = 0; count < slicesARound; count++) {
    const forgotten = await forget(before)
    total += forgotten
    if (forgotten < slice) break
  }
  return total
}

/** The message stays and says that its file is gone. */
async function forgetFiles(context: Context, deps: Deps, before: string): Promise<number> {
  const { store } = context
  const old = await store.media.find({
    where: { state: 'ready', createdAt: { lt: before }, messageId: { not: null } },
    sort: ['createdAt', 'asc'],
    limit: slice,
  })
  for (const { id, sha256 } of old) {
    const gone = await store.media.update(
      id,
      { state: 'expired', sha256: null, error: null },
      { onlyIf: { state: 'ready' } },
    )
    if (!gone) continue
    await showInMessages(context, gone)
    if (sha256) await deps.removeFile(sha256)
  }
  return old.length
}

async function forgetMessages({ store, notify }: Context, deps: Deps, before: string): Promise<number> {
  const old = await store.messages.find({
    where: { sentAt: { lt: before } },
    sort: ['sentAt', 'asc'],
    limit: slice,
  })
  if (old.length === 0) return 0
  const ids = old.map(({ id }) => id)
  const { files, emptied } = await store.transaction(async (tx) => {
    const theirs: Media[] = await tx.media.find({ where: { messageId: { in: ids } }, limit: 10_000 })
    const gone = new Set(ids)
    const removed = await releaseFiles(tx, theirs, (messageId) => gone.has(messageId))
    await tx.messages.removeWhere({ id: { in: ids } })
    // The line in the list quotes the last message; when that is gone, so is the quotation.
    const conversationIds = [...new Set(old.map(({ conversationId }) => conversationId))]
    const quoted = { id: { in: conversationIds }, lastMessageAt: { lt: before }, lastMessage: { not: null } }
    return { files: removed, emptied: await tx.conversations.updateWhere(quoted, { lastMessage: null }) }
  })
  for (const { sha256 } of files) if (sha256) await deps.removeFile(sha256)
  for (const conversation of emptied) notify({ name: 'conversation:updated', payload: { conversation } })
  return old.length
}
