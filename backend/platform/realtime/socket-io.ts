import type { Server as HttpServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { Server, type DefaultEventsMap, type Socket } from 'socket.io'
import { errors } from '../../contract/errors.ts'
import type { ClientEvents, ServerEvent, ServerEvents } from '../../contract/events.ts'
import type { Log } from '../store/store.ts'
import { createLimitedDelivery, type LimitedSocket } from './limited.ts'
import type { PresenceTable } from './presence.ts'
import type { Gate, Limits, Visitor } from './realtime.ts'
import { followSocket } from './visits.ts'

type Handlers<Events> = { [Name in keyof Events]: (payload: Events[Name]) => void }
type SocketData = { visitor: Visitor; evict?: (conversationId: string) => void }
export type LiveSocket = Socket<Handlers<ClientEvents>, Handlers<ServerEvents>, DefaultEventsMap, SocketData>
export type GoodbyeReason = ServerEvents['goodbye']['reason']

export const rooms = {
  workspace: (id: string) => `workspace:${id}`,
  /** Those in it who do not see every conversation are here instead. */
  limited: (workspaceId: string) => `limited:${workspaceId}`,
  user: (id: string) => `user:${id}`,
  session: (id: string) => `session:${id}`,
  conversation: (id: string) => `conversation:${id}`,
}

/** As far back as the cursor of `GET /api/changes`: what is listed twice is merged by the browser, what is left out is lost. */
const cursorOverlapMs = 10_000
/** A session that ended a moment ago may still be on its way through the handshake. */
const endedForMs = 10_000
/** Client events hold an id; anything larger is an attack. */
const largestFrame = 16 * 1024
const goodbyeMs = 1000

type Options = {
  log: Log
  now: () => Date
  limits: Limits
  presence: PresenceTable
  /** Who has the workspace open at all. */
  visitors: PresenceTable
  /** Somebody opened or left a workspace here. */
  onVisit(workspaceId: string): void
  /** Says something in a room of every process. */
  sayInRoom(room: string, event: ServerEvent, except?: string): void
  /** Somebody entered or left a conversation here. */
  onView(view: { workspaceId: string; conversationId: string }): void
}

/** The sockets of this process. Only the WebSocket transport: long polling would need sticky sessions in front of replicas. */
export function createSockets(options: Options) {
  const { log, now, limits, presence } = options
  const io = new Server<Handlers<ClientEvents>, Handlers<ServerEvents>, DefaultEventsMap, SocketData>({
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    maxHttpBufferSize: largestFrame,
    connectTimeout: 10_000,
    allowRequest: (request, answer) => answer(null, !isClosing && Boolean(gate?.originAllowed(request))),
  })
  const all = io.of('/').sockets
  const ended = new Map<string, number>()
  let gate: Gate | undefined
  let isClosing = false

  const asLimited = (socket: LiveSocket): LimitedSocket => ({
    viewer: { userId: socket.data.visitor.userId, visibility: socket.data.visitor.visibility ?? 'all' },
    send: ({ name, payload }) => (socket.emit as (name: string, payload: unknown) => void)(name, payload),
    evict: (conversationId) => socket.data.evict?.(conversationId),
  })
  const limitedDelivery = createLimitedDelivery({
    log,
    assigneesOf: (workspaceId, ids) => gate!.assigneesOf(workspaceId, ids),
    socketsOf: (workspaceId) =>
      [...(io.of('/').adapter.rooms.get(rooms.limited(workspaceId)) ?? [])].map((id) => asLimited(all.get(id)!)),
  })

  /** Answers why not. */
  async function admit(socket: LiveSocket): Promise<Error | undefined> {
    try {
      const visitor = await gate!.authenticate(socket.request)
      if (!visitor) return refusal('auth.required')
      socket.data.visitor = visitor
      return undefined
    } catch (error) {
      log.warn(`A live connection could not be checked: ${String(error)}`)
      // A refusal would keep the client away for ever; a broken line brings it back.
      socket.conn.close()
      return refusal('internal')
    }
  }

  function welcome(socket: LiveSocket): void {
    const { workspaceId, userId, sessionId } = socket.data.visitor
    const isLimited = (socket.data.visitor.visibility ?? 'all') !== 'all'
    const house = isLimited ? rooms.limited(workspaceId) : rooms.workspace(workspaceId)
    const own = [house, rooms.user(userId), rooms.session(sessionId)]
    if (own.some((room) => (ended.get(room) ?? -Infinity) > now().getTime() - endedForMs))
      return endSocket(socket, 'session_ended')
    // First the room, then the cursor: what happens in between is heard twice rather than never.
    socket.join(own)
    greet(socket)
    for (const conversationId of presence.conversationsIn(workspaceId)) {
      const users = presence.viewersOf(workspaceId, conversationId)
      const event = { name: 'presence' as const, payload: { conversationId, users } }
      if (isLimited) limitedDelivery.push(workspaceId, [event], asLimited(socket))
      else socket.emit('presence', event.payload)
    }
    followSocket(socket, { ...options, gate: gate! })
    countIn(socket)
  }

  function countIn(socket: LiveSocket): void {
    const { workspaceId, userId, userName } = socket.data.visitor
    options.visitors.enter(workspaceId, workspaceId, socket.id, { id: userId, name: userName })
    options.onVisit(workspaceId)
    socket.once('disconnect', () => {
      options.visitors.leave(workspaceId, socket.id)
      options.onVisit(workspaceId)
    })
  }

  function greet(socket: LiveSocket): void {
    const { workspaceId, userId } = socket.data.visitor
    const cursor = new Date(now().getTime() - cursorOverlapMs).toISOString()
    socket.emit('hello', { cursor, userId, workspaceId })
  }

  function endSocket(socket: LiveSocket, reason: GoodbyeReason): void {
    socket.emit('goodbye', { reason })
    // A client does not come back by itself from a disconnect, but does after its line broke.
    if (reason === 'session_ended') socket.disconnect(true)
    else socket.conn.close()
    setTimeout(() => destroy(socket), goodbyeMs).unref()
  }

  function lookAtAll(): void {
    for (const [room, at] of ended) if (at < now().getTime() - endedForMs) ended.delete(room)
    for (const socket of all.values()) {
      if (unreadBytes(socket) <= limits.unreadBytes) continue
      log.warn('A browser that does not read its live events was cut off')
      destroy(socket)
    }
  }

  /** Revoking a session closes its lines at once; this is for sessions that ran out, and for news that did not arrive. */
  async function recheckAll(): Promise<void> {
    const bySession = Map.groupBy(all.values(), (socket) => socket.data.visitor.sessionId)
    for (const sockets of bySession.values()) {
      // Not knowing (the store is away) is no reason to sign people out.
      const isStillIn = await gate!.isStillIn(sockets[0]!.data.visitor).catch(() => true)
      if (!isStillIn) for (const socket of sockets) endSocket(socket, 'session_ended')
    }
  }

  io.use(async (socket, next) => next(await admit(socket)))
  io.on('connection', welcome)

  const timers = [
    setInterval(lookAtAll, limits.lookMs).unref(),
    setInterval(() => void recheckAll().catch((error) => log.error(String(error))), limits.recheckMs).unref(),
  ]

  return {
    attach(server: HttpServer, opened: Gate): void {
      gate = opened
      io.attach(server)
    },

    has: (room: string): boolean => io.of('/').adapter.rooms.has(room),

    /** Every event is written as JSON once, however many sockets are in the room. */
    emit(room: string, events: readonly ServerEvent[], except?: string): void {
      if (room.startsWith(rooms.workspace(''))) limitedDelivery.push(room.slice(rooms.workspace('').length), events)
      if (!this.has(room)) return
      const target = except ? io.to(room).except(except) : io.to(room)
      for (const { name, payload } of events) (target.emit as (name: string, payload: unknown) => void)(name, payload)
    },

    end(room: string, reason: GoodbyeReason): void {
      ended.set(room, now().getTime())
      for (const id of io.of('/').adapter.rooms.get(room) ?? []) endSocket(all.get(id)!, reason)
    },

    /** Events may have been missed, so every browser asks for what changed. */
    greetAgain(): void {
      for (const socket of all.values()) greet(socket)
    },

    counts: () => ({
      sockets: all.size,
      users: new Set([...all.values()].map((socket) => socket.data.visitor.userId)).size,
    }),

    async close(): Promise<void> {
      isClosing = true
      for (const timer of timers) clearInterval(timer)
      for (const socket of all.values()) endSocket(socket, 'restarting')
      for (let waited = 0; all.size > 0 && waited < goodbyeMs; waited += 20) await pause(20)
      io.engine?.close()
    },
  }
}

function refusal(code: 'auth.required' | 'internal'): Error {
  return Object.assign(new Error(errors[code].message), { data: { code } })
}

/** What waits in Socket.IO and in the WebSocket below it. */
function unreadBytes({ conn }: LiveSocket): number {
  const { writeBuffer, transport } = conn as unknown as {
    writeBuffer: { data?: { length: number } }[]
    transport: { socket?: { bufferedAmount: number } }
  }
  const waiting = writeBuffer.reduce((sum, { data }) => sum + (data?.length ?? 0), 0)
  return waiting + (transport.socket?.bufferedAmount ?? 0)
}

/** Without the closing handshake, which a stuck client would never answer. */
function destroy({ conn }: LiveSocket): void {
  conn.request.socket.destroy()
}
