import { afterAll, expect, test } from 'vitest'
import { openEmptyStores, startEdgeApp } from '../test/edge.ts'

const gate = 'an old oak at the gate'
const [json] = await openEmptyStores()
const app = await startEdgeApp({ ...(await json!.makeStore()), APP_PASSWORD: gate, TRUSTED_PROXIES: '1' })
afterAll(() => app.stop())

let visitors = 0
/** Each from a network of their own, so that their failures are counted apart. */
const openBrowser = () => app.openBrowser().set('x-forwarded-for', `198.51.${visitors++}.1`)

test('the password is asked for before anything else, also before there is an account', async () => {
  for (const path of ['/api/auth/me', '/api/conversations', '/api/nothing', '/api/auth/login']) {
    const { status, body } = await openBrowser().get(path)
    expect([path, status, body.error.code]).toEqual([path, 401, 'auth.app_password_required'])
  }
})

test('health, webhooks and the dashboard itself are reached without it', async () => {
  expect((await openBrowser().get('/api/health')).status).toBe(200)
  expect((await openBrowser().get('/api/webhooks/meta?hub.mode=subscribe')).body.error.code).toBe(
    'webhook.verify_failed',
  )
  expect((await openBrowser().get('/sign-in')).status).not.toBe(401)
})

test('a program sends it with each request', async () => {
  const ask = (password: string) => openBrowser().get('/api/auth/me').set('x-app-password', password)
  expect((await ask(gate)).body.error.code).toBe('auth.required')
  expect((await ask(`${gate} `)).body.error.code).toBe('auth.required')
  expect((await ask('wrong')).body.error.code).toBe('auth.app_password_required')
})

test('a browser gives it once', async () => {
  const browser = openBrowser()
  expect((await browser.get('/api/auth/state')).body.data.needsAppPassword).toBe(true)
  expect((await browser.post('/api/app-password').send({ password: 'wrong' })).status).toBe(401)
  const { headers } = await browser.post('/api/app-password').send({ password: gate }).expect(200)
  expect(headers['set-cookie']![0]).toMatch(
    /^parley-app=\d+\.[\w-]{43}; Max-Age=2592000; Path=\/; .*HttpOnly; SameSite=Lax$/,
  )
  expect((await browser.get('/api/auth/state')).body.data.needsAppPassword).toBe(false)
  expect((await browser.get('/api/auth/me')).body.error.code).toBe('auth.required')
  app.clock.advance(30 * 24 * 60 * 60 * 1000 + 1)
  expect((await browser.get('/api/auth/me')).body.error.code).toBe('auth.app_password_required')
})

test('a cookie nobody signed opens nothing', async () => {
  const expires = app.clock.now().getTime() + 1e6
  for (const value of [`${expires}.${'x'.repeat(43)}`, `${expires}.`, `${expires}`, '', 'x.y.z'])
    // Not signed in is a 401 too, behind that door.
    expect((await openBrowser().get('/api/auth/me').set('cookie', `parley-app=${value}`)).body.error.code).toBe(
      'auth.app_password_required',
    )
})

test('guessing ends with 429, for the right one too, and only for that network', async () => {
  const guess = (ip: string, password: string) =>
    app.http().get('/api/auth/me').set({ 'x-forwarded-for': ip, 'x-app-password': password })
  for (let count = 0; count < 20; count++) expect((await guess('192.0.2.7', `guess ${count}`)).status).toBe(401)
  const refused = await guess('192.0.2.99', gate)
  expect([refused.status, refused.body.error.code]).toEqual([429, 'auth.too_many_attempts'])
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect((await guess('203.0.113.7', gate)).body.error.code).toBe('auth.required')
})
