import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { createManualClock } from '../clock.ts'
import { createRandom } from '../ids.ts'
import { envelope, messagesChange } from '../payloads/envelope.ts'
import { inboundMessage } from '../payloads/message.ts'
import { text } from '../payloads/content.ts'
import { setStage, startReceiver } from '../test-tools.ts'
import { encodeWebhook, signatureOf } from './encode.ts'
import { shuffled, split } from './outbox.ts'

const change = (index: number, body = 'x') =>
  messagesChange(
    '1',
    { id: '2', displayPhoneNumber: '3' },
    { messages: [inboundMessage({ id: `wamid.${index}`, timestamp: 1, from: { phone: '4' } }, text({ body }))] },
  )

test('the signature is an HMAC-SHA256 of the raw bytes with the app secret, in lower-case hexadecimal', async () => {
  const { simulator, receiver } = await setStage()
  simulator.receive('text', { body: 'Grüße 👍🏽 \u0000 https://a.example/ä' })
  await simulator.settled()
  const [post] = receiver.posts
  const mac = createHmac('sha256', simulator.credentials.appSecret)
  mac.update(post?.raw ?? '')
  expect(post?.headers['x-hub-signature-256']).toBe(`sha256=${mac.digest('hex')}`)
  expect(signatureOf(Buffer.from('what do ya want for nothing?'), 'Jefe')).toBe(
    'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})

test('non-ASCII is written as lower-case \\u escapes and slashes are escaped, so that re-serialised JSON has another signature', async () => {
  const { simulator, receiver } = await setStage()
  simulator.receive('text', { body: 'äöå/👍' })
  await simulator.settled()
  const raw = receiver.posts[0]?.raw ?? Buffer.alloc(0)
  expect(raw.toString('latin1')).toContain('"\\u00e4\\u00f6\\u00e5\\/\\ud83d\\udc4d"')
  expect(raw.every((byte) => byte < 128)).toBe(true)
  expect(receiver.messages()[0]).toMatchObject({ text: { body: 'äöå/👍' } })
  expect(Buffer.from(JSON.stringify(JSON.parse(raw.toString()))).equals(raw)).toBe(false)
})

test('anything but 200 is tried again on the schedule, and given up when it ends', async () => {
  const clock = createManualClock()
  const { simulator, receiver } = await setStage({ clock, behaviour: { delivery: { retryAfterMs: [1000, 5000] } } })
  receiver.statuses.push(500, 204)
  simulator.receive('text')
  const settle = async (ms: number) => {
    await new Promise((resolve) => setTimeout(resolve, 30))
    await clock.advance(ms)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  await settle(999)
  expect(simulator.ledger.deliveries[0]?.attempts.map((one) => one.status)).toEqual([500])
  await settle(1)
  await settle(5000)
  expect(simulator.ledger.deliveries[0]).toMatchObject({
    outcome: 'acknowledged',
    attempts: [{ status: 500 }, { status: 204 }, { status: 200 }],
  })
  receiver.statuses.push(503, 503, 503)
  simulator.receive('text')
  await settle(1000)
  await settle(5000)
  expect(simulator.ledger.deliveries[1]).toMatchObject({ outcome: 'given up' })
})

test('a batch holds at most 1,000 items and 3 MB', () => {
  const small = split(Array.from({ length: 2500 }, (_, index) => change(index)))
  expect(small.map((part) => part.length)).toEqual([1000, 1000, 500])
  const big = split(Array.from({ length: 1000 }, (_, index) => change(index, 'x'.repeat(4096))))
  expect(big.length).toBeGreaterThan(1)
  for (const part of big) expect(encodeWebhook(envelope(...part)).byteLength).toBeLessThanOrEqual(3 * 1024 * 1024)
  expect(big.flat()).toHaveLength(1000)
})

test('collected changes leave in one post when it is full or when the wait is over', async () => {
  const { simulator, receiver } = await setStage({ behaviour: { delivery: { batch: 3, batchWaitMs: 10 } } })
  for (let index = 0; index < 4; index += 1) simulator.receive('text', { body: String(index) })
  await simulator.settled()
  expect(simulator.ledger.deliveries.map((one) => one.items)).toEqual([3, 1])
  expect(receiver.messages()).toHaveLength(4)
})

test('disorder repeats items up to the limit and loses none', async () => {
  const { simulator, receiver } = await setStage({
    behaviour: { delivery: { batch: 50, duplicate: 1, maxCopies: 3, shuffle: true } },
  })
  for (let index = 0; index < 40; index += 1) simulator.receive('text', { body: String(index) })
  await simulator.settled()
  const ids = receiver.messages().map((one) => one.id)
  const copies = [...Map.groupBy(ids, (id) => id).values()].map((list) => list.length)
  expect(new Set(ids).size).toBe(40)
  expect(Math.min(...copies)).toBe(2)
  expect(Math.max(...copies)).toBe(3)
  expect(receiver.messages().map((one) => Number((one['text'] as { body: string }).body))).not.toEqual([
    ...Array(40).keys(),
  ])
})

test('shuffling keeps every item and repeats with its seed', () => {
  const list = [...Array(100).keys()]
  expect(shuffled(list, createRandom(7)).toSorted((a, b) => a - b)).toEqual(list)
  expect(shuffled(list, createRandom(7))).toEqual(shuffled(list, createRandom(7)))
  expect(shuffled(list, createRandom(7))).not.toEqual(shuffled(list, createRandom(8)))
})

test('only subscribed apps get webhooks, and only of ticked fields', async () => {
  const { simulator, receiver } = await setStage()
  const app = simulator.world.apps.get(simulator.credentials.appId)
  const account = simulator.world.accounts.get(simulator.credentials.businessAccountId)
  if (app?.subscription) app.subscription.fields = ['messages']
  simulator.field('security')
  simulator.receive('text')
  account?.subscribedApps.clear()
  simulator.receive('text')
  await simulator.settled()
  expect(receiver.posts).toHaveLength(1)
})

test('messages go to the callback of the number, else of the account, else of the app; other fields to the app', async () => {
  const { simulator, receiver, graph } = await setStage()
  const ofNumber = await startReceiver('n')
  const ofAccount = await startReceiver('a')
  const { phoneNumberId, businessAccountId } = simulator.credentials
  const override = (url: string, token: string) => ({ override_callback_uri: url, verify_token: token })
  expect((await graph('POST', `/${businessAccountId}/subscribed_apps`, override(ofAccount.url, 'a'))).body).toEqual({
    success: true,
  })
  simulator.receive('text', { body: 'one' })
  expect(
    (await graph('POST', `/${phoneNumberId}`, { webhook_configuration: override(ofNumber.url, 'n') })).body,
  ).toEqual({ success: true })
  simulator.receive('text', { body: 'two' })
  simulator.field('account_deleted')
  await simulator.settled()
  const configuration = await graph('GET', `/${phoneNumberId}?fields=webhook_configuration`)
  expect(configuration.body).toEqual({
    webhook_configuration: {
      phone_number: ofNumber.url,
      whatsapp_business_account: ofAccount.url,
      application: receiver.url,
    },
    id: phoneNumberId,
  })
  expect([ofAccount, ofNumber, receiver].map((one) => one.posts.length)).toEqual([1, 1, 1])

  await graph('POST', `/${phoneNumberId}`, { webhook_configuration: { override_callback_uri: '' } })
  await graph('POST', `/${businessAccountId}/subscribed_apps`)
  simulator.receive('text', { body: 'three' })
  await simulator.settled()
  expect(receiver.messages()).toHaveLength(1)
})

test('a receiver that starts later is named later', async () => {
  const { simulator, receiver } = await setStage({ webhookUrl: undefined })
  simulator.receive('text')
  simulator.sendWebhooksTo(receiver.url)
  simulator.receive('text')
  await simulator.verifyWebhook()
  await simulator.settled()
  expect(receiver.posts).toHaveLength(1)
})

test('partner events have the portfolio as entry and still find their account', async () => {
  const { simulator, receiver } = await setStage()
  simulator.field('partner_removed')
  await simulator.settled()
  expect(receiver.posts[0]?.body.entry[0]).toMatchObject({
    id: '506914307656634',
    time: expect.any(Number),
    changes: [{ value: { waba_info: { waba_id: '102290129340398' } } }],
  })
})

test('the handshake sends mode, challenge and token, and takes nothing but the bare challenge with 200', async () => {
  const { simulator, receiver, graph } = await setStage()
  const { appId, appSecret, verifyToken } = simulator.credentials
  const subscribe = (parts: object = {}) =>
    graph(
      'POST',
      `/${appId}/subscriptions`,
      {
        object: 'whatsapp_business_account',
        callback_url: receiver.url,
        verify_token: verifyToken,
        fields: 'messages',
        ...parts,
      },
      `${appId}|${appSecret}`,
    )
  expect((await subscribe()).body).toEqual({ success: true })
  expect(Object.fromEntries(receiver.handshakes[0] ?? [])).toEqual({
    'hub.mode': 'subscribe',
    'hub.challenge': expect.stringMatching(/^\d+$/),
    'hub.verify_token': verifyToken,
  })
  await simulator.verifyWebhook()

  const refused = await subscribe({ verify_token: 'wrong' })
  expect(refused).toMatchObject({
    status: 400,
    body: {
      error: {
        code: 2200,
        message:
          '(#2200) Callback verification failed with the following errors: HTTP Status Code = 403; HTTP Message = Forbidden',
      },
    },
  })
  receiver.challengeAnswer = (query) => ({ status: 200, body: JSON.stringify(query.get('hub.challenge')) })
  expect((await subscribe()).body.error.message).toMatch(/challenge was not echoed/)
  expect((await subscribe({ callback_url: 'http://127.0.0.1:9/nobody' })).body.error.message).toMatch(/curl_errno = 7/)
  expect((await subscribe({ callback_url: 'parley' })).body.error.code).toBe(100)
})

test('raw posts carry any bytes under a right, a wrong or no signature', async () => {
  const { simulator, receiver } = await setStage()
  await simulator.post('{not json')
  await simulator.post({ object: 'whatsapp_business_account', entry: [] }, { signature: 'sha256=00' })
  await simulator.post(Buffer.from([0xff, 0x00]), { signature: null })
  expect(receiver.posts.map((post) => post.headers['x-hub-signature-256'])).toEqual([
    signatureOf(Buffer.from('{not json'), simulator.credentials.appSecret),
    'sha256=00',
    undefined,
  ])
  receiver.statuses.push(401)
  expect(await simulator.post('x')).toMatchObject({ outcome: 'given up', attempts: [{ status: 401 }] })
})

test('no more posts run at once than allowed, and as many as that do', async () => {
  const { simulator, receiver } = await setStage({ behaviour: { delivery: { parallel: 4 } } })
  let running = 0
  let most = 0
  receiver.answer = async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setTimeout(resolve, 5))
    running -= 1
  }
  for (let index = 0; index < 20; index += 1) simulator.receive('text')
  await simulator.settled()
  expect(receiver.posts).toHaveLength(20)
  expect(most).toBe(4)
})
