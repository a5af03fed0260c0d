import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Conversation } from '../../model/index.ts'
import { resumeFollowUps } from './follow-ups.ts'

/** On purpose, by a person or by the step of a rule: with its line in the thread, and follow-ups that begin anew. */
export async function pauseAutomation(context: Context, id: string, paused: boolean): Promise<Conversation> {
  return context.store.transaction(async (store) => {
    const tx = { ...context, store }
    const before = await store.conversations.get(id)
    const conversation = await store.conversations.update(id, {
      automationPausedAt: paused ? context.now().toISOString() : null,
      automationPausedBy: paused ? 'person' : null,
    })
    if (!before || !conversation) throw new AppError('conversation.not_found')
    tx.notify({ name: 'conversation:updated', payload: { conversation } })
    if (before.automationPausedBy !== conversation.automationPausedBy) await record(tx, conversation)
    if (!paused && before.automationPausedBy === 'person') await resumeFollowUps(tx, conversation)
    return conversation
  })
}

async function record({ store, user, notify }: Context, { id, automationPausedAt }: Conversation): Promise<void> {
  const entry = await store.threadEntries.insert({
    conversationId: id,
    kind: 'automation',
    userId: user?.id ?? null,
    mentions: [],
    before: automationPausedAt ? 'running' : 'paused',
    after: automationPausedAt ? 'paused' : 'running',
  })
  notify({ name: 'activity:new', payload: { entry } })
}
