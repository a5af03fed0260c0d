import type { team as routes } from '../../contract/team.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import type { Context, PublicContext } from '../../feature.ts'
import { day } from '../../platform/clock.ts'
import { hashToken, randomToken } from '../../platform/crypto.ts'
import { DuplicateKey } from '../../platform/store/store.ts'
import { emailKeyOf, startSession, type AuthDeps } from '../auth/accounts.ts'
import { findWeakness } from '../auth/passwords.ts'

const validity = 7 * day

type Invite = Parsed<typeof routes.invite>['body']

/** Inviting the same address again replaces the link, so that the old one stops working. */
export async function invite({ store, now, user, origin }: Context, { email, role }: Invite) {
  const emailKey = emailKeyOf(email)
  if (await store.users.first({ emailKey })) throw new AppError('auth.email_taken')
  const token = randomToken()
  await store.invitations.removeWhere({ emailKey })
  const invitation = await store.invitations.insert({
    email,
    emailKey,
    role,
    tokenHash: hashToken(token),
    invitedBy: user?.id ?? null,
    expiresAt: new Date(now().getTime() + validity).toISOString(),
  })
  return { ...invitation, link: `${origin ?? ''}/join/${token}` }
}

async function findInvitation({ system }: AuthDeps, now: Date, token: string) {
  const invitation = await system.invitations.first({ tokenHash: hashToken(token) })
  if (!invitation || invitation.expiresAt <= now.toISOString()) throw new AppError('invitation.not_found')
  const workspace = await system.workspaces.get(invitation.workspaceId)
  if (!workspace) throw new AppError('invitation.not_found')
  return { invitation, workspace }
}

export async function readInvitation(deps: AuthDeps, { now, ip }: PublicContext, token: string) {
  const attempt = await deps.attempts.begin({ ip })
  const { invitation, workspace } = await findInvitation(deps, now(), token)
  await attempt.succeeded()
  return { email: invitation.email, role: invitation.role, workspaceName: workspace.name }
}

type Accept = Parsed<typeof routes.accept>['body']

/** The invitation is removed in the same transaction that makes the person: it works once. */
export async function acceptInvitation(deps: AuthDeps, visitor: PublicContext, { token, name, password }: Accept) {
  const attempt = await deps.attempts.begin({ ip: visitor.ip })
  const { invitation, workspace } = await findInvitation(deps, visitor.now(), token)
  const weakness = findWeakness(password, [name, invitation.email, workspace.name])
  if (weakness) throw new AppError('request.invalid', { details: [{ path: 'body.password', message: weakness }] })
  const passwordHash = await deps.passwords.hash(password)
  const { workspaceId, email, emailKey, role } = invitation
  const user = await deps.system
    .transaction(async (tx) => {
      if (!(await tx.invitations.remove(invitation.id))) throw new AppError('invitation.not_found')
      return tx.users.insert({ workspaceId, name, email, emailKey, passwordHash, role })
    })
    .catch((error: unknown) => {
      throw error instanceof DuplicateKey ? new AppError('auth.email_taken', { cause: error }) : error
    })
  await attempt.succeeded()
  deps.logs.audit.info(
    { action: 'team.join', user: user.id, workspace: workspaceId, ip: visitor.ip },
    'joined a workspace',
  )
  await startSession(deps, visitor, user)
  return { user, workspace }
}
