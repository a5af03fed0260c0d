import type { auth as routes } from '../../contract/auth.ts'
import type { AuditAction } from '../../contract/audit.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import type { PublicContext } from '../../feature.ts'
import type { User } from '../../model/index.ts'
import { recordForWorkspace } from '../audit/record.ts'
import { emailKeyOf, startSession, type AuthDeps } from './accounts.ts'
import { useSecondFactor } from './second-factor.ts'

type Body = Parsed<(typeof routes)['login']>['body']

/** The same answer after the same time, whether the address or the password is wrong. */
export async function logIn(deps: AuthDeps, visitor: PublicContext, { email, password, code }: Body) {
  const { system, passwords, attempts, logs } = deps
  const { ip } = visitor
  const emailKey = emailKeyOf(email)
  const attempt = await attempts.begin({ ip, account: emailKey })
  const user = await system.users.first({ emailKey })
  const isRight = await passwords.matches(password, user?.passwordHash, ip)
  if (!user || !isRight) {
    logs.security.warn({ ip, user: user?.id }, 'a sign-in was refused')
    // Not waited for: the time that writing takes would tell that there is such an account.
    if (user)
      record(deps, visitor, user, 'session.refused').catch((error: unknown) =>
        logs.error.error({ error }, 'a refused sign-in could not be written down'),
      )
    throw new AppError('auth.credentials_wrong')
  }
  // The right password alone is no success: who has only that must not get fresh attempts at the code by it.
  if (user.totpEnabledAt) await passSecondFactor(deps, visitor, user, code)
  await attempt.succeeded()
  if (user.disabledAt) throw new AppError('auth.disabled')
  const workspace = await system.workspaces.get(user.workspaceId)
  if (!workspace) throw new AppError('workspace.not_found')
  // More work per guess is asked for than when this password was set.
  const isOutdated = passwords.isOutdated(user.passwordHash)
  await startSession(deps, visitor, user, isOutdated ? await passwords.hash(password, ip) : undefined)
  await record(deps, visitor, user, 'session.started')
  logs.audit.info({ action: 'auth.login', user: user.id, workspace: workspace.id, ip }, 'signed in')
  return { user, workspace }
}

async function passSecondFactor(deps: AuthDeps, visitor: PublicContext, user: User, code = ''): Promise<void> {
  if (code.trim() === '') throw new AppError('auth.second_factor_required')
  const attempt = await deps.attempts.beginSecondFactor(user.id)
  const used = await useSecondFactor(deps, user, code, visitor.now())
  if (used) await attempt.succeeded()
  if (used === 'recovery') await record(deps, visitor, user, 'two_factor.recovery_code_used')
  if (used) return
  deps.logs.security.warn({ ip: visitor.ip, user: user.id }, 'a second factor was refused')
  await record(deps, visitor, user, 'two_factor.refused')
  throw new AppError('auth.code_wrong')
}

/** Limited like the attempts themselves, so nobody can fill the log with refusals. */
function record({ system }: AuthDeps, { ip }: PublicContext, user: User, action: AuditAction): Promise<void> {
  const isProven = action === 'session.started' || action === 'two_factor.recovery_code_used'
  const { id, name, workspaceId } = user
  return recordForWorkspace(
    system,
    { workspaceId, ip, ...(isProven ? { actor: { id, name } } : {}) },
    { action, ...(isProven ? {} : { subject: { id, name } }) },
  )
}
