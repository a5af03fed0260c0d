import type { TemplateComponent, TemplateProblem } from '../../../../contract/templates.ts'
import { readNumber, readObject, readText, type Json } from '../json.ts'
import { checkButtons } from './check-buttons.ts'
import { checkCarousel, checkOffer } from './check-extras.ts'
import { checkVariables } from './check-variables.ts'
import { findComponent, formatOf, typeOf, variablesIn } from './variables.ts'

export type Draft = {
  name: string
  language: string
  category: string
  parameterFormat?: 'positional' | 'named'
  components: readonly TemplateComponent[]
  /** The parts are those of one card of a carousel. */
  isCard?: boolean
}

/** Everything for which Meta would refuse a template, before Meta sees it: where, and one sentence. */
export function checkTemplate(draft: Draft): TemplateProblem[] {
  return [
    ...checkFrame(draft),
    ...checkShape(draft),
    ...draft.components.flatMap((part, index) => checkComponent(draft, part, `components.${index}`)),
  ]
}

function checkFrame({ name, language, category }: Draft): TemplateProblem[] {
  return [
    ...problem(!/^[a-z0-9_]{1,512}$/.test(name), 'name', 'Use small letters without accents, digits and _ only.'),
    ...problem(
      !/^[a-z]{2,3}(_[A-Za-z]{2,4})?$/.test(language),
      'language',
      'Use a language code such as en_US or pt_BR.',
    ),
    ...problem(
      !['AUTHENTICATION', 'MARKETING', 'UTILITY'].includes(category),
      'category',
      'Choose authentication, marketing or utility.',
    ),
  ]
}

const kinds = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS', 'CAROUSEL', 'LIMITED_TIME_OFFER', 'CALL_PERMISSION_REQUEST']

function checkShape({ category, components }: Draft): TemplateProblem[] {
  const types = components.map(typeOf)
  const forCodes = ['BODY', 'FOOTER', 'BUTTONS']
  return [
    ...problem(!types.includes('BODY'), 'components', 'A template needs a text.'),
    ...types.flatMap((type, index) => [
      ...problem(!kinds.includes(type), `components.${index}.type`, 'WhatsApp does not know this part of a template.'),
      ...problem(types.indexOf(type) < index, `components.${index}`, 'A template can have this part only once.'),
      ...problem(
        category === 'AUTHENTICATION' && !forCodes.includes(type),
        `components.${index}`,
        'A template for codes has a text, a footer and one button, and nothing else.',
      ),
    ]),
  ]
}

function checkComponent(draft: Draft, component: Json, path: string): TemplateProblem[] {
  switch (typeOf(component)) {
    case 'HEADER':
      return checkHeader(draft, component, path)
    case 'BODY':
      return checkBody(draft, component, path)
    case 'FOOTER':
      return checkFooter(component, path)
    case 'BUTTONS':
      return checkButtons(draft, component, path)
    case 'CAROUSEL':
      return checkCarousel(draft, component, path, checkComponent)
    case 'LIMITED_TIME_OFFER':
      return checkOffer(draft, component, path)
    default:
      return []
  }
}

const headerFormats = ['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION', 'GIF', 'PRODUCT']

function checkHeader(draft: Draft, header: Json, path: string): TemplateProblem[] {
  const format = formatOf(header)
  if (!headerFormats.includes(format))
    return [{ path: `${path}.format`, message: 'Choose a text, a file or a place as header.' }]
  if (format === 'TEXT') return checkHeaderText(draft, header, path)
  const handles = readObject(header['example'])['header_handle']
  const needsSample = format !== 'LOCATION' && format !== 'PRODUCT'
  const hasSample = Array.isArray(handles) ? Boolean(readText(handles[0])) : Boolean(readText(handles))
  return problem(
    needsSample && !hasSample,
    `${path}.example`,
    'Upload a sample of the file, so that Meta can look at it.',
  )
}

function checkHeaderText(draft: Draft, header: Json, path: string): TemplateProblem[] {
  const text = readText(header['text']) ?? ''
  return [
    ...checkLength(text, 60, `${path}.text`, 'header'),
    ...problem(
      /[*_~`]/.test(text.replaceAll(/\{\{[^{}]*\}\}/g, '')),
      `${path}.text`,
      'The header cannot be bold, italic or struck out.',
    ),
    ...problem(/[\n\r]/.test(text), `${path}.text`, 'The header is one line.'),
    ...problem(variablesIn(text).length > 1, `${path}.text`, 'The header can have one variable.'),
    ...checkVariables({ text, path, part: 'header', format: draft.parameterFormat, example: header['example'] }),
  ]
}

function checkBody(draft: Draft, body: Json, path: string): TemplateProblem[] {
  const text = readText(body['text']) ?? ''
  // Meta writes the text of a code itself.
  if (draft.category === 'AUTHENTICATION') return []
  const most = draft.isCard ? 160 : findComponent(draft.components, 'LIMITED_TIME_OFFER') ? 600 : 1024
  return [
    ...checkLength(text, most, `${path}.text`, 'text'),
    ...checkVariables({ text, path, part: 'body', format: draft.parameterFormat, example: body['example'] }),
  ]
}

function checkFooter(footer: Json, path: string): TemplateProblem[] {
  const minutes = footer['code_expiration_minutes']
  if (minutes !== undefined) {
    const number = readNumber(minutes)
    return problem(
      number === undefined || !Number.isInteger(number) || number < 1 || number > 90,
      `${path}.code_expiration_minutes`,
      'A code can be good for 1 to 90 minutes.',
    )
  }
  const text = readText(footer['text']) ?? ''
  return [
    ...checkLength(text, 60, `${path}.text`, 'footer'),
    ...problem(/\{\{|\}\}/.test(text), `${path}.text`, 'The footer cannot have variables.'),
  ]
}

export function checkLength(text: string, most: number, path: string, what: string): TemplateProblem[] {
  if (text.trim() === '') return [{ path, message: `The ${what} is empty.` }]
  return problem([...text].length > most, path, `The ${what} can have ${most} characters at most.`)
}

export function problem(isOne: boolean, path: string, message: string): TemplateProblem[] {
  return isOne ? [{ path, message }] : []
}
