import { contactBulks as routes } from '../../contract/contact-bulk.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { ContactBulk } from '../../model/index.ts'
import { day } from '../../platform/clock.ts'
import { undoTime } from '../bulk/bulk.ts'
import { countContactsMatching } from '../contacts/find-contacts.ts'
import { contactBulkJob } from './run.ts'

async function startBulk(context: Context, { ids, filter, change }: Parsed<typeof routes.start>['body']) {
  const { now, user } = context
  if (change.erase && user?.role === 'agent') throw new AppError('auth.forbidden')
  const chosen = ids && (await context.store.contacts.getMany([...new Set(ids)])).map(({ id }) => id)
  const total = chosen ? chosen.length : await countContactsMatching(context, filter ?? {})
  if (total === 0) throw new AppError('contact.not_found')
  return context.store.transaction(async (store) => {
    const bulk = await store.contactBulks.insert({
      userId: user?.id ?? null,
      change,
      ids: chosen ?? null,
      filter: filter ?? null,
      state: 'running',
      total,
      undoUntil: change.erase ? null : new Date(now().getTime() + undoTime).toISOString(),
      expiresAt: new Date(now().getTime() + day).toISOString(),
    })
    await schedule({ ...context, store }, bulk.id)
    return bulk
  })
}

const schedule = ({ store, now }: Context, id: string) =>
  store.schedule([
    {
      kind: contactBulkJob,
      key: `${contactBulkJob}:${id}`,
      runAt: now().toISOString(),
      payload: { contactBulkId: id },
    },
  ])

async function undoBulk(context: Context, id: string): Promise<ContactBulk> {
  await getBulk(context, id)
  return context.store.transaction(async (store) => {
    const undoable = { state: { in: ['running', 'done'] as const }, undoUntil: { gt: context.now().toISOString() } }
    const bulk = await store.contactBulks.update(id, { state: 'undoing' }, { onlyIf: undoable })
    if (!bulk) throw new AppError('bulk_action.undo_over')
    await schedule({ ...context, store }, id)
    return bulk
  })
}

/** One's own; admins may look after those of others. */
async function getBulk({ store, user }: Context, id: string): Promise<ContactBulk> {
  const bulk = await store.contactBulks.get(id)
  if (!bulk || (bulk.userId !== user?.id && user?.role === 'agent')) throw new AppError('contact_bulk.not_found')
  return bulk
}

export const contactBulks = implement(routes, {
  start: (context, { body }) => startBulk(context, body),
  get: (context, { params }) => getBulk(context, params.contactBulkId),
  undo: (context, { params }) => undoBulk(context, params.contactBulkId),
})
