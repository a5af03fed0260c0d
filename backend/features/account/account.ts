import { account as routes } from '../../contract/account.ts'
import { implement } from '../../feature.ts'
import { listSessions, revokeOtherSessions, revokeSession, type SessionDeps } from './sessions.ts'
import {
  beginTwoFactor,
  confirmTwoFactor,
  disableTwoFactor,
  readTwoFactor,
  renewRecoveryCodes,
  resetTwoFactor,
  type TwoFactorDeps,
} from './two-factor.ts'

export const createAccount = (deps: SessionDeps & TwoFactorDeps) =>
  implement(routes, {
    sessions: (context) => listSessions(deps, context),
    revokeSession: async (context, { params }) => {
      await revokeSession(deps, context, params.sessionId)
      return {}
    },
    revokeOtherSessions: async (context) => ({ ended: await revokeOtherSessions(deps, context) }),
    twoFactor: (context) => readTwoFactor(context),
    beginTwoFactor: (context, { body }) => beginTwoFactor(deps, context, body.password),
    confirmTwoFactor: (context, { body }) => confirmTwoFactor(deps, context, body.code),
    renewRecoveryCodes: (context, { body }) => renewRecoveryCodes(deps, context, body.password),
    disableTwoFactor: async (context, { body }) => {
      await disableTwoFactor(deps, context, body.password)
      return {}
    },
    resetTwoFactor: async (context, { params }) => {
      await resetTwoFactor(context, params.userId)
      return {}
    },
  })
