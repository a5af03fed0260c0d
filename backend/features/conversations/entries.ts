import type { ThreadEntryKind } from '../../contract/notes.ts'
import type { Context } from '../../feature.ts'
import type { Conversation, ThreadEntry } from '../../model/index.ts'
import { notifyPeople } from '../notifications/notify.ts'

type Tracked = Pick<Conversation, 'status' | 'assignedTo' | 'tags' | 'snoozedUntil'>
type Change = { kind: ThreadEntryKind; before: unknown; after: unknown }

/** What a person reading the thread would want to know of a change. */
export function changesOf(before: Tracked, after: Tracked): Change[] {
  const changes: Change[] = []
  const add = (kind: ThreadEntryKind, was: unknown, is: unknown) => changes.push({ kind, before: was, after: is })
  if (before.assignedTo !== after.assignedTo) add('assigned', before.assignedTo, after.assignedTo)
  if (before.tags.toSorted().join('\n') !== after.tags.toSorted().join('\n')) add('tags', before.tags, after.tags)
  if (before.status !== after.status) add('status', before.status, after.status)
  if (before.snoozedUntil !== after.snoozedUntil) {
    if (after.snoozedUntil) add('snoozed', before.snoozedUntil, after.snoozedUntil)
    // Closing ends a snooze; that line says enough.
    else if (after.status !== 'closed') add('woke', before.snoozedUntil, null)
  }
  return changes
}

type Changed = { before: Tracked; after: Conversation }

/**
 * Writes the lines of the thread and tells who is concerned, or with `quiet` leaves that to the caller. Call it in the
 * transaction of the change itself.
 */
export async function recordChanges(
  context: Context,
  changed: readonly Changed[],
  { quiet = false }: { quiet?: boolean } = {},
): Promise<void> {
  const { store, user, notify } = context
  const rows = changed.flatMap(({ before, after }) => changesOf(before, after).map((change) => ({ after, change })))
  if (rows.length === 0) return
  const entries = await store.threadEntries.insertMany(
    rows.map(({ after, change }) => ({
      conversationId: after.id,
      kind: change.kind,
      userId: user?.id ?? null,
      mentions: [],
      before: change.before,
      after: change.after,
    })),
  )
  for (const entry of entries) notify({ name: 'activity:new', payload: { entry } })
  if (!quiet) await tellAssigned(context, rows, entries)
}

async function tellAssigned(
  context: Context,
  rows: readonly { after: Conversation; change: Change }[],
  entries: readonly ThreadEntry[],
): Promise<void> {
  const news = rows.flatMap(({ after, change }, index) =>
    change.kind === 'assigned' && after.assignedTo
      ? [
          {
            userId: after.assignedTo,
            kind: 'assigned' as const,
            key: `assigned:${entries[index]!.id}`,
            conversation: after,
            preview: after.lastMessage?.preview ?? '',
          },
        ]
      : [],
  )
  await notifyPeople(context, news)
}
