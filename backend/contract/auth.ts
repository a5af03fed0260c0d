import * as z from 'zod'
import { defineRoutes, Done } from './route.ts'
import { CleanText, Id, Instant, Label } from './values.ts'
import { Workspace } from './workspace.ts'

export const Role = z.enum(['owner', 'admin', 'agent'])
export type Role = z.infer<typeof Role>

export const User = z.object({ id: Id, name: z.string(), email: z.string(), role: Role, createdAt: Instant })
export type User = z.infer<typeof User>

export const Email = CleanText.trim().max(254).pipe(z.email('Write an e-mail address, for example ana@example.com.'))

/** bcrypt reads 72 bytes and ignores the rest, so a longer password is refused rather than cut. */
export const NewPassword = CleanText.min(12, 'Use at least 12 characters.').refine(
  (password) => new TextEncoder().encode(password).length <= 72,
  'Use at most 72 bytes (letters with accents and emoji count more than one).',
)

export const SignedIn = z.object({ user: User, workspace: Workspace })

/** What the sign-in pages need to know before anybody is signed in. */
export const AuthState = z.object({
  /** No account exists yet: the first registration needs the set-up code. */
  needsSetup: z.boolean(),
  registrationOpen: z.boolean(),
  /** APP_PASSWORD is set and this browser has not given it yet. */
  needsAppPassword: z.boolean(),
})

/** Never in a path or query, which servers and proxies log. */
const ResetToken = CleanText.trim().min(20).max(100)

export const auth = defineRoutes({
  state: { method: 'GET', path: '/auth/state', result: AuthState, access: 'public', summary: 'What a visitor may do' },
  register: {
    method: 'POST',
    path: '/auth/register',
    body: z.strictObject({
      workspaceName: Label,
      name: Label,
      email: Email,
      password: NewPassword,
      setupCode: CleanText.trim().max(64).optional(),
    }),
    result: SignedIn,
    access: 'public',
    status: 201,
    summary: 'Open a workspace and become its owner',
  },
  login: {
    method: 'POST',
    path: '/auth/login',
    body: z.strictObject({
      email: CleanText.trim().max(254),
      password: CleanText.max(1000),
      code: CleanText.max(64).optional(),
    }),
    result: SignedIn,
    access: 'public',
    summary: 'Sign in; with a second factor, `code` is that of the app or a recovery code',
  },
  /** Public, so that signing out never fails: without a session there is nothing left to do. */
  logout: {
    method: 'POST',
    path: '/auth/logout',
    result: Done,
    access: 'public',
    summary: 'Sign out of this browser',
  },
  unlock: {
    method: 'POST',
    path: '/app-password',
    body: z.strictObject({ password: CleanText.max(1000) }),
    result: Done,
    access: 'public',
    summary: 'Give the password of the installation; this browser is let in from then on',
  },
  forgot: {
    method: 'POST',
    path: '/auth/forgot',
    body: z.strictObject({ email: Email }),
    result: Done,
    access: 'public',
    status: 202,
    summary: 'Send a link for a new password; the answer does not tell whether the address is known',
  },
  readReset: {
    method: 'POST',
    path: '/auth/reset/check',
    body: z.strictObject({ token: ResetToken }),
    result: z.object({ email: z.string() }),
    access: 'public',
    summary: 'Whose password a link sets',
  },
  reset: {
    method: 'POST',
    path: '/auth/reset',
    body: z.strictObject({ token: ResetToken, password: NewPassword }),
    result: Done,
    access: 'public',
    summary: 'Set a new password with the link; it works once, and every session ends',
  },
  me: { method: 'GET', path: '/auth/me', result: SignedIn, summary: 'Who is signed in' },
})
