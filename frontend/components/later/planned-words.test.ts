import { expect, test } from 'vitest'
import { plannedFields, plannedLine, withPlannedFields } from './planned-words.ts'

test('every kind of planned message has a line', () => {
  expect(plannedLine({ type: 'text', content: { text: 'Hello' } })).toBe('Hello')
  expect(plannedLine({ type: 'template', content: { name: 'welcome' } })).toBe('Template welcome')
  expect(plannedLine({ type: 'document', content: { mediaId: 'm', filename: 'prices.pdf' } })).toBe('prices.pdf')
  expect(plannedLine({ type: 'interactive', content: { kind: 'list', body: 'Which?' } })).toBe('Which?')
})

test('its words are written anew, and the rest stays', () => {
  const photo = { type: 'image' as const, content: { mediaId: 'm', caption: 'Old' } }
  const [caption] = plannedFields(photo)
  expect(withPlannedFields(photo, [{ ...caption!, text: ' New ' }])).toEqual({ mediaId: 'm', caption: 'New' })
  expect(withPlannedFields(photo, [{ ...caption!, text: '' }])).toEqual({ mediaId: 'm' })
  const content = { name: 'hi', variables: { body: { '1': 'Ana', 'order.no': '7' } } }
  const template = { type: 'template' as const, content }
  const fields = plannedFields(template).map((field) => ({ ...field, text: `${field.text}!` }))
  expect(withPlannedFields(template, fields)).toEqual({
    name: 'hi',
    variables: { body: { '1': 'Ana!', 'order.no': '7!' } },
  })
})
