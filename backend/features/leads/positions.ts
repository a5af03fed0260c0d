import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Lead } from '../../model/index.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'

/**
 * Positions are far apart, so that a lead moves between two others without touching them. They count all leads of a column,
 * also those the asking person does not see.
 */
export const gap = 1024

export async function placeLast({ store }: Pick<Context, 'store'>, stageId: string): Promise<number> {
  const [last] = await wholeStoreOf(store).leads.find({ where: { stageId }, sort: ['position', 'desc'], limit: 1 })
  return (last?.position ?? 0) + gap
}

/**
 * Directly behind another lead of the column, or in front of all. Two people who move to the same place at once get the
 * same position; the id decides between them until somebody wants a place there, then room is made.
 */
export async function placeAfter(
  context: Context,
  stageId: string,
  after: string | null,
  movedId: string,
): Promise<number> {
  if (after === null) return placeFirst(context, stageId, movedId)
  const above = await context.store.leads.get(after)
  if (above?.stageId !== stageId || above.id === movedId) throw new AppError('lead.not_found')
  const next = await findNext(context, above, movedId)
  if (!next) return above.position + gap
  const middle = (above.position + next.position) / 2
  if (middle > above.position && middle < next.position) return middle
  await makeRoom(context, above)
  return above.position + gap / 2
}

async function placeFirst({ store }: Context, stageId: string, movedId: string): Promise<number> {
  const top = await wholeStoreOf(store).leads.find({ where: { stageId }, sort: ['position', 'asc'], limit: 2 })
  return (top.find(({ id }) => id !== movedId)?.position ?? gap * 2) - gap
}

async function findNext({ store }: Context, above: Lead, movedId: string): Promise<Lead | undefined> {
  const below = await wholeStoreOf(store).leads.find({
    where: { stageId: above.stageId },
    sort: ['position', 'asc'],
    after: { value: above.position, id: above.id },
    limit: 2,
  })
  return below.find(({ id }) => id !== movedId)
}

/** Everything below moves down by the same amount, so nobody's order changes. */
async function makeRoom({ store, notify }: Context, { id, stageId, position }: Lead): Promise<void> {
  const { leads } = wholeStoreOf(store)
  await leads.updateWhere({ stageId, position: { gt: position } }, {}, { add: { position: gap } })
  await leads.updateWhere({ stageId, position, id: { gt: id } }, {}, { add: { position: gap } })
  notify({ name: 'leads:changed', payload: {} })
}
