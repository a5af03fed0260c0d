import { expect, test } from 'vitest'
import type { Template } from '#contract/templates.ts'
import { emptyButton } from './draft-buttons.ts'
import { emptyCard, withButtons } from './draft-cards.ts'
import { nextVariable } from './draft-texts.ts'
import { componentsOf, draftOf, emptyDraft, formatOf } from './template-draft.ts'

const stored = (parts: Partial<Template>) =>
  ({ name: 'order', language: 'en_US', category: 'UTILITY', components: [], ...parts }) as Template

test('a template that is opened and saved unchanged stays what it was', () => {
  const components = [
    { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}', example: { header_text: ['42'] } },
    { type: 'BODY', text: 'Hello {{1}}, it costs {{2}} today.', example: { body_text: [['Ana', '10 €']] } },
    { type: 'FOOTER', text: 'Thank you' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Yes' },
        { type: 'URL', text: 'Open', url: 'https://shop.example/{{1}}', example: ['https://shop.example/42'] },
        { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+4930123456' },
      ],
    },
  ]
  expect(componentsOf(draftOf(stored({ components })))).toEqual(components)
})

test('named variables keep their names and examples', () => {
  const components = [
    {
      type: 'BODY',
      text: 'Hello {{first_name}}, welcome.',
      example: { body_text_named_params: [{ param_name: 'first_name', example: 'Ana' }] },
    },
  ]
  const draft = draftOf(stored({ components }))
  expect(formatOf(draft)).toBe('named')
  expect(componentsOf(draft)).toEqual(components)
})

const card = (text: string) => ({
  components: [
    { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::aW'] } },
    { type: 'BODY', text, example: { body_text: [['5 €']] } },
    { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Yes' }] },
  ],
})

test.each<[string, Partial<Template>]>([
  [
    'carousel',
    {
      category: 'MARKETING',
      components: [
        { type: 'BODY', text: 'Look' },
        { type: 'CAROUSEL', cards: [card('One for {{1}} only'), card('Two for {{1}} only')] },
      ],
    },
  ],
  [
    'offer',
    {
      category: 'MARKETING',
      components: [
        { type: 'HEADER', format: 'VIDEO', example: { header_handle: ['4::aW'] } },
        { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Ends soon', has_expiration: true } },
        { type: 'BODY', text: 'Half price.' },
        {
          type: 'BUTTONS',
          buttons: [
            { type: 'COPY_CODE', example: 'HALF' },
            { type: 'URL', text: 'Shop', url: 'https://shop.example' },
          ],
        },
      ],
    },
  ],
  [
    'list of products',
    {
      category: 'MARKETING',
      components: [
        { type: 'BODY', text: 'Look' },
        { type: 'BUTTONS', buttons: [{ type: 'MPM', text: 'View items' }] },
      ],
    },
  ],
  ...(['ONE_TAP', 'ZERO_TAP'] as const).map((otp_type): [string, Partial<Template>] => [
    `code of the kind ${otp_type}`,
    {
      category: 'AUTHENTICATION',
      components: [
        { type: 'BODY' },
        {
          type: 'BUTTONS',
          buttons: [
            {
              type: 'OTP',
              otp_type,
              text: 'Copy code',
              autofill_text: 'Fill in',
              ...(otp_type === 'ZERO_TAP' ? { zero_tap_terms_accepted: true } : {}),
              supported_apps: [{ package_name: 'com.example.shop', signature_hash: 'K8a/AINcGX7' }],
            },
          ],
        },
      ],
    },
  ]),
  [
    'carousel of products',
    {
      category: 'MARKETING',
      components: [
        { type: 'BODY', text: 'Look' },
        {
          type: 'CAROUSEL',
          cards: ['View', 'View'].map((text) => ({
            components: [
              { type: 'HEADER', format: 'PRODUCT' },
              { type: 'BUTTONS', buttons: [{ type: 'SPM', text }] },
            ],
          })),
        },
      ],
    },
  ],
  [
    'carousel of products with texts, which only Meta can edit,',
    {
      components: [
        { type: 'BODY', text: 'Look' },
        {
          type: 'CAROUSEL',
          cards: [
            {
              components: [
                { type: 'HEADER', format: 'PRODUCT' },
                { type: 'BODY', text: 'x' },
              ],
            },
          ],
        },
      ],
    },
  ],
])('a %s is given back as it was', (_name, parts) => {
  expect(componentsOf(draftOf(stored(parts)))).toEqual(parts.components)
})

test('a button that one card gets is got by all, and what stands on the others stays', () => {
  const cards = [emptyCard(), emptyCard('IMAGE', [{ ...emptyButton('QUICK_REPLY'), text: 'Mine' }])]
  const changed = withButtons(cards, 0, [emptyButton('QUICK_REPLY'), emptyButton('URL')])
  expect(changed.map(({ buttons }) => buttons.map(({ kind }) => kind))).toEqual([
    ['QUICK_REPLY', 'URL'],
    ['QUICK_REPLY', 'URL'],
  ])
  expect(changed[1]!.buttons[0]!.text).toBe('Mine')
})

test('a template for codes has the parts that Meta allows and no text of ours', () => {
  const draft = { ...emptyDraft(), category: 'AUTHENTICATION' as const, body: 'ignored', buttons: [emptyButton('URL')] }
  expect(componentsOf(draft)).toEqual([
    { type: 'BODY', add_security_recommendation: true },
    { type: 'FOOTER', code_expiration_minutes: 10 },
    { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text: 'Copy code' }] },
  ])
  expect(componentsOf(draftOf(stored({ category: 'AUTHENTICATION', components: componentsOf(draft) })))).toEqual(
    componentsOf(draft),
  )
})

test('the next variable follows the others', () => {
  expect(nextVariable('')).toBe('1')
  expect(nextVariable('{{1}} and {{2}}')).toBe('3')
  expect(nextVariable('{{name}}')).toBe('value_2')
})
