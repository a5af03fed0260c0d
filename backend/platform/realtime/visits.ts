import { ConversationRef, type ServerEvents } from '../../contract/events.ts'
import type { Log } from '../store/store.ts'
import type { PresenceTable } from './presence.ts'
import type { Gate, Limits } from './realtime.ts'
import { rooms, type LiveSocket } from './socket-io.ts'

type Deps = {
  gate: Gate
  log: Log
  now: () => Date
  limits: Limits
  presence: PresenceTable
  sayInRoom(
    room: string,
    event: { name: 'typing:start' | 'typing:stop'; payload: ServerEvents['typing:start'] },
    except?: string,
  ): void
  onView(view: { workspaceId: string; conversationId: string }): void
}

/** WhatsApp shows "typing…" for 25 seconds. */
const tellEveryMs = 20_000

/** What one browser does in conversations: enter, leave, type. Nothing of it is stored. */
export function followSocket(socket: LiveSocket, { gate, log, now, limits, presence, sayInRoom, onView }: Deps): void {
  const { workspaceId, userId, userName } = socket.data.visitor
  const entered = new Set<string>()
  const typing = new Map<string, { timer: NodeJS.Timeout; saidAt: number }>()
  const toldAt = new Map<string, number>()
  const mayGoOn = createAllowance(limits, now)
  let turn = Promise.resolve()

  function on(name: Parameters<LiveSocket['on']>[0] & string, act: (conversationId: string) => unknown): void {
    const attempt = async (conversationId: string) => {
      try {
        await act(conversationId)
      } catch (error) {
        log.warn(`The live event ${name} was ignored: ${String(error)}`)
      }
    }
    const receive = (payload: unknown) => {
      const parsed = ConversationRef.safeParse(payload)
      if (!parsed.success || !mayGoOn()) return
      // One after the other, so that leaving right after entering leaves.
      turn = turn.then(() => attempt(parsed.data.conversationId))
    }
    socket.on(name as never, receive as never)
  }

  const maySee = (conversationId: string) =>
    entered.has(conversationId) || gate.canSeeConversation(socket.data.visitor, conversationId)

  async function enter(conversationId: string): Promise<void> {
    if (entered.has(conversationId) || entered.size >= limits.conversations) return
    if (!(await maySee(conversationId)) || !socket.connected) return
    entered.add(conversationId)
    await socket.join(rooms.conversation(conversationId))
    presence.enter(workspaceId, conversationId, socket.id, { id: userId, name: userName })
    onView({ workspaceId, conversationId })
  }

  function leave(conversationId: string): void {
    stopTyping(conversationId)
    if (!entered.delete(conversationId)) return
    void socket.leave(rooms.conversation(conversationId))
    presence.leave(conversationId, socket.id)
    onView({ workspaceId, conversationId })
  }

  async function startTyping(conversationId: string): Promise<void> {
    if (!typing.has(conversationId) && typing.size >= limits.conversations) return
    if (!(await maySee(conversationId)) || !socket.connected) return
    const before = typing.get(conversationId)
    clearTimeout(before?.timer)
    const instant = now().getTime()
    // Said again while it goes on, so that whoever came later sees it, but not with every letter.
    const isDue = !before || instant - before.saidAt >= limits.typingMs / 3
    const timer = setTimeout(() => stopTyping(conversationId), limits.typingMs)
    typing.set(conversationId, { timer, saidAt: isDue ? instant : before.saidAt })
    if (!isDue) return
    sayTyping('typing:start', conversationId)
    tellGate(conversationId, instant)
  }

  function tellGate(conversationId: string, instant: number): void {
    if (instant - (toldAt.get(conversationId) ?? -Infinity) < tellEveryMs) return
    toldAt.set(conversationId, instant)
    gate.onTyping?.(socket.data.visitor, conversationId)
  }

  function stopTyping(conversationId: string): void {
    const current = typing.get(conversationId)
    if (!current) return
    clearTimeout(current.timer)
    typing.delete(conversationId)
    sayTyping('typing:stop', conversationId)
  }

  function sayTyping(name: 'typing:start' | 'typing:stop', conversationId: string): void {
    const payload = { conversationId, userId, name: userName }
    sayInRoom(rooms.conversation(conversationId), { name, payload }, rooms.user(userId))
  }

  socket.data.evict = leave
  on('join-conversation', enter)
  on('leave-conversation', leave)
  on('typing:start', startTyping)
  on('typing:stop', stopTyping)
  socket.on('disconnect', () => {
    for (const conversationId of typing.keys()) stopTyping(conversationId)
    for (const conversationId of entered) leave(conversationId)
  })
}

/** A bucket of `burst` events that fills up again by `perSecond`. What is over it is ignored. */
function createAllowance({ burst, perSecond }: Limits, now: () => Date): () => boolean {
  let left = burst
  let at = now().getTime()
  return () => {
    const instant = now().getTime()
    left = Math.min(burst, left + (Math.max(0, instant - at) / 1000) * perSecond)
    at = instant
    if (left < 1) return false
    left -= 1
    return true
  }
}
