import { team as routes } from '../../contract/team.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { User } from '../../model/index.ts'
import type { Mail } from '../../platform/mail.ts'
import { recordDeed } from '../audit/record.ts'
import { findWeakness } from '../auth/passwords.ts'
import { countChatsOf, type BeginBulk } from './hand-over.ts'
import { acceptInvitation, invite, readInvitation, revokeInvitation } from './invitations.ts'
import { leaveTeam, transferOwnership, updateMember, type MemberDeps } from './members.ts'

async function listTeam({ store }: Context) {
  const [members, invitations] = await Promise.all([
    store.users.find({ sort: ['name', 'asc'], limit: 1000 }),
    store.invitations.find({ sort: ['createdAt', 'desc'], limit: 1000 }),
  ])
  return { members: members.map(present), invitations }
}

const present = (user: User) => ({ ...user, twoFactor: user.totpEnabledAt !== null })

async function changePassword(
  deps: MemberDeps,
  context: Context,
  body: Parsed<typeof routes.password>['body'],
): Promise<void> {
  const { store, user, ip = '' } = context
  const own = user && (await store.users.get(user.id))
  if (!own) throw new AppError('auth.required')
  const attempt = await deps.attempts.begin({ ip, account: `confirm ${own.id}` })
  if (!(await deps.passwords.matches(body.current, own.passwordHash, ip))) throw new AppError('auth.credentials_wrong')
  await attempt.succeeded()
  const weakness = findWeakness(body.password, [own.name, own.email])
  if (weakness) throw new AppError('request.invalid', { details: [{ path: 'body.password', message: weakness }] })
  const passwordHash = await deps.passwords.hash(body.password, ip)
  await store.transaction(async (tx) => {
    await tx.users.update(own.id, { passwordHash })
    await tx.sessions.removeWhere({ userId: own.id })
    await tx.passwordResets.removeWhere({ userId: own.id })
    await recordDeed({ ...context, store: tx }, { action: 'password.changed' })
  })
  deps.disconnectUser(own.id)
  deps.logs.audit.info({ action: 'profile.password', user: own.id }, 'changed the password')
}

async function readWork(context: Context, userId: string) {
  if (!(await context.store.users.get(userId))) throw new AppError('user.not_found')
  return { chats: await countChatsOf(context, userId) }
}

async function rename({ store, user }: Context, name: string): Promise<User> {
  const updated = user && (await store.users.update(user.id, { name }))
  if (!updated) throw new AppError('auth.required')
  return updated
}

export const createTeam = (deps: MemberDeps & { mail: Mail; beginBulk: BeginBulk }) =>
  implement(routes, {
    list: (context) => listTeam(context),
    invite: (context, { body }) => invite(deps, context, body),
    revoke: async (context, { params }) => {
      await revokeInvitation(context, params.invitationId)
      return {}
    },
    read: (visitor, { body }) => readInvitation(deps, visitor, body.token),
    accept: (visitor, { body }) => acceptInvitation(deps, visitor, body),
    work: (context, { params }) => readWork(context, params.userId),
    update: async (context, { params, body }) => present(await updateMember(deps, context, params.userId, body)),
    transfer: async (context, { params, body }) =>
      present(await transferOwnership(deps, context, params.userId, body.password)),
    leave: async (context, { body }) => {
      await leaveTeam(deps, context, body.password)
      return {}
    },
    profile: async (context, { body }) => present(await rename(context, body.name)),
    password: async (context, { body }) => {
      await changePassword(deps, context, body)
      return {}
    },
  })
