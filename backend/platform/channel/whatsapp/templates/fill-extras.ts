import type { TemplateComponent } from '../../../../contract/templates.ts'
import { compact } from '../messages/kind.ts'
import { cleanValues, fillButtons, fillPart, isGiven, type Values } from './fill-parts.ts'
import { buttonsOf, cardsOf, typeOf, variablesOf, type TemplateText, type TemplateVariables } from './variables.ts'

type File = { mediaId?: string | undefined; link?: string | undefined; filename?: string | undefined }
type Product = { catalogId: string; productRetailerId: string }
export type CardValues = {
  body?: Values | undefined
  buttons?: Values | undefined
  headerMedia?: File | undefined
  product?: Product | undefined
}

/** What carousels, limited-time offers and the buttons of a catalogue need besides values for variables. */
export type Extras = {
  headerProduct?: Product | undefined
  cards?: readonly CardValues[] | undefined
  offerExpiresAt?: string | undefined
  products?:
    | { thumbnail?: string | undefined; sections?: { title: string; productRetailerIds: string[] }[] | undefined }
    | undefined
}

export function findMissingExtras(needed: TemplateVariables, given: Extras): string[] {
  const needsList = needed.products === 'list'
  return [
    ...needed.cards.flatMap((card, index) =>
      missingInCard(card, given.cards?.[index] ?? {}).map((what) => `cards.${index}.${what}`),
    ),
    ...(needed.offer && !given.offerExpiresAt ? ['offer.expiresAt'] : []),
    ...(needsList && !given.products?.thumbnail ? ['products.thumbnail'] : []),
    ...(needsList && !given.products?.sections?.length ? ['products.sections'] : []),
  ]
}

function missingInCard(card: TemplateVariables['cards'][number], given: CardValues): string[] {
  const hasHeader = card.header === 'product' ? given.product : (given.headerMedia?.mediaId ?? given.headerMedia?.link)
  return [
    ...(card.header && !hasHeader ? [`header.${card.header}`] : []),
    ...card.body.filter((name) => !isGiven(given.body, name)).map((name) => `body.${name}`),
    ...card.buttons
      .filter(({ index }) => !isGiven(given.buttons, String(index)))
      .map(({ index }) => `buttons.${index}`),
  ]
}

export function fillExtras(template: TemplateText, given: Extras): TemplateComponent[] {
  const { offer } = variablesOf(template)
  return [
    ...(offer ? [fillOffer(given.offerExpiresAt!)] : []),
    ...fillProducts(template, given.products),
    ...fillCarousel(template, given.cards ?? []),
  ]
}

function fillOffer(expiresAt: string): TemplateComponent {
  const limited_time_offer = { expiration_time_ms: Date.parse(expiresAt) }
  return { type: 'limited_time_offer', parameters: [{ type: 'limited_time_offer', limited_time_offer }] }
}

function fillProducts({ components }: TemplateText, products: Extras['products']): TemplateComponent[] {
  return buttonsOf(components).flatMap((button, index) => {
    const type = typeOf(button)
    if (type !== 'MPM' && (type !== 'CATALOG' || !products?.thumbnail)) return []
    const action = compact({
      thumbnail_product_retailer_id: products?.thumbnail,
      sections:
        type === 'MPM'
          ? products?.sections?.map(({ title, productRetailerIds }) => ({
              title,
              product_items: productRetailerIds.map((id) => ({ product_retailer_id: id })),
            }))
          : undefined,
    })
    const parameters = [{ type: 'action', action }]
    return [{ type: 'button', sub_type: type.toLowerCase(), index: String(index), parameters }]
  })
}

/** The pictures of the cards are not here: they have no id at Meta before the message is sent. */
function fillCarousel(template: TemplateText, given: readonly CardValues[]): TemplateComponent[] {
  const cards = cardsOf(template.components)
  if (cards.length === 0) return []
  const filled = cards.map((components, index) => {
    const card = { ...template, category: '', components }
    const { product, body, buttons } = given[index] ?? {}
    const parts = [
      ...(product ? [productHeader(product)] : []),
      ...fillPart('body', variablesOf(card).body, cleanValues(body), template),
      ...fillButtons(card, cleanValues(buttons)),
    ]
    return { card_index: index, components: parts }
  })
  return [{ type: 'carousel', cards: filled }]
}

export function productHeader({ catalogId, productRetailerId }: Product): TemplateComponent {
  const product = { product_retailer_id: productRetailerId, catalog_id: catalogId }
  return { type: 'header', parameters: [{ type: 'product', product }] }
}
