import { GraphError } from '../../errors/graph-error.ts'
import type { BusinessAccount, PhoneNumber, Template, TemplateComponent } from '../../world/world.ts'
import type { Call } from '../call.ts'
import type { Param } from '../param.ts'
import { mediaReference } from './content.ts'
import { checkButtonParameters, formatMismatch } from './template-buttons.ts'
import { variablesIn } from '../templates/variables.ts'

/** Finds the template and holds every parameter against it. */
export function checkTemplate(call: Call, number: PhoneNumber, account: BusinessAccount, part: Param): Template {
  const name = part.object().get('name').text(512)
  const language = part.get('language').object().get('code').text(20)
  const template = sendableTemplate(call, account, name, language)
  const components = part.get('components')
  checkComponents(call, number, template, template.components, components.exists() ? components.list(0, 50) : [])
  return template
}

function sendableTemplate(call: Call, account: BusinessAccount, name: string, language: string): Template {
  const template = [...call.simulation.world.templates.values()].find(
    (one) => one.accountId === account.id && one.name === name && one.language === language,
  )
  if (template?.status === 'PAUSED') throw new GraphError(132015)
  if (template?.status === 'DISABLED') throw new GraphError(132016)
  if (template?.status !== 'APPROVED') {
    throw new GraphError(132001, { details: `template name (${name}) does not exist in ${language}` })
  }
  return template
}

function checkComponents(
  call: Call,
  number: PhoneNumber,
  template: Template,
  defined: readonly TemplateComponent[],
  given: readonly Param[],
): void {
  const ofType = (type: string) => given.filter((part) => String(part.get('type').value).toLowerCase() === type)
  const parametersOf = (type: string): Param[] => {
    const list = ofType(type)[0]?.get('parameters')
    return list?.exists() ? list.list(0, 100) : []
  }
  checkHeader(
    call,
    number,
    template,
    defined.find((one) => one.type === 'HEADER'),
    parametersOf('header'),
  )
  checkTexts(
    template,
    'body',
    defined.find((one) => one.type === 'BODY')?.text ?? bodyOfOtp(template),
    parametersOf('body'),
    1024,
  )
  const buttons = defined.find((one) => one.type === 'BUTTONS')?.buttons ?? []
  checkButtonParameters(buttons, ofType('button'))

  checkOffer(
    defined.find((one) => one.type === 'LIMITED_TIME_OFFER'),
    parametersOf('limited_time_offer'),
    call.simulation.clock.now(),
  )
  const cards = defined.find((one) => one.type === 'CAROUSEL')?.cards
  if (!cards) return
  const givenCards = ofType('carousel')[0]?.get('cards').list(1, 10) ?? []
  if (givenCards.length !== cards.length) {
    throw new GraphError(132012, { details: `carousel: expected ${cards.length} cards, received ${givenCards.length}` })
  }
  cards.forEach((card, index) => {
    checkComponents(call, number, template, card.components, givenCards[index]?.get('components').list(0, 20) ?? [])
  })
}

function checkOffer(offer: TemplateComponent | undefined, given: readonly Param[], now: number): void {
  const { has_expiration } = (offer?.['limited_time_offer'] ?? {}) as { has_expiration?: boolean }
  if (!offer || !has_expiration) return
  const [parameter] = given
  if (!parameter)
    throw new GraphError(131008, { details: 'limited_time_offer: parameter expiration_time_ms is missing' })
  const ends = parameter.get('limited_time_offer').object().get('expiration_time_ms').number(0, 1e14)
  if (ends <= now) throw new GraphError(131009, { details: 'limited_time_offer: expiration_time_ms is in the past' })
}

/** Authentication templates have no text of their own: the code is the one variable of the body. */
const bodyOfOtp = (template: Template): string => (template.category === 'AUTHENTICATION' ? '{{1}}' : '')

function checkHeader(
  call: Call,
  number: PhoneNumber,
  template: Template,
  header: TemplateComponent | undefined,
  given: Param[],
): void {
  const format = header?.format ?? 'TEXT'
  if (!header || format === 'TEXT') return checkTexts(template, 'header', header?.text ?? '', given, 60)
  const kind = format.toLowerCase()
  const [parameter] = given
  if (!parameter) throw formatMismatch('header', format, 'UNKNOWN')
  const received = String(parameter.get('type').value)
  if (received !== kind) throw formatMismatch('header', format, received.toUpperCase())
  const value = parameter.get(kind).object()
  if (['image', 'video', 'document'].includes(kind)) mediaReference(call, number, value)
}

function checkTexts(template: Template, where: string, text: string, given: readonly Param[], max: number): void {
  const expected = variablesIn(text)
  if (given.length !== expected.length) {
    throw new GraphError(132000, {
      details: `${where}: number of localizable_params (${given.length}) does not match the expected number of params (${expected.length})`,
    })
  }
  let filled = text
  given.forEach((parameter, index) => {
    const type = parameter.get('type').value
    if (!['text', 'currency', 'date_time'].includes(String(type)))
      throw formatMismatch(where, 'TEXT', String(type).toUpperCase())
    if (type !== 'text') return
    const value = parameter.get('text').text(max * 4)
    if (/[\n\t]| {5,}/.test(value)) throw new GraphError(132018)
    filled = filled.replaceAll(`{{${nameOf(template, parameter, expected, index)}}}`, value)
  })
  if (filled.length > max)
    throw new GraphError(132005, {
      details: `${where}: translated text too long, ${filled.length} of ${max} characters`,
    })
}

function nameOf(template: Template, parameter: Param, expected: readonly string[], index: number): string {
  if (template.parameterFormat !== 'NAMED') return expected[index] ?? ''
  const name = parameter.get('parameter_name').value
  if (typeof name !== 'string' || name === '')
    throw new GraphError(100, { title: 'Invalid parameter', details: 'Parameter name is missing or empty' })
  if (!expected.includes(name))
    throw new GraphError(132000, { details: `parameter_name (${name}) does not exist in the template` })
  return name
}
