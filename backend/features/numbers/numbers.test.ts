import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Simulator } from '../../simulator/simulator.ts'
import { connectSimulator, openStores, type TestApp } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('a phone number on $kind', ({ databaseUrl }) => {
  let simulator: Simulator
  let app: TestApp
  let close: () => Promise<void>
  let path: string

  beforeAll(async () => {
    const world = await connectSimulator({ databaseUrl: await databaseUrl() }, { seed: 1 })
    simulator = world.simulator
    app = world.test
    close = world.close
    path = `/api/channels/${world.channel.id}`
  }, 60_000)
  afterAll(() => close())

  const number = () => simulator.world.phoneNumbers.get(simulator.credentials.phoneNumberId)!
  async function ok(method: string, route: string, body?: unknown) {
    const answer = await app.call(method, `${path}${route}`, body)
    expect(answer).toMatchObject({ status: 200 })
    return answer.body.data
  }

  test('is shown as Meta sees it, with the apps that get its webhooks', async () => {
    expect(await ok('GET', '/number')).toMatchObject({
      info: { quality: 'GREEN', messagingLimit: expect.any(String), throughput: 'STANDARD' },
      isRegistered: true,
      health: { canSend: 'AVAILABLE' },
      subscribedApps: [{ appId: simulator.credentials.appId, isOurs: true }],
    })
  })

  test('its profile is read and changed', async () => {
    expect(await ok('GET', '/profile')).toMatchObject({ about: 'Succulent specialists!', vertical: 'RETAIL' })
    const changed = await ok('PATCH', '/profile', { about: 'Open daily', websites: ['https://shop.example/'] })
    expect(changed).toMatchObject({ about: 'Open daily', websites: ['https://shop.example/'], vertical: 'RETAIL' })
    const { status } = await app.call('PATCH', `${path}/profile`, { about: 'x'.repeat(140) })
    expect(status).toBe(422)
  })

  test('a picture goes up first, then into the profile', async () => {
    const form = new FormData()
    form.set('file', new Blob([png], { type: 'image/png' }), 'logo.png')
    const uploaded = await fetch(`${app.url}/api/media`, {
      method: 'POST',
      body: form,
      headers: { cookie: app.cookie, 'sec-fetch-site': 'same-origin' },
    })
    const { data } = (await uploaded.json()) as { data: { id: string } }
    await ok('PATCH', '/profile', { pictureMediaId: data.id })
    expect([...simulator.world.uploads.values()].at(-1)).toMatchObject({
      fileType: 'image/png',
      handle: expect.any(String),
    })
    const sample = await app.call('POST', '/api/templates/samples', { mediaId: data.id })
    expect(sample.body.data.handle).toMatch(/^4::/)
  })

  test('registers with a PIN, and Meta’s refusal comes as a sentence', async () => {
    number().platformType = 'NOT_APPLICABLE'
    expect(await ok('GET', '/number')).toMatchObject({ isRegistered: false })
    expect(await ok('POST', '/register', { pin: '123456' })).toMatchObject({ isRegistered: true })
    const refused = await app.call('POST', `${path}/register`, { pin: '654321' })
    expect([refused.status, refused.body.error.details.message]).toEqual([409, 'The PIN is not right.'])
    await ok('POST', '/pin', { pin: '654321' })
    expect(number().pin).toBe('654321')
  })

  test('is verified with the code Meta sends', async () => {
    number().codeVerificationStatus = 'NOT_VERIFIED'
    await ok('POST', '/request-code', {})
    expect(await ok('POST', '/verify-code', { code: '123-456' })).toMatchObject({ verification: 'VERIFIED' })
  })

  test('its webhooks can be diverted and brought back', async () => {
    const url = `${app.url}/api/webhook`
    expect((await ok('PUT', '/webhook-override', { scope: 'number', url })).webhook.phoneNumber).toBe(url)
    expect((await ok('PUT', '/webhook-override', { scope: 'number', url: null })).webhook.phoneNumber).toBeFalsy()
    const diverted = await ok('PUT', '/webhook-override', { scope: 'account', url })
    expect(diverted.subscribedApps[0].overrideUrl).toBe(url)
    expect(
      (await ok('PUT', '/webhook-override', { scope: 'account', url: null })).subscribedApps[0].overrideUrl,
    ).toBeNull()
    const dead = await app.call('PUT', `${path}/webhook-override`, { scope: 'number', url: 'http://127.0.0.1:9/' })
    expect([dead.status, dead.body.error.code]).toEqual([409, 'meta.refused'])
  })

  test('the app can be unsubscribed', async () => {
    expect((await ok('DELETE', '/subscription')).subscribedApps).toEqual([])
  })
})

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
