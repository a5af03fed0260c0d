import type { auth as routes } from '../../contract/auth.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import type { PublicContext } from '../../feature.ts'
import { hour } from '../../platform/clock.ts'
import { hashToken, randomToken } from '../../platform/crypto.ts'
import type { Job } from '../../platform/jobs/jobs.ts'
import type { Mail } from '../../platform/mail.ts'
import { recordForWorkspace } from '../audit/record.ts'
import { emailKeyOf, type AuthDeps } from './accounts.ts'
import { resetLetter } from './letters.ts'
import { findWeakness } from './passwords.ts'

export const resetJob = 'password-reset'
/** Nobody is signed in, and whose address it is comes out only when the job runs. */
const nobodysWorkspace = 'installation'
const validity = hour
/** So that a stranger cannot fill somebody's mailbox. */
const mostAnHour = 5

export type ResetDeps = Pick<AuthDeps, 'system' | 'passwords' | 'attempts' | 'logs'> & {
  mail: Mail
  now: () => Date
  /** What links begin with. Never what a request says: the one who forgot would be led elsewhere. */
  baseUrl: string
  disconnectUser: (userId: string) => void
}

/** Known or not, the same work and the same answer: one job that finds out later. */
export async function requestReset(
  { system, attempts, now }: ResetDeps,
  { ip }: PublicContext,
  email: string,
): Promise<void> {
  const emailKey = emailKeyOf(email)
  await attempts.begin({ ip, account: `reset ${emailKey}` })
  await system.schedule([
    {
      workspaceId: nobodysWorkspace,
      kind: resetJob,
      key: `${resetJob} ${hashToken(emailKey)}`,
      runAt: now().toISOString(),
      payload: { emailKey, ip },
    },
  ])
}

/** A job that a crash cut off sends one more link; each works until one of them is used. */
export async function sendResetLink(
  { system, mail, logs, now, baseUrl }: ResetDeps,
  { payload, attempt }: Job,
): Promise<void> {
  const user = await system.users.first({ emailKey: String(payload['emailKey']) })
  if (!user || user.disabledAt) return
  const instant = now().getTime()
  const recent = { userId: user.id, createdAt: { gt: new Date(instant - hour).toISOString() } }
  if ((await system.passwordResets.count(recent)) >= mostAnHour) return
  const token = randomToken()
  const { workspaceId, name, id } = user
  const reset = await system.transaction(async (tx) => {
    if (attempt === 1)
      await recordForWorkspace(
        tx,
        { workspaceId, ip: String(payload['ip']) },
        { action: 'password.reset_requested', subject: { id, name } },
      )
    return tx.passwordResets.insert({
      workspaceId,
      userId: id,
      tokenHash: hashToken(token),
      expiresAt: new Date(instant + validity).toISOString(),
    })
  })
  // In the part of an address that browsers keep to themselves: it stands in no log of a server or proxy.
  const link = `${baseUrl}/reset-password#${token}`
  if (mail.isOn)
    await mail.send(resetLetter(user, link)).catch(async (cause: unknown) => {
      // Nobody has it, so it counts for nothing: the next attempt makes another one.
      await system.passwordResets.remove(reset.id)
      throw new Error('The mail server of SMTP_URL did not take a link for a forgotten password', { cause })
    })
  else logs.audit.info({ user: id }, `Set a new password within an hour: ${link}`)
}

async function findReset({ system, now }: ResetDeps, token: string) {
  const reset = await system.passwordResets.first({ tokenHash: hashToken(token) })
  const user = reset && reset.expiresAt > now().toISOString() ? await system.users.get(reset.userId) : undefined
  if (!reset || !user || user.disabledAt) throw new AppError('auth.reset_link_used')
  return { reset, user }
}

export async function readReset(deps: ResetDeps, { ip }: PublicContext, token: string) {
  const attempt = await deps.attempts.begin({ ip })
  const { user } = await findReset(deps, token)
  await attempt.succeeded()
  return { email: user.email }
}

type Body = Parsed<(typeof routes)['reset']>['body']

/** The link is removed in the transaction that sets the password: it works once, also for two at the same moment. */
export async function resetPassword(deps: ResetDeps, { ip }: PublicContext, { token, password }: Body): Promise<void> {
  const attempt = await deps.attempts.begin({ ip })
  const { reset, user } = await findReset(deps, token)
  const weakness = findWeakness(password, [user.name, user.email])
  if (weakness) throw new AppError('request.invalid', { details: [{ path: 'body.password', message: weakness }] })
  const passwordHash = await deps.passwords.hash(password, ip)
  const { id, name, workspaceId } = user
  await deps.system.transaction(async (tx) => {
    if (!(await tx.passwordResets.remove(reset.id))) throw new AppError('auth.reset_link_used')
    await tx.users.update(id, { passwordHash })
    await tx.passwordResets.removeWhere({ userId: id })
    await tx.sessions.removeWhere({ userId: id })
    await recordForWorkspace(tx, { workspaceId, actor: { id, name }, ip }, { action: 'password.reset' })
  })
  deps.disconnectUser(id)
  await attempt.succeeded()
  deps.logs.audit.info({ action: 'auth.reset', user: id, workspace: workspaceId, ip }, 'set a forgotten password anew')
}
