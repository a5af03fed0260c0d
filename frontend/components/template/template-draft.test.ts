import { expect, test } from 'vitest'
import type { Template } from '#contract/templates.ts'
import { componentsOf, draftOf, emptyButton, emptyDraft, formatOf, nextVariable } from './template-draft.ts'

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

test('a carousel is kept as it is', () => {
  const carousel = { type: 'CAROUSEL', cards: [{ components: [{ type: 'BODY', text: 'One' }] }] }
  const components = [{ type: 'BODY', text: 'Look' }, carousel]
  expect(componentsOf(draftOf(stored({ components })))).toEqual(components)
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
