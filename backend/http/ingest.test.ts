import { createHmac } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { openEmptyStores, startEdgeApp, type EdgeApp, type Environment } from '../test/edge.ts'

const [store] = await openEmptyStores()
let app: EdgeApp
afterEach(() => app.stop())

const verifyToken = 'nine-herons-wait'
const start = async (environment: Environment) =>
  (app = await startEdgeApp({ ...(await store!.makeStore()), TRUSTED_PROXIES: '1', ...environment }))

const shakeHands = (token: string, from: string) =>
  app
    .http()
    .get('/api/webhooks/meta')
    .query({ 'hub.mode': 'subscribe', 'hub.verify_token': token, 'hub.challenge': '1158201444' })
    .set('x-forwarded-for', from)

test('ten wrong verify tokens a minute are all that a network may try, and then the right one tells nothing', async () => {
  await start({ WHATSAPP_VERIFY_TOKEN: verifyToken })
  for (let count = 0; count < 10; count++)
    expect((await shakeHands(`guess-${count}`, `198.51.100.${count}`)).status).toBe(403)
  for (const token of ['one more guess', verifyToken]) {
    const refused = await shakeHands(token, '198.51.100.77')
    expect([refused.status, refused.body.error.code]).toEqual([429, 'auth.too_many_attempts'])
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60)
  }
  const meta = await shakeHands(verifyToken, '203.0.113.9')
  expect([meta.status, meta.text]).toEqual([200, '1158201444'])
})

test('the right verify token may be shown as often as Meta likes', async () => {
  await start({ WHATSAPP_VERIFY_TOKEN: verifyToken })
  for (let count = 0; count < 15; count++) expect((await shakeHands(verifyToken, '203.0.113.9')).status).toBe(200)
})

test('without an app secret every webhook is refused, nothing is stored, and the log says what to do', async () => {
  await start({})
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [] })
  for (const secret of ['', 'undefined', 'null']) {
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
    const refused = await app.http().post('/api/webhooks/meta').set('x-hub-signature-256', signature).send(body)
    expect([refused.status, refused.body.error.code]).toEqual([503, 'webhook.not_configured'])
  }
  expect(await app.store.system.webhookDeliveries.count({})).toBe(0)
  expect(app.lines.join('\n')).toContain('set the app secret of the channel')
})
