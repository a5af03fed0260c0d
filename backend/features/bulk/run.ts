import { mostInBulk, type BulkChange } from '../../contract/bulk-actions.ts'
import { AppError } from '../../errors.ts'
import type { Context, ContextFor } from '../../feature.ts'
import type { BulkAction, BulkItem, Conversation } from '../../model/index.ts'
import type { Job } from '../../platform/jobs/jobs.ts'
import { changeConversation, type ConversationChange } from '../conversations/change.ts'
import { readView } from '../conversations/listing.ts'
import { hasLeft } from '../team/starters.ts'
import { storeFor } from '../visibility/viewer.ts'
import { tellTogether } from './news.ts'
import { factsOf, restore } from './restore.ts'

export const bulkJob = 'bulk'
const batch = 50
/** Up to so many chats, whoever gets them is told of each. */
const toldSingly = 5

type Work = Context & { flush: () => void }

/**
 * Changes the chats of a bulk action batch by batch, or puts them back. Each item says in the transaction of its change that
 * it is done, so that a job that runs twice goes on where the first one stopped.
 */
export async function runBulk(contextFor: ContextFor, job: Pick<Job, 'workspaceId' | 'payload'>): Promise<void> {
  const context: Work = contextFor(job.workspaceId)
  const id = String(job.payload['bulkActionId'])
  const first = await context.store.bulkActions.get(id)
  if (!first) return
  const starter = first.userId ? await context.store.users.get(first.userId) : undefined
  context.user = starter ?? null
  // A filter reaches as far as the one who chose it.
  if (first.state === 'running' && first.total === null)
    await collect({ ...context, store: await storeFor(context.store, starter) }, first)
  for (;;) {
    const action = await context.store.bulkActions.get(id)
    if (!action) return
    if (action.state === 'running' && (await hasLeft(context.store, action.userId))) {
      await finish(context, action, 'running', 'done')
      return context.flush()
    }
    const isMore =
      action.state === 'running'
        ? await changeSome(context, action)
        : action.state === 'undoing' && (await undoSome(context, action))
    context.flush()
    if (!isMore) return
  }
}

/** The matches are written down first: changing a chat takes it out of the filter that found it. */
async function collect(context: Context, { id, filter }: BulkAction): Promise<void> {
  const { store } = context
  let cursor: string | undefined
  for (let found = 0; found < mostInBulk;) {
    const { rows, pagination } = await readView(context, filter ?? {}, { limit: 100, cursor })
    await store.bulkItems.insertMany(
      rows.map((row) => ({ bulkActionId: id, conversationId: row.id, state: 'waiting' as const })),
      { ifTaken: 'skip' },
    )
    found += rows.length
    if (!pagination.nextCursor) break
    cursor = pagination.nextCursor
  }
  await store.bulkActions.update(id, { total: await store.bulkItems.count({ bulkActionId: id }) })
}

const nextOf = ({ store }: Context, bulkActionId: string, state: BulkItem['state']) =>
  store.bulkItems.find({ where: { bulkActionId, state }, limit: batch })

async function changeSome(context: Context, action: BulkAction): Promise<boolean> {
  const items = await nextOf(context, action.id, 'waiting')
  if (items.length === 0) {
    await finish(context, action, 'running', 'done')
    return false
  }
  await context.store.transaction(async (store) => {
    const tx = { ...context, store }
    for (const item of items) await changeOne(tx, action, item)
    await progress(tx, action)
  })
  return true
}

async function changeOne(context: Context, action: BulkAction, item: BulkItem): Promise<void> {
  const quiet = (action.total ?? 0) > toldSingly
  const changed = await changeConversation(context, item.conversationId, (before) => changeFor(action.change, before), {
    quiet,
  }).catch(ignoreGone)
  if (!changed) return
  const { before, after } = changed
  const set = {
    state: 'done' as const,
    before: factsOf(before),
    after: factsOf(after),
    lastMessageAt: before.lastMessageAt,
  }
  await context.store.bulkItems.update(item.id, set, { onlyIf: { state: 'waiting' } })
}

function changeFor(
  { addTags = [], removeTags = [], ...change }: BulkChange,
  { tags }: Conversation,
): ConversationChange {
  const isRetagged = addTags.length > 0 || removeTags.length > 0
  const next = [...new Set([...tags, ...addTags])].filter((tag) => !removeTags.includes(tag)).slice(0, 50)
  return { ...change, ...(isRetagged ? { tags: next } : {}) }
}

async function undoSome(context: Context, action: BulkAction): Promise<boolean> {
  await context.store.bulkItems.removeWhere({ bulkActionId: action.id, state: 'waiting' })
  const items = await nextOf(context, action.id, 'done')
  if (items.length === 0) {
    await finish(context, action, 'undoing', 'undone')
    return false
  }
  await context.store.transaction(async (store) => {
    const tx = { ...context, store }
    for (const item of items) {
      await restore(tx, item).catch(ignoreGone)
      await store.bulkItems.update(item.id, { state: 'undone' }, { onlyIf: { state: 'done' } })
    }
    await progress(tx, action)
  })
  return true
}

async function progress({ store, notify }: Context, { id, state }: BulkAction): Promise<void> {
  const done = await store.bulkItems.count({ bulkActionId: id, state: state === 'running' ? 'done' : 'undone' })
  const action = await store.bulkActions.update(id, { done })
  if (action?.userId) notify({ name: 'bulk:progress', to: action.userId, payload: { action } })
}

async function finish(
  context: Context,
  { id }: BulkAction,
  from: BulkAction['state'],
  state: BulkAction['state'],
): Promise<void> {
  const { notify } = context
  await context.store.transaction(async (store) => {
    const action = await store.bulkActions.update(id, { state }, { onlyIf: { state: from } })
    if (!action) return
    if (state === 'done') await tellTogether({ ...context, store }, action, toldSingly)
    if (action.userId) notify({ name: 'bulk:progress', to: action.userId, payload: { action } })
  })
}

/** A chat that was removed meanwhile went with its item. */
function ignoreGone(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'conversation.not_found') return undefined
  throw error
}
