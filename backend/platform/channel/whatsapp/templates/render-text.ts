import type { ContentOf, MessageMedia } from '../../../../contract/messages.ts'
import { readFlag, readNumber, readText, type Json } from '../json.ts'
import { compact } from '../messages/kind.ts'
import { acceptMedia } from '../messages/media.ts'
import type { TemplateValues } from './fill.ts'
import {
  buttonsOf,
  cardsOf,
  fillText,
  findComponent,
  formatOf,
  isAuthentication,
  offerOf,
  typeOf,
  type TemplateText,
} from './variables.ts'

type Values = { readonly [name: string]: string }
export type Rendered = NonNullable<ContentOf<'template'>['rendered']>
type Filled = { header: Values; body: Values; buttons: Values }

/** What the customer reads, kept because the template may change later. */
export function renderText(template: TemplateText, filled: Filled, values: TemplateValues): Rendered {
  const { components } = template
  const { headerMedia, headerLocation } = values
  return compact({
    header: renderHeader(template, filled.header, headerMedia, headerLocation),
    body: renderBody(template, filled.body),
    footer: renderFooter(findComponent(components, 'FOOTER')),
    buttons: renderButtons(template, filled),
    offer: renderOffer(findComponent(components, 'LIMITED_TIME_OFFER'), values.offerExpiresAt),
    cards: renderCards(template, values.cards),
  })
}

function renderOffer(component: Json | undefined, expiresAt: string | undefined): Rendered['offer'] {
  return component && compact({ text: readText(offerOf(component)['text']) ?? '', expiresAt })
}

function renderCards(template: TemplateText, given: TemplateValues['cards'] = []): Rendered['cards'] {
  const cards = cardsOf(template.components).map((components, index) => {
    const { body = {}, buttons = {}, headerMedia } = given[index] ?? {}
    const card = { ...template, category: '', components }
    const header = renderHeader(card, {}, headerMedia, undefined)
    return compact({
      header: header && compact({ format: header.format, media: header.media }),
      body: renderBody(card, body),
      buttons: renderButtons(card, { header: {}, body, buttons }),
    })
  })
  return cards.length > 0 ? cards : undefined
}

function renderHeader(
  { components }: TemplateText,
  values: Values,
  file: TemplateValues['headerMedia'],
  location: TemplateValues['headerLocation'],
): Rendered['header'] {
  const header = findComponent(components, 'HEADER')
  if (!header) return undefined
  const format = formatOf(header)
  if (format === 'TEXT') return { format, text: fillText(readText(header['text']), values) }
  const media: MessageMedia | undefined = file && compact({ ...acceptMedia(file), filename: file.filename })
  return compact({
    format,
    text: location?.name ?? location?.address,
    media: format === 'LOCATION' ? undefined : media,
  })
}

function renderBody(template: TemplateText, values: Values): string {
  const body = findComponent(template.components, 'BODY')
  const text = readText(body?.['text'])
  if (text || !isAuthentication(template)) return fillText(text, values)
  const advice = readFlag(body?.['add_security_recommendation']) ? ' For your security, do not share this code.' : ''
  return `*${values['1'] ?? ''}* is your verification code.${advice}`
}

function renderFooter(footer: Json | undefined): string | undefined {
  const minutes = readNumber(footer?.['code_expiration_minutes'])
  return readText(footer?.['text']) ?? (minutes ? `This code expires in ${minutes} minutes.` : undefined)
}

function renderButtons(template: TemplateText, { buttons: values }: Filled): Rendered['buttons'] {
  const buttons = buttonsOf(template.components).map((button, index) => {
    const type = typeOf(button)
    const url = isAuthentication(template) ? undefined : readText(button['url'])
    const text = readText(button['text']) ?? (type === 'OTP' || type === 'COPY_CODE' ? 'Copy code' : '')
    return compact({ type, text, url: url && url.replace(/\{\{[^{}]*\}\}/, () => values[String(index)] ?? '') })
  })
  return buttons.length > 0 ? buttons : undefined
}
