import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Conversation } from '../../model/index.ts'

export async function pauseAutomation({ store, now, notify }: Context, id: string, paused: boolean) {
  const conversation: Conversation | undefined = await store.conversations.update(id, {
    automationPausedAt: paused ? now().toISOString() : null,
    automationPausedBy: paused ? 'person' : null,
  })
  if (!conversation) throw new AppError('conversation.not_found')
  notify({ name: 'conversation:updated', payload: { conversation } })
  return conversation
}
