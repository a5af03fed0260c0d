import type { Template, TemplateCategory, TemplateComponent } from '#contract/templates.ts'
import { buttonComponent, buttonOf, isEditableButton, type DraftButton, type StoredButton } from './draft-buttons.ts'
import { cardsOf, carouselComponent, type DraftCard } from './draft-cards.ts'
import { codeComponents, codeOf, emptyCode, type DraftCode } from './draft-code.ts'
import { exampleOf, examplesOf, handleOf, isNumber, variablesIn } from './draft-texts.ts'

export type HeaderKind = 'NONE' | 'TEXT' | 'IMAGE' | 'VIDEO' | 'DOCUMENT' | 'LOCATION'
/** `offer`: a line that counts down above the text. `carousel`: cards below it, and nothing else. */
export type Layout = 'plain' | 'offer' | 'carousel'

/** What the builder edits. `kept` are parts that it can show but not edit, such as a carousel of products. */
export type Draft = {
  name: string
  language: string
  category: TemplateCategory
  layout: Layout
  header: { kind: HeaderKind; text: string; example: string; handle: string; mediaId: string | null }
  body: string
  examples: Record<string, string>
  footer: string
  buttons: DraftButton[]
  offer: { text: string; counts: boolean }
  cards: DraftCard[]
  code: DraftCode
  kept: TemplateComponent[]
}

export const emptyDraft = (): Draft => ({
  name: '',
  language: 'en_US',
  category: 'UTILITY',
  layout: 'plain',
  header: { kind: 'NONE', text: '', example: '', handle: '', mediaId: null },
  body: '',
  examples: {},
  footer: '',
  buttons: [],
  offer: { text: '', counts: true },
  cards: [],
  code: emptyCode(),
  kept: [],
})

export function formatOf({ header, body, layout, cards }: Draft): 'positional' | 'named' {
  const texts = [
    body,
    ...(header.kind === 'TEXT' && layout === 'plain' ? [header.text] : []),
    ...(layout === 'carousel' ? cards.map((card) => card.body) : []),
  ]
  return texts.flatMap(variablesIn).every(isNumber) ? 'positional' : 'named'
}

/** As Meta wants it. */
export function componentsOf(draft: Draft): TemplateComponent[] {
  const { category, layout, body, examples, footer, buttons, offer, cards, kept } = draft
  if (category === 'AUTHENTICATION') return codeComponents(draft.code)
  const isNamed = formatOf(draft) === 'named'
  const text = { type: 'BODY', text: body, ...exampleOf('body', body, examples, isNamed) }
  if (layout === 'carousel') return [text, carouselComponent(cards, isNamed)]
  const below = buttons.length > 0 ? [{ type: 'BUTTONS', buttons: buttons.map(buttonComponent) }] : []
  if (layout === 'offer') {
    const limited_time_offer = { text: offer.text, has_expiration: offer.counts }
    return [...headerComponents(draft, isNamed), { type: 'LIMITED_TIME_OFFER', limited_time_offer }, text, ...below]
  }
  return [
    ...headerComponents(draft, isNamed),
    text,
    ...(footer.trim() ? [{ type: 'FOOTER', text: footer }] : []),
    ...kept,
    ...below,
  ]
}

function headerComponents({ header }: Draft, isNamed: boolean): TemplateComponent[] {
  const { kind, text, example, handle } = header
  if (kind === 'NONE') return []
  if (kind === 'TEXT') {
    const [name] = variablesIn(text)
    const values: Record<string, string> = name ? { [name]: example } : {}
    return [{ type: 'HEADER', format: 'TEXT', text, ...exampleOf('header', text, values, isNamed) }]
  }
  if (kind === 'LOCATION') return [{ type: 'HEADER', format: 'LOCATION' }]
  return [{ type: 'HEADER', format: kind, ...(handle ? { example: { header_handle: [handle] } } : {}) }]
}

type Part = {
  type: string
  format?: string
  text?: string
  example?: Record<string, unknown>
  buttons?: StoredButton[]
  cards?: { components?: Part[] }[]
  limited_time_offer?: { text?: string; has_expiration?: boolean }
  add_security_recommendation?: boolean
  code_expiration_minutes?: number
}
const editable = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS']

/** The other way round: a stored template in the builder. */
export function draftOf(template: Template): Draft {
  const parts = template.components as Part[]
  const find = (type: string) => parts.find((part) => part.type.toUpperCase() === type)
  const [header, body, footer, buttons] = editable.map(find)
  const isEditable = (buttons?.buttons ?? []).every(isEditableButton)
  const isCode = template.category === 'AUTHENTICATION'
  const carousel = find('CAROUSEL')
  const cards = cardsOf(carousel)
  const offer = find('LIMITED_TIME_OFFER')
  const layout: Layout = carousel && cards ? 'carousel' : offer ? 'offer' : 'plain'
  const edited = [...editable, ...(layout === 'carousel' ? ['CAROUSEL'] : []), ...(offer ? ['LIMITED_TIME_OFFER'] : [])]
  const others = parts.filter(({ type }) => !edited.includes(type.toUpperCase()))
  return {
    ...emptyDraft(),
    name: template.name,
    language: template.language,
    category: template.category,
    layout,
    header: headerOf(header),
    body: body?.text ?? '',
    examples: examplesOf(body, 'body'),
    footer: footer?.text ?? '',
    buttons: isEditable && !isCode ? (buttons?.buttons ?? []).map(buttonOf) : [],
    offer: {
      text: offer?.limited_time_offer?.text ?? offer?.text ?? '',
      counts: offer?.limited_time_offer?.has_expiration ?? true,
    },
    cards: cards ?? [],
    code: codeOf(body, footer, buttons?.buttons?.[0]),
    kept: [...others, ...(isEditable || isCode || !buttons ? [] : [buttons as TemplateComponent])],
  }
}

function headerOf(header: Part | undefined): Draft['header'] {
  const empty = emptyDraft().header
  if (!header) return empty
  return {
    ...empty,
    kind: (header.format?.toUpperCase() ?? 'TEXT') as HeaderKind,
    text: header.text ?? '',
    example: Object.values(examplesOf(header, 'header'))[0] ?? '',
    handle: handleOf(header),
  }
}
