import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  customType,
  date,
  index,
  jsonb,
  integer,
  pgTable,
  primaryKey,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { expect, test } from 'vitest'
import { specs } from './conformance.ts'
import { readModel, readTable } from './spec.ts'

const text = customType<{ data: string }>({ dataType: () => 'text collate "C"' })
const owned = () => ({ id: text().primaryKey(), workspaceId: text().notNull() })

test('a table becomes the words of the port', () => {
  const parts = specs.find(({ name }) => name === 'parts')!
  expect(parts).toEqual({
    name: 'parts',
    columns: [
      { name: 'id', sqlName: 'id', type: 'text', required: true },
      { name: 'workspaceId', sqlName: 'workspace_id', type: 'text', required: true },
      { name: 'createdAt', sqlName: 'created_at', type: 'instant', required: true },
      { name: 'updatedAt', sqlName: 'updated_at', type: 'instant', required: true },
      { name: 'widgetId', sqlName: 'widget_id', type: 'text', required: true },
      { name: 'label', sqlName: 'label', type: 'text', required: true },
    ],
    unique: [['workspaceId', 'label']],
    indexes: [['widgetId']],
    references: [{ field: 'widgetId', collection: 'widgets', onRemove: 'cascade' }],
    searchable: false,
  })
})

test('unique keys are found however they are declared, and the id at the end of an index goes without saying', () => {
  const table = pgTable(
    'things',
    { ...owned(), email: text().unique(), a: text(), b: text('bee'), list: jsonb() },
    (thing) => [
      unique().on(thing.a, thing.b),
      uniqueIndex('things_b').on(thing.b, thing.a),
      index('things_a').on(thing.a, thing.id),
      // Of what lists hold: it has no order that the port could speak of.
      index('things_list').using('gin', thing.list),
    ],
  )
  const spec = readTable(table)
  expect(spec.unique).toEqual([['email'], ['a', 'b'], ['b', 'a']])
  expect(spec.indexes).toEqual([['a']])
  expect(spec.columns.find(({ name }) => name === 'b')).toMatchObject({ sqlName: 'bee' })
})

const others = pgTable('others', { ...owned(), code: text().unique() })

test.each([
  ['a check constraint', pgTable('things', owned(), () => [check('positive', sql`1 > 0`)])],
  [
    'a partial index',
    pgTable('things', owned(), (thing) => [
      index('a')
        .on(thing.id)
        .where(sql`true`),
    ]),
  ],
  ['an index on an expression', pgTable('things', owned(), (thing) => [index('a').on(sql`lower(${thing.id})`)])],
  ['the type date', pgTable('things', { ...owned(), on: date() })],
  ['a reference to anything but an id', pgTable('things', { ...owned(), code: text().references(() => others.code) })],
  [
    'on delete set default',
    pgTable('things', { ...owned(), other: text().references(() => others.id, { onDelete: 'set default' }) }),
  ],
  [
    'a primary key of several fields',
    pgTable('things', { a: text(), b: text() }, (thing) => [primaryKey({ columns: [thing.a, thing.b] })]),
  ],
])('%s is refused, because the JSON store could not keep it', (what, table) => {
  expect(() => readTable(table)).toThrow(`things: ${what} cannot be kept by the JSON store`)
})

test('a model is refused that the typed store could not serve', () => {
  const read = (table: Parameters<typeof readTable>[0], more = {}) =>
    readModel({ things: { table, idPrefix: 'thi', ...more } })
  expect(() => read(pgTable('things', { id: text().primaryKey() }))).toThrow('things needs a column workspaceId')
  expect(() => read(pgTable('things', { id: text().primaryKey() }), { shared: true })).not.toThrow()
  expect(() => read(pgTable('things', owned()), { search: ['name'] })).toThrow('things needs a column name')
  expect(() => read(pgTable('things', { ...owned(), name: text() }), { search: ['name'] })).toThrow(
    'things needs a column searchText',
  )
  expect(() => read(pgTable('things', { ...owned(), n: integer().default(sql`1 + 1`) }))).toThrow(
    'n: give a plain value',
  )
  expect(
    read(pgTable('things', { ...owned(), on: boolean().default(false) }))
      .get('things')
      ?.defaults.get('on')?.(),
  ).toBe(false)
})
