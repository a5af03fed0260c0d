import { expect, test } from 'vitest'
import { createMemories, createShortMemory } from './memory.ts'

test('each workspace has its own memory, and what is there is not made again', () => {
  const memoryOf = createMemories()
  memoryOf('ws_1')('days', () => [1]).push(2)
  expect(memoryOf('ws_1')('days', () => [])).toEqual([1, 2])
  expect(memoryOf('ws_1')('weeks', () => ['other'])).toEqual(['other'])
  expect(memoryOf('ws_2')('days', () => [3])).toEqual([3])
})

test('the workspace that was used least lately is forgotten', () => {
  const memoryOf = createMemories(2)
  const remember = (id: string) => memoryOf(id)('name', () => ({ id, isNew: true }))
  for (const id of ['ws_1', 'ws_2', 'ws_1']) remember(id).isNew = false
  remember('ws_3')
  expect(remember('ws_1').isNew).toBe(false)
  expect(remember('ws_2').isNew).toBe(true)
})

test('what a transaction remembers is its own', () => {
  const remember = createShortMemory()
  expect(remember('days', () => 1)).toBe(1)
  expect(remember('days', () => 2)).toBe(1)
  expect(createShortMemory()('days', () => 3)).toBe(3)
})
