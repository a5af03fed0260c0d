import type { LeadStage } from '../../contract/leads.ts'
import type { Parsed } from '../../contract/route.ts'
import type { leads as routes } from '../../contract/leads.ts'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'

/** What a new workspace starts with; everything can be renamed, moved and removed. */
export const defaultStages: readonly Pick<LeadStage, 'name' | 'kind'>[] = [
  { name: 'New', kind: 'open' },
  { name: 'In conversation', kind: 'open' },
  { name: 'Offer sent', kind: 'open' },
  { name: 'Won', kind: 'won' },
  { name: 'Lost', kind: 'lost' },
]

export function listStages({ store }: Pick<Context, 'store'>): Promise<LeadStage[]> {
  return store.leadStages.find({ sort: ['position', 'asc'], limit: 100 })
}

/** Call it when a workspace is opened. */
export async function createDefaultStages({ store }: Pick<Context, 'store'>): Promise<void> {
  await store.leadStages.insertMany(defaultStages.map((stage, position) => ({ ...stage, position })))
}

/** The columns with the number and the sum of their leads. Sums are shown in the currency that most leads of a column have. */
export async function readBoard(context: Context) {
  const [stages, sums] = await Promise.all([listStages(context), sumByStage(context)])
  return stages.map((stage) => ({ ...stage, ...(sums.get(stage.id) ?? { count: 0, value: 0, currency: '' }) }))
}

type Sum = { count: number; value: number; currency: string }

async function sumByStage({ store }: Context): Promise<Map<string, Sum>> {
  const groups = await store.leads.group({ by: ['stageId', 'currency'], sum: ['value'] })
  const sums = new Map<string, Sum & { most: number }>()
  for (const { keys, count, sums: totals } of groups) {
    const [stageId, currency] = keys as [string, string]
    const sum = sums.get(stageId) ?? { count: 0, value: 0, currency: '', most: 0 }
    sum.count += count
    if (count > sum.most) Object.assign(sum, { most: count, value: totals[0]!, currency })
    sums.set(stageId, sum)
  }
  return sums
}

type Draft = Parsed<typeof routes.saveStages>['body']

export async function saveStages(context: Context, { stages: drafts, moveTo }: Draft): Promise<LeadStage[]> {
  const saved = await context.store.transaction(async (store) => {
    const tx = { ...context, store }
    const before = await listStages(tx)
    const stages: LeadStage[] = []
    for (const [position, draft] of drafts.entries()) stages.push(await saveStage(tx, position, draft))
    const target = stages.find(({ id }) => id === moveTo)
    for (const { id } of before) if (!stages.some((stage) => stage.id === id)) await removeStage(tx, id, target)
    return stages
  })
  context.notify({ name: 'leads:changed', payload: {} })
  return saved
}

async function saveStage(
  { store, now }: Context,
  position: number,
  { id, ...draft }: Draft['stages'][number],
): Promise<LeadStage> {
  if (!id) return store.leadStages.insert({ ...draft, position })
  const stage = await store.leadStages.update(id, { ...draft, position })
  if (!stage) throw new AppError('lead.stage_not_found')
  await store.leads.updateWhere({ stageId: id, status: { not: stage.kind } }, closing(now(), stage))
  return stage
}

/** What being in a stage of this kind means for a lead that was in one of another kind. */
function closing(now: Date, { kind }: LeadStage) {
  return { status: kind, closedAt: kind === 'open' ? null : now.toISOString() }
}

async function removeStage({ store, now, user }: Context, id: string, target: LeadStage | undefined): Promise<void> {
  const [lead] = await store.leads.find({ where: { stageId: id }, limit: 1 })
  if (lead && !target) throw new AppError('lead.stage_in_use')
  if (target) {
    await store.leads.updateWhere({ stageId: id, status: { not: target.kind } }, closing(now(), target))
    const moved = await store.leads.updateWhere({ stageId: id }, { stageId: target.id })
    await store.leadEvents.insertMany(
      moved.map((one) => ({
        leadId: one.id,
        field: 'stageId',
        before: id,
        after: target.id,
        userId: user?.id ?? null,
      })),
    )
  }
  await store.leadStages.remove(id)
}
