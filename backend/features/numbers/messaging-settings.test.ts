import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Context } from '../../feature.ts'
import type { Simulator } from '../../simulator/simulator.ts'
import { connectSimulator, openStores, type TestApp } from '../../test/world.ts'
import { createReadReceipts } from '../conversations/read-receipts.ts'

const stores = await openStores()

describe.each(stores)('read receipts on $kind', ({ databaseUrl }) => {
  let simulator: Simulator
  let app: TestApp
  let close: () => Promise<void>
  let conversationId: string

  beforeAll(async () => {
    const world = await connectSimulator({ databaseUrl: await databaseUrl() }, { seed: 1 })
    simulator = world.simulator
    app = world.test
    close = world.close
  }, 60_000)
  afterAll(() => close())

  beforeEach(async () => {
    simulator.receive('text', { body: 'Are you there?' })
    await settle()
    conversationId = (await app.call('GET', '/api/conversations')).body.data.conversations[0].id
    simulator.ledger.readReceipts.length = 0
  })

  async function settle() {
    await simulator.settled()
    await app.settle()
  }
  const choose = (readReceipts: string) => app.call('PATCH', '/api/settings/messaging', { readReceipts })
  const open = () => app.call('POST', `/api/conversations/${conversationId}/read`)
  async function answer() {
    await app.call('POST', '/api/messages', { conversationId, type: 'text', content: { text: 'Yes' } })
    await settle()
  }
  const receipts = () => simulator.ledger.readReceipts.length

  test('are sent when the chat is opened, unless the workspace chose otherwise', async () => {
    await open()
    expect(receipts()).toBe(1)
    await answer()
    expect(receipts()).toBe(1)
  })

  test('are sent with the answer when that was chosen', async () => {
    await choose('on_reply')
    await open()
    expect(receipts()).toBe(0)
    await answer()
    await expect.poll(receipts).toBe(1)
  })

  test('are never sent when that was chosen', async () => {
    await choose('never')
    await open()
    await answer()
    expect(receipts()).toBe(0)
  })

  test('come with the typing indicator, unless one of the two is switched off', async () => {
    const sent: boolean[] = []
    const { showTyping } = createReadReceipts({ sendReceipt: async (_to, _id, { typing }) => void sent.push(typing) })
    const [channel] = await app.app.store.system.channels.find({ where: { kind: 'cloud' }, limit: 1 })
    const store = app.app.store.workspace(channel!.workspaceId)
    const conversation = (await store.conversations.get(conversationId))!
    const type = () =>
      showTyping({ store, workspaceId: channel!.workspaceId, now: app.clock.now } as Context, conversation)
    const counts: number[] = []
    for (const settings of [
      { readReceipts: 'on_reply', typingIndicator: true },
      { readReceipts: 'on_reply', typingIndicator: false },
      { readReceipts: 'never', typingIndicator: true },
    ]) {
      await app.call('PATCH', '/api/settings/messaging', settings)
      await type()
      counts.push(sent.length)
    }
    expect(counts).toEqual([1, 1, 1])
  })

  test('do not leave a number that rests, and typing does not either', async () => {
    await choose('on_open')
    const sent: boolean[] = []
    const { showTyping } = createReadReceipts({ sendReceipt: async (_to, _id, { typing }) => void sent.push(typing) })
    const { system } = app.app.store
    const [channel] = await system.channels.find({ where: { kind: 'cloud' }, limit: 1 })
    const store = app.app.store.workspace(channel!.workspaceId)
    const context = { store, workspaceId: channel!.workspaceId, now: app.clock.now } as Context
    const hour = 3_600_000
    const at = (ms: number) => new Date(app.clock.now().getTime() + ms).toISOString()
    const problem = (retryAt: string | null) => ({ code: 1, message: 'x', since: at(0), retryAt })
    const counts: unknown[] = []
    for (const rest of [
      { sendingPausedAt: at(-hour), problem: null },
      { sendingPausedAt: null, problem: problem(null) },
      { sendingPausedAt: null, problem: problem(at(hour)) },
      { sendingPausedAt: null, problem: problem(at(-hour)) },
      { sendingPausedAt: null, problem: null },
    ]) {
      await system.channels.update(channel!.id, rest)
      await open()
      await showTyping(context, (await store.conversations.get(conversationId))!)
      counts.push([receipts(), sent.length])
    }
    expect(counts).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 1],
      [2, 2],
    ])
  })

  test('are a choice of three, for those who are signed in', async () => {
    expect((await choose('sometimes')).status).toBe(422)
    const nobody = await app.call('GET', '/api/settings/messaging', undefined, { cookie: null })
    expect(nobody.status).toBe(401)
  })
})
