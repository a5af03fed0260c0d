import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'

/** Positions are far apart, so that a lead moves between two others without touching them. */
const gap = 1024

export async function placeLast({ store }: Context, stageId: string): Promise<number> {
  const [last] = await store.leads.find({ where: { stageId }, sort: ['position', 'desc'], limit: 1 })
  return (last?.position ?? 0) + gap
}

/** Directly behind another lead of the column, or in front of all. Two people moving at once end beside each other. */
export async function placeAfter(
  { store }: Context,
  stageId: string,
  after: string | null,
  movedId: string,
): Promise<number> {
  const above = after === null ? undefined : await store.leads.get(after)
  if (after !== null && above?.stageId !== stageId) throw new AppError('lead.not_found')
  const low = above?.position ?? Number.NEGATIVE_INFINITY
  const below = await store.leads.find({
    where: { stageId, ...(above ? { position: { gt: low } } : {}) },
    sort: ['position', 'asc'],
    limit: 2,
  })
  const next = below.find(({ id }) => id !== movedId)
  if (!above) return (next?.position ?? gap * 2) - gap
  return next ? (low + next.position) / 2 : low + gap
}
