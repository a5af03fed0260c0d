import type { Context, ContextFor, PublicContext } from '../../feature.ts'
import type { SystemStore, User } from '../../model/index.ts'
import type { Vault } from '../../platform/crypto.ts'
import type { Logs } from '../../platform/log.ts'
import type { Passwords } from './passwords.ts'
import type { Sessions } from './sessions.ts'
import type { Setup } from './setup.ts'

/** What opening and entering an account needs; app.ts puts it together. */
export type AuthDeps = {
  system: SystemStore
  sessions: Sessions
  passwords: Passwords
  setup: Setup
  registration: 'open' | 'closed'
  /** How often somebody may guess; refuses with 429. */
  attempts: { begin(who: { ip: string; account?: string }): Promise<{ succeeded(): Promise<void> }> }
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

/** A new session each time, so that one planted in this browser before is worth nothing. */
export async function startSession({ sessions }: AuthDeps, visitor: PublicContext, user: User): Promise<void> {
  if (visitor.sessionToken) await sessions.end(visitor.sessionToken)
  visitor.keepSession(await sessions.start(user, visitor))
}
