import type { SegmentUse } from '../../contract/segments.ts'
import type { Context } from '../../feature.ts'

/** Who asks for which segment. Views of others, unless they are shared, are nobody else's business. */
export async function readUses({ store, user }: Context): Promise<Map<string, SegmentUse[]>> {
  const [rules, views] = await Promise.all([
    store.automationRules.find({ sort: ['position', 'asc'], limit: 1000 }),
    store.savedViews.find({ sort: ['name', 'asc'], limit: 1000 }),
  ])
  const uses = new Map<string, SegmentUse[]>()
  const add = (segmentId: string, use: SegmentUse) => {
    const known = uses.get(segmentId) ?? []
    if (!known.some(({ id }) => id === use.id)) uses.set(segmentId, [...known, use])
  }
  for (const { id, name, conditions } of rules)
    for (const condition of conditions)
      if (condition.field === 'segment') add(condition.value, { kind: 'rule', id, name })
  for (const { id, name, filter, shared, ownerId } of views)
    if (filter.segment && (shared || ownerId === user?.id)) add(filter.segment, { kind: 'view', id, name })
  return uses
}
