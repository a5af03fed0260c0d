import { expect, test } from 'vitest'
import { safeNext } from './router.ts'

const elsewhere = [
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\/evil.example',
  'https://evil.example',
  'https:evil.example',
  'javascript:alert(1)',
  ' //evil.example',
  'evil.example',
  '@evil.example',
  'data:text/html,x',
  '/\t/evil.example',
  '/\n/evil.example',
  '\t//evil.example',
  '/inbox\\..\\..\\evil.example',
  '/\u0000/evil.example',
  '%2f%2fevil.example',
  '',
  undefined,
  ['/inbox', '//evil.example'],
]

test.each(elsewhere.map((next) => [next]))('%j is no place to go after signing in', (next) => {
  expect(safeNext(next)).toBe('/inbox')
})

// Encoded slashes stay what they are: a path of this dashboard, that it does not have.
test.each(['/%2f/evil.example', '/%5cevil.example', '/.//evil.example', '/@evil.example'])('%s stays here', (next) => {
  expect(new URL(safeNext(next), 'https://crm.example').origin).toBe('https://crm.example')
})

test.each(['/contacts', '/inbox/cnv_1?x=//y', '/'])('%s is', (next) => {
  expect(safeNext(next)).toBe(next)
})
