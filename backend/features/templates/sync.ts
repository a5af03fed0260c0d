import type { Context } from '../../feature.ts'
import type { Template } from '../../model/index.ts'
import type { ProviderTemplate } from './api.ts'

const keyOf = ({ name, language }: { name: string; language: string }) => `${name} ${language}`

/** Makes the stored templates of an account equal to Meta's list; local drafts that Meta does not know stay. */
export async function syncTemplates(
  { store, now }: Context,
  businessAccountId: string,
  listed: readonly ProviderTemplate[],
): Promise<{ added: number; updated: number; removed: number }> {
  const stored = await store.templates.find({ where: { businessAccountId }, limit: 10_000 })
  const byKey = new Map(stored.map((template) => [keyOf(template), template]))
  const syncedAt = now().toISOString()
  const known = listed.filter((template) => byKey.has(keyOf(template)))
  const news = listed.filter((template) => !byKey.has(keyOf(template)))
  await store.templates.updateEach(
    known.map((template) => ({ id: byKey.get(keyOf(template))!.id, set: { ...fieldsOf(template), syncedAt } })),
  )
  const inserted = await store.templates.insertMany(
    news.map((template) => ({ ...fieldsOf(template), businessAccountId, syncedAt })),
    { ifTaken: 'skip' },
  )
  const seen = new Set(listed.map(keyOf))
  const gone = stored.filter((template) => template.providerTemplateId !== null && !seen.has(keyOf(template)))
  for (const { id } of gone) await store.templates.remove(id)
  return { added: inserted.length, updated: known.length, removed: gone.length }
}

function fieldsOf(template: ProviderTemplate) {
  return {
    name: template.name,
    language: template.language,
    category: template.category as Template['category'],
    status: template.status,
    parameterFormat: template.parameterFormat,
    components: template.components,
    providerTemplateId: template.id,
    quality: template.quality,
    rejectedReason: template.rejectedReason,
  }
}
