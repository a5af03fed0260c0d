import { AppError } from '../../errors.ts'
import type { Context, ContextFor } from '../../feature.ts'
import type { Contact, ContactBulk, WorkspaceStore } from '../../model/index.ts'
import type { Job } from '../../platform/jobs/jobs.ts'
import type { BlockAtProvider } from '../contacts/blocking.ts'
import { changeEach } from '../change-each.ts'
import { eraseContact, type EraseDeps } from '../contacts/erase.ts'
import { sourceOf, testsOf } from '../contacts/find-contacts.ts'
import { hasLeft, tellWatchers } from '../team/starters.ts'
import { queueTags } from '../triggers/triggers.ts'
import { storeFor } from '../visibility/viewer.ts'
import { changeBack, changeFor, factsOf } from './change.ts'

export const contactBulkJob = 'contact-bulk'

const batchSize = 200
/** Up to so many, browsers are told of each; otherwise that the list is another one. */
const toldSingly = 200

export type ContactBulkDeps = EraseDeps & { blockAtProvider: BlockAtProvider }
type Work = Context & { flush: () => void }

/**
 * Changes the contacts batch by batch, or puts them back. Where it is moves on in the transaction of each batch and only from
 * where this run knows it, so a job that runs twice goes on where the first one stopped.
 */
export async function runContactBulk(
  deps: ContactBulkDeps,
  contextFor: ContextFor,
  job: Pick<Job, 'workspaceId' | 'payload'>,
): Promise<void> {
  const context: Work = contextFor(job.workspaceId)
  const id = String(job.payload['contactBulkId'])
  for (;;) {
    const bulk = await context.store.contactBulks.get(id)
    if (!bulk) return
    const starter = bulk.userId ? await context.store.users.get(bulk.userId) : undefined
    context.user = starter ?? null
    // Nobody goes on changing everybody after they were disabled, or erasing after they ceased to be an admin.
    const isOver = (await hasLeft(context.store, bulk.userId)) || (bulk.change.erase && starter?.role === 'agent')
    if (bulk.state === 'running' && isOver) {
      await finish(context, bulk.id, 'running', 'done')
      return context.flush()
    }
    const isMore =
      bulk.state === 'running'
        ? await changeSome(context, deps, bulk, await storeFor(context.store, starter))
        : bulk.state === 'undoing' && (await undoSome(context, deps, bulk))
    context.flush()
    if (!isMore) return
  }
}

/** `seen`: a filter reaches as far as the one who chose it. */
async function changeSome(
  context: Work,
  deps: ContactBulkDeps,
  bulk: ContactBulk,
  seen: WorkspaceStore,
): Promise<boolean> {
  const contacts = await nextOf({ ...context, store: seen }, bulk)
  if (contacts.length === 0) {
    await finish(context, bulk.id, 'running', 'done')
    return false
  }
  if (bulk.change.erase) await eraseAll(context, deps, contacts)
  else await tellProvider(context, deps, bulk, contacts)
  await context.store.transaction(async (store) => {
    const next = { seen: bulk.seen + contacts.length, atCreated: contacts.at(-1)!.createdAt, atId: contacts.at(-1)!.id }
    const onlyIf = { state: 'running' as const, seen: bulk.seen }
    if (!(await store.contactBulks.update(bulk.id, next, { onlyIf }))) return
    const changed = bulk.change.erase ? contacts.length : await changeAll({ ...context, store }, bulk, contacts)
    await tell({ ...context, store }, (await store.contactBulks.update(bulk.id, { changed: bulk.changed + changed }))!)
  })
  return true
}

/** Those behind the last one, oldest first. Whoever came after the start is not meant. */
async function nextOf(context: Context, bulk: ContactBulk): Promise<Contact[]> {
  if (bulk.ids) {
    const ids = bulk.ids.toSorted()
    const start = bulk.atId ? ids.findIndex((id) => id > bulk.atId!) : 0
    if (start < 0) return []
    const found = await context.store.contacts.getMany(ids.slice(start))
    return found.slice(0, batchSize)
  }
  const filter = bulk.filter ?? {}
  const source = await sourceOf(context, filter)
  return source.find({
    where: { ...testsOf(filter), createdAt: { lte: bulk.createdAt } },
    sort: ['createdAt', 'asc'],
    limit: batchSize,
    ...(filter.search ? { search: filter.search } : {}),
    ...(bulk.atCreated && bulk.atId ? { after: { value: bulk.atCreated, id: bulk.atId } } : {}),
  })
}

async function changeAll(context: Context, bulk: ContactBulk, met: readonly Contact[]): Promise<number> {
  const { store, now } = context
  const at = now().toISOString()
  const pairs = await changeEach(
    store.contacts,
    met.map(({ id }) => id),
    (contact) => changeFor(contact, bulk.change, at),
  )
  if (pairs.length === 0) return 0
  await store.contactBulkBatches.insert({
    contactBulkId: bulk.id,
    position: bulk.seen,
    before: pairs.map(({ before }) => factsOf(before, bulk.change)),
    after: pairs.map(({ after }) => factsOf(after, bulk.change)),
  })
  await queueTags(
    context,
    pairs.map(({ before, after }) => ({ before: before.tags, after: after.tags, subject: { contactId: after.id } })),
  )
  tellOfEach(
    context,
    bulk,
    pairs.map(({ after }) => after),
  )
  return pairs.length
}

async function eraseAll(context: Work, deps: ContactBulkDeps, contacts: readonly Contact[]): Promise<void> {
  for (const { id } of contacts) {
    await eraseContact(context, deps, id).catch(ignoreGone)
    context.flush()
  }
}

/** Before the change and not in it: a call over the network holds no transaction open. */
async function tellProvider(context: Context, deps: ContactBulkDeps, { change }: ContactBulk, met: readonly Contact[]) {
  if (change.blocked === undefined) return
  for (const { id, blockedAt } of met)
    if ((blockedAt !== null) !== change.blocked) await deps.blockAtProvider(context, id, change.blocked)
}

async function undoSome(context: Work, deps: ContactBulkDeps, bulk: ContactBulk): Promise<boolean> {
  const { store } = context
  const [batch] = await store.contactBulkBatches.find({
    where: { contactBulkId: bulk.id },
    sort: ['position', 'asc'],
    limit: 1,
  })
  if (!batch) {
    await finish(context, bulk.id, 'undoing', 'undone')
    return false
  }
  const contacts = await store.contacts.getMany(batch.after.map(({ id }) => id))
  const facts = new Map(batch.after.map((after, index) => [after.id, { after, before: batch.before[index]! }]))
  const edits = contacts.flatMap((contact) => {
    const { before, after } = facts.get(contact.id)!
    const set = changeBack(contact, before, after, bulk.change)
    return set ? [{ id: contact.id, set, onlyIf: { updatedAt: contact.updatedAt } }] : []
  })
  if (bulk.change.blocked !== undefined)
    for (const { id, set } of edits)
      if ('blockedAt' in set) await deps.blockAtProvider(context, id, set.blockedAt !== null)
  await store.transaction(async (tx) => {
    if (!(await tx.contactBulkBatches.remove(batch.id))) return
    const updated = await tx.contacts.updateEach(edits)
    tellOfEach(context, bulk, updated)
    const changed = Math.max(0, bulk.changed - batch.after.length)
    const one = await tx.contactBulks.update(bulk.id, { changed }, { onlyIf: { state: 'undoing' } })
    if (one) await tell({ ...context, store: tx }, one)
  })
  return true
}

async function finish(
  context: Work,
  id: string,
  from: ContactBulk['state'],
  state: ContactBulk['state'],
): Promise<void> {
  const bulk = await context.store.contactBulks.update(id, { state }, { onlyIf: { state: from } })
  if (!bulk) return
  await tell(context, bulk)
  context.notify({ name: 'contacts:changed', payload: {} })
}

const tell = (context: Context, bulk: ContactBulk) =>
  tellWatchers(context, bulk.userId, { name: 'contacts:bulk', payload: { bulk } })

function tellOfEach({ notify }: Context, bulk: ContactBulk, contacts: readonly Contact[]): void {
  if (bulk.total > toldSingly) return
  for (const contact of contacts) notify({ name: 'contact:updated', payload: { contact } })
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof AppError && error.code === 'contact.not_found')) throw error
}
