import { GraphError, missingParameter, templateError } from '../../errors/graph-error.ts'
import type { Template } from '../../world/world.ts'
import type { Call } from '../call.ts'
import { selectFields, type Node } from '../fields.ts'
import { findAccount, findTemplate } from '../find.ts'
import { healthOfTemplate } from '../health.ts'
import { pageOf } from '../paging.ts'
import { announceTemplate, startReview } from './review.ts'
import { addTemplate, requireCategory, requireText, templatesOf } from './create.ts'
import { checkComponents } from './rules.ts'

const DAY = 86_400_000
const DEFAULT_FIELDS = ['name', 'parameter_format', 'components', 'language', 'status', 'category']

export function listTemplates(call: Call, accountId: string): object {
  const account = findAccount(call, accountId)
  const is = (name: string, value: string) => {
    const wanted = call.params[name]
    return wanted === undefined || String(wanted).toUpperCase() === value.toUpperCase()
  }
  const search = String(call.params['name_or_content'] ?? '').toLowerCase()
  const templates = templatesOf(call.simulation, account).filter(
    (one) =>
      is('status', one.status) &&
      is('category', one.category) &&
      is('language', one.language) &&
      is('quality_score', one.qualityScore) &&
      (call.params['name'] === undefined || one.name === call.params['name']) &&
      (search === '' || one.name.includes(search) || JSON.stringify(one.components).toLowerCase().includes(search)),
  )
  return pageOf(
    call,
    templates,
    (one) => one.id,
    (one) => showTemplate(call, one),
  )
}

function showTemplate(call: Call, template: Template): Node {
  const node: Node = {
    id: template.id,
    name: template.name,
    parameter_format: template.parameterFormat,
    components: template.components,
    language: template.language,
    status: template.status,
    category: template.category,
    previous_category: template.previousCategory,
    correct_category: template.category,
    sub_category: undefined,
    quality_score: { score: template.qualityScore, date: Math.floor(call.simulation.clock.now() / 1000) },
    rejected_reason: template.rejectedReason,
    message_send_ttl_seconds: template.ttlSeconds,
    cta_url_link_tracking_opted_out: false,
    library_template_name: undefined,
    last_updated_time: undefined,
    health_status: healthOfTemplate(call, template),
  }
  return selectFields(node, call.params['fields'], DEFAULT_FIELDS, 'WhatsAppMessageTemplate')
}

export const getTemplate = (call: Call, id: string): object => showTemplate(call, findTemplate(call, id))

export function createTemplate(call: Call, accountId: string): object {
  const account = findAccount(call, accountId)
  const template = addTemplate(call.simulation, account, call.params)
  return { id: template.id, status: template.status, category: template.category }
}

/** POST /{template-id}. An approved one stays usable while it is looked at again. */
export function editTemplate(call: Call, id: string): object {
  const template = findTemplate(call, id)
  const now = call.simulation.clock.now()
  if (!['APPROVED', 'REJECTED', 'PAUSED'].includes(template.status))
    throw templateError(2388039, 'Only approved, rejected and paused templates can be edited.')
  if (template.status === 'APPROVED') {
    const recent = (days: number) => template.edits.filter((at) => now - at < days * DAY).length
    if (recent(1) >= 1) throw templateError(2388039, 'An approved template can be edited once in 24 hours.')
    if (recent(30) >= 10) throw templateError(2388039, 'An approved template can be edited 10 times in 30 days.')
    if (call.params['category'] !== undefined && call.params['category'] !== template.category) {
      throw templateError(2388039, 'The category of an approved template cannot be changed.')
    }
  }
  const category = call.params['category'] === undefined ? template.category : requireCategory(call.params['category'])
  if (call.params['components'] !== undefined)
    template.components = checkComponents(category, call.params['components'])
  template.category = category
  if (template.status === 'APPROVED') template.edits.push(now)
  else template.status = 'PENDING'
  startReview(call.simulation, template)
  return { success: true }
}

/** By name (all languages), by id and name, or by a list of ids alone. */
export function deleteTemplates(call: Call, accountId: string): object {
  const account = findAccount(call, accountId)
  const { name, hsm_id: id, hsm_ids: ids } = call.params
  const all = templatesOf(call.simulation, account)
  const chosen =
    ids !== undefined
      ? all.filter((one) => idList(ids).includes(one.id))
      : all.filter((one) => one.name === requireText(name, 'name') && (id === undefined || one.id === id))
  if (chosen.length === 0)
    throw new GraphError(100, {
      message: 'Invalid parameter',
      userTitle: 'Message template not found',
      userMessage: 'The template does not exist.',
    })
  if (chosen.some((one) => one.status === 'DISABLED'))
    throw templateError(2388039, 'A disabled template cannot be deleted.')
  for (const template of chosen) {
    if (template.status === 'APPROVED')
      account.blockedTemplateNames.set(template.name, call.simulation.clock.now() + 30 * DAY)
    call.simulation.world.templates.delete(template.id)
    announceTemplate(call.simulation, template, { event: 'PENDING_DELETION', reason: null })
  }
  return { success: true }
}

export function unpauseTemplate(call: Call, id: string): object {
  const template = findTemplate(call, id)
  if (template.status !== 'PAUSED') throw templateError(2388039, 'Only a paused template can be unpaused.')
  template.status = 'APPROVED'
  announceTemplate(call.simulation, template, {
    event: 'REINSTATED',
    otherInfo: { title: 'UNPAUSE', description: 'The template was unpaused.' },
  })
  return { success: true }
}

/** POST /{account}/upsert_message_templates: authentication templates in many languages at once. */
export function upsertTemplates(call: Call, accountId: string): object {
  const account = findAccount(call, accountId)
  const { languages, ...rest } = call.params
  if (!Array.isArray(languages) || languages.length === 0) throw missingParameter('languages')
  return {
    data: languages.map((language) => {
      const known = templatesOf(call.simulation, account).find(
        (one) => one.name === rest['name'] && one.language === language,
      )
      if (known) known.components = checkComponents(known.category, rest['components'])
      const template = known ?? addTemplate(call.simulation, account, { ...rest, language })
      return { id: template.id, status: template.status, language: template.language }
    }),
  }
}

const idList = (ids: unknown): string[] =>
  Array.isArray(ids)
    ? ids.map(String)
    : String(ids)
        .replaceAll(/[[\]"\s]/g, '')
        .split(',')
