import type { Context, ContextFor } from '../../feature.ts'
import type { Conversation } from '../../model/index.ts'
import { RunAgainAt, type Job } from '../../platform/jobs/jobs.ts'
import { notifyPeople } from '../notifications/notify.ts'
import { recordChanges } from './entries.ts'

export const wakeJob = 'wake'
const keyOf = (conversationId: string) => `${wakeJob}:${conversationId}`

/** One waiting job for each sleeping chat; sleeping longer moves it, waking takes it away. */
export async function planWaking({ store }: Context, before: Conversation, after: Conversation): Promise<void> {
  const { id, snoozedUntil } = after
  if (before.snoozedUntil === snoozedUntil) return
  if (!snoozedUntil) return store.cancel([keyOf(id)])
  await store.schedule([
    { kind: wakeJob, key: keyOf(id), runAt: snoozedUntil, payload: { conversationId: id, until: snoozedUntil } },
  ])
}

/** Wakes a chat whose time has come. Run again, or after somebody chose another time, it changes nothing. */
export async function wakeConversation(contextFor: ContextFor, job: Pick<Job, 'workspaceId' | 'payload'>) {
  const context = contextFor(job.workspaceId)
  const conversationId = String(job.payload['conversationId'])
  const until = String(job.payload['until'])
  // The clock of the job store may be ahead of ours.
  if (context.now().toISOString() < until) throw new RunAgainAt(new Date(until))
  await context.store.transaction(async (store) => {
    const tx = { ...context, store }
    const before = await store.conversations.get(conversationId)
    if (!before) return
    const awake = { status: 'open' as const, snoozedUntil: null, snoozedBy: null }
    const after = await store.conversations.update(conversationId, awake, { onlyIf: { snoozedUntil: until } })
    if (!after) return
    tx.notify({ name: 'conversation:updated', payload: { conversation: after } })
    // Back in the inbox is one line, whatever the chat was before.
    await recordChanges(tx, [{ before: { ...before, status: 'open' }, after }])
    await tellWoken(tx, before)
  })
  context.flush()
}

/** The person who put the chat to sleep, or else the one who looks after it. */
export async function tellWoken(context: Context, slept: Conversation): Promise<void> {
  const userId = slept.snoozedBy ?? slept.assignedTo
  if (!userId || !slept.snoozedUntil) return
  await notifyPeople(context, [
    {
      userId,
      kind: 'woke',
      key: `woke:${slept.id}:${slept.snoozedUntil}`,
      conversation: slept,
      preview: slept.lastMessage?.preview ?? '',
    },
  ])
}

/** What a message of the customer changes beyond its own facts: a closed chat is open again, a sleeping one is awake. */
export async function recordReturns(
  context: Context,
  changed: readonly { before: Conversation; after: Conversation }[],
): Promise<void> {
  const returned = changed.filter(
    ({ before, after }) => before.status !== after.status || before.snoozedUntil !== after.snoozedUntil,
  )
  if (returned.length === 0) return
  // Only what a message brings about: what a colleague does at the same moment has a line of its own.
  await recordChanges(
    context,
    returned.map(({ before: { status, snoozedUntil }, after }) => ({
      before: { ...after, status, snoozedUntil },
      after,
    })),
  )
  const woken = returned.filter(({ before, after }) => before.snoozedUntil && !after.snoozedUntil)
  if (woken.length > 0) await context.store.cancel(woken.map(({ before }) => keyOf(before.id)))
  for (const { before } of woken) await tellWoken(context, before)
}
