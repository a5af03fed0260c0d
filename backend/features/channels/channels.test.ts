import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openEmptyStores, startEdgeApp, type EdgeApp } from '../../test/edge.ts'

const stores = await openEmptyStores()
const secrets = {
  accessToken: 'EAABcanary0123456789wxyz',
  verifyToken: 'canary-verify-token-1234',
  appSecret: 'canary0123456789abcdefcanary9876',
}
const number = {
  name: 'Shop',
  businessPhone: '+55 11 98765-4321',
  phoneNumberId: '106540352242922',
  businessAccountId: '102290129340398',
}

describe.each(stores)('channels on $name', ({ makeStore }) => {
  let app: EdgeApp
  let browser: ReturnType<EdgeApp['openBrowser']>
  beforeAll(async () => {
    app = await startEdgeApp({ ...(await makeStore()), REGISTRATION: 'open' })
    browser = await app.openOwner()
  })
  afterAll(() => app.stop())

  const add = async (body: object) => (await browser.post('/api/channels').send(body).expect(201)).body.data
  const remove = (id: string) => browser.delete(`/api/channels/${id}`).expect(200)

  test('the practice channel is there, live, and shows no secrets', async () => {
    const { body } = await browser.get('/api/channels').expect(200)
    expect(body.data.channels).toHaveLength(1)
    expect(body.data.channels[0]).toMatchObject({ kind: 'practice', state: 'live', accessToken: null, appSecret: null })
    const [stored] = await app.store.system.channels.find()
    expect(stored!.appSecret).toMatch(/^s1\./)
  })

  test('a number without credentials is there for the records', async () => {
    const channel = await add({ name: 'Shop', businessPhone: '+55 11 98765-4321' })
    expect(channel).toMatchObject({
      kind: 'cloud',
      state: 'crm_only',
      businessPhone: '+5511987654321',
      accessToken: null,
    })
    const { body } = await browser.get(`/api/channels/${channel.id}/status`).expect(200)
    expect(body.data).toEqual({
      state: 'crm_only',
      webhooksSeen: false,
      webhookSeenAt: null,
      problems: [expect.stringContaining('nothing is sent or received')],
      webhookUrl: `${app.url}/api/webhooks/meta`,
    })
    await remove(channel.id)
  })

  test('some credentials connect it, an id and a token make it live', async () => {
    const channel = await add({ ...number, appSecret: secrets.appSecret })
    expect(channel.state).toBe('connected')
    const problems = async () =>
      (await browser.get(`/api/channels/${channel.id}/status`)).body.data.problems as string[]
    expect(await problems()).toEqual([
      expect.stringContaining('access token'),
      expect.stringContaining('verify token'),
      expect.stringContaining('PUBLIC_URL'),
      expect.stringContaining('No webhook has arrived yet'),
    ])
    const { body } = await browser.patch(`/api/channels/${channel.id}`).send(secrets).expect(200)
    expect(body.data.state).toBe('live')
    expect(await problems()).toEqual([expect.stringContaining('PUBLIC_URL'), expect.stringContaining('No webhook')])
    await remove(channel.id)
  })

  test('secrets are sealed in the store and leave it never again', async () => {
    const channel = await add({ ...number, ...secrets })
    expect(channel).toMatchObject({ accessToken: 'wxyz', verifyToken: '1234', appSecret: '9876' })
    const stored = await app.store.system.channels.get(channel.id)
    const answers = await Promise.all([
      browser.get('/api/channels'),
      browser.get('/api/settings'),
      browser.get(`/api/channels/${channel.id}/status`),
      browser.patch(`/api/channels/${channel.id}`).send({ accessToken: `${secrets.accessToken}2` }),
    ])
    const everything = JSON.stringify([stored, answers.map(({ text }) => text), app.lines])
    for (const secret of Object.values(secrets)) expect(everything).not.toContain(secret)
    await remove(channel.id)
  })

  test('null removes a value, and what is not named stays', async () => {
    const channel = await add({ ...number, ...secrets })
    const change = async (patch: object) =>
      (await browser.patch(`/api/channels/${channel.id}`).send(patch).expect(200)).body.data
    expect(await change({ name: 'Other' })).toMatchObject({ name: 'Other', state: 'live', accessToken: 'wxyz' })
    expect(await change({ accessToken: null })).toMatchObject({
      state: 'connected',
      accessToken: null,
      appSecret: '9876',
    })
    expect(await change({ phoneNumberId: null })).toMatchObject({ phoneNumberId: null })
    expect((await app.store.system.channels.get(channel.id))!.accessToken).toBeNull()
    await remove(channel.id)
  })

  test('another number begins without the history of the old one', async () => {
    const channel = await add({ ...number, ...secrets })
    const problem = { code: 190, message: 'The token expired.', since: app.clock.now().toISOString(), retryAt: null }
    const history = { webhookSeenAt: app.clock.now().toISOString(), info: { verifiedName: 'Shop' }, problem }
    await app.store.system.channels.update(channel.id, history)
    const { body: status } = await browser.get(`/api/channels/${channel.id}/status`)
    expect(status.data).toMatchObject({ webhooksSeen: true, problems: ['The token expired.', expect.any(String)] })
    const token = await browser.patch(`/api/channels/${channel.id}`).send({ accessToken: secrets.accessToken })
    expect(token.body.data).toMatchObject({ problem: null, webhookSeenAt: history.webhookSeenAt, info: history.info })
    const other = await browser.patch(`/api/channels/${channel.id}`).send({ phoneNumberId: '999999999999999' })
    expect(other.body.data).toMatchObject({ webhookSeenAt: null, info: {} })
    await remove(channel.id)
  })

  test('one number belongs to one channel of a workspace, whoever is faster', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => browser.post('/api/channels').send({ ...number, ...secrets })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    expect(answers.find(({ status }) => status === 409)!.body.error.code).toBe('channel.number_taken')
    await remove(answers.find(({ status }) => status === 201)!.body.data.id)
  })

  test('whether another workspace typed a number cannot be seen, and nobody is kept from it by that', async () => {
    const stranger = await app.openOwner('bo@example.com')
    const squatted = await stranger.post('/api/channels').send({ ...number, ...secrets })
    const mine = await browser.post('/api/channels').send({ ...number, ...secrets })
    const unknown = await browser
      .post('/api/channels')
      .send({ ...number, ...secrets, phoneNumberId: '999999999999998' })
    expect([squatted.status, mine.status, unknown.status]).toEqual([201, 201, 201])
    await browser.patch(`/api/channels/${unknown.body.data.id}`).send({ phoneNumberId: null }).expect(200)
    for (const { body } of [mine, unknown]) await remove(body.data.id)
    await stranger.delete(`/api/channels/${squatted.body.data.id}`).expect(200)
  })

  test('a channel of another workspace does not exist', async () => {
    const channel = await add({ ...number, ...secrets })
    const stranger = await app.openOwner('eve@example.com')
    const asked = await Promise.all([
      stranger.get(`/api/channels/${channel.id}/status`),
      stranger.patch(`/api/channels/${channel.id}`).send({ name: 'Mine' }),
      stranger.delete(`/api/channels/${channel.id}`),
    ])
    const unknown = await stranger.get('/api/channels/cha_0/status')
    for (const { status, body } of asked)
      expect([status, body.message, body.error.code]).toEqual([404, unknown.body.message, 'channel.not_found'])
    expect(await app.store.system.channels.get(channel.id)).toMatchObject({ name: 'Shop' })
    await remove(channel.id)
  })

  test.each([
    ['a name that is empty', { name: ' ' }],
    ['letters for a telephone number', { businessPhone: 'call me' }],
    ['too few digits', { businessPhone: '+55' }],
    ['letters in the id', { phoneNumberId: '10654x' }],
    ['an empty token', { accessToken: '' }],
    ['the kind practice', { kind: 'practice' }],
    ['an id', { id: 'cha_1' }],
    ['a workspace', { workspaceId: 'ws_2' }],
  ])('%s is refused', async (_, wrong) => {
    const before = await app.store.system.channels.count()
    const { status } = await browser.post('/api/channels').send({ ...number, ...wrong })
    expect(status).toBe(422)
    expect(await app.store.system.channels.count()).toBe(before)
  })

  test('the practice channel can be renamed, and goes with its customer', async () => {
    const fresh = await app.openOwner('cy@example.com')
    await app.processor.idle()
    const [channel] = (await fresh.get('/api/channels')).body.data.channels
    expect((await fresh.patch(`/api/channels/${channel.id}`).send({ name: 'Try it' })).body.data.name).toBe('Try it')
    const fixed = await fresh.patch(`/api/channels/${channel.id}`).send({ phoneNumberId: '106540352242922' })
    expect([fixed.status, fixed.body.error.code]).toEqual([409, 'channel.practice_fixed'])
    expect((await fresh.get('/api/conversations')).body.data.conversations).toHaveLength(1)
    await fresh.delete(`/api/channels/${channel.id}`).expect(200)
    expect((await fresh.get('/api/conversations')).body.data.conversations).toEqual([])
    expect((await fresh.get('/api/channels')).body.data.channels).toEqual([])
  })

  describe('the settings of a business with one number', () => {
    test('are empty at first, and need a telephone number', async () => {
      const { body } = await browser.get('/api/settings').expect(200)
      expect(body.data).toEqual({
        whatsappConfig: {
          channelId: null,
          businessPhone: null,
          phoneNumberId: null,
          businessAccountId: null,
          accessToken: null,
          state: 'crm_only',
        },
        webhookConfig: {
          webhookUrl: `${app.url}/api/webhooks/meta`,
          verifyToken: null,
          appSecret: null,
          webhookSeenAt: null,
        },
      })
      const refused = await browser.patch('/api/settings').send({ webhookConfig: { verifyToken: secrets.verifyToken } })
      expect([refused.status, refused.body.error.details]).toEqual([
        422,
        [{ path: 'body.whatsappConfig.businessPhone', message: 'This is missing.' }],
      ])
    })

    test('make the number, then change it', async () => {
      const { phoneNumberId, businessAccountId, businessPhone } = number
      const made = await browser
        .patch('/api/settings')
        .send({ whatsappConfig: { phoneNumberId, businessAccountId, businessPhone, accessToken: secrets.accessToken } })
        .expect(200)
      expect(made.body.data.whatsappConfig).toMatchObject({ state: 'live', accessToken: 'wxyz', phoneNumberId })
      const { appSecret, verifyToken } = secrets
      const changed = await browser
        .patch('/api/settings')
        .send({ webhookConfig: { appSecret, verifyToken } })
        .expect(200)
      expect(changed.body.data.webhookConfig).toMatchObject({ appSecret: '9876', verifyToken: '1234' })
      const { body } = await browser.get('/api/channels')
      const numbers = (body.data.channels as { kind: string }[]).filter(({ kind }) => kind === 'cloud')
      expect(numbers).toEqual([
        expect.objectContaining({ id: made.body.data.whatsappConfig.channelId, state: 'live', appSecret: '9876' }),
      ])
    })
  })

  test('agents read channels and change none', async () => {
    const { body } = await browser.get('/api/auth/me')
    await app.store.system.users.update(body.data.user.id, { role: 'agent' })
    app.clock.advance(1000)
    const [{ id }] = (await browser.get('/api/channels').expect(200)).body.data.channels
    const refused = await Promise.all([
      browser.post('/api/channels').send(number),
      browser.patch(`/api/channels/${id}`).send({ name: 'x' }),
      browser.delete(`/api/channels/${id}`),
      browser.patch('/api/settings').send({}),
    ])
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403])
  })
})

test('what was sealed with a lost key is reported, not thrown', async () => {
  const [json] = stores
  const environment = await json!.makeStore()
  const before = await startEdgeApp({ ...environment, ENCRYPTION_KEY: 'the first key of this installation' })
  const browser = await before.openOwner()
  await browser
    .post('/api/channels')
    .send({ ...number, ...secrets })
    .expect(201)
  await before.stop()

  const after = await startEdgeApp({ ...environment, ENCRYPTION_KEY: 'quite another key for this installation' })
  const again = after.openBrowser()
  await again.post('/api/auth/login').send({ email: 'ana@example.com', password: 'a rather quiet harbour' }).expect(200)
  const { body } = await again.get('/api/channels').expect(200)
  const { id } = (body.data.channels as { id: string; kind: string }[]).find(({ kind }) => kind === 'cloud')!
  const status = await again.get(`/api/channels/${id}/status`).expect(200)
  expect(status.body.data.problems).toEqual(
    expect.arrayContaining([
      'The access token cannot be read, because the encryption key changed. Enter it again.',
      'The app secret cannot be read, because the encryption key changed. Enter it again.',
    ]),
  )
  await after.stop()
})
