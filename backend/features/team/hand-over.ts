import { mostInBulk, type BulkChange } from '../../contract/bulk-actions.ts'
import type { Context } from '../../feature.ts'
import { requireAssignee } from './assignee.ts'

/** Changes many chats in the background. Bulk actions know the team, so the team gets them handed in. */
export type BeginBulk = (context: Context, change: BulkChange, target: { ids: string[] }) => Promise<unknown>

/** Chats that still ask for somebody; a closed one keeps the name of who had it. */
const workOf = (userId: string) => ({ assignedTo: userId, status: { in: ['open', 'pending'] as const } })

export const countChatsOf = ({ store }: Context, userId: string): Promise<number> =>
  store.conversations.count(workOf(userId), undefined, mostInBulk)

/** Gives what somebody has open to a colleague, or with null back to all. It can be taken back like any change of many chats. */
export async function handOver(
  beginBulk: BeginBulk,
  context: Context,
  userId: string,
  to: string | null,
): Promise<void> {
  if (to) await requireAssignee(context.store, to)
  const chats = await context.store.conversations.find({ where: workOf(userId), limit: mostInBulk })
  if (chats.length > 0) await beginBulk(context, { assignedTo: to }, { ids: chats.map(({ id }) => id) })
}
