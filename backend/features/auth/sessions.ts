import type { Visibility } from '../../contract/workspace.ts'
import type { Session, SystemStore, User } from '../../model/index.ts'
import { minute } from '../../platform/clock.ts'
import { hashToken, randomToken } from '../../platform/crypto.ts'
import { visibilityOf } from '../visibility/viewer.ts'

/** Who a session belongs to. */
export type SessionOwner = {
  sessionId: string
  workspaceId: string
  user: Pick<User, 'id' | 'name' | 'role' | 'createdAt'> & { visibility: Visibility }
}

export type Sessions = {
  /** Answers the token, which is kept by the browser only; the store has its hash. */
  start(
    user: User,
    from: { ip: string; userAgent: string | null },
    store?: Pick<SystemStore, 'sessions'>,
  ): Promise<string>
  find(token: string): Promise<SessionOwner | undefined>
  /** For lines that stay open: the session has not ended, and its person was not disabled. Does not count as activity. */
  isAlive(sessionId: string): Promise<boolean>
  /** It has neither run out nor been left alone for too long. */
  isCurrent(session: Session): boolean
  /** After its row was removed: closes its lines, and this process knows it no more. */
  forget(session: Session): void
  end(token: string): Promise<void>
  removeExpired(): Promise<number>
}

type Options = {
  system: SystemStore
  now: () => Date
  idle: number
  longest: number
  /** Told when somebody signs out, so that open lines of the session are closed too. */
  onEnd?: (sessionId: string) => void
}

/** What another process changed (a role, a disabled user, an ended session) is noticed after this many milliseconds. */
const maxAge = 1000
/** A session is written this often at most, not with every request. */
const touchEvery = 5 * minute
const mostCached = 10_000

type Known = { session: Session; owner: SessionOwner }
type Entry = { readAt: number; known: Promise<Known | undefined> }

export function createSessions({ system, now, idle, longest, onEnd }: Options): Sessions {
  const cache = new Map<string, Entry>()

  async function read(tokenHash: string): Promise<Known | undefined> {
    const session = await system.sessions.first({ tokenHash })
    const user = session && (await system.users.get(session.userId))
    if (!user || user.disabledAt) return undefined
    const { id, name, role, createdAt, workspaceId } = user
    const isAsWorkspaceSays = role === 'agent' && user.visibility === null
    const workspace = isAsWorkspaceSays ? await system.workspaces.get(workspaceId) : undefined
    const visibility = visibilityOf(user, workspace?.settings.agentVisibility ?? 'all')
    return { session, owner: { sessionId: session.id, workspaceId, user: { id, name, role, createdAt, visibility } } }
  }

  function recall(tokenHash: string): Promise<Known | undefined> {
    const cached = cache.get(tokenHash)
    if (cached && now().getTime() - cached.readAt < maxAge) return cached.known
    const entry = { readAt: now().getTime(), known: read(tokenHash) }
    cache.delete(tokenHash)
    cache.set(tokenHash, entry)
    if (cache.size > mostCached) cache.delete(cache.keys().next().value!)
    const forget = () => cache.get(tokenHash) === entry && cache.delete(tokenHash)
    entry.known.then((known) => known ?? forget(), forget)
    return entry.known
  }

  function isCurrent({ lastSeenAt, expiresAt }: Session): boolean {
    const instant = now().getTime()
    return Date.parse(expiresAt) > instant && Date.parse(lastSeenAt) + idle > instant
  }

  /** Not waited for: a request must not be slower, or fail, because a date could not be written. */
  function touch(session: Session): void {
    const instant = now()
    if (instant.getTime() - Date.parse(session.lastSeenAt) < Math.min(touchEvery, idle / 10)) return
    session.lastSeenAt = instant.toISOString()
    system.sessions.update(session.id, { lastSeenAt: session.lastSeenAt }).catch(() => {})
  }

  return {
    async start({ id, workspaceId }, { ip, userAgent }, store = system) {
      const token = randomToken()
      const instant = now()
      await store.sessions.insert({
        workspaceId,
        userId: id,
        tokenHash: hashToken(token),
        lastSeenAt: instant.toISOString(),
        expiresAt: new Date(instant.getTime() + longest).toISOString(),
        userAgent: userAgent?.slice(0, 300) ?? null,
        ip,
      })
      return token
    },

    async find(token) {
      const known = await recall(hashToken(token))
      if (!known || !isCurrent(known.session)) return undefined
      touch(known.session)
      return known.owner
    },

    async isAlive(sessionId) {
      const session = await system.sessions.get(sessionId)
      const user = session && (await system.users.get(session.userId))
      return Boolean(session && isCurrent(session) && user && !user.disabledAt)
    },

    isCurrent,

    forget({ id, tokenHash }) {
      cache.delete(tokenHash)
      onEnd?.(id)
    },

    async end(token) {
      const tokenHash = hashToken(token)
      const session = await system.sessions.first({ tokenHash })
      await system.sessions.removeWhere({ tokenHash })
      cache.delete(tokenHash)
      if (session) onEnd?.(session.id)
    },

    async removeExpired() {
      const instant = now().getTime()
      const over = await system.sessions.removeWhere({ expiresAt: { lte: new Date(instant).toISOString() } })
      return over + (await system.sessions.removeWhere({ lastSeenAt: { lte: new Date(instant - idle).toISOString() } }))
    },
  }
}
