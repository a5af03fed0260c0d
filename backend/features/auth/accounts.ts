import { AppError } from '../../errors.ts'
import type { Context, ContextFor, PublicContext } from '../../feature.ts'
import type { SystemStore, User } from '../../model/index.ts'
import type { Vault } from '../../platform/crypto.ts'
import type { Logs } from '../../platform/log.ts'
import type { Passwords } from './passwords.ts'
import type { Sessions } from './sessions.ts'
import type { Setup } from './setup.ts'

type Attempt = { succeeded(): Promise<void> }

/** What opening and entering an account needs; app.ts puts it together. */
export type AuthDeps = {
  system: SystemStore
  sessions: Sessions
  passwords: Passwords
  setup: Setup
  registration: 'open' | 'closed'
  /** How often somebody may guess; refuses with 429. */
  attempts: {
    begin(who: { ip: string; account?: string }): Promise<Attempt>
    beginSecondFactor(userId: string): Promise<Attempt>
  }
  /** Seals the secrets of second factors. */
  vault: Vault
  contextFor: ContextFor
  /** What a new workspace starts with, for example the practice customer. Each runs after the workspace is stored. */
  onWorkspaceCreated: readonly ((context: Context) => Promise<unknown>)[]
  logs: Pick<Logs, 'security' | 'audit' | 'error'>
}

/** One person signs in with one address, however they capitalise it. */
export function emailKeyOf(email: string): string {
  return email.normalize('NFKC').toLowerCase()
}

/**
 * A new session each time, so that one planted in this browser before is worth nothing. None when the password was changed, or
 * the person disabled, since it was looked at: what ends all sessions must not leave one that begins in the same moment.
 * `passwordHash` takes the place of one that is out of date.
 */
export async function startSession(
  { system, sessions }: Pick<AuthDeps, 'system' | 'sessions'>,
  visitor: PublicContext,
  user: User,
  passwordHash = user.passwordHash,
): Promise<void> {
  if (visitor.sessionToken) await sessions.end(visitor.sessionToken)
  const token = await system.transaction(async (tx) => {
    const asSeen = { passwordHash: user.passwordHash, disabledAt: null }
    const still = await tx.users.update(user.id, { passwordHash }, { onlyIf: asSeen })
    return still && sessions.start(user, visitor, tx)
  })
  if (!token) throw new AppError('auth.credentials_wrong')
  visitor.keepSession(token)
}
