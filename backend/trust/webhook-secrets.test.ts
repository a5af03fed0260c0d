import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signBody } from '../platform/channel/channel.ts'
import { openStores, openTestApp, owner, register, type TestApp } from '../test/world.ts'

const stores = await openStores()
const numbers = { own: '100000000000001', foreign: '100000000000002' }
const secrets = { own: 'app-secret-of-the-first-0001', foreign: 'app-secret-of-the-second-02' }

describe.each(stores)('the app secret of a workspace, on the $kind store', ({ databaseUrl }) => {
  let app: TestApp
  beforeAll(async () => {
    app = await openTestApp({ databaseUrl: await databaseUrl() })
    const other = await register(app, { ...owner, email: 'eve@example.com' })
    const add = (phoneNumberId: string, appSecret: string, cookie: string) =>
      app.call(
        'POST',
        '/api/channels',
        { name: 'N', businessPhone: '+15550001111', phoneNumberId, appSecret },
        { cookie },
      )
    await add(numbers.own, secrets.own, app.cookie)
    await add(numbers.foreign, secrets.foreign, other)
  })
  afterAll(() => app?.close())

  async function post(phone_number_id: string, secret: string, id: string): Promise<number> {
    const value = {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550001111', phone_number_id },
      messages: [{ id, from: '5511987654321', timestamp: '1763700000', type: 'text', text: { body: 'Hello' } }],
    }
    const entry = [{ id: '2', changes: [{ field: 'messages', value }] }]
    const raw = Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry }))
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signBody(raw, secret) }
    const { status } = await fetch(`${app.url}/api/webhooks/meta`, { method: 'POST', headers, body: raw })
    await app.settle()
    return status
  }
  const heard = (id: string) => app.app.store.system.messages.count({ providerMessageId: id })

  test('says nothing in the name of the number of another one', async () => {
    await post(numbers.foreign, secrets.own, 'wamid.forged')
    expect(await heard('wamid.forged')).toBe(0)
    // The number is there and listens.
    await post(numbers.foreign, secrets.foreign, 'wamid.real')
    expect(await heard('wamid.real')).toBe(1)
  })

  test('speaks for its own number', async () => {
    expect(await post(numbers.own, secrets.own, 'wamid.own')).toBe(200)
    expect(await heard('wamid.own')).toBe(1)
  })
})
