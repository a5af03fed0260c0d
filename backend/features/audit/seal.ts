import type { AuditEntry, SystemStore } from '../../model/index.ts'
import type { Vault } from '../../platform/crypto.ts'
import type { Log } from '../../platform/log.ts'

/*
 * The chain of the audit log: each entry is signed together with its place in the log and the signature before it. Nobody
 * without the key, which is not in the store, can change, remove or reorder what is sealed unseen; `npm run fsck` looks.
 *
 * Entries are sealed seconds after they were written, and not with them: they come in the transactions of everything else,
 * which would have to wait for each other.
 */
const batch = 500
const purpose = 'audit'

export type Sealed = Pick<
  AuditEntry,
  'id' | 'workspaceId' | 'createdAt' | 'actorId' | 'actorName' | 'action' | 'subjectId' | 'subjectName' | 'ip'
> & { details: object }

/** One spelling, whatever order a store keeps the details in. */
export function textOf(entry: Sealed, sequence: number, before: string): string {
  const { id, workspaceId, createdAt, actorId, actorName, action, subjectId, subjectName, ip, details } = entry
  const members = Object.entries(details).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([
    sequence,
    before,
    id,
    workspaceId,
    createdAt,
    actorId,
    actorName,
    action,
    subjectId,
    subjectName,
    ip,
    members,
  ])
}

export const isSealOf = (vault: Vault, text: string, seal: string) => vault.isSigned(purpose, text, seal)

type Deps = { system: SystemStore; vault: Vault; log: Log }

/** Harmless twice, in several processes and after a crash: of two that seal the same entries, one does nothing. */
export async function sealEntries(deps: Deps): Promise<number> {
  let sealed = 0
  for (;;) {
    const waiting = await deps.system.auditEntries.find({
      where: { sequence: null },
      sort: ['createdAt', 'asc'],
      limit: batch,
    })
    for (const [workspaceId, entries] of Map.groupBy(waiting, (entry) => entry.workspaceId))
      if (!(await sealFor(deps, workspaceId, entries))) return sealed
    sealed += waiting.length
    if (waiting.length < batch) return sealed
  }
}

class Overtaken extends Error {}

async function sealFor(
  { system, vault, log }: Deps,
  workspaceId: string,
  entries: readonly AuditEntry[],
): Promise<boolean> {
  const head = await system.auditHeads.first({ workspaceId })
  let [sequence, seal] = [head?.sequence ?? 0, head?.seal ?? '']
  const edits = entries.map((entry) => {
    seal = vault.sign(purpose, textOf(entry, ++sequence, seal))
    return { id: entry.id, set: { sequence, seal }, onlyIf: { sequence: null } }
  })
  try {
    await system.transaction(async (tx) => {
      const moved = head
        ? await tx.auditHeads.update(head.id, { sequence, seal }, { onlyIf: { sequence: head.sequence } })
        : (await tx.auditHeads.insertMany([{ workspaceId, sequence, seal }], { ifTaken: 'skip' }))[0]
      if (!moved || (await tx.auditEntries.updateEach(edits)).length < edits.length) throw new Overtaken()
    })
  } catch (error) {
    if (error instanceof Overtaken) return false
    throw error
  }
  // Outside of the store, where whoever can change the store cannot: the last word about how long the log was.
  log.info({ action: 'audit.sealed', workspace: workspaceId, sequence, seal }, 'sealed the audit log')
  return true
}
