import type { TemplateProblem } from '../../../../contract/templates.ts'
import { readFlag, readList, readText, type Json } from '../json.ts'
import { checkLength, problem, type Draft } from './check.ts'
import { buttonsOf, cardsOf, findComponent, formatOf, offerOf, typeOf } from './variables.ts'

type CheckComponent = (draft: Draft, component: Json, path: string) => TemplateProblem[]

/** Beside the cards there is the text above them, and nothing else. */
export function checkCarousel(
  draft: Draft,
  carousel: Json,
  path: string,
  checkComponent: CheckComponent,
): TemplateProblem[] {
  const cards = cardsOf([{ ...carousel, type: 'CAROUSEL' }])
  const shapes = new Set(cards.map((components) => components.map(shapeOf).join(', ')))
  const others = draft.components.map(typeOf).filter((type) => type !== 'BODY' && type !== 'CAROUSEL')
  return [
    ...problem(cards.length < 2 || cards.length > 10, `${path}.cards`, 'A carousel has 2 to 10 cards.'),
    ...problem(
      shapes.size > 1,
      `${path}.cards`,
      'All cards need the same parts: the same kind of picture and the same buttons.',
    ),
    ...problem(others.length > 0, path, 'Beside its cards a carousel has a text, but no header, footer or buttons.'),
    ...cards.flatMap((components, index) => {
      const card = { ...draft, isCard: true, components }
      return [
        ...checkCard(card, `${path}.cards.${index}`),
        ...components.flatMap((part, at) => checkComponent(card, part, `${path}.cards.${index}.components.${at}`)),
      ]
    }),
  ]
}

const partsOfCard = ['HEADER', 'BODY', 'BUTTONS']
const buttonsOfCard = ['QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'SPM']

function checkCard({ components }: Draft, path: string): TemplateProblem[] {
  const format = formatOf(findComponent(components, 'HEADER'))
  const buttons = buttonsOf(components).map(typeOf)
  const hasOther = components.some((part) => !partsOfCard.includes(typeOf(part)))
  return [
    ...problem(hasOther, path, 'A card has a picture or a video, a text and buttons, and nothing else.'),
    ...problem(
      !['IMAGE', 'VIDEO', 'PRODUCT'].includes(format),
      path,
      'Each card needs a picture, a video or a product.',
    ),
    ...problem(
      format === 'PRODUCT' && (findComponent(components, 'BODY') !== undefined || buttons.length > 1),
      path,
      'A card of a product has one button and no text: the rest comes from the catalogue.',
    ),
    ...problem(buttons.length < 1 || buttons.length > 2, path, 'Each card needs one or two buttons.'),
    ...problem(
      buttons.some((type) => !buttonsOfCard.includes(type)),
      path,
      'The buttons of a card are answers, links or calls.',
    ),
  ]
}

function shapeOf(part: Json): string {
  return `${typeOf(part)} ${readText(part['format']) ?? ''} ${readList(part['buttons']).map(typeOf).join('+')}`
}

/** A line above the text that counts down to the end of an offer. */
export function checkOffer(draft: Draft, component: Json, path: string): TemplateProblem[] {
  const { components, category } = draft
  const offer = offerOf(component)
  const buttons = buttonsOf(components)
  const codeAt = buttons.findIndex((button) => typeOf(button) === 'COPY_CODE')
  const code = codeAt === -1 ? undefined : buttons[codeAt]!['example']
  const format = formatOf(findComponent(components, 'HEADER'))
  return [
    ...checkLength(readText(offer['text']) ?? '', 16, `${path}.limited_time_offer.text`, 'offer'),
    ...problem(category !== 'MARKETING', path, 'An offer belongs into a marketing template.'),
    ...problem(
      findComponent(components, 'FOOTER') !== undefined,
      path,
      'A template with an offer cannot have a footer.',
    ),
    ...problem(
      format !== '' && format !== 'IMAGE' && format !== 'VIDEO',
      path,
      'Above an offer there can be a picture or a video, and nothing else.',
    ),
    ...problem(
      readFlag(offer['has_expiration']) === true && codeAt === -1,
      path,
      'An offer that counts down needs a button to copy its code.',
    ),
    ...problem(codeAt > 0, path, 'In an offer the button to copy the code comes first.'),
    ...problem(
      (readText(Array.isArray(code) ? code[0] : code) ?? '').length > 15,
      path,
      'The code of an offer can have 15 characters at most.',
    ),
  ]
}
