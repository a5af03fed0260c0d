import type { Reaction } from '../../contract/messages.ts'
import type { Context } from '../../feature.ts'
import type { IncomingEdit, IncomingStatus } from '../../platform/channel/channel.ts'

/*
 * Meta promises no order: a status, an edit or a reaction may come before its message. It waits here, as it may also be about
 * a message of another tool, and is forgotten after seven days.
 */
const life = 7 * 24 * 60 * 60 * 1000

export type EarlyReaction = {
  kind: 'reaction'
  contactId: string
  from: Reaction['from']
  emoji: string | null
  at: string
}
type Payload = IncomingStatus | IncomingEdit | EarlyReaction
type Orphan = { channelId: string; providerMessageId: string; key: string; payload: Payload }

export async function keepOrphans(
  { store, now }: Pick<Context, 'store' | 'now'>,
  orphans: readonly Orphan[],
): Promise<void> {
  if (orphans.length === 0) return
  const expiresAt = new Date(now().getTime() + life).toISOString()
  await store.orphans.insertMany(
    orphans.map((orphan) => ({ ...orphan, expiresAt })),
    { ifTaken: 'skip' },
  )
}

/** What came before these messages. Call it in the transaction that stores them, or learns their ids. */
export async function takeOrphans(
  store: Context['store'],
  messages: readonly { channelId: string; providerMessageId: string | null }[],
): Promise<Orphan[]> {
  const ids = [...new Set(messages.flatMap(({ providerMessageId }) => providerMessageId ?? []))]
  const where = {
    channelId: { in: [...new Set(messages.map(({ channelId }) => channelId))] },
    providerMessageId: { in: ids },
  }
  const found = await store.orphans.find({ where, limit: ids.length * 20 + 100 })
  if (found.length > 0) await store.orphans.removeWhere({ id: { in: found.map(({ id }) => id) } })
  return found as unknown as Orphan[]
}
