import type { TemplateComponent } from '../../../../contract/templates.ts'
import { normaliseLanguage } from '../fields/templates.ts'
import { keepJson, readId, readList, readObject, readText, type Json } from '../json.ts'
import { rejectionSentence } from '../templates/rejection.ts'
import { mapResult, refusedBy, type Graph, type GraphResult } from './call.ts'

/** A template as Meta lists it. */
export type ProviderTemplate = {
  id: string
  name: string
  language: string
  category: string
  status: string
  parameterFormat: 'positional' | 'named'
  components: TemplateComponent[]
  quality: string | null
  /** In words. */
  rejectedReason: string | null
}

type Account = { businessAccountId: string; accessToken: string }
type NewTemplate = Pick<ProviderTemplate, 'name' | 'language' | 'category' | 'parameterFormat' | 'components'>

const fields = 'id,name,language,category,status,parameter_format,components,quality_score,rejected_reason'

export async function listTemplates(
  graph: Graph,
  { accessToken: token, businessAccountId }: Account,
): Promise<GraphResult<ProviderTemplate[]>> {
  const query = { fields, limit: 100 }
  return mapResult(await graph.pages({ token, path: [businessAccountId, 'message_templates'], query }), (rows) =>
    rows.map(readTemplate),
  )
}

export async function createTemplate(
  graph: Graph,
  { accessToken: token, businessAccountId }: Account,
  { parameterFormat, ...template }: NewTemplate,
): Promise<GraphResult<{ id: string; status: string; category: string }>> {
  const json = { ...template, parameter_format: parameterFormat }
  const result = await graph.call({ token, method: 'POST', path: [businessAccountId, 'message_templates'], json })
  if (!result.ok) return result
  const id = readId(result.value['id'])
  if (!id) return refusedBy(200, result.value)
  // Meta may put it into another category than the one asked for.
  const category = readText(result.value['category'])?.toUpperCase() ?? template.category
  return { ok: true, value: { id, status: readText(result.value['status'])?.toUpperCase() ?? 'PENDING', category } }
}

/** All components are replaced. An approved template stays in use unless the new text is rejected. */
export async function editTemplate(
  graph: Graph,
  { accessToken: token }: Pick<Account, 'accessToken'>,
  id: string,
  changes: { category?: string; components?: readonly TemplateComponent[] },
): Promise<GraphResult<void>> {
  return mapResult(await graph.call({ token, method: 'POST', path: [id], json: changes }), () => undefined)
}

/** With an id: this language only; without: the name in all languages. */
export async function deleteTemplate(
  graph: Graph,
  { accessToken: token, businessAccountId }: Account,
  { name, id }: { name: string; id?: string },
): Promise<GraphResult<void>> {
  const query = { name, hsm_id: id }
  return mapResult(
    await graph.call({ token, method: 'DELETE', path: [businessAccountId, 'message_templates'], query }),
    () => undefined,
  )
}

function readTemplate(row: Json): ProviderTemplate {
  return {
    id: readId(row['id']) ?? '',
    name: readText(row['name']) ?? '',
    language: normaliseLanguage(readText(row['language'])) ?? '',
    category: readText(row['category'])?.toUpperCase() ?? 'UTILITY',
    status: readText(row['status'])?.toUpperCase() ?? 'PENDING',
    parameterFormat: readText(row['parameter_format'])?.toLowerCase() === 'named' ? 'named' : 'positional',
    components: readList(keepJson(row['components'])).flatMap((part) => {
      const type = readText(part['type'])
      return type ? [{ ...part, type: type.toUpperCase() }] : []
    }),
    quality: readText(readObject(row['quality_score'])['score'] ?? row['quality_score'])?.toUpperCase() ?? null,
    rejectedReason: rejectionSentence(readText(row['rejected_reason'])) ?? null,
  }
}
