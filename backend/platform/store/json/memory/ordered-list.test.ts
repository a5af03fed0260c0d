import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { OrderedList } from './ordered-list.ts'
import { ShardedMap } from './sharded-map.ts'

const compare = (a: number, b: number) => a - b

function readAll(list: OrderedList<number>, backward = false): number[] {
  const next = list.walk(list.start, list.end, backward)
  return Array.from({ length: list.size }, () => next()!)
}

test('a list of many chunks stays in order through random changes', () => {
  const list = new OrderedList(
    compare,
    Array.from({ length: 3000 }, (_, index) => index * 2),
  )
  const plain = new Set(readAll(list))
  let seed = 7
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below
  for (let step = 0; step < 20_000; step++) {
    const item = random(8000)
    if (plain.delete(item)) list.remove(item)
    else {
      plain.add(item)
      list.add(item)
    }
  }
  const sorted = [...plain].sort(compare)
  expect(readAll(list)).toEqual(sorted)
  expect(readAll(list, true)).toEqual(sorted.toReversed())
  for (const item of [-1, 0, 3999, 4000, 9000]) {
    const position = list.seek((other) => compare(other, item))
    const before = sorted.filter((other) => other < item).length
    expect(list.distance(list.start, position)).toBe(before)
    expect(list.distance(position, list.end)).toBe(sorted.length - before)
  }
})

test('shared chunks stay as they were, whatever becomes of the list', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(5000), { minLength: 1, maxLength: 1500 }),
      fc.array(fc.nat(5000), { maxLength: 200 }),
      (items, changes) => {
        const sorted = items.toSorted(compare)
        const list = new OrderedList(compare, [...sorted])
        const plain = new Set(items)
        const shared = list.share()
        for (const item of changes) {
          if (plain.delete(item)) list.remove(item)
          else {
            plain.add(item)
            list.add(item)
          }
        }
        expect(shared.flat()).toEqual(sorted)
        expect(readAll(list)).toEqual([...plain].sort(compare))
      },
    ),
    { numRuns: 200 },
  )
})

test('taking out what is not there is noticed', () => {
  const list = new OrderedList(compare, [1, 3])
  expect(() => list.remove(2)).toThrow('An index has lost a document')
})

test('a map that has split into shards is still a map', () => {
  const map = new ShardedMap<number>()
  for (let number = 0; number < 40_000; number++) map.set(`id_${number}`, number)
  for (let number = 0; number < 40_000; number += 2) map.delete(`id_${number}`)
  map.set('id_1', -1)
  expect(map.add('id_3', 0)).toBe(false)
  expect(map.add('new', 7)).toBe(true)
  expect([map.size, map.get('id_1'), map.get('id_2'), map.get('id_39999'), map.get('new')]).toEqual([
    20_001,
    -1,
    undefined,
    39_999,
    7,
  ])
  expect([...map.values()]).toHaveLength(20_001)
})
