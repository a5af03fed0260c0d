import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signBody } from '../../platform/channel/channel.ts'
import { startSimulator, type Simulator } from '../../simulator/simulator.ts'
import { openStores, openTestApp, owner, register, ripen, type TestApp } from '../../test/world.ts'

const stores = await openStores()
const shared = '5f4dcc3b5aa765d61d8327deb882cf99'

describe.each(stores)('webhooks that the secret of the whole installation signs, on $kind', ({ databaseUrl }) => {
  let simulator: Simulator
  let app: TestApp
  let stranger: string

  beforeAll(async () => {
    simulator = await startSimulator({ seed: 1 })
    const { graphUrl, graphVersion } = simulator.credentials
    app = await openTestApp({
      databaseUrl: await databaseUrl(),
      env: { WHATSAPP_GRAPH_URL: graphUrl, WHATSAPP_GRAPH_VERSION: graphVersion, WHATSAPP_APP_SECRET: shared },
    })
    await app.advance(1000)
    stranger = await register(app, { ...owner, workspaceName: 'Other', email: 'eve@example.com' })
  }, 60_000)
  afterAll(async () => {
    await app.close()
    await simulator.close()
  })

  async function send(phoneNumberId: string, id: string, account = '1') {
    const body = Buffer.from(
      JSON.stringify({
        object: 'whatsapp_business_account',
        entry: [
          {
            id: account,
            changes: [
              {
                field: 'messages',
                value: {
                  metadata: { phone_number_id: phoneNumberId },
                  messages: [{ id, from: '12125550123', timestamp: '1749416383', type: 'text', text: { body: id } }],
                },
              },
            ],
          },
        ],
      }),
    )
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signBody(body, shared) }
    const { status } = await fetch(`${app.url}/api/webhooks/meta`, { method: 'POST', headers, body })
    expect(status).toBe(200)
    await app.settle()
  }
  async function add(cookie: string, fields: object): Promise<string> {
    const answer = await app.call(
      'POST',
      '/api/channels',
      { name: 'N', businessPhone: '+12125550123', ...fields },
      { cookie },
    )
    expect(answer).toMatchObject({ status: 201 })
    return answer.body.data.id
  }
  const ownerOf = async (providerMessageId: string) => {
    const [message] = await app.app.store.system.messages.find({ where: { providerMessageId }, limit: 1 })
    return message?.workspaceId
  }
  const workspaceOf = async (channelId: string) => (await app.app.store.system.channels.get(channelId))!.workspaceId

  test('a number of the first workspace gets them: whoever set the secret set that up, too', async () => {
    const id = await add(app.cookie, { phoneNumberId: '900000000000001' })
    await send('900000000000001', 'w.first')
    expect(await ownerOf('w.first')).toBe(await workspaceOf(id))
  })

  test('a number that a stranger only typed in gets none, and the doctor and the status say why', async () => {
    const id = await add(stranger, { phoneNumberId: '900000000000002', accessToken: 'EAAnothingThatMetaKnows' })
    await send('900000000000002', 'w.claimed')
    expect(await ownerOf('w.claimed')).toBeUndefined()
    const status = await app.call('GET', `/api/channels/${id}/status`, undefined, { cookie: stranger })
    expect(status.body.data.problems).toContainEqual(expect.stringMatching(/^Nothing proves that this number is yours/))
    const report = await app.call('POST', `/api/doctor/channels/${id}/examine`, {}, { cookie: stranger })
    expect(report.body.data.checks).toContainEqual(
      expect.objectContaining({ code: 'number.unproven', state: 'failed' }),
    )
  })

  test('a stranger’s own app secret does not open what the shared one signs', async () => {
    await add(stranger, { phoneNumberId: '900000000000003', appSecret: 'a'.repeat(32) })
    await send('900000000000003', 'w.own-secret')
    expect(await ownerOf('w.own-secret')).toBeUndefined()
  })

  test('a stranger’s number in the account of another gets nothing that names the account only', async () => {
    await add(stranger, { phoneNumberId: '900000000000004', businessAccountId: '777000' })
    await send('', 'w.account', '777000')
    expect(await ownerOf('w.account')).toBeUndefined()
  })

  test('once Meta lets the token open the number, its webhooks arrive, and those that came before as well', async () => {
    const { phoneNumberId, businessAccountId, accessToken } = simulator.credentials
    await send(phoneNumberId, 'w.early')
    const id = await add(stranger, { phoneNumberId, businessAccountId, accessToken })
    await app.advance(60_000)
    await app.settle()
    await app.advance(200_000)
    await send(phoneNumberId, 'w.proven')
    const workspaceId = await workspaceOf(id)
    expect([await ownerOf('w.early'), await ownerOf('w.proven')]).toEqual([workspaceId, workspaceId])
  })

  test('another number or account under the same channel has to be proven again', async () => {
    const { phoneNumberId } = simulator.credentials
    const channel = (await app.app.store.system.channels.first({ phoneNumberId }))!
    expect(channel.provenNumberId).toBe(phoneNumberId)
    const change = (body: object) => app.call('PATCH', `/api/channels/${channel.id}`, body, { cookie: stranger })
    expect(await change({ phoneNumberId: '900000000000005' })).toMatchObject({ status: 200 })
    await send('900000000000005', 'w.moved')
    expect(await ownerOf('w.moved')).toBeUndefined()
    await change({ phoneNumberId: null })
  })

  test('the first workspace, too, has a number that it only typed in no longer than until another proves it', async () => {
    const { phoneNumberId, businessAccountId, accessToken } = simulator.credentials
    const typed = await add(app.cookie, { phoneNumberId })
    await send(phoneNumberId, 'w.typed')
    expect(await ownerOf('w.typed')).toBe(await workspaceOf(typed))
    const proven = await add(stranger, { phoneNumberId, businessAccountId, accessToken })
    await app.advance(60_000)
    await ripen(app)
    await app.settle()
    await app.advance(200_000)
    await send(phoneNumberId, 'w.proven-later')
    expect(await ownerOf('w.proven-later')).toBe(await workspaceOf(proven))
    await app.call('PATCH', `/api/channels/${typed}`, { phoneNumberId: null })
    await app.call('PATCH', `/api/channels/${proven}`, { phoneNumberId: null }, { cookie: stranger })
  })

  test('whoever proves a number gets it, although a stranger typed it first, and keeps it', async () => {
    const { phoneNumberId, businessAccountId, accessToken, appId, appSecret } = simulator.credentials
    const squatted = await add(stranger, { phoneNumberId, accessToken: 'EAAnothingThatMetaKnows' })
    const body = { phoneNumberId, businessAccountId, accessToken, appId, appSecret }
    const connected = await app.call('POST', '/api/doctor/connect', body)
    expect(connected).toMatchObject({ status: 200, body: { data: { channel: { phoneNumberId } } } })
    await send(phoneNumberId, 'w.rightful')
    expect(await ownerOf('w.rightful')).toBe(await workspaceOf(connected.body.data.channel.id))
    expect((await app.app.store.system.channels.get(squatted))!.provenNumberId).toBeNull()
  })

  test('only whom Meta lets use the number hears that another workspace has proven it', async () => {
    const { phoneNumberId, businessAccountId, accessToken, appId, appSecret } = simulator.credentials
    const body = { phoneNumberId, businessAccountId, accessToken, appId, appSecret }
    const rightful = await app.call('POST', '/api/doctor/connect', body, { cookie: stranger })
    expect([rightful.status, rightful.body.error.code]).toEqual([409, 'channel.number_elsewhere'])
    const pretended = await app.call(
      'POST',
      '/api/doctor/connect',
      { ...body, accessToken: `EAA${'x'.repeat(40)}` },
      { cookie: stranger },
    )
    expect(pretended.body.error.code).toBe('doctor.credentials_wrong')
  })

  test('a stranger cannot send the webhooks of the shared app elsewhere', async () => {
    const { appId, phoneNumberId } = simulator.credentials
    const [claim] = await app.app.store.system.channels.find({
      where: { phoneNumberId, provenNumberId: null },
      limit: 1,
    })
    await app.call('PATCH', `/api/channels/${claim!.id}`, { appId, verifyToken: 'known-to-eve' }, { cookie: stranger })
    const before = simulator.ledger.requests.length
    const elsewhere = { kind: 'callback', url: 'https://eve.example/hook' }
    await app.call('POST', `/api/doctor/channels/${claim!.id}/fix`, elsewhere, { cookie: stranger })
    const asked = simulator.ledger.requests.slice(before)
    expect(asked.filter(({ method, path }) => method === 'POST' && path.includes(appId))).toEqual([])
  })
})
