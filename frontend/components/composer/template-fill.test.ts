import { expect, test } from 'vitest'
import type { Template } from '#contract/templates.ts'
import { emptyValues, isFilled, renderTemplate, suggestValues } from './template-fill.ts'

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
  variables: { header: ['1'], body: ['1', '2'], buttons: [{ index: 0, name: '1', label: 'Ver' }], headerMedia: null },
}

test('values fill the text, and what is missing stays visible', () => {
  const { rendered } = renderTemplate(template, { header: { 1: '42' }, body: { 1: 'Ana' }, buttons: { 0: 'x9' } })
  expect(rendered).toEqual({
    header: { format: 'TEXT', text: 'Pedido 42' },
    body: 'Olá Ana, seu pedido {{2}} está pronto.',
    footer: 'Padaria Sol',
    buttons: [{ type: 'URL', text: 'Ver', url: 'https://a.example/x9' }],
  })
})

test('a template may be sent only when every variable has a value that is more than spaces', () => {
  expect(isFilled(template, emptyValues())).toBe(false)
  expect(isFilled(template, { header: { 1: 'a' }, body: { 1: 'b', 2: ' ' }, buttons: { 0: 'c' } })).toBe(false)
  expect(isFilled(template, { header: { 1: 'a' }, body: { 1: 'b', 2: 'd' }, buttons: { 0: 'c' } })).toBe(true)
})

test('the first name of the customer is suggested, a telephone number is not a name', () => {
  expect(suggestValues(template, 'Ana Souza').body).toEqual({ 1: 'Ana', 2: '' })
  expect(suggestValues(template, '+55 11 98765-4321').body).toEqual({ 1: '', 2: '' })
})

test('a value that looks like a placeholder is not filled again', () => {
  const { rendered } = renderTemplate(template, { header: {}, body: { 1: '{{2}}', 2: 'x' }, buttons: {} })
  expect(rendered?.body).toBe('Olá {{2}}, seu pedido x está pronto.')
})
