import { statusRank, type StatusChange } from '../../contract/messages.ts'
import type { Context } from '../../feature.ts'
import type { Message } from '../../model/index.ts'
import { changeWithMark } from '../message-days/marks.ts'
import type { IncomingStatus } from '../../platform/channel/channel.ts'

/** What the statuses change about a message; undefined when all of them are old news. */
export function foldStatuses(message: Message, statuses: readonly IncomingStatus[]): Partial<Message> | undefined {
  let history: StatusChange[] = message.statusHistory
  let { status, rank, error, pricing, providerMessageId } = message
  for (const item of statuses) {
    history = withStatus(history, { status: item.status, at: item.at })
    if (statusRank[item.status] > rank) {
      status = item.status
      rank = statusRank[item.status]
    }
    if (item.status === 'failed' && status === 'failed') error = item.error ?? error
    pricing = item.pricing ? { ...pricing, ...item.pricing } : pricing
    providerMessageId ??= item.providerMessageId
  }
  if (rank > statusRank.failed) error = null
  const unchanged =
    history.length === message.statusHistory.length &&
    rank === message.rank &&
    providerMessageId === message.providerMessageId
  return unchanged ? undefined : { status, rank, error, pricing, providerMessageId, statusHistory: history }
}

/** The history in its true order. Meta's clock counts whole seconds, so within one the rank decides. */
export function withStatus(history: readonly StatusChange[], change: StatusChange): StatusChange[] {
  if (history.some(({ status, at }) => status === change.status && at === change.at)) return [...history]
  return [...history, change].sort((a, b) => {
    const [earlier, later] = [a.at.slice(0, 19), b.at.slice(0, 19)]
    if (earlier !== later) return earlier < later ? -1 : 1
    return statusRank[a.status] - statusRank[b.status]
  })
}

const raceTries = 10

/**
 * Changes a message by what it is now. The sender and the webhooks write the same message at the same time, so each write
 * is guarded by what was read and repeated when somebody was faster. Answers the changed message, if there was a change.
 */
export async function changeMessage(
  context: Pick<Context, 'store' | 'now'>,
  id: string,
  change: (message: Message) => Partial<Message> | undefined,
): Promise<Message | undefined> {
  for (let tries = 0; tries < raceTries; tries++) {
    const message = await context.store.messages.get(id)
    const set = message && change(message)
    if (!set) return undefined
    const onlyIf = { rank: message.rank, updatedAt: message.updatedAt }
    const changed = await changeWithMark(context, message, (tx) => tx.messages.update(id, set, { onlyIf }))
    if (changed) return changed
  }
  throw new Error(`Message ${id} is changed by too many at once`)
}
