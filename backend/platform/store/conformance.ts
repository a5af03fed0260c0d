import { AsyncResource } from 'node:async_hooks'
import { boolean, customType, doublePrecision, index, integer, jsonb, pgTable, uniqueIndex } from 'drizzle-orm/pg-core'
import { afterEach, describe, expect, test } from 'vitest'
import { DuplicateKey, MissingReference, type Document } from './port.ts'
import { readModel } from './spec.ts'
import { createStore, InvalidCursor, type Driver, type Model, type Store, type StoreOptions } from './store.ts'

const text = customType<{ data: string }>({ dataType: () => 'text collate "C"' })
const instant = customType<{ data: string }>({ dataType: () => 'timestamp(3) with time zone' })
const owned = () => ({
  id: text().primaryKey(),
  workspaceId: text().notNull(),
  createdAt: instant().notNull(),
  updatedAt: instant().notNull(),
})

const shelves = pgTable('shelves', { ...owned(), label: text().notNull() })

const owners = pgTable('owners', { ...owned(), name: text().notNull() })

const widgets = pgTable(
  'widgets',
  {
    ...owned(),
    shelfId: text().references(() => shelves.id, { onDelete: 'cascade' }),
    ownerId: text().references(() => owners.id, { onDelete: 'set null' }),
    name: text().notNull(),
    nickname: text(),
    code: text(),
    serialNumber: text(),
    dueAt: instant(),
    count: integer().notNull().default(0),
    stock: integer(),
    weight: doublePrecision(),
    open: boolean().notNull().default(true),
    tags: jsonb()
      .$type<string[]>()
      .notNull()
      .$defaultFn(() => []),
    details: jsonb().$type<unknown>(),
    searchText: text().notNull(),
  },
  (widget) => [
    uniqueIndex('widgets_code').on(widget.workspaceId, widget.code),
    uniqueIndex('widgets_serial_number').on(widget.serialNumber),
    index('widgets_due').on(widget.workspaceId, widget.dueAt),
    index('widgets_open').on(widget.workspaceId, widget.open, widget.count),
    index('widgets_shelf').on(widget.shelfId),
    index('widgets_owner').on(widget.ownerId),
    index('widgets_owner_due').on(widget.workspaceId, widget.ownerId, widget.dueAt),
  ],
)

const parts = pgTable(
  'parts',
  {
    ...owned(),
    widgetId: text()
      .notNull()
      .references(() => widgets.id, { onDelete: 'cascade' }),
    label: text().notNull(),
  },
  (part) => [uniqueIndex('parts_label').on(part.workspaceId, part.label), index('parts_widget').on(part.widgetId)],
)

/** A part that is locked cannot go, nor can its widget. */
const locks = pgTable('locks', {
  ...owned(),
  partId: text()
    .notNull()
    .references(() => parts.id, { onDelete: 'restrict' }),
})

const notices = pgTable('notices', {
  id: text().primaryKey(),
  createdAt: instant().notNull(),
  updatedAt: instant().notNull(),
  workspaceId: text(),
  line: text().notNull(),
})

export const tables = { shelves, owners, widgets, parts, locks, notices }

export const model = {
  shelves: { table: shelves, idPrefix: 'she' },
  owners: { table: owners, idPrefix: 'own' },
  widgets: { table: widgets, idPrefix: 'wid', search: ['name', 'nickname'] },
  parts: { table: parts, idPrefix: 'par' },
  locks: { table: locks, idPrefix: 'loc' },
  notices: { table: notices, idPrefix: 'not', shared: true },
} satisfies Model

export const plans = readModel(model)
export const specs = [...plans.values()].map(({ spec }) => spec)

export type TestStore = Store<typeof model>

export function createTestStore(driver: Driver, options: StoreOptions = {}): TestStore {
  return createStore<typeof model>(driver, plans, {
    now: () => new Date('2026-01-01T00:00:00Z'),
    strict: true,
    ...options,
  })
}

/** Runs outside the transaction's async context, as another request would. */
const request = new AsyncResource('another request')
export const asAnotherRequest = <T>(run: () => T) => request.runInAsyncScope(run)

const day = (number: number) => `2026-01-${String(number).padStart(2, '0')}T00:00:00.000Z`

/** Every store passes exactly these tests. Give it a function that opens an empty store of `specs`. */
export function describeStore(name: string, open: () => Promise<Driver>) {
  describe(`${name} store`, () => {
    let driver: Driver
    afterEach(() => driver.close())

    async function setup(options: StoreOptions = {}) {
      driver = await open()
      const store = createTestStore(driver, options)
      return { store, ours: store.workspace('ws_1'), theirs: store.workspace('ws_2'), system: store.system }
    }
    const names = (list: { name: string }[]) => list.map((widget) => widget.name)
    const byId = ['id', 'asc'] as const
    /** Changed so many times while the clock stood still. */
    const changedAgain = <T extends { updatedAt: string }>(one: T, times = 1): T => ({
      ...one,
      updatedAt: new Date(Date.parse(one.updatedAt) + times).toISOString(),
    })

    describe('scope', () => {
      test('a workspace cannot read, change, claim or remove the document of another', async () => {
        const { ours, theirs } = await setup()
        const secret = await theirs.widgets.insert({ name: 'secret', code: 'x' })
        expect(await ours.widgets.get(secret.id)).toBeUndefined()
        expect(await ours.widgets.getMany([secret.id])).toEqual([])
        expect(await ours.widgets.first({ code: 'x' })).toBeUndefined()
        expect(await ours.widgets.find()).toEqual([])
        expect(await ours.widgets.find({ search: 'secret' })).toEqual([])
        expect(await ours.widgets.count()).toBe(0)
        expect(await ours.widgets.update(secret.id, { name: 'stolen' })).toBeUndefined()
        expect(await ours.widgets.updateEach([{ id: secret.id, set: { name: 'stolen' } }])).toEqual([])
        expect(await ours.widgets.updateWhere({}, { name: 'stolen' })).toEqual([])
        expect(await ours.widgets.claim({}, { open: false }, { sort: byId, limit: 9 })).toEqual([])
        expect(await ours.widgets.remove(secret.id)).toBe(false)
        expect(await ours.widgets.removeWhere({})).toBe(0)
        expect(await theirs.widgets.get(secret.id)).toEqual(secret)
      })

      test('naming another workspace in a query, a patch or an insert does not leave this one', async () => {
        const { ours, theirs } = await setup()
        await theirs.widgets.insert({ name: 'secret' })
        const own = await ours.widgets.insert({ name: 'own', workspaceId: 'ws_2' } as { name: string })
        expect(own.workspaceId).toBe('ws_1')
        expect(names(await ours.widgets.find({ where: { workspaceId: 'ws_2' } }))).toEqual(['own'])
        const elsewhere = { workspaceId: 'ws_2', id: 'wid_stolen', createdAt: day(9), updatedAt: day(9) }
        expect(await ours.widgets.update(own.id, elsewhere)).toEqual(changedAgain(own))
        expect(
          await ours.widgets.updateEach([{ id: own.id, set: elsewhere, onlyIf: { workspaceId: 'ws_2' } }]),
        ).toEqual([changedAgain(own, 2)])
        expect(await ours.widgets.get(own.id)).toEqual(changedAgain(own, 2))
      })

      test('outside a workspace every document is seen, and an insert names its own', async () => {
        const { ours, theirs, system } = await setup()
        await ours.widgets.insert({ name: 'ours' })
        await system.widgets.insert({ name: 'theirs', workspaceId: 'ws_2' })
        expect(names(await system.widgets.find({ sort: ['name', 'asc'] }))).toEqual(['ours', 'theirs'])
        expect(names(await theirs.widgets.find())).toEqual(['theirs'])
        await expect(system.widgets.insert({ name: 'nobody' } as never)).rejects.toThrow(
          'widgets.workspaceId is required',
        )
      })

      test('a shared collection belongs to no workspace', async () => {
        const { ours, theirs } = await setup()
        const notice = await ours.notices.insert({ line: 'for all' })
        expect(await theirs.notices.get(notice.id)).toEqual({ ...notice, workspaceId: null })
        expect(await theirs.notices.update(notice.id, { workspaceId: 'ws_2' })).toMatchObject({ workspaceId: 'ws_2' })
      })
    })

    describe('inserting', () => {
      test('a document that is put back is as old as it was, and stays in its workspace', async () => {
        const { ours, theirs } = await setup()
        const widget = await ours.widgets.insert({ name: 'Bolt' })
        await ours.widgets.remove(widget.id)
        const long = '2020-01-01T00:00:00.000Z'
        const before = { ...widget, createdAt: long, workspaceId: 'ws_2' }
        expect(await ours.widgets.restore(before)).toEqual({ ...widget, createdAt: long })
        expect(await ours.widgets.get(widget.id)).toMatchObject({ createdAt: long, workspaceId: 'ws_1' })
        expect(await theirs.widgets.get(widget.id)).toBeUndefined()
      })

      test('an inserted document is answered whole, as it will be read', async () => {
        const { ours } = await setup()
        const widget = await ours.widgets.insert({ name: 'Bolt' })
        expect(widget).toEqual({
          id: expect.stringMatching(/^wid_[0-9a-z]+$/),
          workspaceId: 'ws_1',
          createdAt: day(1),
          updatedAt: day(1),
          shelfId: null,
          ownerId: null,
          name: 'Bolt',
          nickname: null,
          code: null,
          serialNumber: null,
          dueAt: null,
          count: 0,
          stock: null,
          weight: null,
          open: true,
          tags: [],
          details: null,
          searchText: 'bolt',
        })
        expect(await ours.widgets.get(widget.id)).toEqual(widget)
      })

      test('every kind of value comes back as it went in', async () => {
        const { ours } = await setup()
        const fields = {
          name: 'ÀéÎ "quoted" \\ back\tslash\n😀',
          dueAt: '2026-02-28T23:59:59.999Z',
          count: -2147483647,
          stock: 2147483647,
          weight: 0.1 + 0.2,
          open: false,
          tags: ['a', 'B"', '😀', ''],
          details: {
            nested: [{ deep: { numbers: [1, -1.5, 1e21, 5e-324, 0] } }, null, true, 'x'],
            empty: {},
            list: [],
          },
        }
        const widget = await ours.widgets.insert(fields)
        expect(widget).toMatchObject(fields)
        expect(await ours.widgets.get(widget.id)).toEqual(widget)
        const many = await ours.widgets.insertMany([fields, fields])
        expect(await ours.widgets.getMany(many.map(({ id }) => id))).toEqual(many)
        const edit = { ...fields, name: 'edited', dueAt: '0001-01-01T00:00:00.000Z', details: 'just text' }
        expect(await ours.widgets.update(widget.id, edit)).toMatchObject(edit)
        expect(await ours.widgets.updateEach([{ id: many[0]!.id, set: edit }])).toMatchObject([edit])
      })

      test('several documents are all inserted, or none', async () => {
        const { ours } = await setup()
        await ours.widgets.insert({ name: 'taken', code: 'x' })
        const batch = ['w', 'x', 'y'].map((code) => ({ name: code, code }))
        await expect(ours.widgets.insertMany(batch)).rejects.toThrow(DuplicateKey)
        const twice = [
          { name: 'a', code: 'same' },
          { name: 'b', code: 'same' },
        ]
        await expect(ours.widgets.insertMany(twice)).rejects.toThrow(DuplicateKey)
        expect(names(await ours.widgets.find())).toEqual(['taken'])
        expect(await ours.widgets.insertMany([])).toEqual([])
      })

      test('with `skip`, taken ids and unique keys are passed over and the inserted are answered in order', async () => {
        const { ours } = await setup()
        const first = await ours.widgets.insert({ name: 'first', code: 'x', serialNumber: '1' })
        const skipped = await ours.widgets.insertMany(
          [
            { name: 'same code', code: 'x' },
            { name: 'z', code: 'z' },
            { name: 'same serial number', serialNumber: '1' },
            { name: 'same id', id: first.id },
            { name: 'a', code: 'a' },
            { name: 'same code as one before', code: 'z' },
            { name: 'free' },
          ],
          { ifTaken: 'skip' },
        )
        expect(names(skipped)).toEqual(['z', 'a', 'free'])
        expect(names(await ours.widgets.find({ sort: ['name', 'asc'] }))).toEqual(['a', 'first', 'free', 'z'])
        expect(await ours.widgets.insertMany([{ name: 'again', code: 'x' }], { ifTaken: 'skip' })).toEqual([])
      })

      test('an id may be given, and is then taken', async () => {
        const { ours, theirs } = await setup()
        await ours.widgets.insert({ id: 'wid_mine', name: 'mine' })
        await expect(ours.widgets.insert({ id: 'wid_mine', name: 'again' })).rejects.toMatchObject({
          name: 'DuplicateKey',
          fields: ['id'],
        })
        await expect(theirs.widgets.insert({ id: 'wid_mine', name: 'theirs' })).rejects.toThrow(DuplicateKey)
        expect(await ours.widgets.get('wid_mine')).toMatchObject({ name: 'mine' })
      })

      test('documents inserted together keep their order among equal sort values', async () => {
        const { ours } = await setup()
        const list = Array.from({ length: 40 }, (_, number) => ({ name: String(number), dueAt: day(1) }))
        await ours.widgets.insertMany(list.slice(0, 20))
        await ours.widgets.insertMany(list.slice(20))
        expect(names(await ours.widgets.find({ sort: ['dueAt', 'asc'] }))).toEqual(names(list))
      })

      test('of racing inserts with one unique key exactly one succeeds', async () => {
        const { ours } = await setup()
        const race = await Promise.allSettled(
          [1, 2, 3, 4].map((number) => ours.widgets.insert({ name: String(number), code: 'x' })),
        )
        const reasons = race.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.name] : []))
        expect(reasons).toEqual(['DuplicateKey', 'DuplicateKey', 'DuplicateKey'])
        const batches = await Promise.all(
          [1, 2, 3, 4].map((number) =>
            ours.widgets.insertMany([{ name: String(number), code: 'y' }], { ifTaken: 'skip' }),
          ),
        )
        expect(batches.flat()).toHaveLength(1)
        expect(await ours.widgets.count()).toBe(2)
      })
    })

    describe('unique keys', () => {
      test('a taken key is refused and names its collection and fields', async () => {
        const { ours, theirs } = await setup()
        await ours.widgets.insert({ name: 'a', code: 'x', serialNumber: '1' })
        await theirs.widgets.insert({ name: 'same code elsewhere', code: 'x' })
        const taken = { name: 'DuplicateKey', collection: 'widgets' }
        await expect(ours.widgets.insert({ name: 'b', code: 'x' })).rejects.toMatchObject({
          ...taken,
          fields: ['workspaceId', 'code'],
        })
        await expect(theirs.widgets.insert({ name: 'b', serialNumber: '1' })).rejects.toMatchObject({
          ...taken,
          fields: ['serialNumber'],
        })
      })

      test('an update that would take a taken key changes nothing', async () => {
        const { ours } = await setup()
        await ours.widgets.insert({ name: 'a', code: 'x' })
        const b = await ours.widgets.insert({ name: 'b', code: 'y' })
        const c = await ours.widgets.insert({ name: 'c', code: 'z' })
        const taken = { name: 'DuplicateKey', fields: ['workspaceId', 'code'] }
        await expect(ours.widgets.update(b.id, { code: 'x', count: 5 })).rejects.toMatchObject(taken)
        const edits = [
          { id: c.id, set: { count: 1 } },
          { id: b.id, set: { code: 'x' } },
        ]
        await expect(ours.widgets.updateEach(edits)).rejects.toMatchObject(taken)
        await expect(ours.widgets.updateWhere({ name: { not: 'a' } }, { code: 'x' })).rejects.toMatchObject(taken)
        expect(await ours.widgets.getMany([b.id, c.id])).toEqual([b, c])
      })

      test('a document keeps its own key when it is written again', async () => {
        const { ours } = await setup()
        const a = await ours.widgets.insert({ name: 'a', code: 'x' })
        expect(await ours.widgets.update(a.id, { code: 'x', count: 1 })).toMatchObject({ code: 'x', count: 1 })
      })

      test('a missing part of a key is never a duplicate', async () => {
        const { ours } = await setup()
        await ours.widgets.insert({ name: 'a' })
        await ours.widgets.insert({ name: 'b', code: null })
        expect(await ours.widgets.count({ code: null })).toBe(2)
      })

      test('a removed or changed document frees its key', async () => {
        const { ours } = await setup()
        const a = await ours.widgets.insert({ name: 'a', code: 'x' })
        await ours.widgets.remove(a.id)
        const b = await ours.widgets.insert({ name: 'b', code: 'x' })
        await ours.widgets.update(b.id, { code: 'y' })
        const c = await ours.widgets.insert({ name: 'c', code: 'x' })
        await ours.widgets.updateEach([{ id: c.id, set: { code: null } }])
        await expect(ours.widgets.insert({ name: 'd', code: 'x' })).resolves.toMatchObject({ name: 'd' })
      })
    })

    describe('references', () => {
      test('a reference to a missing document is refused and names the field', async () => {
        const { ours } = await setup()
        const shelf = await ours.shelves.insert({ label: 'A' })
        const refused = { name: 'MissingReference', collection: 'widgets', field: 'shelfId' }
        await expect(ours.widgets.insert({ name: 'a', shelfId: 'she_no' })).rejects.toMatchObject(refused)
        const batch = [
          { name: 'b', shelfId: shelf.id },
          { name: 'c', shelfId: 'she_no' },
        ]
        await expect(ours.widgets.insertMany(batch)).rejects.toMatchObject(refused)
        await expect(ours.widgets.insertMany(batch, { ifTaken: 'skip' })).rejects.toMatchObject(refused)
        expect(await ours.widgets.count()).toBe(0)
        const widget = await ours.widgets.insert({ name: 'd', shelfId: shelf.id })
        await expect(ours.widgets.update(widget.id, { shelfId: 'she_no' })).rejects.toMatchObject(refused)
        await expect(ours.widgets.updateEach([{ id: widget.id, set: { ownerId: 'own_no' } }])).rejects.toMatchObject({
          ...refused,
          field: 'ownerId',
        })
        expect(await ours.widgets.get(widget.id)).toEqual(widget)
        expect(await ours.widgets.update(widget.id, { shelfId: null })).toMatchObject({ shelfId: null })
      })

      test('removing a document removes what belongs to it, to any depth, and frees its keys', async () => {
        const { ours } = await setup()
        const [going, staying] = await ours.shelves.insertMany([{ label: 'going' }, { label: 'staying' }])
        const [inside, outside] = await ours.widgets.insertMany([
          { name: 'inside', shelfId: going!.id, code: 'x' },
          { name: 'outside', shelfId: staying!.id, code: 'y' },
        ])
        await ours.parts.insertMany([
          { widgetId: inside!.id, label: 'screw' },
          { widgetId: outside!.id, label: 'nut' },
        ])
        expect(await ours.shelves.remove(going!.id)).toBe(true)
        expect(names(await ours.widgets.find())).toEqual(['outside'])
        expect((await ours.parts.find()).map(({ label }) => label)).toEqual(['nut'])
        const again = await ours.widgets.insert({ name: 'again', code: 'x' })
        await expect(ours.parts.insert({ widgetId: again.id, label: 'screw' })).resolves.toBeDefined()
        expect(await ours.shelves.removeWhere({})).toBe(1)
        expect(names(await ours.widgets.find())).toEqual(['again'])
      })

      test('removing a document empties the fields that only mention it', async () => {
        const { ours } = await setup()
        const owner = await ours.owners.insert({ name: 'Ana' })
        const widget = await ours.widgets.insert({ name: 'a', ownerId: owner.id })
        await ours.owners.remove(owner.id)
        expect(await ours.widgets.get(widget.id)).toEqual({ ...widget, ownerId: null })
        expect(await ours.widgets.count({ ownerId: null })).toBe(1)
        expect(await ours.widgets.find({ where: { ownerId: owner.id } })).toEqual([])
      })

      test('a document that something depends on cannot be removed, nor what would take it along', async () => {
        const { ours } = await setup()
        const shelf = await ours.shelves.insert({ label: 'A' })
        const widget = await ours.widgets.insert({ name: 'a', shelfId: shelf.id })
        const part = await ours.parts.insert({ widgetId: widget.id, label: 'screw' })
        const lock = await ours.locks.insert({ partId: part.id })
        const refused = { name: 'MissingReference', collection: 'locks', field: 'partId' }
        await expect(ours.parts.remove(part.id)).rejects.toMatchObject(refused)
        await expect(ours.shelves.remove(shelf.id)).rejects.toMatchObject(refused)
        expect([await ours.shelves.count(), await ours.widgets.count(), await ours.parts.count()]).toEqual([1, 1, 1])
        await ours.locks.remove(lock.id)
        expect(await ours.shelves.remove(shelf.id)).toBe(true)
        expect(await ours.parts.count()).toBe(0)
      })
    })

    describe('questions', () => {
      test('`not` and `in` treat a missing value as a value', async () => {
        const { ours } = await setup()
        for (const code of ['x', 'y', null]) await ours.widgets.insert({ name: String(code), code })
        const found = async (code: object | null) =>
          names(await ours.widgets.find({ where: { code } as object, sort: ['name', 'asc'] }))
        expect(await found({ not: 'x' })).toEqual(['null', 'y'])
        expect(await found({ not: null })).toEqual(['x', 'y'])
        expect(await found(null)).toEqual(['null'])
        expect(await found({ in: ['x', null] })).toEqual(['null', 'x'])
        expect(await found({ in: ['x', 'y', 'z', null] })).toEqual(['null', 'x', 'y'])
        expect(await found({ in: ['y'] })).toEqual(['y'])
        expect(await found({ in: [null] })).toEqual(['null'])
        expect(await found({ in: [] })).toEqual([])
        expect(await found({ in: ['x', 'y'], not: 'x' })).toEqual(['y'])
        expect(await found({ not: 'y', gte: 'x' })).toEqual(['x'])
        expect(await found({ in: ['x', 'y', null], gt: 'x' })).toEqual(['y'])
      })

      test('ranges compare numbers as numbers, instants as instants, and skip missing values', async () => {
        const { ours } = await setup()
        for (const count of [2, 10, 33])
          await ours.widgets.insert({
            name: String(count),
            count,
            weight: count / 4,
            dueAt: count === 2 ? null : day(count % 28),
          })
        const found = async (where: object) => names(await ours.widgets.find({ where, sort: ['count', 'asc'] }))
        expect(await found({ count: { gt: 2, lte: 33 } })).toEqual(['10', '33'])
        expect(await found({ count: { gte: 10, lt: 33 } })).toEqual(['10'])
        expect(await found({ weight: { gt: 0.5, lt: 8.25 } })).toEqual(['10'])
        expect(await found({ dueAt: { lt: '9999-01-01T00:00:00.000Z' } })).toEqual(['10', '33'])
        expect(await found({ dueAt: { gt: day(5) } })).toEqual(['10'])
        expect(await found({ stock: { lt: 5 } })).toEqual([])
        expect(await found({ open: true, count: 10, dueAt: { not: null } })).toEqual(['10'])
        expect(await ours.widgets.count({ count: { gt: 2 } })).toBe(2)
        for (const atMost of [1, 2, 3])
          expect(await ours.widgets.count({ count: { gt: 2 } }, undefined, atMost)).toBe(Math.min(atMost, 2))
        expect(await ours.widgets.count({}, undefined, 1)).toBe(1)
      })

      test('`has` finds one value in a list', async () => {
        const { ours } = await setup()
        await ours.widgets.insert({ name: 'both', tags: ['vip', 'new'], details: [1, null] })
        await ours.widgets.insert({ name: 'one', tags: ['vip"'], details: 'vip' })
        await ours.widgets.insert({ name: 'none', details: { vip: 1 } })
        const found = async (where: object) => names(await ours.widgets.find({ where, sort: ['name', 'asc'] }))
        expect(await found({ tags: { has: 'vip' } })).toEqual(['both'])
        expect(await found({ tags: { has: 'vi' } })).toEqual([])
        expect(await found({ tags: { has: 'vip"' } })).toEqual(['one'])
        expect(await found({ details: { has: 1 } })).toEqual(['both'])
        expect(await found({ details: { has: '1' } })).toEqual([])
        expect(await found({ details: { has: 'vip' } })).toEqual([])
        expect(await found({ details: null })).toEqual([])
      })

      test('`hasAny` finds each list with one of several values, once', async () => {
        const { ours } = await setup()
        await ours.widgets.insert({ name: 'both', tags: ['vip', 'new'], details: [1, null] })
        await ours.widgets.insert({ name: 'one', tags: ['vip"'], details: 'vip' })
        await ours.widgets.insert({ name: 'none', details: { vip: 1 } })
        const found = async (where: object) => names(await ours.widgets.find({ where, sort: ['name', 'asc'] }))
        expect(await found({ tags: { hasAny: ['vip', 'new', 'vip"'] } })).toEqual(['both', 'one'])
        expect(await found({ tags: { hasAny: ['vi', 'ne'] } })).toEqual([])
        expect(await found({ tags: { hasAny: ['vip', 'vip"'], has: 'new' } })).toEqual(['both'])
        expect(await found({ tags: { hasAny: [] } })).toEqual([])
        expect(await found({ details: { hasAny: ['vip', '1', 1] } })).toEqual(['both'])
        expect(await ours.widgets.count({ tags: { hasAny: ['new', 'vip'] } })).toBe(1)
      })

      test('text sorts by code point, whatever the locale of the database', async () => {
        const { ours } = await setup()
        const inOrder = ['', ' ', 'B', 'a', 'a b', 'aa', 'á', '\ufb01', 'ａ', '😀', '😁']
        for (const name of inOrder.toReversed()) await ours.widgets.insert({ name })
        expect(names(await ours.widgets.find({ sort: ['name', 'asc'] }))).toEqual(inOrder)
        expect(names(await ours.widgets.find({ sort: ['name', 'desc'] }))).toEqual(inOrder.toReversed())
        expect(names(await ours.widgets.find({ where: { name: { gt: 'ａ' } }, sort: ['name', 'asc'] }))).toEqual([
          '😀',
          '😁',
        ])
      })

      test.each(['asc', 'desc'] as const)(
        'paging %s visits every document once, missing values as the largest',
        async (direction) => {
          const { ours } = await setup()
          for (const [name, dueAt] of Object.entries({
            d: day(3),
            e: null,
            a: day(1),
            b: day(1),
            f: null,
            c: day(2),
          })) {
            await ours.widgets.insert({ id: `wid_${name}`, name, dueAt, count: Number(dueAt !== null) })
          }
          for (const where of [
            {},
            { dueAt: { not: null } },
            { dueAt: { gte: day(1) } },
            { dueAt: null },
            { count: { in: [0, 1] } },
          ]) {
            const sort = ['dueAt', direction] as const
            const everything = await ours.widgets.find({ where, sort })
            const seen: typeof everything = []
            for (let last; ; last = seen.at(-1)) {
              const page = await ours.widgets.find({
                where,
                sort,
                limit: 2,
                after: last && { value: last.dueAt, id: last.id },
              })
              if (page.length === 0) break
              seen.push(...page)
            }
            expect(seen).toEqual(everything)
            const ascending = direction === 'asc' ? everything : everything.toReversed()
            expect(names(ascending)).toEqual(names(ascending).sort())
          }
          expect(await ours.widgets.count()).toBe(6)
        },
      )

      test('pages by id and by number follow the same order', async () => {
        const { ours } = await setup()
        await ours.widgets.insertMany(
          [5, 100, 20, 20].map((count, number) => ({ id: `wid_${number}`, name: String(count), count })),
        )
        expect(names(await ours.widgets.find({ sort: ['count', 'desc'] }))).toEqual(['100', '20', '20', '5'])
        const behind = await ours.widgets.find({ sort: ['count', 'desc'], after: { value: 20, id: 'wid_3' } })
        expect(behind.map(({ id }) => id)).toEqual(['wid_2', 'wid_0'])
        expect((await ours.widgets.find({ after: { value: null, id: 'wid_1' } })).map(({ id }) => id)).toEqual([
          'wid_2',
          'wid_3',
        ])
        expect(
          (await ours.widgets.find({ sort: ['id', 'desc'], after: { value: 'wid_2', id: 'wid_2' }, limit: 1 }))[0]?.id,
        ).toBe('wid_1')
        expect(await ours.widgets.find({ limit: 0 })).toEqual([])
      })

      test('a page may pass over rows, from the start or behind a cursor', async () => {
        const { ours } = await setup()
        const counts = [5, 1, 4, 2, 3, 2]
        await ours.widgets.insertMany(
          counts.map((count, number) => ({ id: `wid_${number}`, name: `n${count}`, count, open: number > 1 })),
        )
        const find = async (page: Parameters<typeof ours.widgets.find>[0]) => names(await ours.widgets.find(page))
        const sort = ['count', 'asc'] as const
        expect(await find({ sort, skip: 2, limit: 2 })).toEqual(['n2', 'n3'])
        expect(await find({ sort: ['count', 'desc'], skip: 1, limit: 2 })).toEqual(['n4', 'n3'])
        expect(await find({ sort, skip: 1, limit: 1, after: { value: 2, id: 'wid_3' } })).toEqual(['n3'])
        expect(await find({ sort, skip: 1, limit: 9, where: { open: true } })).toEqual(['n2', 'n3', 'n4'])
        expect(await find({ sort, skip: 1, limit: 9, where: { id: { in: ['wid_0', 'wid_1', 'wid_2'] } } })).toEqual([
          'n4',
          'n5',
        ])
        expect(await find({ sort: ['name', 'desc'], skip: 1, limit: 2, search: 'n' })).toEqual(['n4', 'n3'])
        expect(await find({ sort, skip: 6 })).toEqual([])
        await expect(find({ skip: -1 })).rejects.toThrow(TypeError)
        await expect(find({ skip: 0.5 })).rejects.toThrow(TypeError)
      })

      test('a cursor of another list is refused', async () => {
        const { ours } = await setup()
        const page = { sort: ['dueAt', 'asc'] as const, after: { value: 'yesterday', id: 'wid_1' } }
        await expect(ours.widgets.find(page)).rejects.toThrow(InvalidCursor)
        await expect(ours.widgets.find({ sort: ['count', 'asc'], after: { value: 'x', id: 'wid_1' } })).rejects.toThrow(
          InvalidCursor,
        )
        await expect(ours.widgets.find({ after: { value: 'x', id: 7 as never } })).rejects.toThrow(InvalidCursor)
      })

      test('search finds every word, ignores case, accents and width, and has no wildcards', async () => {
        const { ours } = await setup()
        const widget = await ours.widgets.insert({ name: 'José NÚÑEZ ＡＬＶＥＳ 100%', nickname: 'Straße' })
        await ours.widgets.insert({ name: 'Nobody' })
        const found = async (search: string) => names(await ours.widgets.find({ search }))
        for (const search of [
          'jose',
          'JOSÉ',
          'nunez',
          'Núñez',
          'alves',
          '100%',
          '%',
          'alv  jos',
          ' é ',
          'STRASSE jose',
        ]) {
          expect([search, await found(search)]).toEqual([search, [widget.name]])
        }
        for (const search of ['j_se', 'x%', 'jose nobody', '\\', '100%%'])
          expect([search, await found(search)]).toEqual([search, []])
        for (const search of ['jose', 'JOSÉ', 'e', 'x%', 'jose nobody'])
          expect([search, await ours.widgets.count({}, search)]).toEqual([search, (await found(search)).length])
        expect(await ours.widgets.count({ open: false }, 'jose')).toBe(0)
        await expect(ours.parts.count({}, 'jose')).rejects.toThrow('cannot be searched')
        expect(await found('')).toHaveLength(2)
        expect(await found('  ')).toHaveLength(2)
        expect(await ours.widgets.find({ search: 'jose', where: { open: false } })).toEqual([])
      })

      test('what a person searches by follows every kind of change', async () => {
        const { ours } = await setup()
        const { id } = await ours.widgets.insert({ name: 'Alpha', nickname: 'Beta' })
        const found = async (search: string) => (await ours.widgets.find({ search })).length
        expect((await ours.widgets.update(id, { name: 'Gamma' }))?.searchText).toBe('gamma\nbeta')
        expect([await found('alpha'), await found('gamma beta')]).toEqual([0, 1])
        expect((await ours.widgets.updateEach([{ id, set: { nickname: null } }]))[0]?.searchText).toBe('gamma')
        expect([await found('beta'), await found('gamma')]).toEqual([0, 1])
        expect((await ours.widgets.updateWhere({}, { nickname: 'Delta' }))[0]?.searchText).toBe('gamma\ndelta')
        expect((await ours.widgets.update(id, { name: 'New', nickname: 'Name' }))?.searchText).toBe('new\nname')
        await ours.transaction((tx) => tx.widgets.update(id, { nickname: 'Inside' }))
        expect([await found('delta'), await found('new inside')]).toEqual([0, 1])
      })

      test('many documents by id come in the order of the ids', async () => {
        const { ours } = await setup()
        const [a, b, c] = await ours.widgets.insertMany([{ name: 'a' }, { name: 'b' }, { name: 'c' }])
        expect(names(await ours.widgets.getMany([c!.id, 'wid_no', a!.id, b!.id]))).toEqual(['c', 'a', 'b'])
        expect(await ours.widgets.getMany([])).toEqual([])
      })
    })

    describe('groups', () => {
      test('counts and sums come by every combination of keys, a missing one included', async () => {
        const { ours, theirs } = await setup()
        await ours.widgets.insertMany([
          { name: 'a', code: 'x', count: 1, stock: 5, weight: 0.5 },
          { name: 'a', code: 'y', count: 2, open: false },
          { name: 'a', code: 'z', count: 4, stock: -2 },
          { name: 'b', count: 8 },
        ])
        await theirs.widgets.insert({ name: 'a', count: 100 })
        const rows = await ours.widgets.group({
          where: { count: { gt: 0 } },
          by: ['name', 'open'],
          sum: ['count', 'stock', 'weight'],
        })
        expect(rows.sort((a, b) => a.sums[0]! - b.sums[0]!)).toEqual([
          { keys: ['a', false], count: 1, sums: [2, 0, 0] },
          { keys: ['a', true], count: 2, sums: [5, 3, 0.5] },
          { keys: ['b', true], count: 1, sums: [8, 0, 0] },
        ])
        const byCode = await ours.widgets.group({ by: ['code'] })
        expect(byCode.find(({ keys }) => keys[0] === null)).toEqual({ keys: [null], count: 1, sums: [] })
        expect(await ours.widgets.group({ by: [], sum: ['count'] })).toEqual([{ keys: [], count: 4, sums: [15] }])
        expect(await ours.widgets.group({ where: { name: 'c' }, by: [] })).toEqual([])
      })

      test('only what a search finds is counted', async () => {
        const { ours } = await setup()
        await ours.widgets.insertMany([
          { name: 'Ana', nickname: 'A', count: 1 },
          { name: 'Joana', code: 'x', count: 2 },
          { name: 'Bob', nickname: 'Ana', count: 4, open: false },
          { name: 'Bob', count: 8 },
        ])
        const rows = async (search: string, where = {}) =>
          (await ours.widgets.group({ search, where, by: ['name'], sum: ['count'] }))
            .map(({ keys, count, sums }) => `${keys[0]} ${count} ${sums[0]}`)
            .sort()
        expect(await rows('ÁNA')).toEqual(['Ana 1 1', 'Bob 1 4', 'Joana 1 2'])
        expect(await rows('an bo', { open: false })).toEqual(['Bob 1 4'])
        expect(await rows('', { name: 'Bob' })).toEqual(['Bob 2 12'])
        expect(await rows('nobody')).toEqual([])
        await expect(ours.shelves.group({ search: 'x', by: [] })).rejects.toThrow('cannot be searched')
      })

      test('hours, days and months are those of the time zone', async () => {
        const { ours } = await setup()
        for (const dueAt of [
          '2026-03-29T00:59:59.999Z',
          '2026-03-29T01:00:00.000Z',
          '2026-03-31T22:30:00.000Z',
          null,
        ]) {
          await ours.widgets.insert({ name: 'a', dueAt })
        }
        const keys = async (unit: 'hour' | 'day' | 'month', timeZone: string) =>
          (await ours.widgets.group({ where: { dueAt: { not: null } }, by: [{ field: 'dueAt', unit, timeZone }] }))
            .map((row) => row.keys[0])
            .sort()
        expect(await keys('hour', 'Europe/Berlin')).toEqual(['2026-03-29T01', '2026-03-29T03', '2026-04-01T00'])
        expect(await keys('day', 'Europe/Berlin')).toEqual(['2026-03-29', '2026-04-01'])
        expect(await keys('day', 'America/Sao_Paulo')).toEqual(['2026-03-28', '2026-03-31'])
        expect(await keys('month', 'Asia/Kolkata')).toEqual(['2026-03', '2026-04'])
        expect(
          await ours.widgets.group({ by: ['dueAt'], where: { dueAt: { gt: '2026-01-01T00:00:00.000Z' } } }),
        ).toHaveLength(3)
        const missing = await ours.widgets.group({
          where: { dueAt: null },
          by: [{ field: 'dueAt', unit: 'day', timeZone: 'UTC' }],
        })
        expect(missing).toEqual([{ keys: [null], count: 1, sums: [] }])
      })

      test('a member of an object and each text of an array are keys too', async () => {
        const { ours } = await setup()
        await ours.widgets.insertMany([
          { name: 'a', details: { size: 'L', hot: true }, tags: ['x', 'y'] },
          { name: 'a', details: { size: 'L' }, tags: ['y'] },
          { name: 'b', tags: [] },
        ])
        const rows = async (...by: Parameters<typeof ours.widgets.group>[0]['by']) =>
          (await ours.widgets.group({ by })).map(({ keys, count }) => `${keys.join(' ')} ${count}`).sort()
        expect(await rows({ field: 'details', member: 'size' }, { field: 'details', member: 'hot' })).toEqual([
          '  1',
          'L  1',
          'L true 1',
        ])
        expect(await rows({ field: 'tags', each: 'text' })).toEqual(['x 1', 'y 2'])
        expect(await rows('name', { field: 'tags', each: 'text' })).toEqual(['a x 1', 'a y 2'])
        await expect(ours.widgets.group({ by: [{ field: 'name', each: 'text' }] })).rejects.toThrow('cannot be grouped')
      })

      test('a group that cannot be meant is refused', async () => {
        const { ours } = await setup()
        await expect(ours.widgets.group({ by: ['details'] })).rejects.toThrow('cannot be grouped by details')
        await expect(ours.widgets.group({ by: ['colour' as never] })).rejects.toThrow('cannot be grouped by colour')
        await expect(ours.widgets.group({ by: [], sum: ['name'] })).rejects.toThrow('widgets.name is not a number')
        const days = { field: 'dueAt', unit: 'day', timeZone: 'Mars/Olympus' } as const
        await expect(ours.widgets.group({ by: [days] })).rejects.toThrow(RangeError)
      })
    })

    describe('changing', () => {
      test('an update answers the changed document and leaves the rest as it was', async () => {
        let time = day(1)
        const { ours } = await setup({ now: () => new Date(time) })
        const before = await ours.widgets.insert({ name: 'a', code: 'x', tags: ['t'] })
        time = day(2)
        const after = await ours.widgets.update(before.id, { open: false, code: undefined, nickname: null })
        expect(after).toEqual({ ...before, open: false, updatedAt: day(2) })
        expect(await ours.widgets.get(before.id)).toEqual(after)
        expect(await ours.widgets.update('wid_no', { open: false })).toBeUndefined()
      })

      test('a guarded update applies once and tells the losers', async () => {
        const { ours } = await setup()
        const { id } = await ours.widgets.insert({ name: 'a' })
        const close = () => ours.widgets.update(id, { open: false }, { onlyIf: { open: true }, add: { count: 1 } })
        const race = await Promise.all([close(), close(), close(), close()])
        expect(race.filter(Boolean)).toHaveLength(1)
        expect(await ours.widgets.get(id)).toMatchObject({ open: false, count: 1 })
      })

      test('two changes in one millisecond, or by a clock that was set back, have two times of change', async () => {
        let time = day(2)
        const { ours } = await setup({ now: () => new Date(time) })
        const { id } = await ours.widgets.insert({ name: 'a' })
        const [untouched] = await ours.widgets.insertMany([{ name: 'b' }])
        const changes = [
          () => ours.widgets.update(id, { name: 'c' }),
          () => ours.widgets.update(id, {}, { add: { count: 1 } }),
          () => ours.widgets.updateEach([{ id, set: { name: 'd' } }]).then(([one]) => one),
          () => ours.widgets.updateWhere({ id }, { open: false }).then(([one]) => one),
          () => ours.widgets.claim({ id }, { open: true }, { sort: byId, limit: 1 }).then(([one]) => one),
        ]
        const times: string[] = []
        for (const change of changes) times.push((await change())!.updatedAt)
        time = day(1)
        for (const change of changes) times.push((await change())!.updatedAt)
        const expected = times.map((_, index) => new Date(Date.parse(day(2)) + index + 1).toISOString())
        expect(times).toEqual(expected)
        time = day(3)
        const both = await ours.widgets.updateEach([{ id }, { id }, { id: untouched!.id }])
        const beyond = new Date(Date.parse(day(3)) + 1).toISOString()
        expect(both.map(({ updatedAt }) => updatedAt)).toEqual([day(3), beyond, day(3)])
      })

      test('of many who read a document and change it if nobody did since, each is let in once', async () => {
        const { ours } = await setup({ now: () => new Date(day(1)) })
        const { id } = await ours.widgets.insert({ name: 'a', tags: [] })
        const addTag = async (tag: string): Promise<unknown> => {
          const { tags, updatedAt } = (await ours.widgets.get(id))!
          return (await ours.widgets.update(id, { tags: [...tags, tag] }, { onlyIf: { updatedAt } })) ?? addTag(tag)
        }
        const given = Array.from({ length: 12 }, (_, number) => `t${number}`)
        await Promise.all(given.map(addTag))
        expect((await ours.widgets.get(id))!.tags.toSorted()).toEqual(given.toSorted())
      })

      test('concurrent additions are all kept, and a missing number counts as zero', async () => {
        const { ours } = await setup()
        const { id } = await ours.widgets.insert({ name: 'a' })
        const add = { count: 1, stock: -2, weight: 0.5 }
        await Promise.all(Array.from({ length: 10 }, () => ours.widgets.update(id, {}, { add })))
        await Promise.all(Array.from({ length: 10 }, () => ours.widgets.updateEach([{ id, add }])))
        expect(await ours.widgets.get(id)).toMatchObject({ count: 20, stock: -40, weight: 10 })
      })

      test('many edits are applied each under its own guard, and answered in order', async () => {
        const { ours } = await setup()
        const list = await ours.widgets.insertMany(
          Array.from({ length: 12 }, (_, number) => ({
            name: String(number),
            count: number,
            code: number % 2 ? null : `c${number}`,
            tags: ['t'],
          })),
        )
        const id = (number: number) => list[number]!.id
        const changed = await ours.widgets.updateEach([
          { id: id(11), set: { open: false } },
          { id: id(0), set: { details: { a: 1 }, nickname: 'zero' }, onlyIf: { count: { lt: 1 } } },
          { id: id(1), set: { name: 'refused' }, onlyIf: { count: { gt: 1 } } },
          { id: id(2), add: { stock: 3, count: -2 }, onlyIf: { code: { in: ['c2', 'c4'] } } },
          { id: id(3), set: { weight: 1.5 }, onlyIf: { code: null } },
          { id: id(4), set: { name: 'refused' }, onlyIf: { code: null } },
          { id: 'wid_no', set: { open: false } },
          {
            id: id(5),
            set: { dueAt: day(5), name: 'five' },
            onlyIf: { code: { in: ['c2', null] }, tags: { has: 't' } },
          },
          { id: id(6), set: { name: 'refused' }, onlyIf: { code: { not: 'c6' } } },
          { id: id(7), set: { code: 'seven' }, onlyIf: { code: { not: 'c7' }, count: { gte: 7, lte: 7 } } },
          { id: id(8), set: { name: 'refused' }, onlyIf: { tags: { has: 'u' } } },
          { id: id(9), set: { name: 'refused' }, onlyIf: { tags: { hasAny: ['u', 'v'] } } },
          { id: id(9), set: { name: 'refused' }, onlyIf: { code: { not: null } } },
          { id: id(10), set: { nickname: null }, onlyIf: { open: true, code: 'c10', tags: { hasAny: ['u', 't'] } } },
        ])
        expect(changed.map((widget) => list.findIndex(({ id }) => id === widget.id))).toEqual([11, 0, 2, 3, 5, 7, 10])
        const stored = await ours.widgets.getMany(list.map(({ id }) => id))
        expect(stored[0]).toEqual({
          ...changedAgain(list[0]!),
          details: { a: 1 },
          nickname: 'zero',
          searchText: '0\nzero',
        })
        expect(stored[1]).toEqual(list[1])
        expect(stored[2]).toEqual({ ...changedAgain(list[2]!), stock: 3, count: 0 })
        expect(stored[3]).toEqual({ ...changedAgain(list[3]!), weight: 1.5 })
        expect(stored[4]).toEqual(list[4])
        expect(stored[5]).toEqual({ ...changedAgain(list[5]!), dueAt: day(5), name: 'five', searchText: 'five' })
        expect(stored[6]).toEqual(list[6])
        expect(stored[7]).toEqual({ ...changedAgain(list[7]!), code: 'seven' })
        expect(stored[8]).toEqual(list[8])
        expect(stored[9]).toEqual(list[9])
        expect(stored[10]).toEqual(changedAgain(list[10]!))
        expect(stored[11]).toEqual({ ...changedAgain(list[11]!), open: false })
        expect(await ours.widgets.updateEach([])).toEqual([])
      })

      test('edits of one document happen one after the other, or none of them', async () => {
        const { ours } = await setup()
        const { id } = await ours.widgets.insert({ name: 'a', count: 0 })
        await ours.transaction(async (tx) => {
          const edits = [
            { id, set: { name: 'b' } },
            { id, set: { ownerId: 'own_no' } },
          ]
          await expect(tx.widgets.updateEach(edits)).rejects.toBeInstanceOf(Error)
          await tx.widgets.update(id, {}, { add: { count: 1 } })
        })
        expect(await ours.widgets.get(id)).toMatchObject({ name: 'a', count: 1 })
        await ours.widgets.updateEach([
          { id, add: { count: 1 } },
          { id, add: { count: 1 }, onlyIf: { count: 2 } },
        ])
        expect(await ours.widgets.get(id)).toMatchObject({ count: 3 })
      })

      test('two edits of one document apply one after the other', async () => {
        const { ours } = await setup()
        const [a, b] = await ours.widgets.insertMany([{ name: 'a' }, { name: 'b' }])
        const changed = await ours.widgets.updateEach([
          { id: a!.id, set: { count: 5 } },
          { id: b!.id, add: { count: 1 } },
          { id: a!.id, add: { count: 1 }, onlyIf: { count: 5 } },
          { id: a!.id, set: { open: false }, onlyIf: { count: 5 } },
        ])
        expect(changed.map(({ name, count }) => [name, count])).toEqual([
          ['a', 5],
          ['b', 1],
          ['a', 6],
        ])
        expect(await ours.widgets.get(a!.id)).toMatchObject({ count: 6, open: true })
      })

      test('batches of edits that cross each other all go through', async () => {
        const { ours } = await setup()
        const list = await ours.widgets.insertMany(
          Array.from({ length: 30 }, (_, number) => ({ name: String(number) })),
        )
        const edits = list.map(({ id }) => ({ id, add: { count: 1 } }))
        await Promise.all(
          [edits, edits.toReversed(), edits.slice(10), edits.toReversed(), edits].map((batch) =>
            ours.widgets.updateEach(batch),
          ),
        )
        const total = (await ours.widgets.find()).reduce((sum, { count }) => sum + count, 0)
        expect(total).toBe(30 * 4 + 20)
      })

      test('an update of many changes all matches, or the first so many', async () => {
        const { ours } = await setup()
        await ours.widgets.insertMany([1, 2, 3, 4].map((count) => ({ id: `wid_${count}`, name: String(count), count })))
        expect(
          names(await ours.widgets.updateWhere({ count: { gt: 1 } }, { open: false }, { add: { count: 10 } })),
        ).toEqual(['2', '3', '4'])
        expect(names(await ours.widgets.updateWhere({ open: false }, { open: true }, { limit: 2 }))).toEqual(['2', '3'])
        expect(await ours.widgets.count({ open: true })).toBe(3)
      })

      test('racing claims never share a document, and the earliest goes first', async () => {
        const { ours, system } = await setup()
        for (const number of [3, 1, 2, 5, 4]) await ours.widgets.insert({ name: String(number), dueAt: day(number) })
        const due = { open: true, dueAt: { lte: day(4) } }
        const claim = () =>
          system.widgets.claim(
            due,
            { open: false, dueAt: day(20) },
            { sort: ['dueAt', 'asc'], limit: 2, add: { count: 1 } },
          )
        const batches = await Promise.all([claim(), claim(), claim()])
        expect(
          batches
            .flat()
            .map((widget) => widget.name)
            .sort(),
        ).toEqual(['1', '2', '3', '4'])
        for (const batch of batches) expect(names(batch)).toEqual(names(batch).sort())
        for (const widget of batches.flat()) expect(widget).toMatchObject({ open: false, dueAt: day(20), count: 1 })
        expect(names(await system.widgets.find({ where: { open: true } }))).toEqual(['5'])
      })

      test('removing answers what was there', async () => {
        const { ours } = await setup()
        const [a] = await ours.widgets.insertMany([{ name: 'a' }, { name: 'b' }, { name: 'c', open: false }])
        expect(await ours.widgets.remove(a!.id)).toBe(true)
        expect(await ours.widgets.remove(a!.id)).toBe(false)
        expect(await ours.widgets.removeWhere({ open: true })).toBe(1)
        expect(names(await ours.widgets.find())).toEqual(['c'])
      })

      test('a document belongs to its reader: changing it changes nothing stored', async () => {
        const { ours } = await setup()
        const tags = ['kept']
        const details = { list: [{ text: 'kept' }] }
        const widget = await ours.widgets.insert({ name: 'a', tags, details })
        const [other] = await ours.widgets.insertMany([{ name: 'b', tags, details }])
        const spoil = (read: { tags: string[]; details: unknown; name: string } | undefined) => {
          read!.name = 'spoilt'
          read!.tags.push('spoilt')
          ;(read!.details as typeof details).list[0]!.text = 'spoilt'
        }
        spoil(widget)
        spoil(other)
        const patch = { tags: ['patched'], details: { list: [{ text: 'patched' }] } }
        spoil(await ours.widgets.get(widget.id))
        spoil(await ours.widgets.update(other!.id, patch))
        spoil((await ours.widgets.find({ where: { name: 'a' } }))[0])
        patch.tags.push('spoilt')
        tags.push('spoilt')
        details.list[0]!.text = 'spoilt'
        expect(await ours.widgets.get(widget.id)).toMatchObject({
          name: 'a',
          tags: ['kept'],
          details: { list: [{ text: 'kept' }] },
        })
        expect(await ours.widgets.get(other!.id)).toMatchObject({
          name: 'b',
          tags: ['patched'],
          details: { list: [{ text: 'patched' }] },
        })
      })
    })

    describe('transactions', () => {
      test('a transaction that throws leaves no trace', async () => {
        const { ours } = await setup()
        const shelf = await ours.shelves.insert({ label: 'A' })
        const kept = await ours.widgets.insert({ name: 'kept', code: 'x', shelfId: shelf.id })
        const part = await ours.parts.insert({ widgetId: kept.id, label: 'screw' })
        const failing = ours.transaction(async (tx) => {
          await tx.widgets.insertMany([{ name: 'gone' }, { name: 'gone too' }])
          await tx.widgets.update(kept.id, { code: 'y', name: 'renamed' })
          await tx.widgets.updateEach([{ id: kept.id, add: { count: 1 } }])
          await tx.shelves.remove(shelf.id)
          expect(await tx.parts.count()).toBe(0)
          expect(await tx.widgets.count()).toBe(2)
          throw new Error('stop')
        })
        await expect(failing).rejects.toThrow('stop')
        expect(await ours.widgets.find()).toEqual([kept])
        expect(await ours.parts.find()).toEqual([part])
        expect(names(await ours.widgets.find({ search: 'kept' }))).toEqual(['kept'])
        await expect(ours.widgets.insert({ name: 'again', code: 'x' })).rejects.toThrow(DuplicateKey)
        await expect(ours.widgets.insert({ name: 'free', code: 'y' })).resolves.toBeDefined()
      })

      test('a transaction sees its own changes, and its result is answered', async () => {
        const { ours } = await setup()
        const result = await ours.transaction(async (tx) => {
          const shelf = await tx.shelves.insert({ label: 'A' })
          const widget = await tx.widgets.insert({ name: 'a', shelfId: shelf.id })
          await tx.widgets.update(widget.id, { name: 'b' }, { add: { count: 1 } })
          expect(names(await tx.widgets.find({ where: { shelfId: shelf.id }, search: 'b' }))).toEqual(['b'])
          return (await tx.widgets.get(widget.id))?.count
        })
        expect(result).toBe(1)
        expect(names(await ours.widgets.find())).toEqual(['b'])
      })

      test('a refusal inside does not spoil the transaction around it', async () => {
        const { ours } = await setup()
        const taken = await ours.widgets.insert({ name: 'taken', code: 'x' })
        await ours.transaction(async (tx) => {
          const other = await tx.widgets.insert({ name: 'other', code: 'y' })
          await expect(tx.widgets.insert({ name: 'again', code: 'x' })).rejects.toThrow(DuplicateKey)
          await expect(tx.widgets.update(other.id, { code: 'x' })).rejects.toThrow(DuplicateKey)
          await expect(tx.widgets.updateEach([{ id: other.id, set: { code: 'x' } }])).rejects.toThrow(DuplicateKey)
          await expect(tx.widgets.insert({ name: 'astray', shelfId: 'she_no' })).rejects.toThrow(MissingReference)
          await expect(
            tx.widgets.insertMany([{ name: 'astray', shelfId: 'she_no' }], { ifTaken: 'skip' }),
          ).rejects.toThrow(MissingReference)
          const part = await tx.parts.insert({ widgetId: taken.id, label: 'screw' })
          await tx.locks.insert({ partId: part.id })
          await expect(tx.widgets.remove(taken.id)).rejects.toThrow(MissingReference)
          await tx.widgets.update(other.id, { name: 'last' })
        })
        expect(names(await ours.widgets.find({ sort: ['name', 'asc'] }))).toEqual(['last', 'taken'])
        expect(await ours.locks.count()).toBe(1)
      })

      test('statements of one transaction may be asked for together', async () => {
        const { ours } = await setup()
        await ours.widgets.insert({ name: 'taken', code: 'x' })
        await ours.transaction(async (tx) => {
          const outcomes = await Promise.allSettled([
            tx.widgets.insert({ name: 'a', code: 'a' }),
            tx.widgets.insert({ name: 'refused', code: 'x' }),
            tx.widgets.insert({ name: 'b', code: 'b' }),
            tx.widgets.count(),
          ])
          expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
        })
        expect(names(await ours.widgets.find({ sort: ['name', 'asc'] }))).toEqual(['a', 'b', 'taken'])
      })

      test('statements that still wait when the transaction fails leave no trace', async () => {
        const { ours } = await setup()
        await ours.widgets.insert({ name: 'taken', code: 'x' })
        const failing = ours.transaction((tx) =>
          Promise.all([
            tx.widgets.insert({ name: 'refused', code: 'x' }),
            tx.widgets.insert({ name: 'behind' }),
            tx.widgets.updateWhere({}, { name: 'behind' }),
            tx.widgets.insert({ name: 'last' }),
          ]),
        )
        await expect(failing).rejects.toThrow(DuplicateKey)
        await new Promise((resolve) => setTimeout(resolve, 30))
        expect(names(await ours.widgets.find())).toEqual(['taken'])
      })

      test('an error of the caller comes out as it was thrown', async () => {
        const { ours } = await setup()
        const error = Object.assign(new Error('no such file'), { code: 'ENOENT' })
        await expect(ours.transaction(() => Promise.reject(error))).rejects.toBe(error)
      })

      test('nobody sees a transaction before it commits', async () => {
        const { ours } = await setup()
        let counting: Promise<number> | undefined
        await ours.transaction(async (tx) => {
          await tx.widgets.insert({ name: 'first' })
          counting = asAnotherRequest(() => ours.widgets.count())
          await new Promise((resolve) => setTimeout(resolve, 20))
          await tx.widgets.insert({ name: 'second' })
        })
        expect(await counting).not.toBe(1)
        expect(await ours.widgets.count()).toBe(2)
      })

      test('an edit waits for a document that a transaction holds', async () => {
        const { ours } = await setup()
        const { id } = await ours.widgets.insert({ name: 'held' })
        const order: string[] = []
        const edits: Promise<unknown>[] = []
        await ours.transaction(async (tx) => {
          const add = { count: 1 }
          await tx.widgets.update(id, {}, { add })
          const late = asAnotherRequest(() => [
            ours.widgets.update(id, {}, { add }),
            ours.widgets.updateEach([{ id, add }]),
            ours.widgets.updateWhere({ name: 'held' }, {}, { add }),
          ])
          for (const edit of late) edits.push(edit.then(() => order.push('edit')))
          await new Promise((resolve) => setTimeout(resolve, 30))
          order.push('commit')
        })
        await Promise.all(edits)
        expect(order).toEqual(['commit', 'edit', 'edit', 'edit'])
        expect(await ours.widgets.get(id)).toMatchObject({ count: 4 })
      })

      test('an edit that waited is judged by what the transaction left', async () => {
        const { ours } = await setup()
        const { id } = await ours.widgets.insert({ name: 'held' })
        let late: Promise<unknown[]> | undefined
        await ours.transaction(async (tx) => {
          await tx.widgets.update(id, { open: false })
          const onlyIf = { open: true }
          late = asAnotherRequest(() =>
            Promise.all([
              ours.widgets.update(id, { name: 'late' }, { onlyIf }),
              ours.widgets.updateEach([{ id, set: { name: 'late' }, onlyIf }]),
              ours.widgets.updateWhere(onlyIf, { name: 'late' }),
            ]),
          )
          await new Promise((resolve) => setTimeout(resolve, 30))
        })
        expect(await late).toEqual([undefined, [], []])
        expect(await ours.widgets.get(id)).toMatchObject({ name: 'held', open: false })
      })

      test('the outer store is refused inside a transaction, and free again after it', async () => {
        const { ours } = await setup()
        const refused = (write: () => Promise<unknown>) =>
          expect(ours.transaction(write)).rejects.toThrow('use the `tx`')
        await refused(() => ours.widgets.insert({ name: 'lost' }))
        await refused(() => ours.widgets.find())
        await refused(() => ours.transaction(async () => {}))
        let after: Promise<unknown> | undefined
        await ours.transaction(async () => {
          after = new Promise((resolve) => setTimeout(resolve, 20)).then(() => ours.widgets.insert({ name: 'later' }))
        })
        await after
        expect(names(await ours.widgets.find())).toEqual(['later'])
      })

      test('what was not awaited is refused once the transaction is over', async () => {
        const { ours } = await setup()
        const kept = await ours.transaction(async (tx) => tx)
        await expect(kept.widgets.insert({ name: 'late' })).rejects.toThrow('This transaction is over')
        expect(await ours.widgets.count()).toBe(0)
      })

      test('a transaction inside a transaction is part of it', async () => {
        const { ours } = await setup()
        const failing = ours.transaction(async (tx) => {
          await tx.transaction(async (inner) => inner.widgets.insert({ name: 'inner' }))
          expect(await tx.widgets.count()).toBe(1)
          throw new Error('stop')
        })
        await expect(failing).rejects.toThrow('stop')
        expect(await ours.widgets.count()).toBe(0)
      })
    })

    describe('values', () => {
      test('what PostgreSQL cannot hold is cleaned alike everywhere', async () => {
        const { ours } = await setup()
        const details = {
          'ke\0y': 'a\0b\ud800c',
          list: ['\0', undefined, Number.NaN],
          gone: undefined,
          zero: -0,
          at: new Date(0),
        }
        const widget = await ours.widgets.insert({ name: 'nul\0 half\ud83d', tags: ['\ud800\0'], details, weight: -0 })
        const clean = { key: 'ab\ufffdc', list: ['', null, null], zero: 0, at: '1970-01-01T00:00:00.000Z' }
        expect(widget).toMatchObject({ name: 'nul half\ufffd', tags: ['\ufffd'], weight: 0 })
        expect(widget.details).toStrictEqual(clean)
        expect(await ours.widgets.get(widget.id)).toEqual(widget)
        expect(
          names(await ours.widgets.find({ where: { name: 'nul\0 half\ud83d', tags: { has: '\ud800' } } })),
        ).toEqual([widget.name])
        expect(await ours.widgets.find({ search: 'nu\0l' })).toHaveLength(1)
        expect(await ours.widgets.get('wid\0\ud800')).toBeUndefined()
        expect(await ours.widgets.getMany(['wid\0'])).toEqual([])
        expect(await ours.widgets.remove('\0')).toBe(false)
        expect(await ours.widgets.updateEach([{ id: 'a\0', set: { name: '\0' } }])).toEqual([])
      })

      test('a key that would change a prototype is left out', async () => {
        const { ours } = await setup()
        const details = JSON.parse('{"__proto__": {"admin": true}, "a": 1}') as unknown
        const widget = await ours.widgets.insert({ name: 'a', details })
        for (const seen of await ours.widgets.getMany([widget.id]).then((read) => [widget, ...read])) {
          expect(seen.details).toEqual({ a: 1 })
          expect((seen.details as { admin?: boolean }).admin).toBeUndefined()
        }
      })

      test.each([
        [{ name: null }, 'widgets.name is required'],
        [{ name: 7 }, 'widgets.name takes text'],
        [{ dueAt: '2026-02-30T00:00:00.000Z' }, 'widgets.dueAt takes an instant'],
        [{ dueAt: '2026-01-01' }, 'widgets.dueAt takes an instant'],
        [{ dueAt: '0000-01-01T00:00:00.000Z' }, 'widgets.dueAt takes an instant'],
        [{ count: 1.5 }, 'widgets.count takes a whole number'],
        [{ count: 2 ** 31 }, 'widgets.count takes a whole number'],
        [{ count: '1' }, 'widgets.count takes a whole number'],
        [{ weight: Number.POSITIVE_INFINITY }, 'widgets.weight takes a finite number'],
        [{ open: 'yes' }, 'widgets.open takes true or false'],
        [{ details: { when: 1n } }, 'JSON cannot hold a bigint'],
        [{ colour: 'red' }, 'widgets has no colour'],
      ])('%o is a mistake of the program and writes nothing', async (wrong, reason) => {
        const { ours } = await setup()
        const { id } = await ours.widgets.insert({ name: 'right' })
        await expect(
          ours.widgets.insertMany([{ name: 'right' }, { name: 'wrong', ...(wrong as object) }]),
        ).rejects.toThrow(reason)
        await expect(ours.widgets.update(id, { count: 3, ...(wrong as object) })).rejects.toThrow(reason)
        await expect(
          ours.widgets.updateEach([
            { id, set: { count: 3 } },
            { id, set: wrong as object },
          ]),
        ).rejects.toThrow(reason)
        expect(await ours.widgets.find()).toMatchObject([{ name: 'right', count: 0 }])
      })

      test('a question that cannot be meant is refused', async () => {
        const { ours } = await setup()
        const refused = (where: object, reason: string) => expect(ours.widgets.find({ where })).rejects.toThrow(reason)
        await refused({ colour: 'red' }, 'widgets has no colour')
        await refused({ count: '1' }, 'widgets.count takes a whole number')
        await refused({ dueAt: { lt: 'tomorrow' } }, 'widgets.dueAt takes an instant')
        await refused({ name: { has: 'x' } }, '`has` does not apply')
        await refused({ details: 'x' }, 'widgets.details is JSON')
        await expect(ours.widgets.first({ code: undefined })).rejects.toThrow('the test of code is undefined')
        await expect(ours.widgets.removeWhere({ code: undefined })).rejects.toThrow('the test of code is undefined')
        await expect(ours.widgets.update('wid_1', {}, { onlyIf: { code: undefined } })).rejects.toThrow(
          'the test of code is undefined',
        )
        await expect(ours.widgets.update(undefined as never, { open: false })).rejects.toThrow(
          'the test of id is undefined',
        )
        for (const limit of [-1, 0.5, Number.NaN]) await expect(ours.widgets.find({ limit })).rejects.toThrow('limit')
        await expect(ours.widgets.find({ sort: ['details', 'asc'] })).rejects.toThrow('cannot be sorted')
        await expect(ours.shelves.find({ search: 'x' })).rejects.toThrow('cannot be searched')
        const both = ours.widgets.update('wid_1', { count: 1 }, { add: { count: 1 } })
        await expect(both).rejects.toThrow('widgets.count is either set or added to')
        expect(await ours.widgets.find({ where: { code: undefined } })).toEqual([])
      })
    })

    test('a store speaks of documents, not of what it keeps them in', async () => {
      const { ours } = await setup()
      const { spec } = plans.get('widgets')!
      await ours.widgets.insert({ name: 'a', dueAt: day(1) })
      const [document] = (await driver.find(spec, { limit: 1 })) as [Document]
      expect(Object.keys(document).filter((key) => !plans.get('widgets')!.columns.has(key))).toEqual([])
      expect(typeof document['dueAt']).toBe('string')
    })
  })
}
