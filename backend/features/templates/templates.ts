import type { Parsed } from '../../contract/route.ts'
import { templates as routes, type Template as ApiTemplate, type TemplateDraft } from '../../contract/templates.ts'
import { AppError } from '../../errors.ts'
import { implement, type Context } from '../../feature.ts'
import type { Channel, Template } from '../../model/index.ts'
import { checkTemplate, variablesOf } from '../../platform/channel/channel.ts'
import { readPage } from '../pages.ts'
import { accountChannel, channelOfAccount, fetchAll, getChannel, type Remote } from './accounts.ts'

type Deps = Remote & {
  /** Hands Meta a stored file; answers the handle that stands for it. */
  uploadSample: (context: Context, channel: Channel, mediaId: string) => Promise<string>
}
type Body<Name extends keyof typeof routes> = Parsed<(typeof routes)[Name]> extends { body: infer B } ? B : never

/** As the API shows it, with what has to be filled in worked out. */
export function presentTemplate(template: Template): ApiTemplate {
  return { ...template, variables: variablesOf(template) }
}

/** Shows a changed template to everybody who looks at the list. */
export function announceTemplate({ notify }: Pick<Context, 'notify'>, template: Template): ApiTemplate {
  const shown = presentTemplate(template)
  notify({ name: 'template:updated', payload: { template: shown } })
  return shown
}

async function listTemplates(context: Context, query: Parsed<typeof routes.list>['query']) {
  const { status, category, language, channelId, search } = query
  const channel = channelId ? await getChannel(context, channelId) : undefined
  const { rows, pagination } = await readPage(context.store.templates, query, {
    where: {
      ...(status ? { status } : {}),
      ...(category ? { category } : {}),
      ...(language ? { language } : {}),
      ...(channel ? { businessAccountId: channel.businessAccountId ?? 'none' } : {}),
    },
    search,
    sort: ['name', 'asc'],
  })
  return { templates: rows.map(presentTemplate), pagination }
}

async function getTemplate({ store }: Context, id: string): Promise<Template> {
  const template = await store.templates.get(id)
  if (!template) throw new AppError('template.not_found')
  return template
}

async function createTemplate(
  context: Context,
  deps: Deps,
  { channelId, submit, ...draft }: Body<'create'>,
): Promise<Template> {
  if (submit) refuseInvalid(draft)
  const channel = await accountChannel(context, channelId)
  const template = await keepDraft(context, channel.businessAccountId!, draft)
  return submit ? submitTemplate(context, deps, channel, template) : template
}

/** A draft may be unfinished; what goes to Meta may not. */
function refuseInvalid(draft: TemplateDraft): void {
  const problems = checkTemplate(draft)
  if (problems.length > 0) throw new AppError('template.invalid', { details: problems })
}

/** The same name and language again changes the draft that Meta has not seen, for example because it refused it. */
async function keepDraft({ store }: Context, businessAccountId: string, draft: TemplateDraft): Promise<Template> {
  const { name, language, ...content } = draft
  const [added] = await store.templates.insertMany([{ ...draft, businessAccountId, status: 'DRAFT' }], {
    ifTaken: 'skip',
  })
  if (added) return added
  const known = await store.templates.first({ businessAccountId, name, language })
  const changed = known && (await store.templates.update(known.id, content, { onlyIf: { providerTemplateId: null } }))
  if (!changed) throw new AppError('template.name_taken')
  return changed
}

/** Only after the draft is stored: if Meta cannot be reached, the work is not lost. */
async function submitTemplate(
  { store }: Context,
  { apiFor }: Deps,
  channel: Channel,
  template: Template,
): Promise<Template> {
  const api = apiFor(channel)
  if (!api) throw new AppError('channel.none')
  const answer = await api.create(template)
  const facts = { providerTemplateId: answer.id, ...(answer.category ? { category: answer.category } : {}) }
  // The webhook with the verdict may have been faster than the answer; then it is right.
  const submitted =
    (await store.templates.update(template.id, { ...facts, status: answer.status }, { onlyIf: { status: 'DRAFT' } })) ??
    (await store.templates.update(template.id, facts))
  return submitted ?? template
}

/** Meta takes changes of these only; an approved one stays usable while the change is reviewed. */
const editable = new Set(['APPROVED', 'REJECTED', 'PAUSED'])

async function updateTemplate(
  context: Context,
  deps: Deps,
  id: string,
  { submit, ...changes }: Body<'update'>,
): Promise<Template> {
  const before = await getTemplate(context, id)
  if (submit || before.providerTemplateId !== null)
    refuseInvalid({ ...changes, name: before.name, language: before.language })
  const channel = await channelOfAccount(context, before.businessAccountId)
  if (before.providerTemplateId === null) {
    const saved = (await context.store.templates.update(id, changes))!
    return submit && channel ? submitTemplate(context, deps, channel, saved) : saved
  }
  if (!editable.has(before.status)) throw new AppError('template.not_editable')
  const api = channel && deps.apiFor(channel)
  if (!api) throw new AppError('channel.none')
  const isApproved = before.status === 'APPROVED'
  const { category, components } = changes
  // The category of an approved template is fixed, and the old text stays in use unless the new one is refused.
  await api.edit(before.providerTemplateId, { components, ...(isApproved ? {} : { category }) })
  const status = isApproved ? before.status : 'PENDING'
  const unjudged = { onlyIf: { status: before.status, updatedAt: before.updatedAt } }
  const judged = await context.store.templates.update(id, { ...changes, status, rejectedReason: null }, unjudged)
  return judged ?? (await context.store.templates.update(id, changes)) ?? before
}

async function removeTemplate(context: Context, { apiFor }: Deps, id: string): Promise<void> {
  const template = await getTemplate(context, id)
  const channel = await channelOfAccount(context, template.businessAccountId)
  if (template.providerTemplateId && channel) await apiFor(channel)?.remove(template.providerTemplateId, template.name)
  await context.store.templates.remove(id)
}

export const createTemplates = (deps: Deps) =>
  implement(routes, {
    list: (context, { query }) => listTemplates(context, query),
    get: async (context, { params }) => presentTemplate(await getTemplate(context, params.templateId)),
    check: async (_context, { body }) => ({ problems: checkTemplate(body) }),
    create: async (context, { body }) => announceTemplate(context, await createTemplate(context, deps, body)),
    update: async (context, { params, body }) =>
      announceTemplate(context, await updateTemplate(context, deps, params.templateId, body)),
    remove: async (context, { params }) => {
      await removeTemplate(context, deps, params.templateId)
      context.notify({ name: 'template:removed', payload: { templateId: params.templateId } })
      return {}
    },
    sample: async (context, { body }) => ({
      handle: await deps.uploadSample(context, await accountChannel(context, body.channelId), body.mediaId),
    }),
    sync: (context, { body }) => fetchAll(context, deps, body.channelId),
  })
