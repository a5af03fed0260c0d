import type { Message } from '#contract/messages.ts'

/** What a person may do to a message. Leaves emit one of these; the thread carries it out. */
export type ThreadAct =
  | { kind: 'reply'; message: Message }
  | { kind: 'react'; message: Message; emoji: string }
  | { kind: 'copy'; message: Message }
  | { kind: 'jump'; messageId: string }
  | { kind: 'view'; message: Message }
  | { kind: 'retry-media'; message: Message; mediaId: string }
  | { kind: 'resend'; message: Message }
  | { kind: 'use-template'; message: Message }
  /** A message that has not reached Parley: try again with the same key, or take the text back. */
  | { kind: 'try-again'; key: string }
  | { kind: 'take-back'; key: string }
