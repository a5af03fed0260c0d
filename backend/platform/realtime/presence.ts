import type { Presence } from '../../contract/events.ts'

type Viewer = Presence['users'][number]
type Views = Map<string, { workspaceId: string; conversationId: string; users: Viewer[] }>

/** What one process says about its own browsers; an empty list takes back what it said before. */
export type View = { workspaceId: string; conversationId: string; users: Viewer[] }

/** Who looks at which conversation: what this process sees itself, and what the others told it. */
export function createPresence() {
  /** By conversation, then by socket: one person may have it open twice. */
  const own = new Map<string, { workspaceId: string; sockets: Map<string, Viewer> }>()
  const told = new Map<string, Views>()

  function ownView(workspaceId: string, conversationId: string): View {
    const view = own.get(conversationId)
    const sockets = view?.workspaceId === workspaceId ? view.sockets.values() : []
    return { workspaceId, conversationId, users: distinct([...sockets]) }
  }

  return {
    enter(workspaceId: string, conversationId: string, socketId: string, user: Viewer): void {
      const view = own.get(conversationId) ?? { workspaceId, sockets: new Map<string, Viewer>() }
      own.set(conversationId, view)
      view.sockets.set(socketId, user)
    },

    leave(conversationId: string, socketId: string): void {
      const view = own.get(conversationId)
      view?.sockets.delete(socketId)
      if (view?.sockets.size === 0) own.delete(conversationId)
    },

    hear(peer: string, view: View): void {
      const views: Views = told.get(peer) ?? new Map()
      told.set(peer, views)
      if (view.users.length > 0) views.set(view.conversationId, view)
      else views.delete(view.conversationId)
    },

    /** Answers what is no longer true. */
    forget(peer: string): View[] {
      const views = told.get(peer)?.values() ?? []
      told.delete(peer)
      return [...views]
    },

    ownView,
    ownViews: (): View[] => [...own].map(([id, { workspaceId }]) => ownView(workspaceId, id)),

    /** Everybody, wherever their browser is connected. */
    viewersOf(workspaceId: string, conversationId: string): Viewer[] {
      const others = [...told.values()].flatMap((views) => views.get(conversationId) ?? [])
      const views = [ownView(workspaceId, conversationId), ...others]
      return distinct(views.filter((view) => view.workspaceId === workspaceId).flatMap(({ users }) => users))
    },

    conversationsIn(workspaceId: string): string[] {
      const views = [
        ...[...own].map(([id, view]) => ({ conversationId: id, ...view })),
        ...[...told.values()].flatMap((by) => [...by.values()]),
      ]
      return [...new Set(views.filter((view) => view.workspaceId === workspaceId).map((view) => view.conversationId))]
    },
  }
}

export type PresenceTable = ReturnType<typeof createPresence>

function distinct(users: readonly Viewer[]): Viewer[] {
  return [...new Map(users.map((user) => [user.id, user])).values()]
}
