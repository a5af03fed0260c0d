import { expect, test } from 'vitest'
import type { Template } from '#contract/templates.ts'
import { contentOf, emptyInput, fillText, isFilled, renderTemplate, suggestInput } from './template-fill.ts'

const template: Template = {
  id: 'tpl_1',
  createdAt: '',
  updatedAt: '',
  businessAccountId: '1',
  name: 'order_ready',
  language: 'pt_BR',
  category: 'UTILITY',
  status: 'APPROVED',
  parameterFormat: 'positional',
  components: [
    { type: 'HEADER', format: 'TEXT', text: 'Pedido {{1}}' },
    { type: 'BODY', text: 'Olá {{1}}, seu pedido {{2}} está pronto.' },
    { type: 'FOOTER', text: 'Padaria Sol' },
    { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Ver', url: 'https://a.example/{{1}}' }] },
  ],
  quality: null,
  rejectedReason: null,
  pendingCategory: null,
  syncedAt: null,
  variables: {
    header: ['1'],
    body: ['1', '2'],
    buttons: [{ index: 0, name: '1', label: 'Ver' }],
    headerMedia: null,
    cards: [],
    offer: false,
    products: null,
  },
}

test('values fill the text, and what is missing stays visible', () => {
  const { rendered } = renderTemplate(template, {
    ...emptyInput(),
    header: { 1: '42' },
    body: { 1: 'Ana' },
    buttons: { 0: 'x9' },
  })
  expect(rendered).toEqual({
    header: { format: 'TEXT', text: 'Pedido 42' },
    body: 'Olá Ana, seu pedido {{2}} está pronto.',
    footer: 'Padaria Sol',
    buttons: [{ type: 'URL', text: 'Ver', url: 'https://a.example/x9' }],
  })
})

test('a template may be sent only when every variable has a value that is more than spaces', () => {
  expect(isFilled(template, emptyInput())).toBe(false)
  expect(
    isFilled(template, { ...emptyInput(), header: { 1: 'a' }, body: { 1: 'b', 2: ' ' }, buttons: { 0: 'c' } }),
  ).toBe(false)
  expect(
    isFilled(template, { ...emptyInput(), header: { 1: 'a' }, body: { 1: 'b', 2: 'd' }, buttons: { 0: 'c' } }),
  ).toBe(true)
})

test('the first name of the customer is suggested, a telephone number is not a name', () => {
  expect(suggestInput(template, 'Ana Souza').body).toEqual({ 1: 'Ana', 2: '' })
  expect(suggestInput(template, '+55 11 98765-4321').body).toEqual({ 1: '', 2: '' })
})

test('a value that looks like a placeholder is not filled again', () => {
  const { rendered } = renderTemplate(template, { ...emptyInput(), body: { 1: '{{2}}', 2: 'x' } })
  expect(rendered?.body).toBe('Olá {{2}}, seu pedido x está pronto.')
})

const card = {
  components: [
    { type: 'HEADER', format: 'IMAGE' },
    { type: 'BODY', text: 'Only {{1}}!' },
  ],
}
const rich: Template = {
  ...template,
  category: 'MARKETING',
  components: [
    { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Ends soon', has_expiration: true } },
    { type: 'BODY', text: 'Look.' },
    { type: 'CAROUSEL', cards: [card] },
  ],
  variables: {
    header: [],
    body: [],
    buttons: [],
    headerMedia: 'location',
    cards: [{ header: 'image', body: ['1'], buttons: [] }],
    offer: true,
    products: 'list',
  },
}

test('a place, cards, an offer and products are asked for, and handed to the API as it takes them', () => {
  const now = Date.parse('2026-11-21T12:00:00Z')
  const input = {
    ...emptyInput(rich),
    place: '52.5, 13.4',
    placeName: 'Shop',
    offerEnds: '2026-12-24T18:00',
    thumbnail: 'aloe',
    products: 'aloe, fern',
    cards: [{ body: { 1: '5' }, buttons: {}, mediaId: 'med_1', productId: '' }],
  }
  expect(isFilled(rich, input, now)).toBe(true)
  for (const missing of [
    { place: 'here' },
    { offerEnds: '2026-11-20T18:00' },
    { products: ' ' },
    { cards: [{ ...input.cards[0]!, mediaId: null }] },
    { cards: [{ ...input.cards[0]!, body: {} }] },
  ])
    expect(isFilled(rich, { ...input, ...missing }, now)).toBe(false)
  expect(contentOf(rich, input)).toMatchObject({
    headerLocation: { latitude: 52.5, longitude: 13.4, name: 'Shop' },
    offerExpiresAt: new Date('2026-12-24T18:00').toISOString(),
    products: { thumbnail: 'aloe', sections: [{ productRetailerIds: ['aloe', 'fern'] }] },
    cards: [{ headerMedia: { mediaId: 'med_1' }, body: { 1: '5' } }],
  })
  expect(renderTemplate(rich, input).rendered).toMatchObject({
    offer: { text: 'Ends soon' },
    cards: [{ body: 'Only 5!', header: { media: { id: 'med_1' } } }],
  })
})

test.each(['{{constructor}}', '{{__proto__}}', '{{toString}}'])('%s stays until somebody fills it in', (text) => {
  expect(fillText(text, {})).toBe(text)
  expect(fillText('{{constructor}}', { constructor: 'Ana' } as unknown as Record<string, string>)).toBe('Ana')
})
