import { GraphError, missingParameter, templateError } from '../../errors/graph-error.ts'
import type { Simulation } from '../../simulation.ts'
import type { BusinessAccount, Template, TemplateCategory } from '../../world/world.ts'
import { startReview } from './review.ts'
import { checkComponents } from './rules.ts'

const CATEGORIES = ['MARKETING', 'UTILITY', 'AUTHENTICATION']

export function addTemplate(
  simulation: Simulation,
  account: BusinessAccount,
  given: Record<string, unknown>,
  options: { isReviewed?: boolean } = {},
): Template {
  const name = requireName(given['name'])
  const language = requireText(given['language'], 'language')
  const category = requireCategory(given['category'])
  const components = checkComponents(category, given['components'])
  const existing = templatesOf(simulation, account)
  if (existing.some((one) => one.name === name && one.language === language)) throw templateError(2388024)
  if ((account.blockedTemplateNames.get(name) ?? 0) > simulation.clock.now()) throw templateError(2388023)
  if (existing.length >= account.templateLimit) throw templateError(2388019)
  const template: Template = {
    id: simulation.ids.node(16),
    accountId: account.id,
    name,
    language,
    category,
    status: options.isReviewed ? 'APPROVED' : 'PENDING',
    parameterFormat:
      String(given['parameter_format'] ?? 'POSITIONAL').toUpperCase() === 'NAMED' ? 'NAMED' : 'POSITIONAL',
    components,
    qualityScore: 'UNKNOWN',
    rejectedReason: 'NONE',
    ttlSeconds: typeof given['message_send_ttl_seconds'] === 'number' ? given['message_send_ttl_seconds'] : undefined,
    edits: [],
  }
  simulation.world.templates.set(template.id, template)
  if (!options.isReviewed) startReview(simulation, template)
  return template
}

export const templatesOf = (simulation: Simulation, account: BusinessAccount): Template[] =>
  [...simulation.world.templates.values()].filter((one) => one.accountId === account.id)

function requireName(name: unknown): string {
  const text = requireText(name, 'name')
  if (!/^[a-z0-9_]{1,512}$/.test(text)) {
    throw new GraphError(100, {
      message: 'Invalid parameter',
      userTitle: 'Message template name is not valid',
      userMessage: 'Message template name can only have lowercase letters and underscores.',
    })
  }
  return text
}

export function requireText(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw missingParameter(name)
  return value
}

export function requireCategory(value: unknown): TemplateCategory {
  const category = requireText(value, 'category').toUpperCase()
  if (!CATEGORIES.includes(category))
    throw new GraphError(100, {
      title: `Param category must be one of {${CATEGORIES.join(', ')}} - got "${String(value)}".`,
    })
  return category as TemplateCategory
}
