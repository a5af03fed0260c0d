import { keepHouse } from '../housekeeping/housekeeping.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Simulator } from '../../simulator/simulator.ts'
import { connectSimulator, openStores, register, type TestApp } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('the webhook log on $kind', ({ databaseUrl }) => {
  let simulator: Simulator
  let app: TestApp
  let close: () => Promise<void>
  let channelId: string

  beforeAll(async () => {
    const world = await connectSimulator({ databaseUrl: await databaseUrl() }, { phoneNumbers: 2, seed: 1 })
    simulator = world.simulator
    app = world.test
    close = world.close
    channelId = world.channel.id
  }, 60_000)
  afterAll(() => close())

  const get = async (path: string) => (await app.call('GET', path)).body.data
  const arrive = async () => {
    await simulator.settled()
    await app.settle()
  }
  const ownStore = async () =>
    app.app.store.workspace((await app.app.store.system.channels.get(channelId))!.workspaceId)

  test('what arrived is listed with its size and what it was', async () => {
    simulator.receive('text', { body: 'hello' })
    await arrive()
    const { deliveries } = await get('/api/webhooks/deliveries')
    expect(deliveries[0]).toMatchObject({
      state: 'done',
      items: 1,
      failures: 0,
      summary: '1 message',
      isReplayable: false,
    })
    expect(deliveries[0].bytes).toBeGreaterThan(100)
  })

  test('what was applied whole has no body left and cannot be replayed', async () => {
    const { deliveries } = await get('/api/webhooks/deliveries?state=done')
    expect((await get(`/api/webhooks/deliveries/${deliveries[0].id}`)).body).toBeNull()
    const answer = await app.call('POST', `/api/webhooks/deliveries/${deliveries[0].id}/replay`)
    expect([answer.status, answer.body.error.code]).toEqual([409, 'webhook.not_replayable'])
  })

  test('webhooks that came before their number was connected are applied when it is', async () => {
    const second = [...simulator.world.phoneNumbers.values()][1]!
    simulator.receive('text', { body: 'too early' }, { phoneNumberId: second.id })
    await arrive()
    const { system } = app.app.store
    expect(await system.webhookDeliveries.count({ state: 'unrouted' })).toBe(1)
    const { appId, appSecret, accessToken, businessAccountId } = simulator.credentials
    const { status, body } = await app.call('POST', '/api/doctor/connect', {
      appId,
      appSecret,
      accessToken,
      businessAccountId,
      phoneNumberId: second.id,
    })
    expect({ status, body }).toMatchObject({ status: 200 })
    await arrive()
    expect(await system.webhookDeliveries.count({ state: 'unrouted' })).toBe(0)
    const { conversations } = await get(`/api/conversations?channelId=${body.data.channel.id}`)
    expect(conversations[0].lastMessage.preview).toBe('too early')
  })

  test('failed items are replayed one by one, and all at once', async () => {
    const store = await ownStore()
    const item = (key: string) => ({
      kind: 'channel',
      key,
      phoneNumberId: simulator.credentials.phoneNumberId,
      businessAccountId: simulator.credentials.businessAccountId,
      info: { quality: key },
      summary: 'quality',
    })
    const letters = await store.webhookDeadLetters.insertMany(
      ['one', 'two', 'lost'].map((key) => ({
        deliveryId: 'whd_x',
        channelId: key === 'lost' ? 'cha_gone' : channelId,
        key,
        kind: 'channel',
        payload: item(key),
        error: 'Could not be applied',
        state: 'dead' as const,
      })),
    )
    expect(await get('/api/webhooks/counts')).toEqual({ retrying: 0, dead: 3 })
    const one = await app.call('POST', `/api/webhooks/dead-letters/${letters[0]!.id}/replay`)
    expect(one.body.data.state).toBe('resolved')
    expect((await store.channels.get(channelId))!.info.quality).toBe('one')
    const all = await app.call('POST', '/api/webhooks/dead-letters/replay')
    expect(all.body.data).toEqual({ resolved: 1, failed: 1 })
    const { deadLetters } = await get('/api/webhooks/dead-letters?state=dead')
    expect(deadLetters).toMatchObject([{ attempts: 1, error: 'Error: The number was removed' }])
    expect(deadLetters[0]).not.toHaveProperty('payload')
  })

  test('a delivery is replayed without doing anything twice', async () => {
    const { system } = app.app.store
    simulator.receive('text', { body: 'once' })
    await arrive()
    const store = await ownStore()
    const [kept] = await system.webhookDeliveries.find({ sort: ['createdAt', 'desc'], limit: 1 })
    const body = JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '1',
          changes: [
            {
              field: 'messages',
              value: {
                metadata: { phone_number_id: simulator.credentials.phoneNumberId },
                messages: [
                  {
                    id: 'wamid.again',
                    from: '491700000001',
                    timestamp: '1763700000',
                    type: 'text',
                    text: { body: 'again' },
                  },
                ],
              },
            },
          ],
        },
      ],
    })
    await system.webhookDeliveries.update(kept!.id, { state: 'failed', failures: 1, body })
    for (let time = 0; time < 2; time++) {
      await system.webhookDeliveries.update(kept!.id, { state: 'failed', body })
      const answer = await app.call('POST', `/api/webhooks/deliveries/${kept!.id}/replay`)
      expect([answer.status, answer.body.data.state]).toEqual([202, 'waiting'])
      await app.settle()
    }
    expect(await store.messages.count({ channelId, providerMessageId: 'wamid.again' })).toBe(1)
    expect((await get(`/api/webhooks/deliveries/${kept!.id}`)).state).toBe('done')
  })

  test('another workspace sees none of it', async () => {
    const stranger = { workspaceName: 'Other', name: 'Sam', email: 'sam@example.com', password: 'another calm river 8' }
    const cookie = await register(app, stranger)
    await app.settle()
    const { deliveries } = await get('/api/webhooks/deliveries')
    const list = await app.call('GET', '/api/webhooks/deliveries', undefined, { cookie })
    const ids = new Set(deliveries.map(({ id }: { id: string }) => id))
    expect(list.body.data.deliveries.some(({ id }: { id: string }) => ids.has(id))).toBe(false)
    const one = await app.call('GET', `/api/webhooks/deliveries/${deliveries[0].id}`, undefined, { cookie })
    expect(one.status).toBe(404)
  })

  test('how long the log is kept is a setting, and is kept to', async () => {
    const { status } = await app.call('PATCH', '/api/settings/messaging', {
      webhookRetentionDays: 7,
      readReceipts: 'on_reply',
    })
    expect(status).toBe(200)
    expect(await get('/api/settings/messaging')).toEqual({
      readReceipts: 'on_reply',
      typingIndicator: true,
      webhookRetentionDays: 7,
    })
  })

  test('what could not be applied is forgotten with the webhooks, since customers wrote it', async () => {
    const store = await ownStore()
    const old = { deliveryId: 'whd_old', key: 'old', kind: 'message', payload: { text: 'secret' }, error: 'x' }
    await store.webhookDeadLetters.insert({ ...old, state: 'dead' })
    const later = (days: number) => new Date(app.clock.now().getTime() + days * 86_400_000)
    await keepHouse({ store: app.app.store, now: () => later(0) })
    expect(await store.webhookDeadLetters.count({ key: 'old' })).toBe(1)
    await keepHouse({ store: app.app.store, now: () => later(31) })
    expect(await store.webhookDeadLetters.count({})).toBe(0)
  })
})
