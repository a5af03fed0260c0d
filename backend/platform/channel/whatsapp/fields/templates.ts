import type { IncomingItem, IncomingTemplateChange } from '../../channel.ts'
import { readId, readObject, readText, type Json } from '../json.ts'
import { compact } from '../messages/kind.ts'
import { rejectionSentence } from '../templates/rejection.ts'
import { baseOf, notice, words, type Change } from './field.ts'

/** One reader for all five template fields: Meta labels the quality change as a status change in its own example. */
export function readTemplateChange(change: Change): IncomingItem[] {
  const { value } = change
  const name = readText(value['message_template_name'] ?? value['name'])
  const providerTemplateId = readId(value['message_template_id'] ?? value['id'])
  if (!name && !providerTemplateId) return [notice(change, value, `A template changed: ${words(change.field)}`)]
  const item: IncomingTemplateChange = compact({
    kind: 'template' as const,
    ...baseOf(change, { part: value }),
    providerTemplateId: providerTemplateId ?? null,
    name: name ?? null,
    language: normaliseLanguage(readText(value['message_template_language'] ?? value['language'])),
    status: readStatus(value),
    quality: readQuality(value),
    ...readCategory(value),
    reason: readReason(value),
    components: readComponents(value),
    at: change.at,
  })
  return [item]
}

/** `en-US` in webhooks, `en_US` in the API. */
export function normaliseLanguage(code: string | undefined): string | null {
  if (!code) return null
  const [language, ...region] = code.trim().split(/[-_]/)
  return [language!.toLowerCase(), ...region.map((part) => (part.length === 2 ? part.toUpperCase() : part))].join('_')
}

function readStatus(value: Json): string | undefined {
  if (value['new_quality_score'] !== undefined) return undefined
  const event = readText(value['event'])?.toUpperCase().slice(0, 40)
  // "No longer flagged or disabled, and can be sent again": what the list of templates calls approved.
  return event === 'REINSTATED' || event === 'UNARCHIVED' ? 'APPROVED' : event
}

function readQuality(value: Json): string | undefined {
  return readText(value['new_quality_score'])?.toUpperCase().slice(0, 40)
}

/** Announced a day ahead (`new_category` is then the present one), then done. */
function readCategory(value: Json): Pick<IncomingTemplateChange, 'category' | 'pendingCategory'> {
  const pendingCategory = readText(value['correct_category'])?.toUpperCase()
  const category = readText(value['new_category'] ?? value['message_template_category'])?.toUpperCase()
  return compact({ category: pendingCategory === category || !pendingCategory ? category : undefined, pendingCategory })
}

/** In words where Meta gives them. Null: what was wrong is no longer wrong. */
function readReason(value: Json): string | null | undefined {
  const rejection = readObject(value['rejection_info'])
  const explained = [readText(rejection['reason']), readText(rejection['recommendation'])].filter(Boolean).join(' ')
  if (explained) return explained
  const reason = rejectionSentence(readText(value['reason']))
  if (reason) return reason
  const other = readObject(value['other_info'])
  const note = readText(other['description']) ?? readText(other['title'])
  if (note && readStatus(value) !== 'APPROVED') return note
  return readStatus(value) === undefined ? undefined : null
}

function readComponents(value: Json): IncomingTemplateChange['components'] {
  const parts = compact({
    body: readText(value['message_template_element']),
    title: readText(value['message_template_title']),
    footer: readText(value['message_template_footer']),
  })
  return Object.keys(parts).length > 0 ? parts : undefined
}
