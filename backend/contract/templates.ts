import * as z from 'zod'
import { defineRoutes, Done } from './route.ts'
import { CleanText, Id, Instant, PageQuery, Pagination } from './values.ts'

export const TemplateCategory = z.enum(['AUTHENTICATION', 'MARKETING', 'UTILITY'])
export type TemplateCategory = z.infer<typeof TemplateCategory>

/** Meta's states, plus DRAFT for one that was not submitted yet. Only APPROVED can be sent. Unknown ones are kept as they come. */
export type TemplateStatus =
  | 'DRAFT'
  | 'PENDING'
  | 'APPROVED'
  | 'REJECTED'
  | 'PAUSED'
  | 'DISABLED'
  | 'IN_APPEAL'
  | 'LIMIT_EXCEEDED'
  | 'FLAGGED'
  | 'REINSTATED'
  | 'LOCKED'
  | 'PENDING_DELETION'
  | 'DELETED'
  | 'ARCHIVED'
  | (string & {})

/** As Meta writes it: `type`, and per type `format`, `text`, `example`, `buttons`, `cards` … */
export const TemplateComponent = z.looseObject({ type: z.string() })
export type TemplateComponent = z.infer<typeof TemplateComponent>

/** What one card of a carousel needs. */
const CardVariables = z.object({
  header: z.enum(['image', 'video', 'product']).nullable(),
  body: z.array(z.string()),
  buttons: z.array(z.object({ index: z.number(), name: z.string(), label: z.string() })),
})

export const Template = z.object({
  id: Id,
  createdAt: Instant,
  updatedAt: Instant,
  businessAccountId: z.string(),
  name: z.string(),
  language: z.string(),
  category: TemplateCategory,
  status: z.string(),
  parameterFormat: z.enum(['positional', 'named']),
  components: z.array(TemplateComponent),
  quality: z.string().nullable(),
  /** Why Meta refused it, in words for a shopkeeper. */
  rejectedReason: z.string().nullable(),
  pendingCategory: z.string().nullable(),
  syncedAt: Instant.nullable(),
  /** What has to be filled in before it can be sent, per part; buttons by index. */
  variables: z.object({
    header: z.array(z.string()),
    body: z.array(z.string()),
    buttons: z.array(z.object({ index: z.number(), name: z.string(), label: z.string() })),
    headerMedia: z.enum(['image', 'video', 'document', 'location', 'product']).nullable(),
    /** The cards of a carousel, in their order. */
    cards: z.array(CardVariables),
    /** A limited-time offer that counts down: when does it end? */
    offer: z.boolean(),
    /** `catalog`: a product may be named whose picture is shown. `list`: the products have to be named. */
    products: z.enum(['catalog', 'list']).nullable(),
  }),
})
export type Template = z.infer<typeof Template>

/** One reason why Meta would refuse a template: where, and one sentence. */
export const TemplateProblem = z.object({ path: z.string(), message: z.string() })
export type TemplateProblem = z.infer<typeof TemplateProblem>

export const TemplateDraft = z.strictObject({
  name: CleanText.trim()
    .min(1)
    .max(512)
    .regex(/^[a-z0-9_]+$/, 'Use small letters without accents, digits and _ only.'),
  language: CleanText.trim().regex(/^[a-z]{2,3}(_[A-Z]{2,3})?$/, 'Use a language code such as en_US or pt_BR.'),
  category: TemplateCategory,
  parameterFormat: z.enum(['positional', 'named']).default('positional'),
  components: z.array(TemplateComponent).min(1).max(10),
})
export type TemplateDraft = z.infer<typeof TemplateDraft>

export const templates = defineRoutes({
  list: {
    method: 'GET',
    path: '/templates',
    query: PageQuery.extend({
      status: CleanText.max(40).optional(),
      category: TemplateCategory.optional(),
      language: CleanText.max(20).optional(),
      /** Only those that this channel can send. */
      channelId: Id.optional(),
      search: CleanText.max(200).optional(),
    }),
    result: z.object({ templates: z.array(Template), pagination: Pagination }),
    summary: 'Templates by name',
  },
  get: { method: 'GET', path: '/templates/:templateId', result: Template, summary: 'One template' },
  check: {
    method: 'POST',
    path: '/templates/check',
    body: TemplateDraft,
    result: z.object({ problems: z.array(TemplateProblem) }),
    summary: 'What Meta would refuse about a draft',
  },
  create: {
    method: 'POST',
    path: '/templates',
    body: TemplateDraft.extend({ channelId: Id.optional(), submit: z.boolean().default(false) }),
    result: Template,
    access: 'admin',
    status: 201,
    summary: 'Keep a draft, or submit it to Meta at once',
  },
  update: {
    method: 'PUT',
    path: '/templates/:templateId',
    body: TemplateDraft.pick({ category: true, components: true, parameterFormat: true }).extend({
      submit: z.boolean().default(false),
    }),
    result: Template,
    access: 'admin',
    summary: 'Change a draft or, at Meta, an approved, paused or rejected template',
  },
  remove: {
    method: 'DELETE',
    path: '/templates/:templateId',
    result: Done,
    access: 'admin',
    summary: 'Delete a template, at Meta too',
  },
  sample: {
    method: 'POST',
    path: '/templates/samples',
    body: z.strictObject({ mediaId: Id, channelId: Id.optional() }),
    /** Goes into `example.header_handle` of a header. */
    result: z.object({ handle: z.string() }),
    access: 'admin',
    summary: 'Hand Meta an uploaded file as the example of a header',
  },
  sync: {
    method: 'POST',
    path: '/templates/sync',
    body: z.strictObject({ channelId: Id.optional() }),
    result: z.object({ added: z.number(), updated: z.number(), removed: z.number() }),
    access: 'admin',
    summary: 'Fetch all templates from Meta',
  },
})
