import type { Mutant } from './mutant.ts'

const auth = 'backend/features/auth/auth.test.ts'
const reset = 'backend/features/auth/reset.test.ts'
const team = 'backend/features/team/team.test.ts'
const account = 'backend/features/account/account.test.ts'
const guessing = 'backend/features/auth/guessing.test.ts'
const limits = 'backend/http/limits.test.ts'

/** Signing in and staying so: sessions, links that are good once, second factors, guessing. */
export const accounts: readonly Mutant[] = [
  {
    bug: 'the token of a session is stored as it is',
    file: 'backend/features/auth/sessions.ts',
    edits: [
      [
        "import { hashToken, randomToken } from '../../platform/crypto.ts'",
        "import { randomToken } from '../../platform/crypto.ts'\nconst hashToken = (token: string) => token",
      ],
    ],
    caughtBy: [auth, 'backend/trust/secrets.test.ts'],
  },
  {
    bug: 'a session lasts for ever as long as it is used',
    file: 'backend/features/auth/sessions.ts',
    edits: [['Date.parse(expiresAt) > instant && Date', 'Date']],
    caughtBy: [auth],
  },
  {
    bug: 'a session that nobody used for days still opens the door',
    file: 'backend/features/auth/sessions.ts',
    edits: [[' && Date.parse(lastSeenAt) + idle > instant', '']],
    caughtBy: [auth],
  },
  {
    bug: 'signing out only takes the cookie away',
    file: 'backend/features/auth/auth.ts',
    edits: [['  await sessions.end(token)\n', '']],
    caughtBy: [auth],
  },
  {
    bug: 'signing in goes on with the session that the browser already named',
    file: 'backend/features/auth/sessions.ts',
    edits: [
      [
        '{ ip, userAgent }, store = system) {\n      const token = randomToken()',
        '{ ip, userAgent, ...visitor }, store = system) {\n      const token = (visitor as { sessionToken?: string }).sessionToken ?? randomToken()',
      ],
    ],
    caughtBy: [auth],
  },
  {
    bug: 'scripts of a page can read the session cookie',
    file: 'backend/http/session.ts',
    edits: [['{ httpOnly: true,', '{ httpOnly: false,']],
    caughtBy: ['backend/http/server.test.ts'],
  },
  {
    bug: 'a changed password leaves the other sessions as they are',
    file: 'backend/features/team/team.ts',
    edits: [['    await tx.sessions.removeWhere({ userId: own.id })\n', '']],
    caughtBy: [team],
  },
  {
    bug: 'a password that was set anew leaves the sessions of a thief as they are',
    file: 'backend/features/auth/reset.ts',
    edits: [['    await tx.sessions.removeWhere({ userId: id })\n', '']],
    caughtBy: [reset],
  },
  {
    bug: 'a changed password leaves links for a forgotten one good',
    file: 'backend/features/team/team.ts',
    edits: [['    await tx.passwordResets.removeWhere({ userId: own.id })\n', '']],
    caughtBy: [reset],
  },
  {
    bug: 'a link for a forgotten password works again and again',
    file: 'backend/features/auth/reset.ts',
    edits: [
      ["if (!(await tx.passwordResets.remove(reset.id))) throw new AppError('auth.reset_link_used')\n", '\n'],
      ['    await tx.passwordResets.removeWhere({ userId: id })\n', ''],
    ],
    caughtBy: [reset],
  },
  {
    bug: 'a link for a forgotten password works for two at the same moment',
    file: 'backend/features/auth/reset.ts',
    edits: [
      [
        "if (!(await tx.passwordResets.remove(reset.id))) throw new AppError('auth.reset_link_used')",
        'await tx.passwordResets.remove(reset.id)',
      ],
    ],
    caughtBy: [reset],
  },
  {
    bug: 'a link for a forgotten password never ends',
    file: 'backend/features/auth/reset.ts',
    edits: [['reset && reset.expiresAt > now().toISOString() ?', 'reset ?']],
    caughtBy: [reset],
  },
  {
    bug: 'the token of a link for a forgotten password is stored as it is',
    file: 'backend/features/auth/reset.ts',
    edits: [
      ['tokenHash: hashToken(token),\n', 'tokenHash: token,\n'],
      ['first({ tokenHash: hashToken(token) })', 'first({ tokenHash: token })'],
    ],
    caughtBy: [reset],
  },
  {
    bug: 'an invitation never ends',
    file: 'backend/features/team/invitations.ts',
    edits: [['if (!invitation || invitation.expiresAt <= now.toISOString())', 'if (!invitation)']],
    caughtBy: [team],
  },
  {
    bug: 'an invitation stays good after somebody joined with it',
    file: 'backend/features/team/invitations.ts',
    edits: [["if (!(await tx.invitations.remove(invitation.id))) throw new AppError('invitation.not_found')\n", '\n']],
    caughtBy: [team],
  },
  {
    bug: 'whoever is invited says as what',
    file: 'backend/features/team/invitations.ts',
    edits: [
      [
        'const { workspaceId, email, emailKey, role } = invitation\n',
        "const { workspaceId, email, emailKey } = invitation\n  const role = 'admin' as const\n",
      ],
    ],
    caughtBy: [team],
  },
  {
    bug: 'links that a removed person made stay good',
    file: 'backend/features/team/members.ts',
    edits: [["    if (isDisabled || role === 'agent') await tx.invitations.removeWhere({ invitedBy: userId })\n", '']],
    caughtBy: ['backend/features/team/rights.test.ts'],
  },
  {
    bug: 'a sign-in that began before the password was changed leaves a session',
    file: 'backend/features/auth/accounts.ts',
    edits: [[', { onlyIf: asSeen })', ')']],
    caughtBy: ['backend/features/team/rights.test.ts'],
  },
  {
    bug: 'a code of the second factor works again within its half minute',
    file: 'backend/platform/totp.ts',
    edits: [['step > (after ?? -1) && ', '']],
    caughtBy: ['backend/platform/totp.test.ts', account],
  },
  {
    bug: 'a code of the second factor works for two at the same moment',
    file: 'backend/features/auth/second-factor.ts',
    edits: [[', { onlyIf: { totpStep: user.totpStep } })', ')']],
    caughtBy: [account],
  },
  {
    bug: 'a recovery code works again and again',
    file: 'backend/features/auth/second-factor.ts',
    edits: [['await system.recoveryCodes.removeWhere({', 'await system.recoveryCodes.count({']],
    caughtBy: [account],
  },
  {
    bug: 'the second factor is not asked for',
    file: 'backend/features/auth/login.ts',
    edits: [['if (user.totpEnabledAt) await', 'if (user.totpEnabledAt && code) await']],
    caughtBy: [account],
  },
  {
    bug: 'codes of the second factor may be guessed without end',
    file: 'backend/http/limits.ts',
    edits: [['await counted(secondFactors.consume(userId))\n', '\n']],
    caughtBy: [limits, account],
  },
  {
    bug: 'an owner takes their own second factor off without the password',
    file: 'backend/features/account/two-factor.ts',
    edits: [["  if (userId === context.user?.id) throw new AppError('auth.forbidden')\n", '']],
    caughtBy: [account],
  },
  {
    bug: 'a person ends the session of somebody else',
    file: 'backend/features/account/sessions.ts',
    edits: [['if (!session || session.userId !== context.user?.id)', 'if (!session)']],
    caughtBy: [account],
  },
  {
    bug: 'passwords may be guessed without end',
    file: 'backend/features/auth/login.ts',
    edits: [['await attempts.begin({ ip, account: emailKey })', '{ succeeded: async () => {} }']],
    caughtBy: [guessing],
  },
  {
    bug: 'a guess is counted only once it turned out wrong',
    file: 'backend/http/limits.ts',
    edits: [['const { consumedPoints } = await counted(accounts.consume(key))', 'const consumedPoints = 0']],
    caughtBy: [limits],
  },
  {
    bug: 'an unknown address is answered sooner than a wrong password',
    file: 'backend/features/auth/login.ts',
    edits: [
      [
        'const isRight = await passwords.matches(password, user?.passwordHash, ip)',
        'const isRight = user !== undefined && (await passwords.matches(password, user.passwordHash, ip))',
      ],
    ],
    caughtBy: [auth],
  },
]
