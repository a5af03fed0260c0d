import type { AuditAction } from '../../contract/audit.ts'
import type { Context } from '../../feature.ts'
import type { SystemStore } from '../../model/index.ts'

type Details = Record<string, string | number | boolean | null>

export type Deed = {
  action: AuditAction
  subject?: { id: string; name?: string | null }
  /** What a reader needs to understand it. Never a secret, never what a customer wrote. */
  details?: Details
}

type Actor = Partial<Pick<Context, 'ip'>> & Pick<Context, 'user' | 'store'>

/** Writes down what a member did. With `store` of the transaction, it is there exactly when the change is. */
export async function recordDeed({ store, user, ip }: Actor, deed: Deed): Promise<void> {
  await store.auditEntries.insert({
    ...rowOf(deed),
    actorId: user?.id ?? null,
    actorName: user?.name ?? null,
    ip: ip ?? null,
  })
}

type Stranger = { workspaceId: string; actor?: { id: string; name: string } | undefined; ip: string | null }

/** The same where nobody is signed in yet. */
export async function recordForWorkspace(
  { auditEntries }: Pick<SystemStore, 'auditEntries'>,
  { workspaceId, actor, ip }: Stranger,
  deed: Deed,
): Promise<void> {
  await auditEntries.insert({
    workspaceId,
    ...rowOf(deed),
    actorId: actor?.id ?? null,
    actorName: actor?.name ?? null,
    ip,
  })
}

const rowOf = ({ action, subject, details = {} }: Deed) => ({
  action,
  subjectId: subject?.id ?? null,
  subjectName: subject?.name ?? null,
  details,
})
