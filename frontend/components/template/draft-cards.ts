import {
  buttonComponent,
  buttonOf,
  emptyButton,
  isEditableButton,
  type DraftButton,
  type StoredButton,
} from './draft-buttons.ts'
import { exampleOf, examplesOf, handleOf } from './draft-texts.ts'

export type CardKind = 'IMAGE' | 'VIDEO' | 'PRODUCT'
export type DraftCard = {
  kind: CardKind
  handle: string
  mediaId: string | null
  body: string
  examples: Record<string, string>
  buttons: DraftButton[]
}

/** A card of a product has its picture and text from the catalogue, and one button to look at it. */
export function cardsOfKind(cards: readonly DraftCard[], kind: CardKind): DraftCard[] {
  const isOther = (kind === 'PRODUCT') !== (cards[0]?.kind === 'PRODUCT')
  const buttons = [emptyButton(kind === 'PRODUCT' ? 'SPM' : 'QUICK_REPLY')]
  return cards.map((card) => ({ ...card, kind, handle: '', mediaId: null, ...(isOther ? { body: '', buttons } : {}) }))
}

export const emptyCard = (kind: CardKind = 'IMAGE', buttons = [emptyButton('QUICK_REPLY')]): DraftCard => ({
  kind,
  handle: '',
  mediaId: null,
  body: '',
  examples: {},
  buttons,
})

/** All cards have the same buttons in the same order; what stands on them differs. */
export function withButtons(cards: readonly DraftCard[], index: number, buttons: DraftButton[]): DraftCard[] {
  return cards.map((card, at) =>
    at === index
      ? { ...card, buttons }
      : {
          ...card,
          buttons: buttons.map((button, place) => {
            const own = card.buttons[place]
            return own?.kind === button.kind ? own : emptyButton(button.kind)
          }),
        },
  )
}

export function carouselComponent(cards: readonly DraftCard[], isNamed: boolean) {
  return {
    type: 'CAROUSEL',
    cards: cards.map(({ kind, handle, body, examples, buttons }) => ({
      components: [
        { type: 'HEADER', format: kind, ...(handle ? { example: { header_handle: [handle] } } : {}) },
        ...(body.trim() && kind !== 'PRODUCT'
          ? [{ type: 'BODY', text: body, ...exampleOf('body', body, examples, isNamed) }]
          : []),
        ...(buttons.length > 0 ? [{ type: 'BUTTONS', buttons: buttons.map(buttonComponent) }] : []),
      ],
    })),
  }
}

type Part = {
  type: string
  format?: string
  text?: string
  example?: Record<string, unknown>
  buttons?: StoredButton[]
}
const findIn = (card: { components?: Part[] }, type: string) =>
  card.components?.find((part) => part.type.toUpperCase() === type)

const kinds: ReadonlySet<string> = new Set<CardKind>(['IMAGE', 'VIDEO', 'PRODUCT'])

/** Undefined: these cards have something that the builder cannot give back. */
export function cardsOf(carousel: { cards?: { components?: Part[] }[] } | undefined): DraftCard[] | undefined {
  const cards = carousel?.cards ?? []
  const isEditable = cards.every((card) => {
    const format = findIn(card, 'HEADER')?.format?.toUpperCase() ?? ''
    return (
      kinds.has(format) &&
      !(format === 'PRODUCT' && findIn(card, 'BODY')) &&
      (findIn(card, 'BUTTONS')?.buttons ?? []).every(isEditableButton)
    )
  })
  if (!isEditable) return undefined
  return cards.map((card) => {
    const header = findIn(card, 'HEADER')
    const body = findIn(card, 'BODY')
    return {
      kind: header?.format?.toUpperCase() as CardKind,
      handle: handleOf(header),
      mediaId: null,
      body: body?.text ?? '',
      examples: examplesOf(body, 'body'),
      buttons: (findIn(card, 'BUTTONS')?.buttons ?? []).map(buttonOf),
    }
  })
}
