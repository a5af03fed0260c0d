import type { Message, WorkspaceStore } from '../../model/index.ts'
import { day } from '../../platform/clock.ts'

/*
 * A past day is counted once and kept (roll.ts). Days become that when they ended three days ago; whoever changes
 * messages older than two days says so with a mark, in the transaction of the change. The day between covers clocks that
 * differ and transactions that take long.
 */
export const settledAfter = 3 * day
const markedAfter = 2 * day

type Said = Pick<Message, 'sentAt'>

/** Of messages of now nobody keeps a count, so that the hot path writes nothing more than its message. */
function isSettled(now: Date, { sentAt }: Said): boolean {
  return sentAt < new Date(now.getTime() - markedAfter).toISOString()
}

/** Call it in the transaction that adds, changes or removes the messages. */
export async function markMessages(
  store: Pick<WorkspaceStore, 'messageDayMarks'>,
  now: Date,
  messages: readonly Said[],
): Promise<void> {
  const hours = new Set(messages.filter((one) => isSettled(now, one)).map(({ sentAt }) => sentAt.slice(0, 13)))
  await store.messageDayMarks.insertMany(
    [...hours].map((hour) => ({ from: `${hour}:00:00.000Z`, to: `${hour}:59:59.999Z` })),
  )
}

/** A change of one message, with its mark where it needs one. */
export async function changeWithMark(
  { store, now }: { store: WorkspaceStore; now: () => Date },
  message: Said,
  change: (store: WorkspaceStore) => Promise<Message | undefined>,
): Promise<Message | undefined> {
  if (!isSettled(now(), message)) return change(store)
  return store.transaction(async (tx) => {
    const changed = await change(tx)
    if (changed) await markMessages(tx, now(), [changed])
    return changed
  })
}

/** For what takes whole conversations along. */
export async function markConversations(
  store: WorkspaceStore,
  now: Date,
  conversationIds: readonly string[],
): Promise<void> {
  const ends: Said[] = []
  for (const conversationId of conversationIds) {
    const [first] = await store.messages.find({ where: { conversationId }, sort: ['sentAt', 'asc'], limit: 1 })
    const [last] = await store.messages.find({ where: { conversationId }, sort: ['sentAt', 'desc'], limit: 1 })
    if (first && last && isSettled(now, first)) ends.push(first, last)
  }
  if (ends.length === 0) return
  const times = ends.map(({ sentAt }) => sentAt).sort()
  await store.messageDayMarks.insertMany([{ from: times[0]!, to: times.at(-1)! }])
}

/** For what may take any message along: every day is counted anew. */
export async function markEverything(store: Pick<WorkspaceStore, 'messageDayMarks'>, now: Date): Promise<void> {
  await store.messageDayMarks.insertMany([{ from: new Date(0).toISOString(), to: now.toISOString() }])
}
