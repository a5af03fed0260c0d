import { team as routes } from '../../contract/team.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { User } from '../../model/index.ts'
import type { AuthDeps } from '../auth/accounts.ts'
import { findWeakness } from '../auth/passwords.ts'
import { acceptInvitation, invite, readInvitation } from './invitations.ts'

type Deps = AuthDeps & {
  /** Ends what a person has open in browsers, in every process. */
  disconnectUser: (userId: string) => void
}

async function listTeam({ store }: Context) {
  const [members, invitations] = await Promise.all([
    store.users.find({ sort: ['name', 'asc'], limit: 1000 }),
    store.invitations.find({ sort: ['createdAt', 'desc'], limit: 1000 }),
  ])
  return { members, invitations }
}

async function updateMember(
  deps: Deps,
  context: Context,
  userId: string,
  patch: Parsed<typeof routes.update>['body'],
): Promise<User> {
  const { store, now, user: actor } = context
  const before = await store.users.get(userId)
  if (!before) throw new AppError('user.not_found')
  const touchesOwner = before.role === 'owner' || patch.role === 'owner'
  if (touchesOwner && actor?.role !== 'owner') throw new AppError('auth.forbidden')
  const losesOwner =
    before.role === 'owner' && (patch.disabled === true || (patch.role !== undefined && patch.role !== 'owner'))
  const disabledAt = patch.disabled === undefined ? before.disabledAt : patch.disabled ? now().toISOString() : null
  const set = { ...(patch.role ? { role: patch.role } : {}), disabledAt }
  const updated = losesOwner ? await stepDown(context, before, set) : await store.users.update(userId, set)
  if (!updated) throw new AppError('user.not_found')
  if (patch.disabled) await store.sessions.removeWhere({ userId })
  deps.disconnectUser(userId)
  deps.logs.audit.info({ action: 'team.update', user: actor?.id, subject: userId, ...patch }, 'changed a member')
  return updated
}

/**
 * The last owner may not leave. Two owners who step down at the same moment each write the workspace's row first, so one
 * of them waits and then sees that the other is gone.
 */
async function stepDown({ store, workspaceId }: Context, owner: User, set: Partial<User>): Promise<User | undefined> {
  return store.transaction(async (tx) => {
    await tx.workspaces.update(workspaceId, {})
    const others = await tx.users.find({ where: { role: 'owner', disabledAt: null, id: { not: owner.id } }, limit: 1 })
    if (others.length === 0) throw new AppError('team.last_owner')
    return tx.users.update(owner.id, set)
  })
}

async function changePassword(
  deps: Deps,
  { store, user }: Context,
  body: Parsed<typeof routes.password>['body'],
): Promise<void> {
  const own = user && (await store.users.get(user.id))
  if (!own) throw new AppError('auth.required')
  if (!(await deps.passwords.matches(body.current, own.passwordHash))) throw new AppError('auth.credentials_wrong')
  const weakness = findWeakness(body.password, [own.name, own.email])
  if (weakness) throw new AppError('request.invalid', { details: [{ path: 'body.password', message: weakness }] })
  await store.users.update(own.id, { passwordHash: await deps.passwords.hash(body.password) })
  await store.sessions.removeWhere({ userId: own.id })
  deps.disconnectUser(own.id)
  deps.logs.audit.info({ action: 'profile.password', user: own.id }, 'changed the password')
}

async function rename({ store, user }: Context, name: string): Promise<User> {
  const updated = user && (await store.users.update(user.id, { name }))
  if (!updated) throw new AppError('auth.required')
  return updated
}

export const createTeam = (deps: Deps) =>
  implement(routes, {
    list: (context) => listTeam(context),
    invite: (context, { body }) => invite(context, body),
    revoke: async ({ store }, { params }) => {
      if (!(await store.invitations.remove(params.invitationId))) throw new AppError('invitation.not_found')
      return {}
    },
    read: (visitor, { params }) => readInvitation(deps, visitor, params.token),
    accept: (visitor, { body }) => acceptInvitation(deps, visitor, body),
    update: (context, { params, body }) => updateMember(deps, context, params.userId, body),
    profile: (context, { body }) => rename(context, body.name),
    password: async (context, { body }) => {
      await changePassword(deps, context, body)
      return {}
    },
  })
