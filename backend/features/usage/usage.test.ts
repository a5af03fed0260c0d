import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { day } from '../../platform/clock.ts'
import type { Simulator } from '../../simulator/simulator.ts'
import { connectSimulator, openStores, register, type TestApp } from '../../test/world.ts'
import { sumMonth } from './sums.ts'
import { usage as costs } from './usage.ts'

const stores = await openStores()
const noCards = { currency: 'USD', cards: [] }
const card = { from: '2026-10-01', marketing: 0.025, utility: 0.004, authentication: 0.004, service: 0.004 }

describe.each(stores)('what a number costs, on $kind', ({ databaseUrl }) => {
  let simulator: Simulator
  let app: TestApp
  let channelId: string
  let close: () => Promise<void>
  let conversationId: string

  beforeAll(async () => {
    const world = await connectSimulator({ databaseUrl: await databaseUrl() }, { seed: 1 })
    simulator = world.simulator
    app = world.test
    channelId = world.channel.id
    close = world.close
    simulator.receive('text', { body: 'Hello' }, { from: '5511987654321' })
    await settle()
    conversationId = (await app.call('GET', '/api/conversations')).body.data.conversations[0].id
    await app.call('POST', '/api/templates/sync', {})
  }, 60_000)
  afterAll(() => close())

  async function settle() {
    await app.settle()
    await simulator.settled()
    await app.settle()
  }
  async function send(type: string, content: object) {
    const { status } = await app.call('POST', '/api/messages', { conversationId, type, content })
    expect(status).toBe(201)
    await settle()
  }
  const usage = async (query = '') => (await app.call('GET', `/api/channels/${channelId}/usage${query}`)).body.data
  const month = () => app.clock.now().toISOString().slice(0, 7)

  test('is nothing before anything was sent, and its free answers are all left', async () => {
    expect(await usage()).toMatchObject({
      month: month(),
      free: { allowance: 1000, used: 0, left: 1000 },
      categories: [],
      spend: 0,
      complete: true,
      today: { marketing: null },
    })
  })

  test('counts what Meta says it bills, by category, and says when a price is missing', async () => {
    await send('text', { text: 'One' })
    await send('text', { text: 'Two' })
    await send('template', { name: 'hello_world', language: 'en_US' })
    expect(await usage()).toMatchObject({
      free: { used: 2, left: 998 },
      categories: [
        { category: 'service', delivered: 2, billed: 0, cost: 0 },
        { category: 'utility', delivered: 1, billed: 1, cost: null },
      ],
      spend: 0,
      complete: false,
    })
  })

  test('somebody who does not see every chat is told the prices, and no counts of the number', async () => {
    const { link } = (await app.call('POST', '/api/team/invitations', { email: 'ana@example.com' })).body.data
    const body = { token: link.split('#').at(-1), name: 'Ana', password: 'green boats on grey water 3' }
    const joined = await app.call('POST', '/api/invitations/accept', body, { cookie: null })
    const asAna = { cookie: joined.headers.get('set-cookie')!.split(';')[0]! }
    const seen = async () => (await app.call('GET', `/api/channels/${channelId}/usage`, undefined, asAna)).body.data
    const whole = await usage()
    expect(whole).toMatchObject({ limited: false })
    expect(whole.categories).not.toEqual([])
    expect(await seen()).toEqual(whole)
    for (const visibility of ['mine', 'unassigned']) {
      const change = await app.call('PATCH', `/api/team/${joined.body.data.user.id}`, { visibility })
      expect(change.status).toBe(200)
      await app.advance(11_000)
      const { month, currency, today } = whole
      const hidden = { free: null, categories: [], spend: 0, complete: false }
      expect(await seen()).toEqual({ limited: true, month, currency, today, ...hidden })
    }
    expect(await usage()).toEqual(whole)
  })

  test('is worked out with the prices of the day', async () => {
    const today = app.clock.now().toISOString().slice(0, 10)
    const later = new Date(app.clock.now().getTime() + 40 * day).toISOString().slice(0, 10)
    const rates = {
      currency: 'EUR',
      cards: [
        { ...card, from: later, utility: 1 },
        { ...card, from: today },
      ],
    }
    const saved = await app.call('PUT', '/api/settings/rates', rates)
    expect(saved.body.data.cards.map(({ from }: { from: string }) => from)).toEqual([today, later])
    expect(await usage()).toMatchObject({
      currency: 'EUR',
      categories: [{ cost: 0 }, { category: 'utility', cost: 0.004 }],
      spend: 0.004,
      complete: true,
      today: { utility: 0.004, marketing: 0.025 },
    })
  })

  test('a message that did not arrive costs nothing, nor does another number', async () => {
    simulator.configure({ statuses: { delivered: null, read: null } })
    await send('text', { text: 'Three' })
    expect((await usage()).free).toMatchObject({ used: 2 })
    const other = await app.call('POST', '/api/channels', { name: 'Other', businessPhone: '+15550789998' })
    const empty = await app.call('GET', `/api/channels/${other.body.data.id}/usage`)
    expect(empty.body.data).toMatchObject({ categories: [], spend: 0 })
  })

  test('of another month is that of that month', async () => {
    expect(await usage('?month=2025-02')).toMatchObject({ month: '2025-02', free: null, categories: [] })
    expect((await app.call('GET', `/api/channels/${channelId}/usage?month=2025-13`)).status).toBe(422)
  })

  test('prices that are saved put no other setting back that somebody changes in this moment', async () => {
    const { store } = app.app
    const { id: workspaceId } = (await app.call('GET', '/api/auth/me')).body.data.workspace as { id: string }
    const { workspaces } = store.workspace(workspaceId)
    const get: typeof workspaces.get = async (id) => {
      const before = await workspaces.get(id)
      await app.advance(1000)
      await workspaces.update(id, { settings: { ...before!.settings, agentVisibility: 'mine' } })
      return before
    }
    const racing = Object.create(store.workspace(workspaceId), { workspaces: { value: { ...workspaces, get } } })
    const context = { store: racing, workspaceId, user: null, now: app.clock.now, notify: () => {} }
    const { call } = costs.endpoints.find(({ route }) => route.path === '/settings/rates' && route.method === 'PUT')!
    const saving = call(context as never, { body: { currency: 'EUR', cards: [] } } as never)
    await expect(saving).rejects.toMatchObject({ code: 'request.conflict' })
    expect((await workspaces.get(workspaceId))!.settings.agentVisibility).toBe('mine')
    await workspaces.update(workspaceId, {
      settings: { ...(await workspaces.get(workspaceId))!.settings, agentVisibility: 'all' },
    })
  })

  test('is seen by the own workspace only, and priced by admins only', async () => {
    const person = { workspaceName: 'Other', name: 'Eve', email: 'eve@example.com', password: 'a calm river in may 8' }
    const cookie = await register(app, person)
    const { status } = await app.call('GET', `/api/channels/${channelId}/usage`, undefined, { cookie })
    expect(status).toBe(404)
    const twice = await app.call('PUT', '/api/settings/rates', { currency: 'EUR', cards: [card, card] })
    expect(twice.status).toBe(422)
  })
})

const cell = (more: object) => ({
  direction: 'outbound' as const,
  status: 'read' as const,
  channelId: 'c',
  userId: null,
  source: 'user' as const,
  category: 'service',
  billable: false,
  count: 1,
  ...more,
})
const of = { month: '2026-11', channelId: 'c', today: '2026-11-20' }

test('the thousand and first answer is billed, and no allowance goes below nothing', () => {
  const cells = [cell({ count: 1000 }), cell({ count: 7, billable: true }), cell({ count: 5, status: 'failed' })]
  const sum = sumMonth(of, [{ day: '2026-11-02', cells }], { currency: 'USD', cards: [card] })
  expect(sum).toMatchObject({
    free: { used: 1007, left: 0 },
    categories: [{ delivered: 1007, billed: 7, cost: 0.028 }],
    spend: 0.028,
  })
})

test('each day has its own prices', () => {
  const cells = [cell({ category: 'marketing_lite', billable: true, count: 10 })]
  const cards = [card, { ...card, from: '2026-11-10', marketing: 0.05 }]
  const days = ['2026-11-09', '2026-11-10'].map((one) => ({ day: one, cells }))
  expect(sumMonth(of, days, { currency: 'USD', cards })).toMatchObject({ spend: 0.75, today: { marketing: 0.05 } })
})

test('before any price is known the cost is unknown, not nothing', () => {
  const days = [{ day: '2026-11-09', cells: [cell({ category: 'utility', billable: true })] }]
  expect(sumMonth(of, days, noCards)).toMatchObject({ complete: false, categories: [{ cost: null }] })
})
