import type { Context } from '../../feature.ts'
import type { WebhookDeadLetter } from '../../model/index.ts'
import type { IncomingItem } from '../../platform/channel/channel.ts'
import { PermanentFailure, RunAgainAt, type Job } from '../../platform/jobs/jobs.ts'
import { applyItems } from './inbound.ts'
import type { Routed } from './routed.ts'

/** Waits before the further tries: 1 s, 10 s, 1 min, 10 min, 1 h; then a person decides. */
const waits = [1_000, 10_000, 60_000, 600_000, 3_600_000]

export const deadLetterJob = 'webhook-retry'

export async function keepDeadLetter(
  { store, now }: Context,
  deliveryId: string,
  { item, channel }: Routed,
): Promise<void> {
  const [letter] = await store.webhookDeadLetters.insertMany(
    [
      {
        deliveryId,
        channelId: channel.id,
        key: item.key,
        kind: item.kind,
        payload: item,
        error: 'Could not be applied',
        state: 'retrying',
      },
    ],
    { ifTaken: 'skip' },
  )
  if (!letter) return
  await store.schedule([
    {
      kind: deadLetterJob,
      key: `${deadLetterJob}:${letter.id}`,
      runAt: new Date(now().getTime() + waits[0]!).toISOString(),
      payload: { id: letter.id },
    },
  ])
}

/** Tries one kept item again. The job's own attempts are not counted; the letter's are. */
export async function retryDeadLetter(context: Context, job: Pick<Job, 'payload'>): Promise<void> {
  const letter = await context.store.webhookDeadLetters.get(String(job.payload['id']))
  if (!letter || letter.state === 'resolved') return
  const error = await applyLetter(context, letter)
  if (!error) return
  // Nobody can ever apply what was for a number that is not here any more.
  if (error instanceof ChannelGone) return void (await context.store.webhookDeadLetters.remove(letter.id))
  const attempts = letter.attempts + 1
  const wait = waits[attempts]
  await context.store.webhookDeadLetters.update(letter.id, {
    attempts,
    error: String(error),
    state: wait === undefined ? 'dead' : 'retrying',
  })
  if (wait === undefined) throw new PermanentFailure(String(error))
  throw new RunAgainAt(new Date(context.now().getTime() + wait))
}

class ChannelGone extends Error {}

/** Applies the item and marks the letter as resolved, together or not at all. */
export async function applyLetter(context: Context, letter: WebhookDeadLetter): Promise<unknown> {
  const channel = letter.channelId ? await context.store.channels.get(letter.channelId) : undefined
  if (!channel) return new ChannelGone('The number was removed')
  try {
    await context.store.transaction(async (tx) => {
      await applyItems({ ...context, store: tx }, [{ item: letter.payload as IncomingItem, channel }])
      await tx.webhookDeadLetters.update(letter.id, { state: 'resolved' })
    })
    return undefined
  } catch (error) {
    return error
  }
}
