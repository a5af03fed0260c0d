import { afterAll, expect, test } from 'vitest'
import { openEmptyStores, startEdgeApp } from '../test/edge.ts'
import { fillPath, readAllRoutes } from '../test/routes.ts'

const [json] = await openEmptyStores()
const app = await startEdgeApp({ ...(await json!.makeStore()), PUBLIC_URL: 'http://crm.example.com' })
afterAll(() => app.stop())

const host = new URL(app.url).host
type Headers = { [name: string]: string }

/** How a browser or program asks for a change, and whether it is let through. */
const cases: [who: string, headers: Headers, isRefused: boolean][] = [
  ['our own page', { 'sec-fetch-site': 'same-origin', cookie: 'a=1' }, false],
  ['a person who typed the address', { 'sec-fetch-site': 'none', cookie: 'a=1' }, false],
  ['another site', { 'sec-fetch-site': 'cross-site', cookie: 'a=1' }, true],
  ['another site without cookies', { 'sec-fetch-site': 'cross-site' }, true],
  ['a sibling domain', { 'sec-fetch-site': 'same-site', cookie: 'a=1' }, true],
  [
    'another site that also names our origin',
    { 'sec-fetch-site': 'cross-site', origin: `http://${host}`, cookie: 'a=1' },
    true,
  ],
  ['an older browser on our page', { origin: `http://${host}`, cookie: 'a=1' }, false],
  ['an older browser on the public address', { origin: 'http://crm.example.com', cookie: 'a=1' }, false],
  ['an older browser elsewhere', { origin: 'https://evil.example', cookie: 'a=1' }, true],
  ['another port of this host', { origin: 'http://127.0.0.1:1', cookie: 'a=1' }, true],
  ['a page without an origin', { origin: 'null', cookie: 'a=1' }, true],
  ['an origin that is no address', { origin: 'crm.example.com', cookie: 'a=1' }, true],
  ['a cookie from nowhere', { cookie: 'a=1' }, true],
  ['a program without cookies', {}, false],
]

const routes = (await readAllRoutes()).filter(({ method }) => method !== 'GET')

test.each(cases)('a change asked for by %s', async (_, headers, isRefused) => {
  for (const route of routes) {
    const method = route.method.toLowerCase() as 'post'
    const { status, body } = await app.http()[method](fillPath(route)).set(headers)
    expect({ [route.name]: status === 403 && body.error.code === 'request.cross_site' }).toEqual({
      [route.name]: isRefused,
    })
  }
})

test('reading is open to links from other sites, whose pages cannot see the answer', async () => {
  for (const origin of ['https://evil.example', 'null', `http://${host}`]) {
    const { status, headers } = await app.http().get('/api/auth/state').set({ origin, 'sec-fetch-site': 'cross-site' })
    expect(status).toBe(200)
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
    expect(headers['cross-origin-resource-policy']).toBe('same-origin')
  }
})

test('no route that reads changes anything', async () => {
  const browser = await app.openOwner()
  await app.processor.idle()
  const before = await app.store.system.users.find()
  const channels = await app.store.system.channels.find()
  for (const route of (await readAllRoutes()).filter(({ method }) => method === 'GET')) {
    await browser.get(fillPath(route))
    await browser.head(fillPath(route))
  }
  expect(await app.store.system.users.find()).toEqual(before)
  expect(await app.store.system.channels.find()).toEqual(channels)
})
