import { expect, test } from 'vitest'
import { setStage } from './test-tools.ts'

const text = (value: string, name?: string) => ({
  type: 'text',
  text: value,
  ...(name ? { parameter_name: name } : {}),
})
const body = (...values: string[]) => ({ type: 'body', parameters: values.map((value) => text(value)) })
const urlButton = { type: 'button', sub_type: 'url', index: '0', parameters: [text('860198')] }
const template = (name: string, components?: object[], code = 'en_US') => ({
  type: 'template',
  template: { name, language: { code }, components },
})
const order = (...components: object[]) => template('order_confirmation', components)

test('an approved template is accepted with message_status, in the language that was asked for', async () => {
  const { send, simulator } = await setStage()
  const answer = await send(order(body('Ada', '860198', 'Friday'), urlButton))
  expect(answer.body.messages).toEqual([{ id: expect.stringMatching(/^wamid\./), message_status: 'accepted' }])
  expect(
    (await send({ ...template('order_confirmation', [body('Ada', '1', 'Freitag'), urlButton], 'de') })).status,
  ).toBe(200)
  expect(simulator.ledger.accepted.map((one) => one.template)).toEqual(['order_confirmation', 'order_confirmation'])
})

test.for<[rule: string, message: object, code: number, status: number, details: RegExp]>([
  ['a name that does not exist', template('nothing'), 132001, 404, /template name \(nothing\) does not exist in en_US/],
  ['a language that does not exist', template('hello_world', [], 'fr'), 132001, 404, /does not exist in fr/],
  ['a template still in review', template('store_opening'), 132001, 404, /store_opening/],
  ['a rejected template', template('free_money'), 132001, 404, /free_money/],
  ['a paused template', template('weekly_news'), 132015, 400, /paused/],
  [
    'too few parameters',
    order(body('Ada'), urlButton),
    132000,
    400,
    /body: number of localizable_params \(1\) does not match the expected number of params \(3\)/,
  ],
  ['too many parameters', template('hello_world', [body('Ada')]), 132000, 400, /\(1\).*\(0\)/],
  [
    'a missing button parameter',
    order(body('Ada', '1', 'Friday')),
    131008,
    400,
    /Button at index 0 of type Url requires a parameter/,
  ],
  [
    'a button of another type',
    order(body('Ada', '1', 'Friday'), { ...urlButton, sub_type: 'quick_reply' }),
    132012,
    400,
    /index 0/,
  ],
  [
    'a parameter of another type',
    order({ type: 'body', parameters: [text('a'), text('b'), { type: 'image', image: {} }] }, urlButton),
    132012,
    400,
    /Format mismatch, expected TEXT, received IMAGE/,
  ],
  [
    'a missing media header',
    template('spring_sale', [body('Ada')]),
    132012,
    400,
    /header: Format mismatch, expected IMAGE, received UNKNOWN/,
  ],
  ['a new line in a parameter', order(body('A\nda', '1', 'Friday'), urlButton), 132018, 400, /new-line/],
  ['a text too long when filled in', order(body('x'.repeat(1000), '1', 'Friday'), urlButton), 132005, 400, /too long/],
  [
    'a wrong parameter name',
    template('appointment_reminder', [
      { type: 'header', parameters: [text('Monday', 'day')] },
      { type: 'body', parameters: [text('Ada', 'surname'), text('10', 'time')] },
    ]),
    132000,
    400,
    /surname/,
  ],
  [
    'named parameters without names',
    template('appointment_reminder', [{ type: 'header', parameters: [text('Monday')] }]),
    100,
    400,
    /Parameter name is missing/,
  ],
  [
    'an authentication template without its button',
    template('login_code', [body('123456')]),
    131008,
    400,
    /requires a parameter/,
  ],
  [
    'a carousel with too few cards',
    template('summer_carousel', [body('Ada'), { type: 'carousel', cards: [{ card_index: 0, components: [] }] }]),
    132012,
    400,
    /expected 2 cards/,
  ],
])('refused: %s', async ([, message, code, status, details]) => {
  const { send } = await setStage()
  const answer = await send(message)
  expect(answer.body.error).toMatchObject({
    code,
    error_data: { messaging_product: 'whatsapp', details: expect.stringMatching(details) },
  })
  expect(answer.status).toBe(status)
})

test('named parameters come in any order; authentication codes come twice; carousels card by card', async () => {
  const { send } = await setStage()
  const named = template('appointment_reminder', [
    { type: 'header', parameters: [text('Monday', 'day')] },
    { type: 'body', parameters: [text('10:30', 'time'), text('Ada', 'first_name')] },
    { type: 'button', sub_type: 'quick_reply', index: 0, parameters: [{ type: 'payload', payload: 'yes' }] },
  ])
  expect((await send(named)).status).toBe(200)
  const code = template('login_code', [
    body('123456'),
    { type: 'button', sub_type: 'url', index: '0', parameters: [text('123456')] },
  ])
  expect((await send(code)).status).toBe(200)
  const card = {
    components: [
      { type: 'header', parameters: [{ type: 'image', image: { link: 'https://a.example/a.jpg' } }] },
      body('10%'),
    ],
  }
  const carousel = template('summer_carousel', [
    body('Ada'),
    {
      type: 'carousel',
      cards: [
        { card_index: 0, ...card },
        { card_index: 1, ...card },
      ],
    },
  ])
  expect((await send(carousel)).status).toBe(200)
  const sale = template('spring_sale', [
    { type: 'header', parameters: [{ type: 'image', image: { link: 'https://a.example/a.jpg' } }] },
    body('Ada'),
    { type: 'button', sub_type: 'copy_code', index: 0, parameters: [{ type: 'coupon_code', coupon_code: 'SPRING25' }] },
  ])
  expect((await send(sale)).status).toBe(200)
})

test('a business-scoped user id cannot get an authentication template', async () => {
  const { send } = await setStage()
  const code = template('login_code', [
    body('123456'),
    { type: 'button', sub_type: 'url', index: '0', parameters: [text('123456')] },
  ])
  expect((await send({ to: undefined, recipient: 'DE.1234567890', ...code })).body.error.code).toBe(131062)
})

test('marketing goes through its own endpoint where the account says so', async () => {
  const { send, graph, simulator } = await setStage()
  const { phoneNumberId, businessAccountId } = simulator.credentials
  simulator.addTemplate({
    name: 'news',
    category: 'MARKETING',
    components: [{ type: 'BODY', text: 'News of this week.' }],
  })
  const account = simulator.world.accounts.get(businessAccountId)
  if (account) account.marketingOnlyByMarketingApi = true
  expect((await send(template('news'))).body.error.code).toBe(131063)
  const marketing = (message: object) =>
    graph('POST', `/${phoneNumberId}/marketing_messages`, {
      messaging_product: 'whatsapp',
      to: '+491701234567',
      ...message,
    })
  expect((await marketing(template('news'))).status).toBe(200)
  expect((await marketing(template('hello_world'))).body.error.code).toBe(131055)
  expect((await marketing({ type: 'text', text: { body: 'x' } })).body.error).toMatchObject({
    code: 100,
    error_data: { details: 'Message must be a template message.' },
  })
})
