import type { PipelineSettings } from '../../contract/pipeline.ts'
import type { Context } from '../../feature.ts'

/**
 * Hands out leads that nobody made by hand: each call answers the next owner. Of those who are online, or of the whole
 * team when nobody is, the one with the fewest open leads, and among equals who has waited longest for one.
 */
export async function createAssigner(
  context: Context,
  assign: PipelineSettings['assign'],
): Promise<() => string | null> {
  if (assign === 'nobody') return () => null
  const team = await context.store.users.find({ where: { disabledAt: null }, sort: ['name', 'asc'], limit: 1000 })
  if (assign !== 'round_robin') {
    const chosen = team.find(({ id }) => id === assign.userId)
    return () => chosen?.id ?? null
  }
  const online = new Set(context.online?.() ?? [])
  const present = team.filter(({ id }) => online.has(id))
  const queue = await loadQueue(
    context,
    (present.length > 0 ? present : team).map(({ id }) => id),
  )
  let turn = 0
  return () => {
    const [next] = queue.sort((a, b) => a.open - b.open || (a.lastAt < b.lastAt ? -1 : a.lastAt > b.lastAt ? 1 : 0))
    if (!next) return null
    next.open++
    // Behind everybody who got theirs before, also within one moment.
    next.lastAt = `${context.now().toISOString()} ${String(++turn).padStart(6, '0')}`
    return next.id
  }
}

async function loadQueue({ store }: Context, ids: string[]) {
  if (ids.length === 0) return []
  const groups = await store.leads.group({ where: { status: 'open', ownerId: { in: ids } }, by: ['ownerId'] })
  const open = new Map(groups.map(({ keys, count }) => [keys[0], count]))
  const last = await Promise.all(
    ids.map((ownerId) => store.leads.find({ where: { ownerId }, sort: ['createdAt', 'desc'], limit: 1 })),
  )
  return ids.map((id, index) => ({ id, open: open.get(id) ?? 0, lastAt: last[index]![0]?.createdAt ?? '' }))
}
