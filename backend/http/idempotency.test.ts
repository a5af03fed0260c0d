import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { Route } from '../contract/route.ts'
import { AppError } from '../errors.ts'
import { model, type AppStore, type WorkspaceStore } from '../model/index.ts'
import { createTestClock } from '../platform/clock.ts'
import { openStore } from '../platform/store/store.ts'
import { openEmptyStores, startEdgeApp, type EdgeApp } from '../test/edge.ts'
import { freeCutOffKeys, removeExpiredKeys, runOnce } from './idempotency.ts'

type Run = Parameters<typeof runOnce>[4]

const stores = await openEmptyStores()
const route: Route = { method: 'POST', path: '/things', result: z.unknown() }

describe.each(stores)('a request with an Idempotency-Key on $name', ({ makeStore }) => {
  const clock = createTestClock()
  let all: AppStore
  let store: WorkspaceStore
  beforeAll(async () => {
    const { DATABASE_URL, DATA_FILE_PATH } = await makeStore()
    all = await openStore(DATABASE_URL ?? `file://${DATA_FILE_PATH}`, model, { now: clock.now })
    store = all.workspace('ws_1')
  })
  afterAll(() => all.close())

  let runs = 0
  const make = async () => ({ status: 201, data: { number: ++runs } })
  const once = (key: string, input: object = { body: { a: 1 } }, run: Run = make) =>
    runOnce({ store, now: clock.now }, route, key, input, run)
  const codeOf = (outcome: PromiseSettledResult<unknown>) =>
    outcome.status === 'rejected' ? (outcome.reason as AppError).code : outcome.value

  test('has its effect once, and repetitions get the first answer', async () => {
    const first = await once('one')
    expect(first).toEqual({ status: 201, data: { number: 1 }, replayed: false })
    expect(await once('one')).toEqual({ ...first, replayed: true })
    expect(runs).toBe(1)
  })

  test('is the same whatever the order of its fields', async () => {
    const first = await once('order', { body: { a: 1, b: { c: [1, 2], d: null } } })
    expect(await once('order', { body: { b: { d: null, c: [1, 2] }, a: 1 } })).toEqual({ ...first, replayed: true })
  })

  test('is refused when the key belonged to something else', async () => {
    await once('other')
    for (const input of [
      { body: { a: 2 } },
      { body: { a: 1, b: undefined, c: 1 } },
      { params: { id: 'x' }, body: { a: 1 } },
    ])
      await expect(once('other', input)).rejects.toMatchObject({ code: 'idempotency.key_reused' })
  })

  test('belongs to its route and its workspace', async () => {
    const before = runs
    await once('shared')
    await runOnce({ store, now: clock.now }, { ...route, path: '/others' }, 'shared', { body: { a: 1 } }, make)
    await runOnce({ store: all.workspace('ws_2'), now: clock.now }, route, 'shared', { body: { a: 1 } }, make)
    expect(runs - before).toBe(3)
  })

  test('runs once when fifty come at the same moment', async () => {
    const before = runs
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => once('race')))
    expect(runs - before).toBe(1)
    const fresh = outcomes.filter((outcome) => outcome.status === 'fulfilled' && !outcome.value.replayed)
    expect(fresh).toHaveLength(1)
    const others = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(new Set(others.map(codeOf))).toEqual(new Set(others.length > 0 ? ['idempotency.in_progress'] : []))
  })

  test('leaves the key free when it was refused', async () => {
    const refuse = async () => Promise.reject(new AppError('contact.not_found'))
    await expect(once('refused', {}, refuse)).rejects.toMatchObject({ code: 'contact.not_found' })
    expect(await once('refused', { body: { b: 2 } })).toMatchObject({ replayed: false })
  })

  /** A process that stands still before its effect, for as long as it is told to. */
  const pausedUntil = (goOn: Promise<void>): WorkspaceStore =>
    Object.create(store, {
      transaction: { value: (work: never) => goOn.then(() => store.transaction(work)) },
    }) as WorkspaceStore
  const onceAt = (standing: WorkspaceStore, key: string, input: object, run: Run = make) =>
    runOnce({ store: standing, now: clock.now }, route, key, input, run)

  test('whose process died is taken over by one repetition after the lease', async () => {
    void onceAt(pausedUntil(new Promise<never>(() => {})), 'dead', { body: 1 })
    await expect.poll(() => store.idempotencyKeys.count({ key: 'dead' })).toBe(1)
    await expect(once('dead', { body: 1 })).rejects.toMatchObject({ code: 'idempotency.in_progress', retryAfter: 1 })
    clock.advance(61_000)
    await expect(once('dead', { body: 2 })).rejects.toMatchObject({ code: 'idempotency.key_reused' })
    const before = runs
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => once('dead', { body: 1 })))
    expect(runs - before).toBe(1)
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0)
  })

  test('whose process died need not wait where a store has one process', async () => {
    void onceAt(pausedUntil(new Promise<never>(() => {})), 'restarted', {})
    await expect.poll(() => store.idempotencyKeys.count({ key: 'restarted' })).toBe(1)
    expect(await freeCutOffKeys(all.system)).toBeGreaterThan(0)
    expect(await once('restarted', {})).toMatchObject({ replayed: false })
  })

  test('that comes back after its successor has no effect', async () => {
    // Any row will do as an effect.
    const effect = async (tx: WorkspaceStore) => {
      const row = { route: 'effect', key: String(++runs), fingerprint: '', state: 'done' as const }
      const { id } = await tx.idempotencyKeys.insert({ ...row, expiresAt: clock.now().toISOString() })
      return { status: 201, data: { id } }
    }
    const { promise, resolve: wake } = Promise.withResolvers<void>()
    const slow = onceAt(pausedUntil(promise), 'slow', {}, effect)
    await expect.poll(() => store.idempotencyKeys.count({ key: 'slow' })).toBe(1)
    clock.advance(61_000)
    const successor = await once('slow', {}, effect)
    wake()
    await expect(slow).rejects.toMatchObject({ code: 'idempotency.in_progress' })
    expect(await once('slow', {}, effect)).toEqual({ ...successor, replayed: true })
    expect(await store.idempotencyKeys.count({ route: 'effect' })).toBe(1)
  })

  test('is remembered for three days, then forgotten', async () => {
    const before = runs
    await once('days')
    clock.advance(72 * 60 * 60 * 1000 - 1)
    expect(await once('days')).toMatchObject({ replayed: true })
    clock.advance(1)
    expect(await once('days', { body: 'something new' })).toMatchObject({ replayed: false })
    expect(runs - before).toBe(2)
    clock.advance(73 * 60 * 60 * 1000)
    expect(await removeExpiredKeys(all.system, clock.now())).toBeGreaterThan(0)
    expect(await store.idempotencyKeys.count()).toBe(0)
  })
})

describe.each(stores)('sending with an Idempotency-Key on $name', ({ makeStore }) => {
  let app: EdgeApp
  let browser: ReturnType<EdgeApp['openBrowser']>
  let conversationId: string
  beforeAll(async () => {
    app = await startEdgeApp(await makeStore())
    browser = await app.openOwner()
    await app.processor.idle()
    const { body } = await browser.get('/api/conversations').expect(200)
    conversationId = body.data.conversations[0].id as string
  })
  afterAll(() => app.stop())

  const send = (key: string, text: string) =>
    browser.post('/api/messages').set('idempotency-key', key).send({ conversationId, type: 'text', content: { text } })
  const count = () => app.store.system.messages.count({ direction: 'outbound' })

  test('makes one message of fifty requests at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => send('together', 'Hello')))
    expect(await count()).toBe(1)
    const statuses = answers.map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set(statuses.includes(409) ? [201, 409] : [201]))
    expect(answers.find(({ status }) => status === 409)?.headers['retry-after'] ?? '1').toBe('1')
    const again = await send('together', 'Hello')
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([201, 'true'])
    expect(again.body).toEqual(answers.find(({ status }) => status === 201)!.body)
  })

  test('refuses another text under the same key, and keys that are no keys', async () => {
    const before = await count()
    const other = await send('together', 'Something else')
    expect([other.status, other.body.error.code]).toEqual([422, 'idempotency.key_reused'])
    for (const key of ['x'.repeat(256), 'tab\tinside']) {
      const { status, body } = await send(key, 'Hello')
      expect([status, body.error.code]).toEqual([422, 'idempotency.key_invalid'])
    }
    expect(await count()).toBe(before)
  })

  test('without a key each request is its own', async () => {
    const before = await count()
    const body = { conversationId, type: 'text', content: { text: 'Again' } }
    await browser.post('/api/messages').send(body).expect(201)
    await browser.post('/api/messages').send(body).expect(201)
    expect(await count()).toBe(before + 2)
  })
})
