import { auth as routes } from '../../contract/auth.ts'
import { AppError } from '../../errors.ts'
import { implement, type Feature } from '../../feature.ts'
import type { SystemStore } from '../../model/index.ts'
import type { AuthDeps } from './accounts.ts'
import { logIn } from './login.ts'
import { register } from './register.ts'

export function createAuth(deps: AuthDeps): Feature {
  const { system, sessions, setup, registration } = deps
  return implement(routes, {
    state: async ({ needsAppPassword }) => ({
      needsSetup: await setup.isNeeded(),
      registrationOpen: registration === 'open',
      needsAppPassword,
    }),
    register: (visitor, { body }) => register(deps, visitor, body),
    login: (visitor, { body }) => logIn(deps, visitor, body),
    logout: async (visitor) => {
      if (visitor.sessionToken) await sessions.end(visitor.sessionToken)
      visitor.keepSession(null)
      return {}
    },
    unlock: async (visitor, { body }) => {
      await visitor.enterAppPassword(body.password)
      return {}
    },
    me: async ({ user }) => findSignedIn(system, user?.id),
  })
}

async function findSignedIn(system: SystemStore, userId: string | undefined) {
  const user = userId === undefined ? undefined : await system.users.get(userId)
  const workspace = user && (await system.workspaces.get(user.workspaceId))
  if (!workspace) throw new AppError('auth.required')
  return { user, workspace }
}
