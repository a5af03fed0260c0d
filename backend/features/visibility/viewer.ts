import type { Visibility } from '../../contract/workspace.ts'
import type { User, WorkspaceStore } from '../../model/index.ts'
import { limitStore, wholeStoreOf } from './limited-store.ts'

/** What somebody sees: their own rule, else the workspace's. Owners and admins see everything. */
export function visibilityOf(user: Pick<User, 'role' | 'visibility'>, agents: Visibility): Visibility {
  return user.role === 'agent' ? (user.visibility ?? agents) : 'all'
}

/** Whether a conversation with this assignee is one of theirs. */
export function maySee(viewer: { id: string; visibility: Visibility }, assignedTo: string | null): boolean {
  if (viewer.visibility === 'all' || assignedTo === viewer.id) return true
  return viewer.visibility === 'unassigned' && assignedTo === null
}

/** The store as it would be for this person, for work that they began and that goes on without them. */
export async function storeFor(store: WorkspaceStore, user: User | undefined): Promise<WorkspaceStore> {
  if (user?.role !== 'agent') return store
  const workspace = await store.workspaces.get(user.workspaceId)
  const visibility = visibilityOf(user, workspace?.settings.agentVisibility ?? 'all')
  return limitStore(store, { id: user.id, visibility })
}

/** Those of the pairs whose person may see the conversation: what is told to somebody must be theirs to read. */
export async function keepSeen<Pair extends { userId: string; conversation: { id: string } }>(
  store: WorkspaceStore,
  workspaceId: string,
  pairs: readonly Pair[],
): Promise<Pair[]> {
  const whole = wholeStoreOf(store)
  const users = new Map(
    (await whole.users.getMany(unique(pairs.map(({ userId }) => userId)))).map((user) => [user.id, user]),
  )
  const isLimitable = [...users.values()].some(({ role }) => role === 'agent')
  const workspace = isLimitable ? await whole.workspaces.get(workspaceId) : undefined
  const agents = workspace?.settings.agentVisibility ?? 'all'
  const viewers = new Map([...users].map(([id, user]) => [id, { id, visibility: visibilityOf(user, agents) }]))
  const asked = pairs.filter(({ userId }) => viewers.get(userId)?.visibility !== 'all')
  const conversations = await whole.conversations.getMany(unique(asked.map(({ conversation }) => conversation.id)))
  const assignees = new Map(conversations.map(({ id, assignedTo }) => [id, assignedTo]))
  return pairs.filter(({ userId, conversation }) => {
    const viewer = viewers.get(userId)
    return viewer && (viewer.visibility === 'all' || maySee(viewer, assignees.get(conversation.id) ?? null))
  })
}

const unique = (ids: readonly string[]) => [...new Set(ids)]
