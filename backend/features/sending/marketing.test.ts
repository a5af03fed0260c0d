import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { day, hour } from '../../platform/clock.ts'
import { connectSimulator, openStores, ripen } from '../../test/world.ts'

const stores = await openStores()
const reader = '5511987654321'
const other = '4915112345678'

describe.each(stores)('marketing that WhatsApp held back, on the $kind store', ({ databaseUrl }) => {
  let world: Awaited<ReturnType<typeof connectSimulator>>
  const call: (typeof world)['test']['call'] = (...given) => world.test.call(...given)
  const system = () => world.test.app.store.system

  beforeAll(async () => {
    world = await connectSimulator({ databaseUrl: await databaseUrl() })
    await call('POST', '/api/templates/sync', {})
    await system().templates.updateWhere({ name: 'hello_world' }, { category: 'MARKETING' })
  }, 60_000)
  afterAll(() => world.close())

  async function settle() {
    for (let round = 0; round < 2; round++) {
      await world.simulator.settled()
      await ripen(world.test)
      await world.test.settle()
    }
  }
  const advertise = (to = reader) =>
    call('POST', '/api/messages', { to: `+${to}`, type: 'template', content: { name: 'hello_world' } })
  const holdBack = () => world.simulator.fault({ fault: { kind: 'error', code: 131049 }, times: 1 })
  const message = async (id: string) => (await call('GET', `/api/messages/${id}`)).body.data
  const accepted = () => world.simulator.ledger.accepted.length
  async function holdOf(phone: string) {
    const [contact] = await system().contacts.find({ where: { phone: `+${phone}` }, limit: 1 })
    return contact?.marketingHold
  }

  test('rests for a day: what waits fails, new ones and second tries are refused, and others get theirs', async () => {
    holdBack()
    const first = (await advertise()).body.data
    await world.test.advance(1)
    const waiting = (await advertise()).body.data
    await settle()
    expect(await message(first.id)).toMatchObject({ status: 'failed', error: { code: 131049, action: 'wait' } })
    expect(await message(waiting.id)).toMatchObject({ status: 'failed', error: { code: 'message.marketing_held' } })
    const refused = { status: 409, body: { error: { code: 'message.marketing_held', details: { way: 'wait' } } } }
    expect(await advertise()).toMatchObject(refused)
    expect(await call('POST', `/api/messages/${first.id}/resend`)).toMatchObject(refused)
    expect(accepted()).toBe(0)
    expect((await advertise(other)).status).toBe(201)
    await settle()
    expect(accepted()).toBe(1)
  })

  test('goes again after the day', async () => {
    await world.test.advance(23 * hour)
    expect((await advertise()).status).toBe(409)
    await world.test.advance(hour)
    const { body } = await advertise()
    await settle()
    expect(await message(body.data.id)).toMatchObject({ error: null, providerMessageId: expect.any(String) })
  })

  test('rests twice as long when it happens again within a week, and a day after a longer peace', async () => {
    const held = async () => {
      holdBack()
      await advertise()
      await settle()
      return (await holdOf(reader))!.days
    }
    expect(await held()).toBe(2)
    await world.test.advance(2 * day)
    expect(await held()).toBe(4)
    await world.test.advance(20 * day)
    expect(await held()).toBe(1)
  })

  test('does not rest for who stopped marketing: a second try is no way round their choice', async () => {
    await world.test.advance(2 * day)
    world.simulator.fault({ fault: { kind: 'error', code: 131050 }, times: 1 })
    const { body } = await advertise()
    await settle()
    const again = await call('POST', `/api/messages/${body.data.id}/resend`)
    expect([again.status, again.body.error.code]).toEqual([409, 'message.marketing_stopped'])
  })
})
