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
  '',
  undefined,
  ['/inbox', '//evil.example'],
]

test.each(elsewhere.map((next) => [next]))('%j is no place to go after signing in', (next) => {
  expect(safeNext(next)).toBe('/inbox')
})

test.each(['/contacts', '/inbox/cnv_1?x=//y', '/'])('%s is', (next) => {
  expect(safeNext(next)).toBe(next)
})
