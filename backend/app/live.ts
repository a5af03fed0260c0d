import type { Server } from 'node:http'
import type { Config } from '../config.ts'
import { limitStore } from '../features/visibility/limited-store.ts'
import type { Accounts } from './accounts.ts'
import type { Ground } from './ground.ts'
import type { WhatsApp } from './whatsapp.ts'

/** Lets signed-in browsers listen on the server's port; each hears what its person may see. */
export function attachLive(
  config: Config,
  server: Server,
  { store, realtime, contextFor }: Ground,
  { showTyping }: WhatsApp,
  { authenticate, sessions }: Accounts,
): void {
  realtime.attach(server, {
    originAllowed: ({ headers }) => isOwnOrigin(headers.origin, headers.host, config.PUBLIC_URL),
    async authenticate(handshake) {
      const identity = await authenticate(handshake)
      if (!identity) return undefined
      const { user, workspaceId, sessionId } = identity
      const { id: userId, name: userName, role, visibility = 'all' } = user
      return { workspaceId, sessionId, userId, userName, role, visibility }
    },
    isStillIn: ({ sessionId }) => sessions.isAlive(sessionId),
    canSeeConversation: async ({ workspaceId, userId, visibility = 'all' }, conversationId) => {
      const { conversations } = limitStore(store.workspace(workspaceId), { id: userId, visibility })
      return (await conversations.get(conversationId)) !== undefined
    },
    async assigneesOf(workspaceId, ids) {
      const rows = await store.workspace(workspaceId).conversations.getMany(ids)
      return new Map(rows.map(({ id, assignedTo }) => [id, assignedTo]))
    },
    onTyping: ({ workspaceId }, conversationId) => void tellTyping(workspaceId, conversationId).catch(() => {}),
  })

  /** Nobody waits for it, and a customer who does not see it misses nothing. */
  async function tellTyping(workspaceId: string, conversationId: string): Promise<void> {
    const context = contextFor(workspaceId)
    const conversation = await context.store.conversations.get(conversationId)
    if (conversation) await showTyping(context, conversation)
  }
}

function isOwnOrigin(origin: string | undefined, host: string | undefined, publicUrl: string | undefined): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false
  return new URL(origin).host === host || origin === publicUrl
}
