import type { Context } from '../../feature.ts'
import type { BulkAction } from '../../model/index.ts'
import { notifyPeople } from '../notifications/notify.ts'

/** Somebody who was given fifty chats is told once. */
export async function tellTogether(context: Context, action: BulkAction, toldSingly: number): Promise<void> {
  const { assignedTo } = action.change
  const total = action.total ?? 0
  if (!assignedTo || total <= toldSingly) return
  const [item] = await context.store.bulkItems.find({ where: { bulkActionId: action.id, state: 'done' }, limit: 1 })
  const conversation = item && (await context.store.conversations.get(item.conversationId))
  if (!conversation) return
  const preview = `and ${total - 1} more chats`
  await notifyPeople(context, [
    { userId: assignedTo, kind: 'assigned', key: `bulk:${action.id}`, conversation, preview },
  ])
}
