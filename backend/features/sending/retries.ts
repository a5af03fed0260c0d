import type { Message } from '../../model/index.ts'
import type { SendOutcome } from '../../platform/channel/channel.ts'

/** Waits in seconds when nothing left this machine: 1, 2, 5, 15, 60 s, then every 5 minutes for an hour. */
const unreachableWaits = [1, 2, 5, 15, 60, ...Array.from({ length: 12 }, () => 300)]

/** A fifth more or less, so that all that waited for the connection does not come at the same moment when it is back. */
const spread = 0.2

/** When a message that certainly did not go out is tried again; undefined: it has failed. */
export function retryAt(
  { attempt }: Pick<Message, 'attempt'>,
  outcome: SendOutcome,
  now: Date,
  random: () => number,
): Date | undefined {
  if (outcome.kind === 'not_sent') {
    const wait = unreachableWaits[attempt - 1]
    if (wait === undefined) return undefined
    return new Date(now.getTime() + Math.round(wait * 1000 * (1 + spread * (2 * random() - 1))))
  }
  if (outcome.kind !== 'refused' || !outcome.refusal.retryAfter) return undefined
  const wait = outcome.refusal.retryAfter(attempt)
  return wait === undefined || attempt > maxTries[outcome.refusal.scope] ? undefined : new Date(now.getTime() + wait)
}

/** Rate limits end by themselves, so they are waited for longer than failures that may be for good. */
const maxTries = { message: 5, pair: 12, wait: 100, channel: 0 }
