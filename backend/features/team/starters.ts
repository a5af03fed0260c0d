import type { ServerEvent } from '../../contract/events.ts'
import type { Context } from '../../feature.ts'
import type { WorkspaceStore } from '../../model/index.ts'

/** Tells who began a piece of work how it goes on, and the admins, who may look after it; it is nobody else's. */
export async function tellWatchers(
  { store, notify }: Context,
  starterId: string | null,
  event: ServerEvent,
): Promise<void> {
  const admins = await store.users.find({ where: { role: { in: ['owner', 'admin'] }, disabledAt: null }, limit: 1000 })
  for (const to of new Set([...admins.map(({ id }) => id), ...(starterId ? [starterId] : [])])) notify({ ...event, to })
}

/** Whether who began a piece of work was disabled or removed since then; it does not go on in their name. */
export async function hasLeft({ users }: Pick<WorkspaceStore, 'users'>, starterId: string | null): Promise<boolean> {
  if (starterId === null) return false
  const starter = await users.get(starterId)
  return !starter || starter.disabledAt !== null
}
