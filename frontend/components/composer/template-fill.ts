import type { ContentOf, SendableContent } from '#contract/messages.ts'
import type { Template } from '#contract/templates.ts'
import { readPosition } from './position.ts'

type Values = Record<string, string>
export type CardInput = { body: Values; buttons: Values; mediaId: string | null; productId: string }

/** Everything that a person may have to give before a template can be sent. */
export type TemplateInput = {
  header: Values
  body: Values
  buttons: Values
  mediaId: string | null
  place: string
  placeName: string
  catalogId: string
  productId: string
  /** As the browser's field has it: a time of the clock on the wall. */
  offerEnds: string
  thumbnail: string
  products: string
  cards: CardInput[]
}

type Component = {
  type: string
  format?: string
  text?: string
  buttons?: { type?: string; text?: string; url?: string }[]
  cards?: { components?: Component[] }[]
  limited_time_offer?: { text?: string }
}
const partOf = (components: readonly { type: string }[], type: string) =>
  components.find((component) => component.type.toUpperCase() === type) as Component | undefined

/** An empty value keeps its `{{name}}`, so that the preview shows what is still missing. */
export function fillText(text: string, values: Values): string {
  // Only what was given: every object has a `constructor`, and a template may have a variable of that name.
  const valueOf = (name: string) => (Object.hasOwn(values, name) ? values[name]!.trim() : '')
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (placeholder, name: string) => valueOf(name) || placeholder)
}

type Rendered = NonNullable<ContentOf<'template'>['rendered']>

const renderButtons = (components: readonly { type: string }[], values: Values): Rendered['buttons'] =>
  (partOf(components, 'BUTTONS')?.buttons ?? []).map(({ type, text, url }, index) => ({
    type: type ?? 'QUICK_REPLY',
    text: text ?? (type === 'COPY_CODE' ? 'Copy code' : ''),
    url: url && fillText(url, { 1: values[index] ?? '' }),
  }))

const ready = (id: string | null) => (id ? { media: { id, state: 'ready' as const } } : {})

/** The template as the customer will read it. */
export function renderTemplate(template: Template, input: TemplateInput): ContentOf<'template'> {
  const { components } = template
  const header = partOf(components, 'HEADER')
  const offer = partOf(components, 'LIMITED_TIME_OFFER')
  const cards = partOf(components, 'CAROUSEL')?.cards ?? []
  const format = header?.format ?? 'TEXT'
  const text = format === 'LOCATION' ? input.placeName : header?.text && fillText(header.text, input.header)
  return {
    name: template.name,
    language: template.language,
    templateId: template.id,
    rendered: {
      ...(header && { header: { format, ...(text && { text }), ...ready(input.mediaId) } }),
      body: fillText(partOf(components, 'BODY')?.text ?? '', input.body),
      footer: partOf(components, 'FOOTER')?.text,
      buttons: renderButtons(components, input.buttons),
      ...(offer && { offer: { text: offer.limited_time_offer?.text ?? offer.text ?? '' } }),
      ...(cards.length > 0 && {
        cards: cards.map(({ components: parts = [] }, index) => ({
          header: { format: partOf(parts, 'HEADER')?.format ?? 'IMAGE', ...ready(input.cards[index]?.mediaId ?? null) },
          body: fillText(partOf(parts, 'BODY')?.text ?? '', input.cards[index]?.body ?? {}),
          buttons: renderButtons(parts, input.cards[index]?.buttons ?? {}),
        })),
      }),
    },
  }
}

export const emptyInput = (template?: Pick<Template, 'variables'>): TemplateInput => ({
  header: {},
  body: {},
  buttons: {},
  mediaId: null,
  place: '',
  placeName: '',
  catalogId: '',
  productId: '',
  offerEnds: '',
  thumbnail: '',
  products: '',
  cards: (template?.variables.cards ?? []).map(() => ({ body: {}, buttons: {}, mediaId: null, productId: '' })),
})

const has = (value: string | undefined) => Boolean(value?.trim())

export function isFilled({ variables }: Template, input: TemplateInput, now = Date.now()): boolean {
  return (
    variables.header.every((name) => has(input.header[name])) &&
    variables.body.every((name) => has(input.body[name])) &&
    variables.buttons.every(({ index }) => has(input.buttons[index])) &&
    isHeaderFilled(variables.headerMedia, input) &&
    (!variables.offer || Date.parse(input.offerEnds) > now) &&
    (variables.products !== 'list' || (has(input.thumbnail) && has(input.products))) &&
    variables.cards.every((card, index) => isCardFilled(card, input.cards[index], input))
  )
}

function isHeaderFilled(kind: Template['variables']['headerMedia'], input: TemplateInput): boolean {
  if (kind === null) return true
  if (kind === 'location') return readPosition(input.place) !== null
  return kind === 'product' ? has(input.catalogId) && has(input.productId) : input.mediaId !== null
}

function isCardFilled(
  card: Template['variables']['cards'][number],
  given: CardInput | undefined,
  { catalogId }: TemplateInput,
): boolean {
  if (!given) return false
  const isHeaded =
    card.header === null ||
    (card.header === 'product' ? has(catalogId) && has(given.productId) : given.mediaId !== null)
  return (
    isHeaded &&
    card.body.every((name) => has(given.body[name])) &&
    card.buttons.every(({ index }) => has(given.buttons[index]))
  )
}

/** What the API takes. */
export function contentOf({ id, variables }: Template, input: TemplateInput): SendableContent<'template'> {
  const { header, body, buttons, mediaId, place, placeName, catalogId, productId, offerEnds, cards } = input
  const position = variables.headerMedia === 'location' ? readPosition(place) : null
  const product = (of: string) => ({ catalogId: catalogId.trim(), productRetailerId: of.trim() })
  return {
    templateId: id,
    variables: { header, body, buttons },
    ...(mediaId && { headerMedia: { mediaId } }),
    ...(position && { headerLocation: { ...position, ...(has(placeName) && { name: placeName.trim() }) } }),
    ...(variables.headerMedia === 'product' && { headerProduct: product(productId) }),
    ...(variables.offer && { offerExpiresAt: new Date(offerEnds).toISOString() }),
    ...(variables.products && { products: productsOf(variables.products, input) }),
    ...(cards.length > 0 && {
      cards: cards.map((card, index) => ({
        body: card.body,
        buttons: card.buttons,
        ...(card.mediaId && { headerMedia: { mediaId: card.mediaId } }),
        ...(variables.cards[index]?.header === 'product' && { product: product(card.productId) }),
      })),
    }),
  }
}

function productsOf(kind: 'catalog' | 'list', { thumbnail, products }: TemplateInput) {
  const productRetailerIds = products.split(/[\s,;]+/).filter(Boolean)
  return {
    ...(has(thumbnail) && { thumbnail: thumbnail.trim() }),
    ...(kind === 'list' && { sections: [{ title: 'Products', productRetailerIds }] }),
  }
}

/** Guesses what Parley knows already: a variable called like a name gets the customer's first name. */
export function suggestInput(template: Template, contactName: string): TemplateInput {
  const { variables } = template
  const first = /^[+\d\s()-]+$/.test(contactName) ? '' : (contactName.trim().split(/\s+/)[0] ?? '')
  const guess = (names: string[]) =>
    Object.fromEntries(
      names.map((name, index) => [
        name,
        /name|nome|nombre|first/i.test(name) || (name === '1' && index === 0) ? first : '',
      ]),
    )
  // The first variable of a code is the code.
  const isCode = template.category === 'AUTHENTICATION'
  return {
    ...emptyInput(template),
    header: Object.fromEntries(variables.header.map((name) => [name, ''])),
    body: isCode ? {} : guess(variables.body),
  }
}
