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

export async function saveStages({ store }: Context, { stages: drafts, moveTo }: Draft): Promise<LeadStage[]> {
  return store.transaction(async (tx) => {
    const before = await listStages({ store: tx })
    const saved: LeadStage[] = []
    for (const [position, { id, ...draft }] of drafts.entries()) {
      const known = id ? await tx.leadStages.update(id, { ...draft, position }) : undefined
      if (id && !known) throw new AppError('lead.stage_not_found')
      saved.push(known ?? (await tx.leadStages.insert({ ...draft, position })))
      if (known) await tx.leads.updateWhere({ stageId: known.id }, { status: draft.kind })
    }
    const removed = before.filter((stage) => !saved.some(({ id }) => id === stage.id))
    for (const stage of removed)
      await removeStage(
        tx,
        stage.id,
        saved.find(({ id }) => id === moveTo),
      )
    return saved
  })
}

async function removeStage(store: Context['store'], id: string, target: LeadStage | undefined): Promise<void> {
  const [lead] = await store.leads.find({ where: { stageId: id }, limit: 1 })
  if (lead && !target) throw new AppError('lead.stage_in_use')
  if (target) await store.leads.updateWhere({ stageId: id }, { stageId: target.id, status: target.kind })
  await store.leadStages.remove(id)
}
