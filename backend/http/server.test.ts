import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import request from 'supertest'
import { afterAll, expect, test } from 'vitest'
import * as z from 'zod'
import type { Route } from '../contract/route.ts'
import { AppError } from '../errors.ts'
import type { ContextFor, Feature, PublicContext } from '../feature.ts'
import { createVault, randomToken } from '../platform/crypto.ts'
import { createLogs } from '../platform/log.ts'
import { DuplicateKey, StorageFull, StoreBusy } from '../platform/store/store.ts'
import { createAppPassword } from './app-password.ts'
import { createCaller } from './caller.ts'
import type { Check } from './health.ts'
import { createHttpApp, type HttpOptions } from './server.ts'
import { createSessionCookie, type Identity } from './session.ts'

const folder = await mkdtemp(join(tmpdir(), 'parley-dist-'))
await mkdir(join(folder, 'assets'))
await writeFile(join(folder, 'index.html'), '<!doctype html><title>Parley</title>')
await writeFile(join(folder, 'assets', 'index-abc123.js'), 'export {}')
await writeFile(join(folder, 'appearance.js'), '{}')
await writeFile(join(folder, '.secret'), 'no')
afterAll(() => rm(folder, { recursive: true }))

const owner: Identity = {
  workspaceId: 'ws_1',
  sessionId: 'ses_1',
  user: { id: 'usr_1', name: 'Ana', role: 'owner', createdAt: '2026-01-31T09:00:00.000Z' },
}

type Options = Partial<HttpOptions> & { publicUrl?: string; trustedProxies?: number; password?: string }

function makeServer({ publicUrl, trustedProxies, password, ...options }: Options = {}) {
  const lines: string[] = []
  const events: string[] = []
  const now = () => new Date('2026-11-21T09:00:00Z')
  const caller = createCaller({ publicUrl, trustedProxies })
  const contextFor = (() => ({
    notify: ({ name }: { name: string }) => void events.push(`queued ${name}`),
    flush: () => void events.push('flushed'),
  })) as unknown as ContextFor
  const app = createHttpApp({
    features: [],
    authenticate: async () => owner,
    contextFor,
    caller,
    cookie: createSessionCookie(caller, { maxAge: 1000 }),
    appPassword: createAppPassword({ password, vault: createVault([randomToken()]), caller, now }),
    now,
    logs: createLogs({ level: 'debug', write: (line) => void lines.push(line) }),
    health: { checks: {}, isStopping: () => false },
    dashboardFolder: folder,
    isHttps: false,
    ...options,
  })
  return { http: () => request(app), lines, events }
}

function feature(route: Partial<Route>, call: (context: never, input: never) => unknown = () => ({})): Feature {
  const whole: Route = { method: 'GET', path: '/probe', result: z.object({}), ...route }
  return { endpoints: [{ route: whole, call: async (context, input) => call(context, input) }] }
}

test('an answer has only what the contract names', async () => {
  const person = { id: 'usr_1', name: 'Ana', passwordHash: '$2b$12$' }
  const result = z.object({ user: z.object({ id: z.string(), name: z.string() }) })
  const { http } = makeServer({ features: [feature({ result }, () => ({ user: person, secret: 1 }))] })
  const { body } = await http().get('/api/probe').expect(200)
  expect(body).toEqual({ success: true, data: { user: { id: 'usr_1', name: 'Ana' } } })
})

test('an answer that does not fit the contract is our fault, and its content stays inside', async () => {
  const { http, lines } = makeServer({
    features: [feature({ result: z.object({ id: z.string() }) }, () => ({ id: 7 }))],
  })
  const { status, body } = await http().get('/api/probe')
  expect([status, body]).toEqual([
    500,
    {
      success: false,
      message: 'Something went wrong on our side.',
      error: { code: 'internal', requestId: expect.any(String) },
    },
  ])
  expect(lines.join()).toMatch(/GET \/probe does not fit its contract: id: /)
})

test.each([
  ['a refusal', new AppError('contact.not_found', { details: { a: 1 } }), 404, 'contact.not_found'],
  ['a full disk', new StorageFull('full'), 507, 'storage.full'],
  ['a busy store', new StoreBusy('busy'), 503, 'storage.busy'],
  ['a lost race', new DuplicateKey('contacts', ['phone']), 409, 'request.conflict'],
  [
    'a schema inside a feature',
    new z.ZodError([{ code: 'custom', path: ['a'], message: 'no', input: 1 }]),
    422,
    'request.invalid',
  ],
  ['a bug', new TypeError('x is not a function at /srv/secret.ts'), 500, 'internal'],
  ['something that is no error', 'oops', 500, 'internal'],
])('%s has one translation', async (_, error, status, code) => {
  const { http, lines, events } = makeServer({
    features: [
      feature({}, (context: { notify(event: object): void }) => {
        context.notify({ name: 'message:new' })
        throw error
      }),
    ],
  })
  const answer = await http().get('/api/probe')
  expect([answer.status, answer.body.error.code]).toEqual([status, code])
  expect(answer.text).not.toMatch(/secret|oops|is not a function/)
  expect(answer.headers['retry-after']).toBe(status === 503 ? '1' : undefined)
  expect(events).toEqual(['queued message:new'])
  expect(lines.join().includes('a request failed')).toBe(
    ['internal', 'request.conflict'].includes(code) || error instanceof z.ZodError,
  )
})

test('events leave after a success', async () => {
  const { http, events } = makeServer({
    features: [
      feature({}, (context: { notify(event: object): void }) => (context.notify({ name: 'message:new' }), {})),
    ],
  })
  await http().get('/api/probe').expect(200)
  expect(events).toEqual(['queued message:new', 'flushed'])
})

test.each([
  ['agent', { public: 200, member: 200, admin: 403, owner: 403 }],
  ['admin', { public: 200, member: 200, admin: 200, owner: 403 }],
  ['owner', { public: 200, member: 200, admin: 200, owner: 200 }],
  [undefined, { public: 200, member: 401, admin: 401, owner: 401 }],
] as const)('%s may what the role allows', async (role, expected) => {
  const identity = role && { ...owner, user: { ...owner.user, role } }
  const features = Object.keys(expected).map((access) => feature({ path: `/${access}`, access: access as 'member' }))
  const { http } = makeServer({ features, authenticate: async () => identity })
  for (const [access, status] of Object.entries(expected))
    expect([access, (await http().get(`/api/${access}`)).status]).toEqual([access, status])
})

test('a fixed path wins over one with a parameter, in whatever order they were declared', async () => {
  const result = z.object({ which: z.string() })
  const { http } = makeServer({
    features: [
      feature({ path: '/messages/:messageId', result }, () => ({ which: 'one' })),
      feature({ path: '/messages/recent', result }, () => ({ which: 'recent' })),
    ],
  })
  expect((await http().get('/api/messages/recent')).body.data.which).toBe('recent')
})

test('browsers are told what our pages may do', async () => {
  const { headers } = await makeServer().http().get('/inbox').expect(200)
  expect(headers['content-security-policy']!.split(';').toSorted()).toEqual([
    "base-uri 'none'",
    "connect-src 'self'",
    "default-src 'none'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self' blob: data:",
    "manifest-src 'self'",
    "media-src 'self' blob:",
    "object-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "worker-src 'self'",
  ])
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  })
  expect(headers['strict-transport-security']).toBeUndefined()
})

test('only an installation behind https forbids http', async () => {
  const { headers } = await makeServer({ isHttps: true }).http().get('/inbox')
  expect(headers['strict-transport-security']).toBe('max-age=31536000')
})

test.each([
  ['/', 200, 'no-cache', 'text/html; charset=utf-8'],
  ['/inbox/cnv_1', 200, 'no-cache', 'text/html; charset=utf-8'],
  ['/settings', 200, 'no-cache', 'text/html; charset=utf-8'],
  ['/assets/index-abc123.js', 200, 'public, max-age=31536000, immutable', 'text/javascript; charset=utf-8'],
  ['/appearance.js', 200, 'no-cache', 'text/javascript; charset=utf-8'],
  ['/assets/gone.js', 404, undefined, 'application/json; charset=utf-8'],
  ['/.secret', 404, undefined, 'application/json; charset=utf-8'],
  ['/.git/config', 404, undefined, 'application/json; charset=utf-8'],
  ['/..%2f..%2fetc%2fpasswd', 404, undefined, 'application/json; charset=utf-8'],
  ['/%2e%2e/package', 404, undefined, 'application/json; charset=utf-8'],
  ['/inbox/%', 400, undefined, 'application/json; charset=utf-8'],
  ['/socket.io/', 404, undefined, 'application/json; charset=utf-8'],
  ['/socket.io/x', 404, undefined, 'application/json; charset=utf-8'],
])('%s of the dashboard', async (path, status, cache, type) => {
  const answer = await makeServer().http().get(path)
  expect([answer.status, answer.headers['cache-control'], answer.headers['content-type']]).toEqual([
    status,
    cache,
    type,
  ])
})

test('a page is only read', async () => {
  const { status, headers } = await makeServer().http().post('/inbox')
  expect([status, headers['allow']]).toEqual([405, 'GET, HEAD'])
})

test('without a build the page says what to do', async () => {
  const { status, body } = await makeServer({ dashboardFolder: '/nowhere' }).http().get('/')
  expect([status, body.message]).toEqual([503, expect.stringContaining('npm run build')])
})

test('a line per request tells neither queries nor what somebody typed into its path', async () => {
  const { http, lines } = makeServer()
  await http()
    .get('/api/contacts/+4917012345612?search=Maria&code=geheim')
    .set('user-agent', 'x\r\ny'.replace('\r\n', ' '))
  const line = JSON.parse(lines.at(-1)!) as Record<string, unknown>
  expect(line).toMatchObject({
    category: 'request',
    method: 'GET',
    path: '/api/contacts/•••',
    status: 404,
    ms: expect.any(Number),
  })
  expect(lines.join()).not.toMatch(/Maria|geheim|170/)
})

test.each([
  ['all is well', {}, 200, 'ok'],
  ['a part is degraded', { store: async () => 'degraded' }, 200, 'degraded'],
  ['a part is down', { store: async () => 'down' }, 503, undefined],
  ['a check fails', { store: async () => Promise.reject(new Error('away')) }, 503, undefined],
] as [string, { [name: string]: Check }, number, string | undefined][])('when %s', async (_, checks, status, word) => {
  const { http } = makeServer({ health: { checks, isStopping: () => false }, password: 'a long gate password' })
  for (const path of ['/readyz', '/health', '/api/health']) {
    const answer = await http().get(path)
    expect([path, answer.status, answer.body.data?.status]).toEqual([path, status, word])
  }
  expect((await http().get('/livez')).status).toBe(200)
})

test('a server that stops says so before it stops', async () => {
  const { http } = makeServer({ health: { checks: {}, isStopping: () => true } })
  const { status, headers } = await http().get('/readyz')
  expect([status, headers['retry-after']]).toEqual([503, '5'])
  expect((await http().get('/livez')).status).toBe(200)
})

const signIn = feature({ method: 'POST', path: '/sign-in', access: 'public' }, (visitor: PublicContext) => {
  visitor.keepSession('x'.repeat(43))
  return {}
})

test.each([
  ['plain http', {}, {}, /^parley=x+; .*HttpOnly; SameSite=Lax$/],
  [
    'a public https address',
    { publicUrl: 'https://crm.example.com' },
    {},
    /^__Host-parley=x+; .*Path=\/; .*HttpOnly; Secure; SameSite=Lax$/,
  ],
  ['a trusted proxy with TLS', { trustedProxies: 1 }, { 'x-forwarded-proto': 'https' }, /^__Host-parley=x+; .*Secure/],
  ['a stranger who says TLS', {}, { 'x-forwarded-proto': 'https' }, /^parley=x+; .*HttpOnly; SameSite=Lax$/],
])('the session cookie over %s', async (_, options, headers, expected) => {
  const { headers: given } = await makeServer({ features: [signIn], ...options })
    .http()
    .post('/api/sign-in')
    .set(headers)
    .expect(200)
  expect(given['set-cookie']![0]).toMatch(expected)
})

test('over TLS only the cookie that no sibling domain can plant is read', async () => {
  const result = z.object({ token: z.string().nullable() })
  const tell = feature({ path: '/token', access: 'public', result }, (visitor: PublicContext) => ({
    token: visitor.sessionToken,
  }))
  const { http } = makeServer({ features: [tell], publicUrl: 'https://crm.example.com' })
  const tokenFrom = async (cookie: string) =>
    (await http().get('/api/token').set('cookie', cookie)).body.data.token as unknown
  expect(await tokenFrom('parley=planted')).toBeNull()
  expect(await tokenFrom('__Host-parley=ours')).toBe('ours')
  expect(await tokenFrom('__Host-parley=j:{"a":1}')).toBeNull()
})

test.each([
  [0, '9.9.9.9', '127.0.0.1'],
  [1, '9.9.9.9', '9.9.9.9'],
  [1, '6.6.6.6, 9.9.9.9', '9.9.9.9'],
  [2, '6.6.6.6, 9.9.9.9, 8.8.8.8', '9.9.9.9'],
  [2, '9.9.9.9', '9.9.9.9'],
  [1, '', '127.0.0.1'],
])('behind %i proxies, "%s" comes from %s', async (trustedProxies, header, ip) => {
  const result = z.object({ ip: z.string() })
  const tell = feature({ path: '/ip', access: 'public', result }, (visitor: PublicContext) => ({ ip: visitor.ip }))
  const { http } = makeServer({ features: [tell], trustedProxies })
  expect((await http().get('/api/ip').set('x-forwarded-for', header)).body.data.ip).toBe(ip)
})

test('every line that a request leads to has its id', async () => {
  const lines: string[] = []
  const logs = createLogs({ write: (line) => void lines.push(line) })
  const call = () => {
    logs.security.warn('refused')
    return {}
  }
  const { http } = makeServer({ logs, features: [feature({}, call)] })
  const { headers } = await http().get('/api/probe').expect(200)
  expect(lines.map((line) => JSON.parse(line)).map(({ msg, id }) => [msg, id])).toEqual([
    ['refused', headers['x-request-id']],
    ['answered', headers['x-request-id']],
  ])
})

test('a monitor that asks every few seconds fills no log', async () => {
  const { http, lines } = makeServer()
  for (const path of ['/livez', '/readyz', '/health', '/api/health?x=1']) await http().get(path).expect(200)
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(['debug', 'debug', 'debug', 'debug'])
})
