import { computed, inject, readonly, ref, type InjectionKey, type Ref } from 'vue'
import type { ClientEvents, ServerEvents } from '#contract/events.ts'
import type { conversations } from '#contract/conversations.ts'
import type { Answer } from '#contract/route.ts'

export type Changes = Answer<typeof conversations.changes>
export type Link = 'idle' | 'connecting' | 'connected' | 'lost'

/** What is used of a socket. A test passes its own. */
export type Line = {
  on: (event: string, handler: (payload: never) => void) => unknown
  onAny: (handler: (event: string, payload: unknown) => void) => unknown
  emit: (event: string, payload: unknown) => unknown
  connect: () => unknown
  disconnect: () => unknown
  readonly active: boolean
  readonly connected: boolean
}

type Options = {
  openLine?: () => Promise<Line>
  fetchChanges: (since: string) => Promise<Changes>
  onChanges: (changes: Changes) => void
  /** Too much changed to list, or nobody knows since when: load afresh. */
  onGap: () => void
  /** The server does not know this session any more, or says that it ended. */
  onRefused: () => void
}

export type Realtime = {
  link: Readonly<Ref<Link>>
  start: () => void
  stop: () => void
  on: <Name extends keyof ServerEvents>(name: Name, handler: (payload: ServerEvents[Name]) => void) => () => void
  emit: <Name extends keyof ClientEvents>(name: Name, payload: ClientEvents[Name]) => void
  /** Joins the room of a conversation, again after every reconnect, until the returned function is called. */
  watch: (conversationId: string) => () => void
}

export const realtimeKey: InjectionKey<Realtime> = Symbol('realtime')

const retryAfterRefusal = 5000
/** While there is no line, the page asks now and then; a proxy that lets no WebSocket through is no reason to stand still. */
const askEvery = 15_000
/** A greeting's cursor lies ten seconds back (platform/realtime); some of it for the way. */
const reach = 8000

/**
 * One typed line to the server. Events are lost while it is down, so every greeting carries a cursor, and a page that was
 * away asks for what changed since the last one before it trusts the next.
 */
export function createRealtime({
  openLine = openSocket,
  fetchChanges,
  onChanges,
  onGap,
  onRefused,
}: Options): Realtime {
  const link = ref<Link>('idle')
  const handlers = new Map<string, Set<(payload: never) => void>>()
  const watched = new Map<string, number>()
  let line: Line | undefined
  let cursor: string | undefined
  /** When the pages began to load what they show without a line. */
  let loadedAt = 0
  let timer: ReturnType<typeof setInterval> | undefined

  async function start() {
    if (link.value !== 'idle') return
    link.value = 'connecting'
    loadedAt = Date.now()
    timer = setInterval(askMeanwhile, askEvery)
    const opened = await openLine()
    // Stopped while the code was on its way.
    if ((link.value as Link) === 'idle') return void opened.disconnect()
    line = opened
    line.on('hello', (hello: ServerEvents['hello']) => void greet(hello.cursor))
    line.on('goodbye', ({ reason }: ServerEvents['goodbye']) => reason === 'session_ended' && refused())
    line.on('disconnect', () => lose())
    line.on('connect_error', () => {
      lose()
      // Refused rather than broken: nobody tries again by itself.
      if (line && !line.active) refused()
    })
    line.onAny((name, payload) => {
      for (const handler of handlers.get(name) ?? []) handler(payload as never)
    })
    line.connect()
  }

  const lose = () => {
    if (link.value !== 'idle') link.value = 'lost'
  }

  function refused() {
    onRefused()
    setTimeout(() => link.value !== 'idle' && line?.connect(), retryAfterRefusal)
  }

  async function greet(serverCursor: string) {
    for (const conversationId of watched.keys()) line?.emit('join-conversation', { conversationId })
    // What happened between the loading of a page and its first greeting was told to nobody.
    if (cursor === undefined && Date.now() - loadedAt > reach) onGap()
    cursor ??= serverCursor
    // What cannot be asked for now is asked for at the next greeting, from the same cursor.
    if (await catchUp(cursor)) cursor = serverCursor
    if (line?.connected) link.value = 'connected'
  }

  async function catchUp(since: string): Promise<boolean> {
    try {
      const changes = await fetchChanges(since)
      // Signed out meanwhile.
      if (link.value === 'idle') return false
      if (changes.truncated) onGap()
      else onChanges(changes)
      cursor = changes.cursor
      return true
    } catch {
      return false
    }
  }

  function askMeanwhile() {
    if (link.value === 'connected' || !navigator.onLine || document.hidden) return
    if (cursor !== undefined) return void catchUp(cursor)
    loadedAt = Date.now()
    onGap()
  }

  function emit<Name extends keyof ClientEvents>(name: Name, payload: ClientEvents[Name]) {
    if (line?.connected) line.emit(name, payload)
  }

  return {
    link: readonly(link),
    start: () => void start(),
    stop() {
      clearInterval(timer)
      line?.disconnect()
      line = undefined
      cursor = undefined
      link.value = 'idle'
    },
    on(name, handler) {
      const set = handlers.get(name) ?? new Set()
      handlers.set(name, set.add(handler as (payload: never) => void))
      return () => set.delete(handler as (payload: never) => void)
    },
    emit,
    watch(conversationId) {
      watched.set(conversationId, (watched.get(conversationId) ?? 0) + 1)
      emit('join-conversation', { conversationId })
      return () => {
        const left = (watched.get(conversationId) ?? 1) - 1
        if (left > 0) return void watched.set(conversationId, left)
        watched.delete(conversationId)
        emit('leave-conversation', { conversationId })
      }
    },
  }
}

/** Loaded after the first page is there. */
async function openSocket(): Promise<Line> {
  const { io } = await import('socket.io-client')
  return io({ transports: ['websocket'], reconnectionDelayMax: 10_000, autoConnect: false }) as unknown as Line
}

export function useRealtime(): Realtime {
  const realtime = inject(realtimeKey)
  if (!realtime) throw new Error('No realtime was provided.')
  return realtime
}

/** True only after the line was lost, not during the first connection. */
export function useLinkLost() {
  const realtime = useRealtime()
  return computed(() => realtime.link.value === 'lost')
}
