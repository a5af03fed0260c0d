import { GraphError, templateError } from '../../errors/graph-error.ts'
import type { TemplateButton, TemplateComponent } from '../../world/world.ts'
import { variablesIn } from './variables.ts'

const HEADER_FORMATS = ['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'GIF', 'LOCATION', 'PRODUCT']
const BUTTON_LIMITS: Record<string, number> = { QUICK_REPLY: 10, URL: 2, PHONE_NUMBER: 1, COPY_CODE: 1 }
const BUTTON_TYPES = [
  ...Object.keys(BUTTON_LIMITS),
  'OTP',
  'MPM',
  'SPM',
  'CATALOG',
  'FLOW',
  'VOICE_CALL',
  'APP',
  'CALL_PERMISSION_REQUEST',
  'REQUEST_CONTACT_INFO',
]

/** What Meta refuses at once when a template is created or edited. Answers the components with types in capitals. */
export function checkComponents(category: string, given: unknown): TemplateComponent[] {
  if (!Array.isArray(given) || given.length === 0) throw badComponents('The parameter components is required.')
  const components = given.map((one) => normalise(one))
  if (category === 'AUTHENTICATION') checkAuthentication(components)
  else checkParts(category, components)
  return components
}

function normalise(one: unknown): TemplateComponent {
  if (typeof one !== 'object' || one === null) throw badComponents('Each component must be an object.')
  const component = { ...one } as TemplateComponent
  component.type = String(component.type).toUpperCase()
  if (component.format !== undefined) component.format = String(component.format).toUpperCase()
  if (component.type === 'HEADER') component.format ??= 'TEXT'
  component.buttons = component.buttons?.map((button) => ({ ...button, type: String(button.type).toUpperCase() }))
  if (component.buttons === undefined) delete component.buttons
  component.cards = component.cards?.map((card) => ({
    ...card,
    components: card.components.map((inner) => normalise(inner)),
  }))
  if (component.cards === undefined) delete component.cards
  return component
}

function checkParts(category: string, components: readonly TemplateComponent[]): void {
  for (const type of new Set(components.map((one) => one.type))) {
    if (components.filter((one) => one.type === type).length > 1)
      throw badComponents(`Only one component of type ${type} is allowed.`)
  }
  const body = components.find((one) => one.type === 'BODY')
  if (!body) throw badComponents('A body component is required.')
  for (const component of components) {
    if (component.type === 'HEADER') checkHeader(component)
    else if (component.type === 'BODY')
      checkBody(component, components.some((one) => one.type === 'LIMITED_TIME_OFFER') ? 600 : 1024)
    else if (component.type === 'FOOTER') checkFooter(component)
    else if (component.type === 'BUTTONS') checkButtons(component.buttons ?? [])
    else if (component.type === 'CAROUSEL') checkCarousel(component, components)
    else if (component.type === 'LIMITED_TIME_OFFER') checkOffer(category, component, components)
    else throw badComponents(`Unknown component type ${component.type}.`)
  }
}

function checkHeader(header: TemplateComponent): void {
  if (!HEADER_FORMATS.includes(header.format ?? ''))
    throw templateError(2388047, `Unknown header format ${header.format}.`)
  if (header.format !== 'TEXT') {
    const handles = header.example?.['header_handle']
    const needsSample = !['LOCATION', 'PRODUCT'].includes(header.format ?? '')
    if (needsSample && !(Array.isArray(handles) && handles.length > 0))
      throw templateError(2388047, 'Media headers need a sample in example.header_handle.')
    return
  }
  const text = header.text ?? ''
  if (text.length === 0 || text.length > 60)
    throw templateError(2388040, 'The header text must have 1 to 60 characters.')
  if (/[*_~`\n]/.test(text)) throw templateError(2388047, 'The header text must not contain markdown or new lines.')
  const variables = checkVariables(text, 2388047)
  if (variables.length > 1) throw templateError(2388047, 'The header takes one variable at most.')
  requireExamples(header, variables, 'header_text', 2388047)
}

function checkBody(body: TemplateComponent, max: number): void {
  const text = body.text ?? ''
  if (text.length === 0 || text.length > max) throw templateError(2388040, `The body must have 1 to ${max} characters.`)
  const variables = checkVariables(text, 2388072)
  if (/^\s*\{\{|\}\}\s*$/.test(text)) throw templateError(2388299)
  if (/\}\}\s*\{\{/.test(text)) throw templateError(2388072, 'Variables must not stand next to each other.')
  const words = text
    .replaceAll(/\{\{[^{}]*\}\}/g, '')
    .split(/\s+/)
    .filter((word) => /\p{L}/u.test(word))
  if (variables.length > 0 && words.length < variables.length) throw templateError(2388293)
  requireExamples(body, variables, 'body_text', 2388072)
}

function checkFooter(footer: TemplateComponent): void {
  const text = footer.text ?? ''
  if (text.length === 0 || text.length > 60) throw templateError(2388040, 'The footer must have 1 to 60 characters.')
  if (variablesIn(text).length > 0) throw templateError(2388073, 'The footer takes no variables.')
}

function checkButtons(buttons: readonly TemplateButton[]): void {
  if (buttons.length === 0 || buttons.length > 10) throw badComponents('A template has 1 to 10 buttons.')
  for (const button of buttons) {
    if (!BUTTON_TYPES.includes(button.type)) throw badComponents(`Unknown button type ${button.type}.`)
    if (button.type !== 'COPY_CODE' && (button.text?.length ?? 0) > 25)
      throw templateError(2388040, 'A button text has 25 characters at most.')
    if (button.type === 'URL') checkUrlButton(button)
    if (button.type === 'PHONE_NUMBER' && !/^\+?\d{5,20}$/.test(button.phone_number ?? ''))
      throw badComponents('A call button needs a phone number.')
    const limit = BUTTON_LIMITS[button.type]
    if (limit !== undefined && buttons.filter((other) => other.type === button.type).length > limit) {
      throw badComponents(`A template has at most ${limit} buttons of type ${button.type}.`)
    }
  }
  const kinds = buttons.map((button) => button.type === 'QUICK_REPLY')
  if (kinds.filter((isQuick, index) => index > 0 && isQuick !== kinds[index - 1]).length > 1) {
    throw badComponents('Quick reply buttons must stand together.')
  }
}

function checkUrlButton(button: TemplateButton): void {
  const url = button.url ?? ''
  if (!/^https?:\/\/\S+$/.test(url) || url.length > 2000) throw badComponents('A URL button needs a valid URL.')
  const variables = variablesIn(url)
  if (variables.length > 1 || (variables.length === 1 && !url.trimEnd().endsWith('}}')))
    throw badComponents('A URL takes one variable, at its end.')
  if (variables.length === 1 && button.example === undefined)
    throw badComponents('A URL with a variable needs an example.')
}

function checkCarousel(carousel: TemplateComponent, beside: readonly TemplateComponent[]): void {
  const cards = carousel.cards ?? []
  if (cards.length < 2 || cards.length > 10) throw badComponents('A carousel has 2 to 10 cards.')
  if (beside.some((one) => !['BODY', 'CAROUSEL'].includes(one.type)))
    throw badComponents('Beside a carousel only a body is allowed.')
  const shapes = cards.map((card) =>
    card.components
      .map((one) => `${one.type}:${one.format ?? ''}:${one.buttons?.map((button) => button.type).join()}`)
      .join(),
  )
  if (new Set(shapes).size > 1) throw badComponents('All cards of a carousel must have the same shape.')
  for (const { components } of cards) checkCard(components)
}

function checkCard(components: readonly TemplateComponent[]): void {
  const find = (type: string) => components.find((one) => one.type === type)
  const header = find('HEADER')
  if (!['IMAGE', 'VIDEO', 'PRODUCT'].includes(header?.format ?? ''))
    throw badComponents('A card needs an image or video header.')
  checkHeader(header!)
  const body = find('BODY')
  if (body) checkBody(body, 160)
  const buttons = find('BUTTONS')?.buttons ?? []
  if (buttons.length < 1 || buttons.length > 2) throw badComponents('A card needs one or two buttons.')
  checkButtons(buttons)
}

function checkOffer(category: string, offer: TemplateComponent, beside: readonly TemplateComponent[]): void {
  const { text, has_expiration } = (offer['limited_time_offer'] ?? {}) as { text?: string; has_expiration?: boolean }
  if (category !== 'MARKETING') throw badComponents('Limited-time offers are marketing templates.')
  if (!text || text.length > 16) throw badComponents('The text of an offer must have 1 to 16 characters.')
  if (beside.some((one) => one.type === 'FOOTER')) throw badComponents('A limited-time offer takes no footer.')
  const buttons = beside.find((one) => one.type === 'BUTTONS')?.buttons ?? []
  const codeAt = buttons.findIndex((button) => button.type === 'COPY_CODE')
  if (has_expiration && codeAt === -1) throw badComponents('An offer that expires needs a copy code button.')
  if (codeAt > 0) throw badComponents('The copy code button of an offer comes first.')
}

function checkAuthentication(components: readonly TemplateComponent[]): void {
  const buttons = components.find((one) => one.type === 'BUTTONS')?.buttons ?? []
  const [button] = buttons
  if (!components.some((one) => one.type === 'BODY') || button?.type !== 'OTP')
    throw badComponents('An authentication template has a body and one OTP button.')
  const type = String(button.otp_type).toUpperCase()
  if (!['COPY_CODE', 'ONE_TAP', 'ZERO_TAP'].includes(type)) throw badComponents(`Unknown otp_type ${type}.`)
  if (type === 'COPY_CODE') return
  const apps = Array.isArray(button['supported_apps']) ? (button['supported_apps'] as Record<string, unknown>[]) : []
  if (apps.length < 1 || apps.length > 5) throw badComponents('supported_apps must have 1 to 5 apps.')
  for (const { package_name, signature_hash } of apps)
    if (!/^[\w.]{3,224}$/.test(String(package_name)) || String(signature_hash).length !== 11)
      throw badComponents('Each app needs a package_name and a signature_hash of 11 characters.')
  if (type === 'ZERO_TAP' && button['zero_tap_terms_accepted'] !== true)
    throw badComponents('zero_tap_terms_accepted must be true.')
}

function checkVariables(text: string, subcode: number): string[] {
  const variables = variablesIn(text)
  const isPositional = variables.every((name) => /^\d+$/.test(name))
  if (isPositional && variables.some((name, index) => Number(name) !== index + 1)) {
    throw templateError(subcode, 'Variables must be numbered {{1}}, {{2}}, … without gaps.')
  }
  if (!isPositional && variables.some((name) => !/^[a-z][a-z0-9_]*$/.test(name))) {
    throw templateError(subcode, 'Named variables consist of lower-case letters, digits and underscores.')
  }
  return variables
}

function requireExamples(
  component: TemplateComponent,
  variables: readonly string[],
  member: string,
  subcode: number,
): void {
  if (variables.length === 0) return
  const example = component.example ?? {}
  const positional = example[member]
  const flat = Array.isArray(positional) ? positional.flat() : []
  const named = example[`${member}_named_params`]
  const count = Array.isArray(named) ? named.length : flat.length
  if (count < variables.length) throw templateError(subcode, `Each variable needs an example in example.${member}.`)
}

const badComponents = (sentence: string): GraphError =>
  new GraphError(100, {
    message: 'Invalid parameter',
    userTitle: 'Message template is not valid',
    userMessage: sentence,
    details: sentence,
  })
