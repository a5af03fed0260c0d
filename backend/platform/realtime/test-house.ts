import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { io, type Socket } from 'socket.io-client'
import { onTestFinished } from 'vitest'
import type { ServerEvent, ServerEvents } from '../../contract/events.ts'
import type { Message } from '../../contract/messages.ts'
import { createRealtime, type Gate, type RealtimeOptions, type Visitor } from './realtime.ts'

/** Everybody who may come in: the cookie is `session=` and the name. */
export type House = {
  sessions: Map<string, Visitor>
  conversations: Map<string, string>
  typed: string[]
  warnings: string[]
}

export function createHouse(): House {
  const sessions = new Map<string, Visitor>()
  for (const [workspaceId, people] of Object.entries({ ws_1: ['ana', 'ben'], ws_2: ['zoe'] }))
    for (const name of people)
      sessions.set(name, {
        userId: `usr_${name}`,
        userName: name,
        workspaceId,
        sessionId: `ses_${name}`,
        role: 'agent',
      })
  const conversations = new Map([
    ['cnv_1', 'ws_1'],
    ['cnv_2', 'ws_2'],
  ])
  return { sessions, conversations, typed: [], warnings: [] }
}

export function gateOf({ sessions, conversations, typed }: House): Gate {
  return {
    originAllowed: ({ headers: { origin, host } }) => origin === undefined || new URL(origin).host === host,
    authenticate: async ({ headers: { cookie } }) => sessions.get(/session=(\w+)/.exec(cookie ?? '')?.[1] ?? ''),
    isStillIn: async ({ userName }) => sessions.has(userName),
    canSeeConversation: async ({ workspaceId }, id) => conversations.get(id) === workspaceId,
    assigneesOf: async (_workspaceId, ids) => new Map(ids.map((id) => [id, null])),
    onTyping: ({ userName }, conversationId) => void typed.push(`${userName} in ${conversationId}`),
  }
}

export async function startProcess(house: House, options: Partial<RealtimeOptions> = {}) {
  const log = {
    info() {},
    warn: (line: string) => void house.warnings.push(line),
    error: (line: string) => void house.warnings.push(line),
  }
  const realtime = createRealtime({ log, now: () => new Date(), ...options })
  const server = createServer((_request, response) => response.writeHead(404).end())
  realtime.attach(server, gateOf(house))
  const port = await listen(server)
  onTestFinished(async () => {
    await realtime.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { realtime, server, port }
}

export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** A pool as the store makes it: it survives the end of its connections. */
export function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 3 })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  onTestFinished(() => pool.end())
  return pool
}

export type Browser = {
  socket: Socket
  heard: ServerEvent[]
  /** The next event of this name that fits, also one that has come already; each is given once. */
  next<Name extends keyof ServerEvents>(
    name: Name,
    fits?: (payload: ServerEvents[Name]) => boolean,
  ): Promise<ServerEvents[Name]>
  ended: Promise<string>
}

/** A browser that has been greeted. */
export async function openBrowser(
  port: number,
  name: string,
  options: Parameters<typeof io>[1] = {},
): Promise<Browser> {
  const browser = openLine(port, name, options)
  await browser.next('hello')
  return browser
}

export function openLine(port: number, name: string, options: Parameters<typeof io>[1] = {}): Browser {
  const socket = io(`http://127.0.0.1:${port}`, {
    transports: ['websocket'],
    extraHeaders: { cookie: `session=${name}` },
    reconnection: false,
    forceNew: true,
    ...options,
  })
  onTestFinished(() => void socket.disconnect())
  const heard: ServerEvent[] = []
  const unread: ServerEvent[] = []
  const wake = new Set<() => void>()
  socket.onAny((name: string, payload: unknown) => {
    const event = { name, payload } as ServerEvent
    heard.push(event)
    unread.push(event)
    for (const look of wake) look()
  })
  return {
    socket,
    heard,
    ended: new Promise((resolve) => socket.on('disconnect', (reason) => resolve(reason))),
    next(name, fits = () => true) {
      return new Promise((resolve) => {
        const look = () => {
          const index = unread.findIndex((event) => event.name === name && fits(event.payload as never))
          if (index === -1) return
          wake.delete(look)
          resolve(unread.splice(index, 1)[0]!.payload as never)
        }
        wake.add(look)
        look()
      })
    },
  }
}

export const removed = (conversationId: string): ServerEvent => ({
  name: 'conversation:removed',
  payload: { conversationId },
})

export const message = {
  id: 'msg_1',
  createdAt: '2026-03-01T12:00:00.000Z',
  updatedAt: '2026-03-01T12:00:00.000Z',
  conversationId: 'cnv_1',
  channelId: 'cha_1',
  contactId: 'con_1',
  direction: 'inbound',
  type: 'text',
  content: { text: 'Olá' },
  status: 'received',
  statusHistory: [],
  providerMessageId: null,
  sentAt: '2026-03-01T12:00:00.000Z',
  error: null,
  replyTo: null,
  reactions: [],
  pricing: null,
  source: 'contact',
  userId: null,
  editedAt: null,
} satisfies Message

export const updated = (text: string): ServerEvent => ({
  name: 'message:updated',
  payload: { message: { ...message, content: { text } } },
})
