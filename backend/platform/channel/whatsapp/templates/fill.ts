import type { TemplateComponent } from '../../../../contract/templates.ts'
import { compact } from '../messages/kind.ts'
import { fillExtras, findMissingExtras, productHeader, type Extras } from './fill-extras.ts'
import { cleanValues, fillButtons, fillPart, isGiven, type Values } from './fill-parts.ts'
import { renderText, type Rendered } from './render-text.ts'
import { isAuthentication, variablesOf, type TemplateText } from './variables.ts'

export type TemplateValues = Extras & {
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
      ...fillHeader(template, header, values),
      ...fillPart('body', variablesOf(template).body, body, template),
      ...(isAuthentication(template) ? [codeButton(body)] : fillButtons(template, buttons)),
      ...fillExtras(template, values),
    ],
    rendered: renderText(template, { header, body, buttons }, values),
  }
}

function findMissing(template: TemplateText, values: TemplateValues): string[] {
  const { variables } = values
  const needed = variablesOf(template)
  return [
    ...needed.header.filter((name) => !isGiven(variables.header, name)).map((name) => `header.${name}`),
    ...(needed.headerMedia && !hasHeader(needed.headerMedia, values) ? [`header.${needed.headerMedia}`] : []),
    ...needed.body.filter((name) => !isGiven(variables.body, name)).map((name) => `body.${name}`),
    ...needed.buttons
      .filter(({ index }) => !isGiven(variables.buttons, String(index)))
      .map(({ index }) => `buttons.${index}`),
    ...findMissingExtras(needed, values),
  ]
}

function hasHeader(kind: string, { headerMedia, headerLocation, headerProduct }: TemplateValues): boolean {
  if (kind === 'location') return headerLocation !== undefined
  return kind === 'product' ? headerProduct !== undefined : Boolean(headerMedia?.mediaId ?? headerMedia?.link)
}

function fillHeader(template: TemplateText, header: Values, values: TemplateValues): Component[] {
  const { headerMedia, header: names } = variablesOf(template)
  if (headerMedia === 'product') return [productHeader(values.headerProduct!)]
  if (headerMedia !== 'location') return fillPart('header', names, header, template)
  const { latitude, longitude, name, address } = values.headerLocation!
  // Texts, unlike the numbers of a location message.
  const place = compact({ latitude: String(latitude), longitude: String(longitude), name, address })
  return [{ type: 'header', parameters: [{ type: 'location', location: place }] }]
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
