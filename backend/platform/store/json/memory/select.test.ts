import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CollectionSpec, Document, Query, Where } from '../../port.ts'
import { compareDocuments, isAfter, matches } from '../../semantics.ts'
import { choosePath } from './paths.ts'
import { count, select, selectAll } from './select.ts'
import { Table } from './table.ts'

const fields = ['a', 'b', 'c', 'n'] as const

function createSpec(indexes: string[][], unique: string[][]): CollectionSpec {
  const column = (name: string, type: 'text' | 'integer') => ({
    name,
    sqlName: name,
    type,
    required: name === 'id' || name === 'a',
  })
  return {
    name: 'things',
    columns: [...['id', 'a', 'b', 'c'].map((name) => column(name, 'text')), column('n', 'integer')],
    unique,
    indexes,
    references: [],
    searchable: false,
  }
}

const text = fc.constantFrom('x', 'y', 'z', '\u{1f600}', '\uffee')
const maybe = fc.option(text)
const document = fc.record({ a: text, b: maybe, c: maybe, n: fc.option(fc.nat(4)) })
const testOf = (value: fc.Arbitrary<string | number | null>) =>
  fc.oneof(
    value,
    fc.record({ in: fc.array(value, { maxLength: 4 }) }),
    fc.record({ not: value }),
    fc.record({ gte: value, lt: value }, { requiredKeys: [] }),
    fc.record({ gt: value, lte: value }, { requiredKeys: [] }),
  )
const where = fc.record(
  { a: testOf(maybe), b: testOf(maybe), c: testOf(maybe), n: testOf(fc.option(fc.nat(4))) },
  { requiredKeys: [] },
)
const sort = fc.tuple(fc.constantFrom('id', ...fields), fc.constantFrom('asc' as const, 'desc' as const))
const indexes = fc.array(fc.uniqueArray(fc.constantFrom<string>(...fields), { minLength: 1, maxLength: 3 }), {
  maxLength: 4,
})

test('whatever indexes there are, a page is what looking at every document gives', () => {
  fc.assert(
    fc.property(
      indexes,
      fc.array(document, { maxLength: 60 }),
      fc.array(fc.record({ where, sort, limit: fc.nat(8), cursor: fc.option(fc.nat(59)) }), {
        minLength: 1,
        maxLength: 8,
      }),
      fc.array(fc.nat(59), { maxLength: 10 }),
      (indexes, contents, queries, removed) => {
        const table = new Table(
          createSpec(indexes, [
            ['a', 'b', 'id'],
            ['id', 'a'],
          ]),
        )
        const all = contents.map((fields, index): Document => ({
          id: `id${String((index * 7) % 60).padStart(2, '0')}`,
          ...fields,
        }))
        const later = all.splice(0, all.length / 2)
        table.loadAll(all.map((one) => table.shape.build(one)))
        table.buildIndexes()
        for (const one of later) table.insert(table.shape.build(one))
        for (const index of removed) {
          const gone = table.get(`id${String(index).padStart(2, '0')}`)
          if (gone) table.remove(gone)
        }
        const present = [...all, ...later].filter(({ id }) => table.get(id))
        for (const { cursor, ...rest } of queries) {
          const at = cursor === null ? undefined : present[cursor % Math.max(1, present.length)]
          const after = at && { value: (at[rest.sort[0]] ?? null) as string | null, id: at.id }
          const query: Query = { ...rest, where: rest.where as Where, after }
          expect(answer(table, query)).toEqual(answerPlainly(present, query))
        }
      },
    ),
    { numRuns: 1500 },
  )
})

const idsOf = (documents: Iterable<Document>) => [...documents].map(({ id }) => id)

function answer(table: Table, query: Query) {
  const where = query.where!
  return { page: idsOf(select(table, query)), count: count(table, where), all: idsOf(selectAll(table, where)).sort() }
}

function answerPlainly(present: Document[], query: Query) {
  const found = present.filter((one) => matches(one, query.where!)).sort(compareDocuments(query.sort))
  const page = found.filter((one) => isAfter(one, query)).slice(0, query.limit)
  return { page: idsOf(page), count: found.length, all: idsOf(found).sort() }
}

describe('the path to a page', () => {
  const spec = createSpec([['a', 'b'], ['a', 'n'], ['a', 'b', 'n'], ['c']], [])
  const table = new Table(spec)
  const at = (number: number) => String(number).padStart(5, '0')
  table.loadAll(
    Array.from({ length: 20_000 }, (_, index) =>
      table.shape.build({
        id: at(index),
        a: index % 2 ? 'odd' : 'even',
        b: `b${index % 100}`,
        c: index % 5000 === 0 ? 'rare' : null,
        n: index,
      }),
    ),
  )
  table.buildIndexes()

  test.each<[string, Query, number]>([
    ['a list by its index', { where: { a: 'odd' }, sort: ['n', 'desc'], limit: 50 }, 10_000],
    [
      'a list behind a cursor',
      { where: { a: 'odd' }, sort: ['n', 'desc'], after: { value: 101, id: at(101) }, limit: 50 },
      50,
    ],
    ['a list within bounds', { where: { a: 'odd', n: { gte: 100, lt: 200 } }, sort: ['n', 'asc'], limit: 50 }, 50],
    ['two fields and an order', { where: { a: 'odd', b: 'b7' }, sort: ['n', 'asc'], limit: 50 }, 200],
    ['several values of a field', { where: { a: 'odd', b: { in: ['b7', 'b9'] } }, sort: ['n', 'asc'], limit: 50 }, 400],
    ['equal values by id', { where: { a: 'odd', b: 'b7' }, limit: 50 }, 200],
    ['everything by id', { sort: ['id', 'desc'], limit: 50 }, 20_000],
  ])('%s is walked in order', (_name, query, size) => {
    expect(choosePath(table, query)).toMatchObject({ isSorted: true, size, rest: {} })
  })

  test('a rare value is looked up and sorted rather than searched for along a list', () => {
    const path = choosePath(table, { where: { a: 'even', c: 'rare' }, sort: ['n', 'desc'], limit: 50 })
    expect(path).toMatchObject({ isSorted: false, size: 4, rest: { a: 'even' } })
  })

  test('counting what an index knows looks at no document', () => {
    const { size, rest } = choosePath(table, { where: { a: 'odd', b: 'b7' }, limit: Infinity })
    expect([size, rest]).toEqual([200, {}])
    expect(count(table, { a: 'odd', n: { gt: 9999 } })).toBe(5000)
  })
})
