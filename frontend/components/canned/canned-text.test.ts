import { expect, test } from 'vitest'
import { fillCanned, findCanned, placeholderOf, variables } from './canned-text.ts'

const facts = {
  contact: { name: 'Ana Maria Silva', phone: '+5511987654321' },
  agent: { name: 'Bea Agent' },
  business: { name: 'Café Aurora' },
}

test('every variable that is offered is filled in', () => {
  for (const { name } of variables) expect(fillCanned(placeholderOf(name), facts)).not.toContain('{')
  expect(fillCanned('Hi {{contact.first_name}}, {{ agent.name }} of {{business.name}} here', facts)).toBe(
    'Hi Ana, Bea Agent of Café Aurora here',
  )
})

test('a variable nobody knows stays, so that it is seen', () => {
  expect(fillCanned('{{contact.shoe_size}}', facts)).toBe('{{contact.shoe_size}}')
})

test('what a person typed is no pattern of replacement', () => {
  expect(fillCanned('{{contact.name}}', { ...facts, contact: { name: '$& {{agent.name}}', phone: null } })).toBe(
    '$& {{agent.name}}',
  )
})

test('a shortcut that begins with what was typed comes before one that contains it, and before texts', () => {
  const replies = [
    { shortcut: 'later', text: 'Thanks, later' },
    { shortcut: 'no-thanks', text: 'No' },
    { shortcut: 'thanks', text: 'Thank you' },
  ]
  expect(findCanned(replies, 'THA').map(({ shortcut }) => shortcut)).toEqual(['thanks', 'no-thanks', 'later'])
  expect(findCanned(replies, '').length).toBe(3)
})

test.each(['{{constructor}}', '{{__proto__}}', '{{to_string}}'])('%s is a variable nobody knows', (text) => {
  expect(fillCanned(text, facts)).toBe(text)
})
