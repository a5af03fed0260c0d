import type { Conversation } from '#contract/conversations.ts'

const hour = 3_600_000
/** The last two hours are amber: time to answer, or it will cost a template. */
const closingSpan = 2 * hour
const wholeSpan = 24 * hour

export type ReplyWindow = {
  /** never: the customer has not written yet. */
  state: 'open' | 'closing' | 'closed' | 'never'
  /** Milliseconds until it closes. */
  left: number
  /** What is left of the 24 hours, 0 to 1. */
  fraction: number
}

export function windowOf({ windowExpiresAt }: Pick<Conversation, 'windowExpiresAt'>, now: number): ReplyWindow {
  if (windowExpiresAt === null) return { state: 'never', left: 0, fraction: 0 }
  const left = Math.max(0, Date.parse(windowExpiresAt) - now)
  if (left === 0) return { state: 'closed', left, fraction: 0 }
  return { state: left <= closingSpan ? 'closing' : 'open', left, fraction: Math.min(1, left / wholeSpan) }
}

/** Which composer a chat gets. The server has the last word and says so with the same reasons. */
export type ComposerMode = 'write' | 'template' | 'standby'

export function composerModeOf(
  conversation: Pick<Conversation, 'windowExpiresAt' | 'standbySince'>,
  now: number,
): ComposerMode {
  if (conversation.standbySince !== null) return 'standby'
  const { state } = windowOf(conversation, now)
  return state === 'open' || state === 'closing' ? 'write' : 'template'
}
