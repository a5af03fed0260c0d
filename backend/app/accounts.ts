import type { Config } from '../config.ts'
import { createPasswords } from '../features/auth/passwords.ts'
import { createSessions } from '../features/auth/sessions.ts'
import { openSetup } from '../features/auth/setup.ts'
import { createDefaultStages } from '../features/leads/stages.ts'
import { createAppPassword } from '../http/app-password.ts'
import { createCaller } from '../http/caller.ts'
import { openAttempts } from '../http/limits.ts'
import { createAuthenticate, createSessionCookie, readSessionCookie } from '../http/session.ts'
import { day, hour } from '../platform/clock.ts'
import type { Ground } from './ground.ts'
import type { WhatsApp } from './whatsapp.ts'

export type Accounts = Awaited<ReturnType<typeof openAccounts>>

/** Who calls, who is signed in, and what signing in and up needs. */
export async function openAccounts(
  config: Config,
  ground: Ground,
  { practice }: WhatsApp,
  { bcryptCost }: { bcryptCost?: number },
) {
  const { system, now, vault, logs, realtime, contextFor, pool, mail } = ground
  const caller = createCaller({ publicUrl: config.PUBLIC_URL, trustedProxies: config.TRUSTED_PROXIES })
  const cookie = createSessionCookie(caller, { maxAge: config.SESSION_MAX_DAYS * day })
  const sessions = createSessions({
    system,
    now,
    idle: config.SESSION_IDLE_HOURS * hour,
    longest: config.SESSION_MAX_DAYS * day,
    onEnd: realtime.disconnectSession,
  })
  const setup = openSetup({ system, vault, preset: config.SETUP_CODE })
  return {
    caller,
    cookie,
    sessions,
    setup,
    authenticate: createAuthenticate([readSessionCookie(cookie, sessions.find)]),
    appPassword: createAppPassword({ password: config.APP_PASSWORD, vault, caller, now }),
    authDeps: {
      system,
      mail,
      vault,
      now,
      baseUrl: config.PUBLIC_URL ?? `http://localhost:${config.PORT}`,
      disconnectUser: realtime.disconnectUser,
      sessions,
      setup,
      contextFor,
      logs,
      registration: config.REGISTRATION,
      passwords: createPasswords(bcryptCost ? { cost: bcryptCost } : {}),
      attempts: await openAttempts(pool),
      onWorkspaceCreated: [createDefaultStages, practice.create],
    },
  }
}
