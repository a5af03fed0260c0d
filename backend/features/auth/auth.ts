import { auth as routes } from '../../contract/auth.ts'
import { AppError } from '../../errors.ts'
import { implement, type Feature, type PublicContext } from '../../feature.ts'
import type { SystemStore } from '../../model/index.ts'
import { recordForWorkspace } from '../audit/record.ts'
import type { AuthDeps } from './accounts.ts'
import { logIn } from './login.ts'
import { register } from './register.ts'
import { readReset, requestReset, resetPassword, type ResetDeps } from './reset.ts'

export function createAuth(deps: AuthDeps & ResetDeps): Feature {
  const { system, setup, registration } = deps
  return implement(routes, {
    state: async ({ needsAppPassword }) => ({
      needsSetup: await setup.isNeeded(),
      registrationOpen: registration === 'open',
      needsAppPassword,
    }),
    register: (visitor, { body }) => register(deps, visitor, body),
    login: (visitor, { body }) => logIn(deps, visitor, body),
    logout: async (visitor) => {
      if (visitor.sessionToken) await logOut(deps, visitor, visitor.sessionToken)
      visitor.keepSession(null)
      return {}
    },
    unlock: async (visitor, { body }) => {
      await visitor.enterAppPassword(body.password)
      return {}
    },
    forgot: async (visitor, { body }) => {
      await requestReset(deps, visitor, body.email)
      return {}
    },
    readReset: (visitor, { body }) => readReset(deps, visitor, body.token),
    reset: async (visitor, { body }) => {
      await resetPassword(deps, visitor, body)
      return {}
    },
    me: async ({ user }) => findSignedIn(system, user?.id),
  })
}

async function logOut({ system, sessions }: AuthDeps, { ip }: PublicContext, token: string): Promise<void> {
  const owner = await sessions.find(token)
  await sessions.end(token)
  if (!owner) return
  await recordForWorkspace(
    system,
    { workspaceId: owner.workspaceId, actor: owner.user, ip },
    { action: 'session.ended' },
  )
}

async function findSignedIn(system: SystemStore, userId: string | undefined) {
  const user = userId === undefined ? undefined : await system.users.get(userId)
  const workspace = user && (await system.workspaces.get(user.workspaceId))
  if (!workspace) throw new AppError('auth.required')
  return { user, workspace }
}
