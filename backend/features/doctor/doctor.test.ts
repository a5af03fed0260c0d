import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Check, CheckId, HealthReport } from '../../contract/doctor.ts'
import { startSimulator, type Simulator } from '../../simulator/simulator.ts'
import { openStores, openTestApp, type TestApp } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('the doctor on $kind', ({ databaseUrl }) => {
  let simulator: Simulator
  let app: TestApp
  let channelId: string

  beforeAll(async () => {
    simulator = await startSimulator({ subscribed: false, seed: 1 })
    const { graphUrl, graphVersion } = simulator.credentials
    app = await openTestApp({
      databaseUrl: await databaseUrl(),
      env: { WHATSAPP_GRAPH_URL: graphUrl, WHATSAPP_GRAPH_VERSION: graphVersion },
    })
  }, 60_000)
  afterAll(async () => {
    await app.close()
    await simulator.close()
  })

  const number = () => simulator.world.phoneNumbers.get(simulator.credentials.phoneNumberId)!
  const account = () => simulator.world.accounts.get(simulator.credentials.businessAccountId)!
  const metaApp = () => simulator.world.apps.get(simulator.credentials.appId)!
  const pasted = () => {
    const { appId, appSecret, accessToken } = simulator.credentials
    return { appId, appSecret, accessToken }
  }

  async function inspect(changes: object = {}) {
    const { status, body } = await app.call('POST', '/api/doctor/inspect', { ...pasted(), ...changes })
    expect({ status, body }).toMatchObject({ status: 200 })
    return body.data as { checks: Check[]; accounts: { id: string; numbers: { id: string }[] }[] }
  }
  async function connect(changes: object = {}) {
    const { businessAccountId, phoneNumberId } = simulator.credentials
    const wanted = { ...pasted(), businessAccountId, phoneNumberId, ...changes }
    return app.call('POST', '/api/doctor/connect', wanted)
  }
  async function examine(): Promise<HealthReport> {
    const { status, body } = await app.call('POST', `/api/doctor/channels/${channelId}/examine`)
    expect({ status, body }).toMatchObject({ status: 200 })
    return body.data
  }
  async function fix(body: object): Promise<HealthReport> {
    const answer = await app.call('POST', `/api/doctor/channels/${channelId}/fix`, body)
    expect(answer).toMatchObject({ status: 200 })
    return answer.body.data
  }
  const lineOf = ({ checks }: { checks: Check[] }, id: CheckId) => checks.find((check) => check.id === id)!
  const broken = ({ checks }: { checks: Check[] }) =>
    checks.find(({ state }) => state === 'failed' || state === 'warning')

  test('good values open the account and show its number, and nothing is stored', async () => {
    const found = await inspect()
    expect(found.checks.map(({ id, state }) => [id, state])).toEqual([
      ['app_id', 'ok'],
      ['app_secret', 'ok'],
      ['token', 'ok'],
      ['scopes', 'ok'],
      ['account', 'ok'],
      ['number', 'ok'],
    ])
    expect(found.accounts[0]!.numbers[0]!.id).toBe(simulator.credentials.phoneNumberId)
    const { body } = await app.call('GET', '/api/channels')
    expect(body.data.channels).toEqual([])
  })

  test('ten ways to paste the wrong thing get ten different right sentences', async () => {
    const { addToken } = simulator
    simulator.world.apps.set('111122223333444', { ...metaApp(), id: '111122223333444', name: 'Other' })
    const inHours = (hours: number) => Math.floor(app.clock.now().getTime() / 1000) + hours * 3600
    const token = (parts: Parameters<typeof addToken>[0]) => ({ accessToken: addToken(parts).token })
    const manage = 'whatsapp_business_management'
    const send = 'whatsapp_business_messaging'
    const cases: [object, string][] = [
      [{ accessToken: pasted().appSecret }, 'This is the App Secret, not the token.'],
      [{ appSecret: pasted().accessToken }, 'This is the access token, not the App Secret.'],
      [{ appId: pasted().appSecret }, 'This is the App Secret, not the App ID.'],
      [{ appSecret: 'f'.repeat(32) }, 'Meta does not know this App Secret for this App ID.'],
      [{ accessToken: 'EAAGnonsenseNonsenseNonsense' }, 'Meta does not know this token.'],
      [token({ expiresAt: 1_700_000_000 }), 'This token expired on 2023-11-14.'],
      [token({ revoked: true }), 'This token was taken back at Meta.'],
      [token({ appId: '111122223333444' }), 'This token was made for another app (Other).'],
      [token({ type: 'USER', expiresAt: inHours(24) }), 'This token expires in 24 hours'],
      [token({ scopes: [manage] }), 'The token may not send'],
      [token({ scopes: [send] }), 'The token may not see the account'],
      [token({ scopes: [] }), 'The token has no permission for WhatsApp'],
      [token({ accountIds: [] }), 'The token reaches no business account.'],
      [{ accessToken: `${pasted().appId}|${pasted().appSecret}` }, 'This is the token of the app itself'],
    ]
    const sentences = new Set<string>()
    for (const [change, sentence] of cases) {
      const line = broken(await inspect(change))
      expect(line?.sentence).toContain(sentence)
      sentences.add(line!.sentence)
    }
    expect(sentences.size).toBe(cases.length)
  }, 30_000)

  test('values that do not open WhatsApp are not stored', async () => {
    const { status, body } = await connect({ appSecret: 'f'.repeat(32) })
    expect([status, body.error.code]).toEqual([422, 'doctor.credentials_wrong'])
    expect(body.error.details[1].code).toBe('app_secret.wrong')
  })

  test('connecting stores, registers, subscribes, sets the address, tries the signature and waits for a hello', async () => {
    number().status = 'PENDING'
    number().platformType = 'NOT_APPLICABLE'
    const { status, body } = await connect({ pin: '123456' })
    expect({ status, body }).toMatchObject({ status: 200 })
    const { channel, report } = body.data
    channelId = channel.id
    expect(report.checks.filter(({ state }: Check) => state !== 'ok')).toMatchObject([{ code: 'hello.waiting' }])
    expect(channel).toMatchObject({ state: 'live', name: 'Lucky Shrub', businessPhone: '+15550783881' })
    expect(number().pin).toBe('123456')
    expect(account().subscribedApps.has(simulator.credentials.appId)).toBe(true)
    expect(metaApp().subscription?.callbackUrl).toBe(`${app.url}/api/webhooks/meta`)
    const { body: templates } = await app.call('GET', '/api/templates?limit=1')
    expect(templates.data.templates).toHaveLength(1)
  })

  test('the signature test leaves nothing in the log', async () => {
    await app.settle()
    const ofNobody = await app.app.store.system.webhookDeliveries.find({ where: { workspaceId: null }, limit: 5 })
    expect(ofNobody).toEqual([])
  })

  test('the last line turns green with a real hello', async () => {
    simulator.receive('text', { body: 'hello' })
    await simulator.settled()
    await app.settle()
    expect(await examine()).toMatchObject({ state: 'ok' })
  })

  test('connecting again changes the same channel', async () => {
    const { body } = await connect({ name: 'Front desk' })
    expect(body.data.channel).toMatchObject({ id: channelId, name: 'Front desk' })
  })

  test('each broken precondition turns its own line red, with its own sentence', async () => {
    const there = () => metaApp().subscription!
    const cases: [string, () => () => void, string][] = [
      ['registered', () => swap(number(), 'platformType', 'NOT_APPLICABLE'), 'The number is not registered'],
      ['number', () => swap(number(), 'status', 'BANNED'), 'Meta banned this number'],
      ['number', () => swap(number(), 'qualityRating', 'RED'), 'its quality is low'],
      ['number', () => swap(number(), 'accountId', '999'), 'does not belong to the business account'],
      ['sending', () => swap(account(), 'hasPaymentMethod', false), 'There is no way to pay'],
      [
        'sending',
        () => swap(account(), 'restriction', { code: 141000, description: 'Spam' }),
        'Meta blocked the business account',
      ],
      ['subscribed', () => swap(account(), 'subscribedApps', new Map()), 'The app does not get the webhooks'],
      ['callback', () => swap(metaApp(), 'subscription', undefined), 'does not know yet where to send'],
      [
        'callback',
        () => swap(there(), 'callbackUrl', 'https://other.example/hook'),
        'to other.example, not to this Parley',
      ],
      ['callback', () => swap(there(), 'fields', ['account_update']), 'the field “messages” is not ticked'],
      ['callback', () => swap(there(), 'fields', ['messages']), 'Meta does not tell about approved templates'],
      [
        'callback',
        () => swap(number(), 'webhookOverride', { callbackUri: 'https://away.example/', verifyToken: 'x' }),
        'are diverted to away.example',
      ],
      ['app_secret', () => swap(metaApp(), 'secret', '0'.repeat(32)), 'Meta does not know this App Secret'],
      ['token', () => swap(token(), 'revoked', true), 'This token was taken back'],
      ['scopes', () => swap(token(), 'scopes', ['whatsapp_business_management']), 'The token may not send'],
      ['account', () => swap(token(), 'accountIds', []), 'The token may not open the business account'],
    ]
    const sentences = new Set<string>()
    for (const [id, breakIt, sentence] of cases) {
      const mend = breakIt()
      const line = broken(await examine())
      mend()
      expect([line?.id, line?.sentence]).toEqual([id, expect.stringContaining(sentence)])
      sentences.add(line!.sentence)
    }
    expect(sentences.size).toBe(cases.length)
    expect(await examine()).toMatchObject({ state: 'ok' })
  }, 60_000)

  const token = () => simulator.world.tokens.get(simulator.credentials.accessToken)!

  test('Meta away is said as such', async () => {
    simulator.fault({ fault: { kind: 'drop', when: 'before' }, match: { on: 'any' }, times: 'always' })
    const report = await examine()
    simulator.clearFaults()
    expect(lineOf(report, 'app_secret').code).toBe('app_secret.unreachable')
    expect(lineOf(report, 'callback').state).toBe('waiting')
  }, 30_000)

  test('one button each mends registration, subscription and address', async () => {
    number().platformType = 'NOT_APPLICABLE'
    expect(lineOf(await fix({ kind: 'register', pin: '000000' }), 'registered').code).toBe('registered.pin_wrong')
    expect(lineOf(await fix({ kind: 'register', pin: '123456' }), 'registered').code).toBe('registered.ok')
    account().subscribedApps.clear()
    expect(lineOf(await fix({ kind: 'subscribe' }), 'subscribed').code).toBe('subscribed.ok')
    number().webhookOverride = { callbackUri: 'https://away.example/', verifyToken: 'x' }
    metaApp().subscription!.callbackUrl = 'https://other.example/hook'
    expect(await fix({ kind: 'callback' })).toMatchObject({ state: 'ok' })
    const nowhere = await fix({ kind: 'callback', url: 'http://127.0.0.1:9/nothing' })
    expect(lineOf(nowhere, 'callback').code).toBe('callback.not_answered')
    expect(await fix({ kind: 'callback', url: `${app.url}/api/webhooks/meta` })).toMatchObject({ state: 'ok' })
  }, 30_000)

  test('a check comes by itself after an hour and ends a pause that has no reason any more', async () => {
    const { store } = app.app
    const problem = { code: 190, message: 'The access has ended.', since: app.clock.now().toISOString(), retryAt: null }
    await store.system.channels.update(channelId, { problem })
    const before = (await store.system.channelHealth.first({ channelId }))!.checkedAt
    await app.advance(61 * 60_000)
    await app.settle()
    expect((await store.system.channelHealth.first({ channelId }))!.checkedAt > before).toBe(true)
    expect((await store.system.channels.get(channelId))!.problem).toBeNull()
  }, 30_000)

  test('a number that is heard no more says so by itself, and that it is over as soon as it is heard again', async () => {
    const kept = async () => (await app.app.store.system.channelHealth.first({ channelId }))!
    expect(lineOf(await kept(), 'hello').code).toBe('hello.ok')
    await app.advance(3 * 24 * 60 * 60_000 + 60_000)
    await app.settle()
    expect(lineOf(await kept(), 'hello')).toMatchObject({ code: 'hello.silent', state: 'warning' })
    simulator.receive('text', { body: 'Still there?' })
    await simulator.settled()
    await app.settle()
    // PostgreSQL's own clock has not moved.
    const { driver } = app.app.store
    if (driver.kind === 'postgres')
      await driver.pool.query(
        'update graphile_worker._private_jobs set run_at = now() where locked_at is null and run_at <= $1',
        [app.clock.now()],
      )
    await app.settle()
    expect(lineOf(await kept(), 'hello').code).toBe('hello.ok')
  }, 30_000)

  test('a stranger’s number is not found', async () => {
    expect((await app.call('POST', '/api/doctor/channels/cha_other/examine')).status).toBe(404)
  })
})

function swap<T extends object, K extends keyof T>(target: T, field: K, value: unknown): () => void {
  const before = target[field]
  target[field] = value as T[K]
  return () => {
    target[field] = before
  }
}
