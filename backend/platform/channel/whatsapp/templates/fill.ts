import type { TemplateComponent } from '../../../../contract/templates.ts'
import { readFlag, readObject } from '../json.ts'
import { compact } from '../messages/kind.ts'
import { renderText, type Rendered } from './render-text.ts'
import {
  buttonsOf,
  findComponent,
  formatOf,
  isAuthentication,
  typeOf,
  variablesOf,
  type TemplateText,
} from './variables.ts'

type Values = { readonly [name: string]: string }

export type TemplateValues = {
  variables: {
    header?: Values | undefined
    body?: Values | undefined
    /** By index of the button. */
    buttons?: Values | undefined
  }
  headerMedia?: { mediaId?: string | undefined; link?: string | undefined; filename?: string | undefined } | undefined
  headerLocation?:
    | { latitude: number; longitude: number; name?: string | undefined; address?: string | undefined }
    | undefined
}

type Component = TemplateComponent
export type FilledTemplate = { components: Component[]; rendered: Rendered }

/**
 * A template with its values: what Meta gets, and what the customer reads. `missing` names what was not given, as
 * `body.1` or `header.image`. The file of a header is not among the components: it has no id at Meta before it is sent.
 */
export function fillTemplate(template: TemplateText, values: TemplateValues): FilledTemplate | { missing: string[] } {
  const missing = findMissing(template, values)
  if (missing.length > 0) return { missing }
  const header = cleanValues(values.variables.header)
  const body = cleanValues(values.variables.body)
  const buttons = cleanValues(values.variables.buttons)
  return {
    components: [
      ...fillHeader(template, header, values.headerLocation),
      ...fillPart('body', variablesOf(template).body, body, template),
      ...(isAuthentication(template) ? [codeButton(body)] : fillButtons(template, buttons)),
    ],
    rendered: renderText(template, { header, body, buttons }, values),
  }
}

function findMissing(template: TemplateText, { variables, headerMedia, headerLocation }: TemplateValues): string[] {
  const needed = variablesOf(template)
  const given = (values: Values | undefined, name: string) =>
    Boolean(values && Object.hasOwn(values, name) && values[name]!.trim())
  const hasHeaderFile = needed.headerMedia === 'location' ? headerLocation : (headerMedia?.mediaId ?? headerMedia?.link)
  return [
    ...needed.header.filter((name) => !given(variables.header, name)).map((name) => `header.${name}`),
    ...(needed.headerMedia && !hasHeaderFile ? [`header.${needed.headerMedia}`] : []),
    ...needed.body.filter((name) => !given(variables.body, name)).map((name) => `body.${name}`),
    ...needed.buttons
      .filter(({ index }) => !given(variables.buttons, String(index)))
      .map(({ index }) => `buttons.${index}`),
    ...needsComponents(template),
  ]
}

/** Parts that only Meta's own components can fill. */
function needsComponents({ components }: TemplateText): string[] {
  const offer = findComponent(components, 'LIMITED_TIME_OFFER')
  const hasEnd = readFlag(readObject(offer?.['limited_time_offer'])['has_expiration'] ?? offer?.['has_expiration'])
  return [
    ...(findComponent(components, 'CAROUSEL') ? ['carousel'] : []),
    ...(offer && hasEnd !== false ? ['limited_time_offer'] : []),
    ...(formatOf(findComponent(components, 'HEADER')) === 'PRODUCT' ? ['header.product'] : []),
    ...(buttonsOf(components).some((button) => typeOf(button) === 'MPM') ? ['products'] : []),
  ]
}

/** Meta refuses line breaks, tabs and long gaps in a value. */
function cleanValues(values: Values = {}): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value
        .trim()
        .replaceAll(/[^\S\n\r\t]*[\n\r\t]\s*/g, ' ')
        .replaceAll(/ {5,}/g, '    '),
    ]),
  )
}

function fillHeader(template: TemplateText, values: Values, location: TemplateValues['headerLocation']): Component[] {
  if (variablesOf(template).headerMedia !== 'location')
    return fillPart('header', variablesOf(template).header, values, template)
  const { latitude, longitude, name, address } = location!
  // Texts, unlike the numbers of a location message.
  const place = compact({ latitude: String(latitude), longitude: String(longitude), name, address })
  return [{ type: 'header', parameters: [{ type: 'location', location: place }] }]
}

function fillPart(
  type: 'header' | 'body',
  names: readonly string[],
  values: Values,
  { parameterFormat }: TemplateText,
): Component[] {
  if (names.length === 0) return []
  const isNamed = parameterFormat === 'named' || names.some((name) => !/^\d+$/.test(name))
  const parameters = names.map((name) => ({
    type: 'text',
    ...(isNamed ? { parameter_name: name } : {}),
    text: values[name] ?? '',
  }))
  return [{ type, parameters }]
}

/** One form for copying and for filling in by one tap. */
function codeButton(body: Values): Component {
  return {
    type: 'button',
    sub_type: 'url',
    index: '0',
    parameters: [{ type: 'text', text: body['1'] ?? Object.values(body)[0] ?? '' }],
  }
}

function fillButtons(template: TemplateText, values: Values): Component[] {
  const needed = new Set(variablesOf(template).buttons.map(({ index }) => index))
  return buttonsOf(template.components).flatMap((button, index) => {
    const value = values[String(index)]
    const filled = (sub_type: string, parameter: object) => [
      { type: 'button', sub_type, index: String(index), parameters: [parameter] },
    ]
    switch (typeOf(button)) {
      case 'URL':
        return needed.has(index) ? filled('url', { type: 'text', text: value }) : []
      case 'COPY_CODE':
        return filled('copy_code', { type: 'coupon_code', coupon_code: value })
      case 'QUICK_REPLY':
        return value ? filled('quick_reply', { type: 'payload', payload: value }) : []
      default:
        return []
    }
  })
}
