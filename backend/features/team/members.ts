import type { team as routes } from '../../contract/team.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { User } from '../../model/index.ts'
import { confirmPassword } from '../account/password.ts'
import { recordDeed, type Deed } from '../audit/record.ts'
import type { AuthDeps } from '../auth/accounts.ts'
import { handOver, type BeginBulk } from './hand-over.ts'

export type MemberDeps = AuthDeps & {
  /** Ends what a person has open in browsers, in every process. */
  disconnectUser: (userId: string) => void
}

type Patch = Parsed<typeof routes.update>['body']

export async function updateMember(
  deps: MemberDeps & { beginBulk: BeginBulk },
  context: Context,
  userId: string,
  patch: Patch,
): Promise<User> {
  const { store, now, user: actor } = context
  const before = await store.users.get(userId)
  if (!before) throw new AppError('user.not_found')
  const touchesOwner = before.role === 'owner' || patch.role === 'owner'
  if (touchesOwner && actor?.role !== 'owner') throw new AppError('auth.forbidden')
  const { role = before.role } = patch
  const isDisabled = patch.disabled ?? before.disabledAt !== null
  const losesOwner = before.role === 'owner' && (isDisabled || role !== 'owner')
  // Only what was asked for: somebody else may disable the person in this moment.
  const set = {
    role,
    ...(patch.visibility === undefined ? {} : { visibility: patch.visibility }),
    ...(patch.disabled === undefined ? {} : { disabledAt: disabledSince(before, patch.disabled, now()) }),
  }
  const after = await store.transaction(async (tx) => {
    if (losesOwner && before.disabledAt === null) await keepAnOwner(tx, context.workspaceId, userId)
    // Whoever became an owner meanwhile may not be demoted by what held for an agent.
    const updated = await tx.users.update(userId, set, { onlyIf: { role: before.role } })
    if (!updated) throw new AppError('request.conflict')
    if (isDisabled) await tx.sessions.removeWhere({ userId })
    // A link that they made, and may have kept, would be their way back in.
    if (isDisabled || role === 'agent') await tx.invitations.removeWhere({ invitedBy: userId })
    for (const deed of deedsOf(before, updated)) await recordDeed({ ...context, store: tx }, deed)
    // After they were disabled, so that nothing goes from somebody to themselves on their way out.
    if (patch.handOver) await handOver(deps.beginBulk, { ...context, store: tx }, userId, patch.handOver.to)
    return updated
  })
  deps.disconnectUser(userId)
  context.notify({ name: 'team:changed', payload: {} })
  deps.logs.audit.info({ action: 'team.update', user: actor?.id, subject: userId, ...patch }, 'changed a member')
  return after
}

const disabledSince = ({ disabledAt }: User, disabled: boolean, now: Date) =>
  disabled ? (disabledAt ?? now.toISOString()) : null

function deedsOf(before: User, after: User): Deed[] {
  const subject = { id: after.id, name: after.name }
  const deeds: Deed[] = []
  if (before.role !== after.role)
    deeds.push({ action: 'member.role_changed', subject, details: { before: before.role, after: after.role } })
  if (before.visibility !== after.visibility)
    deeds.push({
      action: 'member.visibility_changed',
      subject,
      details: { before: before.visibility, after: after.visibility },
    })
  if (Boolean(before.disabledAt) !== Boolean(after.disabledAt))
    deeds.push({ action: after.disabledAt ? 'member.disabled' : 'member.enabled', subject })
  return deeds
}

/**
 * The last owner may not leave. Two owners who step down at the same moment each write the workspace's row first, so one
 * of them waits and then sees that the other is gone.
 */
async function keepAnOwner(tx: Context['store'], workspaceId: string, leavingId: string): Promise<void> {
  await tx.workspaces.update(workspaceId, {})
  const others = await tx.users.find({ where: { role: 'owner', disabledAt: null, id: { not: leavingId } }, limit: 1 })
  if (others.length === 0) throw new AppError('team.last_owner')
}

/** Hands the workspace over: the other becomes owner and the giver an admin, both or neither. */
export async function transferOwnership(
  deps: MemberDeps,
  context: Context,
  userId: string,
  password: string,
): Promise<User> {
  const giver = await confirmPassword(deps, context, password)
  if (userId === giver.id) throw new AppError('team.transfer_self')
  const taken = await context.store.transaction(async (tx) => {
    await tx.workspaces.update(context.workspaceId, {})
    const taker = await tx.users.update(userId, { role: 'owner' }, { onlyIf: { disabledAt: null } })
    if (!taker) throw new AppError('user.not_found')
    const stepped = await tx.users.update(giver.id, { role: 'admin' }, { onlyIf: { role: 'owner' } })
    if (!stepped) throw new AppError('auth.forbidden')
    await recordDeed({ ...context, store: tx }, { action: 'ownership.transferred', subject: taker })
    return taker
  })
  for (const id of [userId, giver.id]) deps.disconnectUser(id)
  return taken
}

/** Somebody goes by themselves. What they did stays, and their name on it. */
export async function leaveTeam(deps: MemberDeps, context: Context, password: string): Promise<void> {
  const own = await confirmPassword(deps, context, password)
  await context.store.transaction(async (tx) => {
    if (own.role === 'owner') await keepAnOwner(tx, context.workspaceId, own.id)
    const left = await tx.users.update(
      own.id,
      { disabledAt: context.now().toISOString() },
      { onlyIf: { role: own.role } },
    )
    if (!left) throw new AppError('request.conflict')
    await tx.sessions.removeWhere({ userId: own.id })
    await tx.invitations.removeWhere({ invitedBy: own.id })
    await recordDeed({ ...context, store: tx }, { action: 'member.disabled', subject: own, details: { left: true } })
  })
  deps.disconnectUser(own.id)
}
