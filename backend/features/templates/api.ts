import type { TemplateCategory, TemplateComponent } from '../../contract/templates.ts'

/** A template as the provider lists it. */
export type ProviderTemplate = {
  id: string
  name: string
  language: string
  category: string
  status: string
  parameterFormat: 'positional' | 'named'
  components: TemplateComponent[]
  quality: string | null
  rejectedReason: string | null
}

type Draft = {
  name: string
  language: string
  category: TemplateCategory
  parameterFormat: 'positional' | 'named'
  components: TemplateComponent[]
}

/** What the provider does with templates; refusals are thrown as AppError with the provider's sentence. */
export type TemplateApi = {
  list(): Promise<ProviderTemplate[]>
  create(draft: Draft): Promise<{ id: string; status: string; category?: TemplateCategory }>
  /** All components are replaced; the category only where it may still change. */
  edit(id: string, changes: { category?: TemplateCategory; components: TemplateComponent[] }): Promise<void>
  remove(id: string, name: string): Promise<void>
}
