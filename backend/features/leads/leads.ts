import { leads as routes, type LeadStage } from '../../contract/leads.ts'
import type { Parsed } from '../../contract/route.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { Lead } from '../../model/index.ts'
import { readPage } from '../pages.ts'
import { requireAssignee } from '../team/assignee.ts'
import { queueStage } from '../triggers/triggers.ts'
import { placeAfter, placeLast } from './positions.ts'
import { readPipeline } from './settings.ts'
import { listStages, readBoard, saveStages } from './stages.ts'

const sorts = {
  position: ['position', 'asc'],
  created: ['createdAt', 'desc'],
  updated: ['updatedAt', 'desc'],
  value: ['value', 'desc'],
  next_step: ['nextStepAt', 'asc'],
} as const

async function listLeads(context: Context, query: Parsed<typeof routes.list>['query']) {
  const { stageId, status, ownerId, contactId, withoutNextStep, search, sort } = query
  const { rows, pagination } = await readPage(context.store.leads, query, {
    where: {
      ...(stageId ? { stageId } : {}),
      ...(ownerId === undefined ? {} : { ownerId: ownerOf(context, ownerId) }),
      ...(contactId ? { contactId } : {}),
      ...(status ? { status } : {}),
      // What has no value would come first in this order.
      ...(sort === 'value' ? { value: { gte: 0 } } : {}),
      ...(withoutNextStep ? { status: 'open' as const, nextStepAt: null } : {}),
    },
    search,
    sort: sorts[sort],
  })
  return { leads: rows, pagination }
}

function ownerOf({ user }: Context, owner: string): string | null {
  if (owner === 'none') return null
  return owner === 'me' ? (user?.id ?? null) : owner
}

async function getLead({ store }: Pick<Context, 'store'>, id: string): Promise<Lead> {
  const lead = await store.leads.get(id)
  if (!lead) throw new AppError('lead.not_found')
  return lead
}

async function getLeadWithHistory(context: Context, id: string) {
  const lead = await getLead(context, id)
  const history = await context.store.leadEvents.find({
    where: { leadId: id },
    sort: ['createdAt', 'desc'],
    limit: 200,
  })
  return { ...lead, history }
}

type NewLead = Parsed<typeof routes.create>['body']

export async function createLead(context: Context, input: NewLead): Promise<Lead> {
  const { store, notify } = context
  const contact = await store.contacts.get(input.contactId)
  if (!contact) throw new AppError('contact.not_found')
  if (input.conversationId && !(await store.conversations.get(input.conversationId)))
    throw new AppError('conversation.not_found')
  if (input.ownerId) await requireAssignee(context.store, input.ownerId)
  const stage = await stageOf(context, input.stageId)
  const lead = await store.leads.insert({
    contactId: contact.id,
    contactName: contact.displayName,
    conversationId: input.conversationId ?? null,
    title: input.title ?? contact.displayName,
    stageId: stage.id,
    status: stage.kind,
    value: input.value ?? null,
    currency: input.currency ?? (await readPipeline(context)).settings.currency,
    ownerId: input.ownerId ?? null,
    nextStep: input.nextStep ?? null,
    nextStepAt: input.nextStepAt ?? null,
    closedAt: stage.kind === 'open' ? null : context.now().toISOString(),
    position: await placeLast(context, stage.id),
    source: null,
  })
  notify({ name: 'lead:updated', payload: { lead } })
  return lead
}

export async function updateLead(
  context: Context,
  id: string,
  { after, ...input }: Parsed<typeof routes.update>['body'],
): Promise<Lead> {
  const { lead, was } = await context.store.transaction(async (store) => {
    const tx = { ...context, store }
    const before = await getLead(tx, id)
    if (input.ownerId) await requireAssignee(tx.store, input.ownerId)
    const stage = input.stageId ? await stageOf(tx, input.stageId) : undefined
    const position = await positionOf(tx, before, stage, after)
    const set = {
      ...input,
      ...(stage ? { status: stage.kind, closedAt: closingTime(tx, before, stage) } : {}),
      ...reasonFor(before, stage?.kind ?? before.status, input.closedReason),
      ...(position === undefined ? {} : { position }),
    }
    const updated = (await store.leads.update(id, set))!
    await writeHistory(tx, before, updated)
    if (updated.stageId !== before.stageId) await queueStage(tx, updated)
    return { lead: updated, was: before.ownerId }
  })
  context.notify({ name: 'lead:updated', payload: { lead }, was })
  return lead
}

async function positionOf(
  context: Context,
  before: Lead,
  stage: LeadStage | undefined,
  after: string | null | undefined,
) {
  const stageId = stage?.id ?? before.stageId
  if (after !== undefined) return placeAfter(context, stageId, after, before.id)
  return stageId === before.stageId ? undefined : placeLast(context, stageId)
}

/** Why it was lost is not why it was won, and an open lead has no reason yet. */
function reasonFor({ status, closedReason }: Lead, kind: LeadStage['kind'], given: string | null | undefined) {
  if (kind === 'open') return { closedReason: null }
  return { closedReason: given === undefined ? (kind === status ? closedReason : null) : given || null }
}

function closingTime({ now }: Context, before: Lead, stage: LeadStage): string | null {
  if (stage.kind === 'open') return null
  return before.status === stage.kind && before.closedAt ? before.closedAt : now().toISOString()
}

const recorded = ['title', 'stageId', 'value', 'currency', 'ownerId', 'nextStep', 'nextStepAt', 'closedReason'] as const

async function writeHistory({ store, user }: Context, before: Lead, after: Lead): Promise<void> {
  const changes = recorded.filter((field) => before[field] !== after[field])
  await store.leadEvents.insertMany(
    changes.map((field) => ({
      leadId: after.id,
      field,
      before: before[field],
      after: after[field],
      userId: user?.id ?? null,
    })),
  )
}

async function stageOf(context: Context, stageId: string | undefined): Promise<LeadStage> {
  const stages = await listStages(context)
  const stage = stageId ? stages.find(({ id }) => id === stageId) : stages[0]
  if (!stage) throw new AppError('lead.stage_not_found')
  return stage
}

async function removeLead({ store, notify }: Context, id: string): Promise<void> {
  const lead = await store.leads.get(id)
  if (!lead || !(await store.leads.remove(id))) throw new AppError('lead.not_found')
  notify({ name: 'lead:removed', payload: { leadId: id }, was: lead.ownerId })
}

export const leads = implement(routes, {
  list: (context, { query }) => listLeads(context, query),
  create: (context, { body }) => createLead(context, body),
  get: (context, { params }) => getLeadWithHistory(context, params.leadId),
  update: (context, { params, body }) => updateLead(context, params.leadId, body),
  remove: async (context, { params }) => {
    await removeLead(context, params.leadId)
    return {}
  },
  stages: async (context) => ({ stages: await readBoard(context) }),
  saveStages: async (context, { body }) => ({ stages: await saveStages(context, body) }),
})
