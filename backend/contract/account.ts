import * as z from 'zod'
import { defineRoutes, Done } from './route.ts'
import { CleanText, Id, Instant } from './values.ts'

/** A browser or phone where this person is signed in. */
export const SessionInfo = z.object({
  id: Id,
  createdAt: Instant,
  lastSeenAt: Instant,
  expiresAt: Instant,
  userAgent: z.string().nullable(),
  ip: z.string().nullable(),
  /** The one that asks. */
  current: z.boolean(),
})
export type SessionInfo = z.infer<typeof SessionInfo>

const Password = CleanText.max(1000)
const WithPassword = z.strictObject({ password: Password })
const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) })

/** What a person does with their own account. */
export const account = defineRoutes({
  sessions: {
    method: 'GET',
    path: '/sessions',
    result: z.object({ sessions: z.array(SessionInfo) }),
    summary: 'Where you are signed in',
  },
  revokeSession: {
    method: 'DELETE',
    path: '/sessions/:sessionId',
    result: Done,
    summary: 'Sign one of your devices out',
  },
  revokeOtherSessions: {
    method: 'DELETE',
    path: '/sessions',
    result: z.object({ ended: z.number() }),
    summary: 'Sign every other device out',
  },
  twoFactor: {
    method: 'GET',
    path: '/two-factor',
    result: z.object({ enabled: z.boolean(), recoveryCodesLeft: z.number() }),
    summary: 'Whether signing in asks for a code',
  },
  beginTwoFactor: {
    method: 'POST',
    path: '/two-factor',
    body: WithPassword,
    /** For an authenticator app: the address is what its QR code says. */
    result: z.object({ secret: z.string(), url: z.string() }),
    summary: 'Begin to set up the second factor; nothing changes before it is confirmed',
  },
  confirmTwoFactor: {
    method: 'POST',
    path: '/two-factor/confirm',
    body: z.strictObject({ code: CleanText.max(64) }),
    result: RecoveryCodes,
    summary: 'Turn the second factor on with a first code; answers the recovery codes, once',
  },
  renewRecoveryCodes: {
    method: 'POST',
    path: '/two-factor/recovery-codes',
    body: WithPassword,
    result: RecoveryCodes,
    summary: 'New recovery codes; the old ones stop working',
  },
  disableTwoFactor: {
    method: 'POST',
    path: '/two-factor/disable',
    body: WithPassword,
    result: Done,
    summary: 'Sign in with the password alone again',
  },
  resetTwoFactor: {
    method: 'DELETE',
    path: '/team/:userId/two-factor',
    result: Done,
    access: 'owner',
    summary: 'Turn the second factor of a member off who lost their phone',
  },
})
