import { expect, test } from 'vitest'
import { matchCommands } from './match-commands.ts'

const commands = [
  { label: 'Go to Contacts', group: 'Go to', words: 'people' },
  { label: 'Close the chat', group: 'This chat' },
  { label: 'Enclosure', group: 'This chat' },
]
const labels = (text: string) => matchCommands(commands, text).map(({ label }) => label)

test('what begins with the word comes first, and every word must be there', () => {
  expect(labels('clos')).toEqual(['Close the chat', 'Enclosure'])
  expect(labels('chat close')).toEqual(['Close the chat'])
  expect(labels('PÉOPLE')).toEqual(['Go to Contacts'])
  expect(labels('')).toHaveLength(3)
})
