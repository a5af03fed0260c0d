import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { planted } from './list.ts'
import { findMisfits, mutate } from './mutant.ts'

const root = resolve(import.meta.dirname, '../../..')
const all = Object.values(planted).flat()

test.each(all)('$bug: it still fits into $file', (mutant) => {
  const source = readFileSync(resolve(root, mutant.file), 'utf8')
  expect(findMisfits(mutant, source)).toEqual([])
  expect(mutate(mutant, source)).not.toBe(source)
  expect(mutant.caughtBy.length).toBeGreaterThan(0)
  expect(mutant.caughtBy.filter((file) => !existsSync(resolve(root, file)))).toEqual([])
})

test('each bug is planted once', () => {
  expect(new Set(all.map(({ bug }) => bug)).size).toBe(all.length)
})

test('a text that is not there, or there twice, is a misfit', () => {
  expect(findMisfits({ edits: [['a', 'b']] }, 'x')).toHaveLength(1)
  expect(findMisfits({ edits: [['a', 'b']] }, 'a a')).toHaveLength(1)
  expect(findMisfits({ edits: [['a', 'b']] }, 'a')).toEqual([])
})
