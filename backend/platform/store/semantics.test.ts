import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareStrings, foldText, searchWords } from './semantics.ts'

test('text is compared by code point, like its UTF-8 bytes', () => {
  const text = fc.string({ unit: 'binary', maxLength: 6 })
  const near = fc.tuple(text, text, text).map(([start, a, b]) => [start + a, start + b] as const)
  fc.assert(
    fc.property(near, ([a, b]) => {
      expect(Math.sign(compareStrings(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
})

test.each([
  ['José ÁLVARES', 'jose alvares'],
  ['ＡＢＣ１２３', 'abc123'],
  ['Straße', 'strasse'],
  ['İstanbul ılık', 'istanbul ilik'],
  ['ΟΔΟΣ οδός', 'οδοσ οδοσ'],
  ['ﬁn', 'fin'],
  ['100% a_b\\', '100% a_b\\'],
])('%s is found as %s', (text, folded) => {
  expect(foldText([text])).toBe(folded)
})

test('folded text stays as it is when it is folded again', () => {
  const property = fc.property(fc.string({ unit: 'binary' }), (text) => {
    const folded = foldText([text])
    expect(foldText([folded])).toBe(folded)
  })
  fc.assert(property, { numRuns: 1000 })
})

test('parts that are missing or no text are left out, the others stand on lines of their own', () => {
  expect(foldText(['Ana', null, undefined, '', 7, 'Bo'])).toBe('ana\nbo')
})

test('a search is its different words, at most a dozen', () => {
  expect(searchWords('  Ana\t ana BO\u00a0Lú ')).toEqual(['ana', 'bo', 'lu'])
  expect(searchWords(undefined)).toEqual([])
  expect(searchWords(Array.from({ length: 50 }, (_, number) => number).join(' '))).toHaveLength(12)
})
