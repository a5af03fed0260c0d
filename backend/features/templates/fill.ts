import type { ContentOf, SendableContent } from '../../contract/messages.ts'
import type { TemplateCategory } from '../../contract/templates.ts'
import { AppError } from '../../errors.ts'
import type { Context } from '../../feature.ts'
import type { Channel, Template } from '../../model/index.ts'
import { fillTemplate } from '../../platform/channel/channel.ts'

type Input = SendableContent<'template'>
type Filled = { content: ContentOf<'template'>; category: TemplateCategory }

/** A stored, approved template with its variables filled in: what Meta gets, and what the customer will read. */
export async function fillStoredTemplate(context: Context, channel: Channel, input: Input): Promise<Filled> {
  const template = await findTemplate(context, channel, input)
  if (!template) throw new AppError('template.not_found')
  if (template.status !== 'APPROVED')
    throw new AppError('template.not_approved', { details: { status: template.status } })
  const base = { name: template.name, language: template.language, templateId: template.id }
  if (input.components) return { content: { ...base, components: input.components }, category: template.category }
  const filled = fillTemplate(template, {
    variables: input.variables ?? {},
    ...(input.headerMedia ? { headerMedia: input.headerMedia } : {}),
    ...(input.headerLocation ? { headerLocation: input.headerLocation } : {}),
    headerProduct: input.headerProduct,
    cards: input.cards,
    offerExpiresAt: input.offerExpiresAt,
    products: input.products,
  })
  // Meta refuses an offer that is over.
  if (input.offerExpiresAt && Date.parse(input.offerExpiresAt) <= context.now().getTime())
    throw new AppError('template.variables_missing', { details: ['offer.expiresAt'] })
  if ('missing' in filled) throw new AppError('template.variables_missing', { details: filled.missing })
  return { content: { ...base, ...filled }, category: template.category }
}

/** By id, else by name and language within the business account that the channel belongs to. */
async function findTemplate(
  { store }: Context,
  { businessAccountId }: Channel,
  input: Input,
): Promise<Template | undefined> {
  if (input.templateId) {
    const template = await store.templates.get(input.templateId)
    return template?.businessAccountId === businessAccountId ? template : undefined
  }
  if (!input.name || !businessAccountId) return undefined
  const named = { businessAccountId, name: input.name }
  return store.templates.first(input.language ? { ...named, language: input.language.replace('-', '_') } : named)
}
