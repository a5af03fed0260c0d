import { bulkActions as routes, type BulkChange } from '../../contract/bulk-actions.ts'
import type { Parsed } from '../../contract/route.ts'
import type { ViewFilter } from '../../contract/saved-views.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { BulkAction } from '../../model/index.ts'
import { day, minute } from '../../platform/clock.ts'
import { requireAssignee } from '../team/assignee.ts'
import { bulkJob } from './run.ts'

export const undoTime = 10 * minute

async function startBulk(context: Context, { ids, filter, change }: Parsed<typeof routes.start>['body']) {
  await checkPeople(context, change)
  const chosen = ids && [...new Set(ids)]
  return context.store.transaction(async (store) => {
    const known = chosen ? await store.conversations.getMany(chosen) : []
    if (chosen && known.length === 0) throw new AppError('conversation.not_found')
    return beginBulk({ ...context, store }, change, chosen ? { ids: known.map(({ id }) => id) } : { filter: filter! })
  })
}

/** Goes on in the background once the transaction of the given store is through. */
export async function beginBulk(
  context: Context,
  change: BulkChange,
  target: { ids: string[] } | { filter: ViewFilter },
): Promise<BulkAction> {
  const { store, now, user } = context
  const ids = 'ids' in target ? target.ids : undefined
  const action = await store.bulkActions.insert({
    userId: user?.id ?? null,
    change,
    filter: 'filter' in target ? target.filter : null,
    state: 'running',
    total: ids ? ids.length : null,
    undoUntil: new Date(now().getTime() + undoTime).toISOString(),
    expiresAt: new Date(now().getTime() + day).toISOString(),
  })
  await store.bulkItems.insertMany(
    (ids ?? []).map((conversationId) => ({ bulkActionId: action.id, conversationId, state: 'waiting' as const })),
  )
  await schedule(context, action.id)
  return action
}

const schedule = ({ store, now }: Context, id: string) =>
  store.schedule([
    { kind: bulkJob, key: `${bulkJob}:${id}`, runAt: now().toISOString(), payload: { bulkActionId: id } },
  ])

async function undoBulk(context: Context, id: string): Promise<BulkAction> {
  await getBulk(context, id)
  return context.store.transaction(async (store) => {
    const undoable = { state: { in: ['running', 'done'] as const }, undoUntil: { gt: context.now().toISOString() } }
    const action = await store.bulkActions.update(id, { state: 'undoing' }, { onlyIf: undoable })
    if (!action) throw new AppError('bulk_action.undo_over')
    await schedule({ ...context, store }, id)
    return action
  })
}

/** One's own; admins may look after those of others. */
async function getBulk({ store, user }: Context, id: string): Promise<BulkAction> {
  const action = await store.bulkActions.get(id)
  if (!action || (action.userId !== user?.id && user?.role === 'agent')) throw new AppError('bulk_action.not_found')
  return action
}

async function checkPeople({ store }: Context, { assignedTo }: BulkChange): Promise<void> {
  if (assignedTo) await requireAssignee(store, assignedTo)
}

export const bulkActions = implement(routes, {
  start: (context, { body }) => startBulk(context, body),
  get: (context, { params }) => getBulk(context, params.bulkActionId),
  undo: (context, { params }) => undoBulk(context, params.bulkActionId),
})
