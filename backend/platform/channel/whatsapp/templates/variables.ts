import type { Template, TemplateComponent } from '../../../../contract/templates.ts'
import { isObject, readFlag, readList, readObject, readText, type Json } from '../json.ts'

export type TemplateText = {
  category?: string
  parameterFormat?: 'positional' | 'named'
  components: readonly TemplateComponent[]
}

export type TemplateVariables = Template['variables']

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g

/** The variables of a text, each once, in the order in which people count or read them. */
export function variablesIn(text: string | undefined): string[] {
  const names = [...new Set([...(text ?? '').matchAll(placeholder)].map(([, name]) => name!))]
  return names.every((name) => /^\d+$/.test(name)) ? names.toSorted((a, b) => Number(a) - Number(b)) : names
}

export function fillText(text: string | undefined, values: { readonly [name: string]: string }): string {
  return (text ?? '').replaceAll(placeholder, (whole, name: string) =>
    Object.hasOwn(values, name) ? values[name]! : whole,
  )
}

export function findComponent(components: readonly TemplateComponent[], type: string): Json | undefined {
  return components.find((component) => component.type.toUpperCase() === type)
}

export function buttonsOf(components: readonly TemplateComponent[]): Json[] {
  return readList(findComponent(components, 'BUTTONS')?.['buttons'])
}

export const typeOf = (part: Json) => readText(part['type'])?.toUpperCase() ?? ''
export const formatOf = (header: Json | undefined) =>
  readText(header?.['format'])?.toUpperCase() ?? (header ? 'TEXT' : '')

export function isAuthentication({ category, components }: TemplateText): boolean {
  return category === 'AUTHENTICATION' || buttonsOf(components).some((button) => typeOf(button) === 'OTP')
}

const mediaFormats = {
  IMAGE: 'image',
  VIDEO: 'video',
  GIF: 'video',
  DOCUMENT: 'document',
  LOCATION: 'location',
  PRODUCT: 'product',
} as const

/** What has to be filled in before this template can be sent. */
export function variablesOf(template: TemplateText): TemplateVariables {
  const { components } = template
  const header = findComponent(components, 'HEADER')
  const format = formatOf(header)
  const own = variablesIn(readText(findComponent(components, 'BODY')?.['text']))
  const isCode = isAuthentication(template)
  return {
    header: format === 'TEXT' ? variablesIn(readText(header?.['text'])) : [],
    // Meta writes the sentence of a code itself; only the code is asked for.
    body: isCode && own.length === 0 ? ['1'] : own,
    // The button of a code copies what the body says.
    buttons: isCode ? [] : buttonsOf(components).flatMap(buttonVariable),
    headerMedia: Object.hasOwn(mediaFormats, format) ? mediaFormats[format as keyof typeof mediaFormats] : null,
    cards: cardsOf(components).map(cardVariables),
    offer: countsDown(findComponent(components, 'LIMITED_TIME_OFFER')),
    products: productsOf(components),
  }
}

export function cardsOf(components: readonly TemplateComponent[]): TemplateComponent[][] {
  return readList(findComponent(components, 'CAROUSEL')?.['cards']).map((card) =>
    readList(card['components']).flatMap((part) => {
      const type = readText(part['type'])
      return type ? [{ ...part, type }] : []
    }),
  )
}

function cardVariables(components: TemplateComponent[]): TemplateVariables['cards'][number] {
  const { body, buttons, headerMedia } = variablesOf({ components })
  const header = headerMedia === 'image' || headerMedia === 'video' || headerMedia === 'product' ? headerMedia : null
  return { header, body, buttons }
}

/** The members stand in an object of their own when a template is created; some lists have them flat. */
export function offerOf(component: Json | undefined): Json {
  return isObject(component?.['limited_time_offer']) ? component['limited_time_offer'] : readObject(component)
}

function countsDown(component: Json | undefined): boolean {
  return component !== undefined && readFlag(offerOf(component)['has_expiration']) !== false
}

function productsOf(components: readonly TemplateComponent[]): TemplateVariables['products'] {
  const types = buttonsOf(components).map(typeOf)
  if (types.includes('MPM')) return 'list'
  return types.includes('CATALOG') ? 'catalog' : null
}

function buttonVariable(button: Json, index: number): TemplateVariables['buttons'] {
  const label = readText(button['text']) ?? ''
  const type = typeOf(button)
  if (type === 'COPY_CODE') return [{ index, name: 'code', label: label || 'Copy code' }]
  const [name] = type === 'URL' ? variablesIn(readText(button['url'])) : []
  return name === undefined ? [] : [{ index, name, label }]
}
