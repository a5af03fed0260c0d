import type { IncomingMessage, Server } from 'node:http'
import type { Pool } from 'pg'
import type { Role } from '../../contract/auth.ts'
import type { Visibility } from '../../contract/workspace.ts'
import { serverEvents, typingSeconds, type ServerEvent, type ServerEvents } from '../../contract/events.ts'
import type { Log } from '../store/store.ts'
import { createPresence, type View } from './presence.ts'
import { createPostgresBus, type Bus } from './postgres-bus.ts'
import { rooms, createSockets, type GoodbyeReason } from './socket-io.ts'

/*
 * Realtime: what changes on the server appears in the browsers of the workspace, in the order it happened.
 *
 * - event:    contract/events.ts; only fields that the contract names leave the house
 * - room:     the sockets of one workspace, person, session or conversation
 * - delivery: at most once. Whoever was away, or may have missed something, is greeted with `hello` and asks the API
 */

export type Visitor = {
  userId: string
  userName: string
  workspaceId: string
  sessionId: string
  role: Role
  /** Which conversations they hear of; absent means all. */
  visibility?: Visibility
}

/** Who may come in, and how far. */
export type Gate = {
  /** False for a page of another website: browsers send the cookie along with its WebSockets too. */
  originAllowed(handshake: IncomingMessage): boolean
  authenticate(handshake: IncomingMessage): Promise<Visitor | undefined>
  /** Asked every minute: sessions run out while their lines are open. Must not count as something the person did. */
  isStillIn(visitor: Visitor): Promise<boolean>
  canSeeConversation(visitor: Visitor, conversationId: string): Promise<boolean>
  /** Who has these conversations now; those that are gone are left out. */
  assigneesOf(workspaceId: string, conversationIds: readonly string[]): Promise<ReadonlyMap<string, string | null>>
  /** A person types in a conversation they may see; said at most every 20 seconds. */
  onTyping?(visitor: Visitor, conversationId: string): void
}

export type Realtime = {
  attach(server: Server, gate: Gate): void
  /** Call it after the commit. Never waits and never throws. */
  publish(workspaceId: string, events: readonly ServerEvent[]): void
  /** Closes the lines of a session that was revoked, in every process. */
  disconnectSession(sessionId: string): void
  /** The same for all sessions of a person: disabled, or their role changed. */
  disconnectUser(userId: string): void
  /** The people of a workspace who have it open in some browser now, in whatever process. */
  online(workspaceId: string): string[]
  counts(): { sockets: number; users: number; peers: number }
  /** Tells every browser to come back, and closes. The HTTP server is not closed. */
  close(): Promise<void>
}

export type RealtimeOptions = {
  log: Log
  now: () => Date
  /** Of the database that several processes share; without it this process is alone. */
  pool?: Pool
  /** Other than usual, for tests. */
  limits?: Partial<Limits>
}

export const usualLimits = {
  /** What one socket may leave unread before it is cut off. */
  unreadBytes: 4 * 1024 * 1024,
  /** How often sockets are looked at for that. */
  lookMs: 1000,
  /** How often sessions are checked again. */
  recheckMs: 60_000,
  typingMs: typingSeconds * 1000,
  /** Events of one socket: so many at once, and so many a second in the long run. */
  burst: 40,
  perSecond: 10,
  /** Conversations one socket may be in at once. */
  conversations: 50,
  heartbeatMs: 5000,
}
export type Limits = typeof usualLimits

/** What processes tell each other. */
type PeerMessage =
  | { kind: 'events'; room: string; except?: string; events: readonly ServerEvent[] }
  | { kind: 'end'; room: string; reason: GoodbyeReason }
  | { kind: 'view'; view: View }
  /** Who has the workspace open; the workspace takes the place of the conversation. */
  | { kind: 'online'; view: View }

export function createRealtime({ log, now, pool, limits: given }: RealtimeOptions): Realtime {
  const limits = { ...usualLimits, ...given }
  const presence = createPresence()
  const visitors = createPresence()
  const sockets = createSockets({
    log,
    now,
    limits,
    presence,
    visitors,
    onVisit: (workspaceId) => bus?.send({ kind: 'online', view: visitors.ownView(workspaceId, workspaceId) }),
    sayInRoom(room, event, except) {
      sockets.emit(room, [event], except)
      bus?.send({ kind: 'events', room, events: [event], ...(except ? { except } : {}) })
    },
    onView({ workspaceId, conversationId }) {
      showPresence(workspaceId, conversationId)
      bus?.send({ kind: 'view', view: presence.ownView(workspaceId, conversationId) })
    },
  })
  const bus = pool && createBus(pool)

  function createBus(shared: Pool): Bus<PeerMessage> {
    return createPostgresBus<PeerMessage>(
      { pool: shared, log, heartbeatMs: limits.heartbeatMs },
      {
        onMessage(message, peer) {
          if (message.kind === 'events') sockets.emit(message.room, message.events, message.except)
          else if (message.kind === 'end') sockets.end(message.room, message.reason)
          else if (message.kind === 'view') hearView(peer, message.view)
          else if (message.kind === 'online') visitors.hear(peer, message.view)
        },
        onPeer() {
          for (const view of presence.ownViews()) bus?.send({ kind: 'view', view })
          for (const view of visitors.ownViews()) bus?.send({ kind: 'online', view })
        },
        onPeerGone(peer) {
          visitors.forget(peer)
          for (const { workspaceId, conversationId } of presence.forget(peer)) showPresence(workspaceId, conversationId)
        },
        onGap: sockets.greetAgain,
      },
    )
  }

  function hearView(peer: string, view: View): void {
    presence.hear(peer, view)
    showPresence(view.workspaceId, view.conversationId)
  }

  function showPresence(workspaceId: string, conversationId: string): void {
    const users = presence.viewersOf(workspaceId, conversationId)
    sockets.emit(rooms.workspace(workspaceId), [{ name: 'presence', payload: { conversationId, users } }])
  }

  function endEverywhere(room: string): void {
    sockets.end(room, 'session_ended')
    bus?.send({ kind: 'end', room, reason: 'session_ended' })
  }

  /** Rows have more columns than the contract has fields; a new secret column cannot leak. */
  function toContract(event: ServerEvent): ServerEvent[] {
    const { data, error } = serverEvents[event.name].safeParse(event.payload)
    const { name, to, was } = event
    const more = { ...(to && { to }), ...(was !== undefined && { was }) }
    if (data) return [{ name, payload: data as ServerEvents[typeof name], ...more } as ServerEvent]
    log.error(`A live event ${event.name} is not as the contract says: ${error.message}`)
    return []
  }

  return {
    attach: sockets.attach,
    publish(workspaceId, events) {
      const room = rooms.workspace(workspaceId)
      const isHeard = sockets.has(room) || sockets.has(rooms.limited(workspaceId)) || (bus?.peers() ?? 0) > 0
      if (!isHeard || events.length === 0) return
      const clean = events.flatMap(toContract)
      // Runs of one room stay together and in order: a person hears of a note before being told that it names them.
      for (let start = 0; start < clean.length;) {
        const { to } = clean[start]!
        let end = start
        while (end < clean.length && clean[end]!.to === to) end += 1
        const run = clean.slice(start, end)
        const target = to === undefined ? room : rooms.user(to)
        sockets.emit(target, run)
        bus?.send({ kind: 'events', room: target, events: run })
        start = end
      }
    },
    disconnectSession: (sessionId) => endEverywhere(rooms.session(sessionId)),
    disconnectUser: (userId) => endEverywhere(rooms.user(userId)),
    online: (workspaceId) => visitors.viewersOf(workspaceId, workspaceId).map(({ id }) => id),
    counts: () => ({ ...sockets.counts(), peers: bus?.peers() ?? 0 }),
    async close() {
      await sockets.close()
      await bus?.close()
    },
  }
}
