import { expect, test } from 'vitest'
import { mentionsIn, splitMentions } from './mentions.ts'

const people = [
  { id: 'ana', name: 'Ana' },
  { id: 'maria', name: 'Ana Maria' },
  { id: 'jose', name: 'José' },
]

test('a person is mentioned by @ and the whole name, whatever the case', () => {
  expect(mentionsIn('@ana Maria and @JOSÉ, please', people)).toEqual(['maria', 'jose'])
  expect(mentionsIn('@Anatol, ana@shop.com and @ana.', people)).toEqual(['ana'])
})

test('nobody is mentioned twice', () => {
  expect(mentionsIn('@Ana @Ana', people)).toEqual(['ana'])
})

test('only those the note mentions are drawn as mentions', () => {
  expect(splitMentions('Hi @Ana and @José', people, ['ana'])).toEqual([
    { text: 'Hi ', mention: false },
    { text: '@Ana', mention: true },
    { text: ' and @José', mention: false },
  ])
})
