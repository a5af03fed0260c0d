import type { team as routes } from '../../contract/team.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import type { Context, PublicContext } from '../../feature.ts'
import { day, hour, second } from '../../platform/clock.ts'
import { hashToken, randomToken } from '../../platform/crypto.ts'
import type { Mail } from '../../platform/mail.ts'
import { DuplicateKey } from '../../platform/store/store.ts'
import { recordDeed, recordForWorkspace } from '../audit/record.ts'
import { emailKeyOf, startSession, type AuthDeps } from '../auth/accounts.ts'
import { invitationLetter } from '../auth/letters.ts'
import { findWeakness } from '../auth/passwords.ts'

const validity = 7 * day
/** So that nobody sends advertising to strangers in the name of this server. Counted in the log, which keeps them all. */
const mostAnHour = 50

type Invite = Parsed<typeof routes.invite>['body']

type InviteDeps = Pick<AuthDeps, 'logs'> & { mail: Mail }

/** Inviting the same address again replaces the link, so that the old one stops working. */
export async function invite(deps: InviteDeps, context: Context, { email, role }: Invite) {
  const { store, now, user, origin } = context
  const emailKey = emailKeyOf(email)
  if (await store.users.first({ emailKey })) throw new AppError('auth.email_taken')
  const anHourAgo = new Date(now().getTime() - hour).toISOString()
  const recent = { action: 'member.invited', createdAt: { gt: anHourAgo } } as const
  if ((await store.auditEntries.count(recent)) >= mostAnHour)
    throw new AppError('team.too_many_invitations', { retryAfter: hour / second })
  const token = randomToken()
  const invitation = await store.transaction(async (tx) => {
    await tx.invitations.removeWhere({ emailKey })
    const made = await tx.invitations.insert({
      email,
      emailKey,
      role,
      tokenHash: hashToken(token),
      invitedBy: user?.id ?? null,
      expiresAt: new Date(now().getTime() + validity).toISOString(),
    })
    const subject = { id: made.id, name: email }
    await recordDeed({ ...context, store: tx }, { action: 'member.invited', subject, details: { role } })
    return made
  })
  // In the part of an address that browsers keep to themselves: it stands in no log of a server or proxy.
  const link = `${origin ?? ''}/join#${token}`
  return { ...invitation, link, mailed: await mailInvitation(deps, context, email, link) }
}

/** The link is shown anyway, so a mail server that fails is no reason to fail. */
async function mailInvitation(
  { mail, logs }: InviteDeps,
  { store, workspaceId, user }: Context,
  email: string,
  link: string,
): Promise<boolean> {
  if (!mail.isOn) return false
  const workspace = await store.workspaces.get(workspaceId)
  try {
    await mail.send(
      invitationLetter({ email, workspaceName: workspace?.name ?? 'Parley', invitedBy: user?.name ?? null }, link),
    )
    return true
  } catch (error) {
    logs.error.warn({ error }, 'an invitation could not be mailed')
    return false
  }
}

export async function revokeInvitation(context: Context, id: string): Promise<void> {
  await context.store.transaction(async (store) => {
    const invitation = await store.invitations.get(id)
    if (!invitation || !(await store.invitations.remove(id))) throw new AppError('invitation.not_found')
    const subject = { id, name: invitation.email }
    await recordDeed({ ...context, store }, { action: 'member.invitation_revoked', subject })
  })
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
  const passwordHash = await deps.passwords.hash(password, visitor.ip)
  const { workspaceId, email, emailKey, role } = invitation
  const user = await deps.system
    .transaction(async (tx) => {
      if (!(await tx.invitations.remove(invitation.id))) throw new AppError('invitation.not_found')
      const joined = await tx.users.insert({ workspaceId, name, email, emailKey, passwordHash, role })
      await recordForWorkspace(
        tx,
        { workspaceId, actor: joined, ip: visitor.ip },
        { action: 'member.joined', details: { role } },
      )
      return joined
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
  const context = deps.contextFor(workspaceId)
  context.notify({ name: 'team:changed', payload: {} })
  context.flush()
  return { user, workspace }
}
