import type { Conversation } from '../../model/index.ts'

/** Why nothing is said by itself in this chat until somebody resumes, in a sentence for the log. */
export function yields({
  automationPausedAt,
  automationPausedBy,
}: Pick<Conversation, 'automationPausedAt' | 'automationPausedBy'>): string | undefined {
  if (!automationPausedAt) return undefined
  return automationPausedBy === 'reply'
    ? 'A person answered in this chat, so automation is paused.'
    : 'Automation is paused in this chat.'
}
