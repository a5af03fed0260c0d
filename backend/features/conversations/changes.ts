import type { Message as ApiMessage } from '../../contract/messages.ts'
import type { Context } from '../../feature.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'
import { presentRows } from './rows.ts'

/** More than this is loaded afresh instead. */
const limit = 200
/**
 * A cursor reaches this far back. A transaction that began before the cursor was taken may commit after it, with an
 * earlier time of change; what is listed twice is merged by id in the browser.
 */
const overlap = 10_000

/** Everything that changed since a client was last connected, so that nothing on its screen is stale. */
export async function readChanges(
  context: Context,
  { since, conversationId }: { since: string; conversationId?: string | undefined },
) {
  const { store, now } = context
  const cursor = new Date(now().getTime() - overlap).toISOString()
  const changed = {
    where: { updatedAt: { gt: new Date(since).toISOString() } },
    sort: ['updatedAt', 'asc'] as const,
    limit: limit + 1,
  }
  const whole = wholeStoreOf(store)
  const [conversations, messages, others] = await Promise.all([
    store.conversations.find(changed),
    store.messages.find(changed),
    whole === store ? [] : whole.conversations.find(changed),
  ])
  // One that changed and is hidden may be one that was taken away and still stands on the screen.
  const isGone = others.length > conversations.length
  const truncated = conversations.length > limit || messages.length > limit || isGone
  const wanted = conversationId ? messages.filter((message) => message.conversationId === conversationId) : messages
  return {
    conversations: truncated ? [] : await presentRows(context, conversations),
    messages: truncated ? [] : (wanted as ApiMessage[]),
    cursor,
    truncated,
  }
}
