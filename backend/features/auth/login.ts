import type { auth as routes } from '../../contract/auth.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import type { PublicContext } from '../../feature.ts'
import { emailKeyOf, startSession, type AuthDeps } from './accounts.ts'

type Body = Parsed<(typeof routes)['login']>['body']

/** The same answer after the same time, whether the address or the password is wrong. */
export async function logIn(deps: AuthDeps, visitor: PublicContext, { email, password }: Body) {
  const { system, passwords, attempts, logs } = deps
  const emailKey = emailKeyOf(email)
  const attempt = await attempts.begin({ ip: visitor.ip, account: emailKey })
  const user = await system.users.first({ emailKey })
  const isRight = await passwords.matches(password, user?.passwordHash)
  if (!user || !isRight) {
    logs.security.warn({ ip: visitor.ip, user: user?.id }, 'a sign-in was refused')
    throw new AppError('auth.credentials_wrong')
  }
  await attempt.succeeded()
  if (user.disabledAt) throw new AppError('auth.disabled')
  const workspace = await system.workspaces.get(user.workspaceId)
  if (!workspace) throw new AppError('workspace.not_found')
  await startSession(deps, visitor, user)
  logs.audit.info({ action: 'auth.login', user: user.id, workspace: workspace.id, ip: visitor.ip }, 'signed in')
  return { user, workspace }
}
