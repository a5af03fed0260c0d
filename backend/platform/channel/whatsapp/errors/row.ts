import type { MessageError } from '../../../../contract/messages.ts'
import type { Refusal } from '../../channel.ts'

/** What one error code of Meta means for us. The sentence is for a shopkeeper: no jargon, no code, what to do. */
export type ErrorRow = {
  scope: Refusal['scope']
  message: string
  actor: NonNullable<MessageError['actor']>
  action: NonNullable<MessageError['action']>
  ambiguous: boolean
  retryAfter?: Refusal['retryAfter']
}
export type ErrorRows = { readonly [code: number]: ErrorRow }

type Who = readonly [actor: ErrorRow['actor'], action: ErrorRow['action']]

/** This message never; the next may go. */
export function never(message: string, ...[actor, action]: Who): ErrorRow {
  return { scope: 'message', message, actor, action, ambiguous: false }
}

/** Nothing goes from this number until a person acts. */
export function stopped(message: string, actor: ErrorRow['actor'] = 'admin'): ErrorRow {
  return { scope: 'channel', message, actor, action: 'channel', ambiguous: false }
}

/** A trouble of Meta's that passes. It may have struck after the message was taken. */
export function passing(message: string): ErrorRow {
  return {
    scope: 'pair',
    message,
    actor: 'meta',
    action: 'wait',
    ambiguous: true,
    retryAfter: after(5, 30, 120, 600, 1800),
  }
}

/** Rejected before it was looked at: try again after a while, everybody on this number. */
export function slower(message: string, first: number, longest: number): ErrorRow {
  const retryAfter = (tries: number) => Math.min(first * 2 ** (atLeastOne(tries) - 1), longest) * 1000
  return { scope: 'wait', message, actor: 'nobody', action: 'wait', ambiguous: false, retryAfter }
}

/** The waits in seconds before the first, second … further try; then it has failed. */
export function after(...seconds: readonly number[]): NonNullable<Refusal['retryAfter']> {
  return (tries) => {
    const wait = seconds[atLeastOne(tries) - 1]
    return wait === undefined ? undefined : wait * 1000
  }
}

export const atLeastOne = (tries: number) => Math.max(1, Math.floor(tries) || 1)
