import fc from 'fast-check'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { migrationOf, openTestDatabase } from '../../test/postgres.ts'
import { createTestStore, describeStore, specs, tables, type TestStore } from './conformance.ts'
import { openJsonStore } from './json/driver.ts'
import { openPostgresStore } from './postgres/driver.ts'
import { createPlainStore } from './properties.model.ts'
import type { Driver } from './store.ts'

/*
 * The same random operations on the JSON store, on PostgreSQL and on the plainest store imaginable. After every step, what
 * they answered and what they hold is compared.
 */
const runs = Number(process.env['PROPERTY_RUNS'] ?? 40)

type Workspace = ReturnType<TestStore['workspace']>
type Name = 'shelves' | 'owners' | 'widgets' | 'parts' | 'locks'
type Fields = { [field: string]: unknown }
/** The collections without their types: what goes in here is random. */
type Loose = { [name in Name]: Workspace['widgets'] }

type Step =
  | { do: 'insert'; in: Name; list: Fields[]; ifTaken: 'reject' | 'skip' }
  | { do: 'update'; id: string; set: Fields; add?: Fields; onlyIf: Fields }
  | { do: 'updateEach'; edits: { id: string; set: Fields; add?: Fields; onlyIf: Fields }[] }
  | { do: 'updateWhere'; where: Fields; set: Fields; limit?: number }
  | { do: 'claim'; where: Fields; set: Fields; sort: readonly [string, 'asc' | 'desc']; limit: number }
  | { do: 'remove'; in: Name; id: string }
  | { do: 'removeWhere'; in: Name; where: Fields }
  | { do: 'find'; page: Fields }
  | { do: 'count'; where: Fields }
  | { do: 'group'; where: Fields; by: string[] }
  | { do: 'transaction'; steps: Step[]; ending: 'commit' | 'throw' }

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
/** The lower the number, the more often, so that most of what is referred to exists. */
const id = (prefix: string, most = 3) =>
  fc
    .oneof({ weight: 4, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(most) })
    .map((number) => `${prefix}_${number}`)
const shelfId = id('she')
const ownerId = id('own')
const widgetId = id('wid', 7)
const words = fc.constantFrom('a', 'B', 'É', 'ａ', '😀', 'ab', 'a b', '', '%', '_', 'ß')
const text = fc.oneof(
  { weight: 3, arbitrary: words },
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom('\0', '\ud800', 'x\udfff'),
)
const dueAt = fc.constantFrom(
  '2026-01-01T00:00:00.000Z',
  '2026-01-01T00:00:00.001Z',
  '2026-01-02T00:00:00.000Z',
  '1999-12-31T23:59:59.990Z',
)
const code = fc.constantFrom('x', 'y', 'z')
const small = fc.integer({ min: -3, max: 3 })
const quarters = small.map((number) => number / 4)
const tags = fc.uniqueArray(fc.constantFrom('t', 'u', 'v"'), { maxLength: 2 })

const widgetFields = {
  name: text,
  nickname: maybe(text),
  code: maybe(code),
  serialNumber: maybe(code),
  shelfId: maybe(shelfId),
  ownerId: maybe(ownerId),
  dueAt: maybe(dueAt),
  count: small,
  stock: maybe(small),
  weight: maybe(quarters),
  open: fc.boolean(),
  tags,
  details: maybe(fc.jsonValue({ maxDepth: 2 })),
}
const newId = fc.nat(7).map((number) => `wid_${number}`)
const widget = fc.record({ id: newId, ...widgetFields }, { requiredKeys: ['id', 'name'] })
const patch = fc.record(widgetFields, { requiredKeys: [] })
/** One call cannot hand a key from one document to another, see the port. */
const { code: _code, serialNumber: _serialNumber, ...others } = widgetFields
const patchOfMany = fc.record(others, { requiredKeys: [] })
const sums = fc.record({ count: small, stock: small, weight: quarters }, { requiredKeys: [] })

const range = <T>(value: fc.Arbitrary<T>) =>
  fc.record({ gt: value, gte: value, lt: value, lte: value }, { requiredKeys: [] })
const testOf = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(
    maybe(value),
    fc.record({ in: fc.array(maybe(value), { maxLength: 3 }) }),
    fc.record({ not: maybe(value) }),
    range(value),
  )
const where = fc.record(
  {
    id: testOf(widgetId),
    name: testOf(text),
    code: testOf(code),
    shelfId: testOf(shelfId),
    dueAt: testOf(dueAt),
    count: testOf(small),
    stock: testOf(small),
    weight: testOf(quarters),
    open: fc.boolean(),
    tags: fc.constantFrom<object[]>({ has: 't' }, { has: 'v"' }, { hasAny: ['t', 'v"'] }, { hasAny: [] }),
    details: fc.constantFrom(null, { not: null }, { has: 1 }),
  },
  { requiredKeys: [] },
)
/** Most questions should find something. */
const wide = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  where.map((tests) => Object.fromEntries(Object.entries(tests).slice(0, 2))),
)
const sort = fc.tuple(
  fc.constantFrom('id', 'name', 'code', 'dueAt', 'count', 'stock', 'weight', 'open'),
  fc.constantFrom('asc' as const, 'desc' as const),
)
const sortValues: { [field: string]: fc.Arbitrary<unknown> } = {
  id: widgetId,
  name: text,
  code: maybe(code),
  dueAt: maybe(dueAt),
  count: small,
  stock: maybe(small),
  weight: maybe(quarters),
  open: fc.boolean(),
}
const page = sort.chain((order) =>
  fc.record(
    {
      where: wide,
      sort: fc.constant(order),
      limit: fc.integer({ min: 1, max: 4 }),
      search: fc.constantFrom('', '', '', 'a', 'B', '%'),
      after: fc.record({ value: sortValues[order[0]]!, id: widgetId }),
      skip: fc.integer({ min: 0, max: 3 }),
    },
    { requiredKeys: ['sort'] },
  ),
)
const edit = <T>(set: fc.Arbitrary<T>) =>
  fc.record({ id: widgetId, set, add: sums, onlyIf: wide }, { requiredKeys: ['id', 'set', 'onlyIf'] })
/** A field is either set or added to. */
const cleanEdit = <T extends { set: Fields; add?: Fields }>(given: T): T => {
  for (const field of Object.keys(given.add ?? {})) delete given.set[field]
  return given
}

const inserts = fc.oneof(
  fc.record({ in: fc.constant('widgets' as const), list: fc.array(widget, { minLength: 1, maxLength: 4 }) }),
  fc.record({
    in: fc.constant('shelves' as const),
    list: fc.array(fc.record({ id: shelfId, label: text }), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    in: fc.constant('owners' as const),
    list: fc.array(fc.record({ id: ownerId, name: text }), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    in: fc.constant('parts' as const),
    list: fc.array(fc.record({ id: id('par'), widgetId, label: code }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    in: fc.constant('locks' as const),
    list: fc.array(fc.record({ id: id('loc'), partId: id('par') }), { minLength: 1, maxLength: 1 }),
  }),
)
const removed = fc.oneof(
  fc.tuple(fc.constant('widgets' as const), widgetId),
  fc.tuple(fc.constant('shelves' as const), shelfId),
  fc.tuple(fc.constant('owners' as const), ownerId),
  fc.tuple(fc.constant('parts' as const), id('par')),
  fc.tuple(fc.constant('locks' as const), id('loc')),
)
const plainStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({ do: fc.constant('insert' as const), ifTaken: fc.constantFrom('reject' as const, 'skip' as const) })
      .chain((start) => inserts.map((rest) => ({ ...start, ...rest }))),
  },
  { weight: 3, arbitrary: edit(patch).map((given) => ({ do: 'update' as const, ...cleanEdit(given) })) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('updateEach' as const),
      edits: fc.array(edit(patchOfMany).map(cleanEdit), { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      { do: fc.constant('updateWhere' as const), where: wide, set: patchOfMany, limit: fc.integer({ min: 1, max: 3 }) },
      { requiredKeys: ['do', 'where', 'set'] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('claim' as const),
      where: wide,
      set: patchOfMany,
      sort,
      limit: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: removed.map(([name, which]) => ({ do: 'remove' as const, in: name, id: which })) },
  { weight: 1, arbitrary: wide.map((tests) => ({ do: 'removeWhere' as const, in: 'widgets' as const, where: tests })) },
  { weight: 5, arbitrary: page.map((given) => ({ do: 'find' as const, page: given })) },
  { weight: 1, arbitrary: wide.map((tests) => ({ do: 'count' as const, where: tests })) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('group' as const),
      where: wide,
      by: fc.subarray(['name', 'code', 'open', 'dueAt']),
    }),
  },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: plainStep },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('transaction' as const),
      steps: fc.array(plainStep, { minLength: 1, maxLength: 4 }),
      ending: fc.constantFrom('commit' as const, 'throw' as const),
    }),
  },
)

const beginning: Step[] = [
  {
    do: 'insert',
    in: 'shelves',
    list: [0, 1, 2].map((number) => ({ id: `she_${number}`, label: 'shelf' })),
    ifTaken: 'reject',
  },
  {
    do: 'insert',
    in: 'owners',
    list: [0, 1, 2].map((number) => ({ id: `own_${number}`, name: 'owner' })),
    ifTaken: 'reject',
  },
]
const history = fc
  .tuple(fc.array(widget, { minLength: 2, maxLength: 6 }), fc.array(step, { minLength: 1, maxLength: 20, size: 'max' }))
  .map(([list, steps]): Step[] => {
    const widgets = list.map((fields, number) => ({ ...fields, id: `wid_${number}` }))
    return [...beginning, { do: 'insert', in: 'widgets', list: widgets, ifTaken: 'skip' }, ...steps]
  })

/** Ids and serial numbers are unique over all workspaces, so each run has its own. */
function forRun(run: number, given: unknown): unknown {
  return JSON.parse(
    JSON.stringify(given)
      .replaceAll(/"((?:she|own|wid|par|loc)_\d)"/g, `"$1_${run}"`)
      .replaceAll(/"serialNumber":"(\w)"/g, `"serialNumber":"$1${run}"`),
  )
}

async function take(step: Step, store: Workspace): Promise<unknown> {
  const loose = store as unknown as Loose
  switch (step.do) {
    case 'insert':
      return loose[step.in].insertMany(step.list as never, { ifTaken: step.ifTaken })
    case 'update':
      return store.widgets.update(step.id, step.set, { add: step.add, onlyIf: step.onlyIf })
    case 'updateEach':
      return store.widgets.updateEach(step.edits)
    case 'updateWhere':
      return store.widgets.updateWhere(step.where, step.set, step.limit === undefined ? {} : { limit: step.limit })
    case 'claim':
      return store.widgets.claim(step.where, step.set, { sort: step.sort as ['count', 'asc'], limit: step.limit })
    case 'remove':
      return loose[step.in].remove(step.id)
    case 'removeWhere':
      return loose[step.in].removeWhere(step.where)
    case 'find':
      return store.widgets.find(step.page)
    case 'count':
      return store.widgets.count(step.where)
    case 'group': {
      const rows = await store.widgets.group({ where: step.where, by: step.by as [], sum: ['count', 'stock'] })
      return rows.sort((a, b) => (JSON.stringify(a.keys) < JSON.stringify(b.keys) ? -1 : 1))
    }
    case 'transaction': {
      const answers: unknown[] = []
      const all = store.transaction(async (tx) => {
        for (const inner of step.steps) answers.push(await answerOf(inner, tx as Workspace))
        if (step.ending === 'throw') throw new Error('thrown on purpose')
      })
      await all.catch((error: Error) => answers.push(error.message))
      return answers
    }
  }
}

/** When several keys and references are broken at once, stores may find another one first. */
async function answerOf(step: Step, store: Workspace): Promise<unknown> {
  try {
    return await take(step, store)
  } catch (error) {
    if (error instanceof Error && /^(DuplicateKey|MissingReference)$/.test(error.name)) return 'refused'
    throw error
  }
}

const names: readonly Name[] = ['locks', 'parts', 'widgets', 'owners', 'shelves']

async function contentsOf(store: Workspace): Promise<unknown> {
  return Promise.all(names.map((name) => (store as unknown as Loose)[name].find()))
}

async function clear(store: Workspace): Promise<void> {
  for (const name of names) await (store as unknown as Loose)[name].removeWhere({})
}

const database = await openTestDatabase()
const folder = await mkdtemp(join(tmpdir(), 'parley-properties-'))
const drivers: { [name: string]: Driver } = {
  plain: createPlainStore(specs) as unknown as Driver,
  json: await openJsonStore(join(folder, 'parley.json'), specs),
}
if (database) {
  const migrations = [await migrationOf(tables)]
  drivers['postgres'] = await openPostgresStore(database.url, specs, { migrations, withJobs: false })
}
afterAll(async () => {
  await Promise.all(Object.values(drivers).map((driver) => driver.close()))
  await rm(folder, { recursive: true })
})

describeStore('plain', async () => createPlainStore(specs) as unknown as Driver)

describe(`stores agree: ${Object.keys(drivers).join(', ')}`, () => {
  test(`on ${runs} random histories`, { timeout: 600_000 }, async () => {
    let run = 0
    const property = fc.asyncProperty(history, async (steps) => {
      run += 1
      let time = Date.parse('2026-01-01T00:00:00Z')
      const stores = Object.values(drivers).map((driver) =>
        createTestStore(driver, { now: () => new Date(time) }).workspace(`ws_${run}`),
      )
      for (const next of forRun(run, steps) as Step[]) {
        time += 1000
        const [expected, ...answers] = await Promise.all(stores.map((store) => answerOf(next, store)))
        for (const answer of answers) expect(answer).toEqual(expected)
        const [held, ...contents] = await Promise.all(stores.map(contentsOf))
        for (const content of contents) expect(content).toEqual(held)
      }
      await Promise.all(stores.map(clear))
    })
    await fc.assert(property, {
      numRuns: runs,
      seed: Number(process.env['PROPERTY_SEED'] ?? Date.now()),
      endOnFailure: false,
    })
  })
})
