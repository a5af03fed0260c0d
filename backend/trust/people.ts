import { hashToken } from '../platform/crypto.ts'
import type { TestApp } from '../test/world.ts'
import type { Furnished } from './furnish.ts'

export type Role = 'owner' | 'admin' | 'agent'
export type Cookies = { [role in Role]: string }

const token = (role: Role, workspaceId: string) => `trust-${role}-${workspaceId}`

/**
 * A person of each role, signed in. What they do may sign them out, disable them or change their role, so this puts all of
 * it back as it was when it is called again.
 */
export async function seatPeople({ app, clock }: TestApp, { workspaceId }: Furnished): Promise<Cookies> {
  const { system } = app.store
  const cookies: Partial<Cookies> = {}
  for (const role of ['owner', 'admin', 'agent'] as const) {
    const fields = { role, disabledAt: null, name: `A ${role}`, email: `${role}@${workspaceId}.example` }
    const emailKey = fields.email.toLowerCase()
    const known = await system.users.first({ emailKey })
    const user = known
      ? (await system.users.update(known.id, fields))!
      : await app.store.workspace(workspaceId).users.insert({ ...fields, emailKey, passwordHash: 'none' })
    const tokenHash = hashToken(token(role, workspaceId))
    const lastSeenAt = clock.now().toISOString()
    const expiresAt = new Date(clock.now().getTime() + 30 * 86_400_000).toISOString()
    await app.store
      .workspace(workspaceId)
      .sessions.insertMany([{ userId: user.id, tokenHash, lastSeenAt, expiresAt, userAgent: null, ip: null }], {
        ifTaken: 'skip',
      })
    cookies[role] = `parley=${token(role, workspaceId)}`
  }
  // Sessions are remembered for a second.
  clock.advance(1000)
  return cookies as Cookies
}
