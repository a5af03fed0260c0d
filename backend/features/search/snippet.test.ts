import { expect, test } from 'vitest'
import { searchWords } from '../../platform/store/store.ts'
import { snippetOf } from './snippet.ts'

const marked = (text: string, query: string) => {
  const { snippet, marks } = snippetOf(text, searchWords(query))
  return marks.map(([from, to]) => snippet.slice(from, to))
}

test('words are marked as they were written, whatever their accents, case and width', () => {
  expect(marked('Onde está o CAFÉ da manhã?', 'cafe esta')).toEqual(['está', 'CAFÉ'])
  expect(marked('Große Straße', 'strasse')).toEqual(['Straße'])
  expect(marked('👩‍👩‍👧 família', 'familia')).toEqual(['família'])
})

test('a part of a word is marked too, and overlapping words once', () => {
  expect(marked('Lieferadresse', 'adresse refer')).toEqual(['adresse'])
  expect(marked('banana', 'ana nan')).toEqual(['anan'])
})

test('a long text is cut around the first word, and the marks still fit', () => {
  const text = `${'lorem ipsum '.repeat(60)}the needle is here ${'dolor sit '.repeat(60)}`
  const { snippet, marks } = snippetOf(text, ['needle'])
  expect(snippet.length).toBeLessThan(190)
  expect(marks.map(([from, to]) => snippet.slice(from, to))).toEqual(['needle'])
  expect(snippet.startsWith('…') && snippet.endsWith('…')).toBe(true)
})

test('a text without the words is shown from its beginning', () => {
  expect(snippetOf('A photo', ['needle'])).toEqual({ snippet: 'A photo', marks: [] })
})
