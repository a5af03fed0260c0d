import * as z from 'zod'
import { defineRoutes, Done } from './route.ts'
import { CleanText, Currency, Id, Instant, InstantInput, Label, PageQuery, Pagination, QueryFlag } from './values.ts'

/** `open` stages are the columns of the board; a lead ends in `won` or `lost`. */
export const StageKind = z.enum(['open', 'won', 'lost'])
export type StageKind = z.infer<typeof StageKind>

export const LeadStage = z.object({ id: Id, name: z.string(), kind: StageKind, position: z.number() })
export type LeadStage = z.infer<typeof LeadStage>

export const Lead = z.object({
  id: Id,
  createdAt: Instant,
  updatedAt: Instant,
  contactId: Id,
  contactName: z.string(),
  conversationId: Id.nullable(),
  title: z.string(),
  stageId: Id,
  status: StageKind,
  /** In the smallest unit people write, for example 1250.5; null when nobody knows yet. */
  value: z.number().nullable(),
  currency: z.string(),
  ownerId: Id.nullable(),
  nextStep: z.string().nullable(),
  nextStepAt: Instant.nullable(),
  /** Why it was won or lost; null while it is open. */
  closedReason: z.string().nullable(),
  closedAt: Instant.nullable(),
  /** Order inside a column of the board, ascending. */
  position: z.number(),
  source: z.string().nullable(),
})
export type Lead = z.infer<typeof Lead>

export const LeadEvent = z.object({
  id: Id,
  createdAt: Instant,
  field: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  userId: Id.nullable(),
})
export type LeadEvent = z.infer<typeof LeadEvent>

const Amount = z.number().min(0).max(1e12).nullable()

const Editable = z.strictObject({
  title: Label.optional(),
  stageId: Id.optional(),
  value: Amount.optional(),
  currency: Currency.optional(),
  ownerId: Id.nullable().optional(),
  nextStep: CleanText.trim().max(500).nullable().optional(),
  nextStepAt: InstantInput.nullable().optional(),
  closedReason: CleanText.trim().max(500).nullable().optional(),
  /** Put it directly behind this lead of the same column; null puts it first. */
  after: Id.nullable().optional(),
})

export const leads = defineRoutes({
  list: {
    method: 'GET',
    path: '/leads',
    query: PageQuery.extend({
      limit: z.coerce.number().int().min(1).max(100).default(50),
      stageId: Id.optional(),
      status: StageKind.optional(),
      /** A user's id, `me`, or `none`. */
      ownerId: z.string().max(80).optional(),
      contactId: Id.optional(),
      /** Open leads that nobody has planned anything for. */
      withoutNextStep: QueryFlag.optional(),
      search: CleanText.max(200).optional(),
      /** `value` lists only leads that have one. */
      sort: z.enum(['position', 'created', 'updated', 'value', 'next_step']).default('updated'),
    }),
    result: z.object({ leads: z.array(Lead), pagination: Pagination }),
    summary: 'Leads; the board asks for one stage at a time, by position',
  },
  create: {
    method: 'POST',
    path: '/leads',
    body: Editable.omit({ after: true, closedReason: true }).extend({ contactId: Id, conversationId: Id.optional() }),
    result: Lead,
    status: 201,
    idempotent: true,
    summary: 'Add a lead for a contact',
  },
  get: {
    method: 'GET',
    path: '/leads/:leadId',
    result: Lead.extend({ history: z.array(LeadEvent) }),
    summary: 'One lead with its history',
  },
  update: { method: 'PATCH', path: '/leads/:leadId', body: Editable, result: Lead, summary: 'Change or move a lead' },
  remove: { method: 'DELETE', path: '/leads/:leadId', result: Done, summary: 'Remove a lead' },
  stages: {
    method: 'GET',
    path: '/lead-stages',
    result: z.object({
      stages: z.array(LeadStage.extend({ count: z.number(), value: z.number(), currency: z.string() })),
    }),
    summary: 'The columns of the board with their sums',
  },
  saveStages: {
    method: 'PUT',
    path: '/lead-stages',
    body: z.strictObject({
      stages: z
        .array(z.strictObject({ id: Id.optional(), name: Label, kind: StageKind }))
        .min(3)
        .max(30)
        .refine(
          (stages) => (['open', 'won', 'lost'] as const).every((kind) => stages.some((stage) => stage.kind === kind)),
          'There must be at least one open, one won and one lost stage.',
        ),
      /** Where the leads of removed stages go. */
      moveTo: Id.optional(),
    }),
    result: z.object({ stages: z.array(LeadStage) }),
    access: 'admin',
    summary: 'Replace the stages, in their order',
  },
})
