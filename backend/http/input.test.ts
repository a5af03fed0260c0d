import { connect } from 'node:net'
import express from 'express'
import request from 'supertest'
import { afterAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { Route } from '../contract/route.ts'
import { createLogs } from '../platform/log.ts'
import { openEmptyStores, startEdgeApp, type EdgeApp } from '../test/edge.ts'
import { fillPath, readAllRoutes } from '../test/routes.ts'
import { answerData, createErrorAnswer } from './answer.ts'
import { readInput } from './input.ts'

const [json] = await openEmptyStores()
const app = await startEdgeApp(await json!.makeStore())
afterAll(() => app.stop())
const browser = await app.openOwner()
// From here on `PATCH /api/settings` takes even an empty object, so whatever is refused below is refused for what it is.
await browser
  .patch('/api/settings')
  .send({ whatsappConfig: { businessPhone: '+5511987654321' } })
  .expect(200)
await browser.patch('/api/settings').send({}).expect(200)

const declared = await readAllRoutes()
const absent = (await Promise.all(declared.map(async (route) => ((await isServed(route)) ? [] : [route.name])))).flat()
const routes = declared.filter(({ name }) => !absent.includes(name))

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

/** What is wrong, the body or headers that are sent to `PATCH /api/settings`, and what comes back. */
const badBodies: [
  what: string,
  body: string | Buffer,
  headers: { [name: string]: string },
  status: number,
  code: string,
][] = [
  ['a cut body', '{"whatsappConfig":', {}, 400, 'request.malformed'],
  ['a word', 'hello', {}, 400, 'request.malformed'],
  ['a bare string', '"hello"', {}, 400, 'request.malformed'],
  ['two documents', '{}{}', {}, 400, 'request.malformed'],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), {}, 422, 'request.invalid'],
  ['a list', '[]', {}, 422, 'request.invalid'],
  ['null for an object', '{"whatsappConfig":null}', {}, 422, 'request.invalid'],
  ['a number for a text', '{"whatsappConfig":{"businessPhone":5511987654321}}', {}, 422, 'request.invalid'],
  ['a list for a text', '{"whatsappConfig":{"businessPhone":["+5511987654321"]}}', {}, 422, 'request.invalid'],
  ['an operator for a text', '{"whatsappConfig":{"businessPhone":{"$gt":""}}}', {}, 422, 'request.invalid'],
  ['an unknown field', '{"workspaceId":"ws_2"}', {}, 422, 'request.invalid'],
  ['an unknown field inside', '{"whatsappConfig":{"id":"cha_1"}}', {}, 422, 'request.invalid'],
  ['__proto__', '{"__proto__":{"role":"owner"}}', {}, 422, 'request.invalid'],
  ['__proto__ inside', '{"whatsappConfig":{"__proto__":{"a":1}}}', {}, 422, 'request.invalid'],
  ['constructor', '{"constructor":{"prototype":{"a":1}}}', {}, 422, 'request.invalid'],
  ['NUL in a text', '{"webhookConfig":{"verifyToken":"a\\u0000bcdefgh"}}', {}, 422, 'request.invalid'],
  ['half a surrogate pair', '{"webhookConfig":{"verifyToken":"abcdefgh\\ud800"}}', {}, 422, 'request.invalid'],
  ['half a surrogate pair in a name', '{"a\\udc00":1}', {}, 422, 'request.invalid'],
  ['65 levels', nested(65), {}, 422, 'request.invalid'],
  ['100,000 levels', nested(100_000), {}, 422, 'request.invalid'],
  ['more than 1 MB', `{"a":"${'x'.repeat(1024 * 1024)}"}`, {}, 413, 'request.too_large'],
  ['a form', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'request.unsupported_type'],
  ['plain text', '{}', { 'content-type': 'text/plain' }, 415, 'request.unsupported_type'],
  ['no type', '{}', { 'content-type': '' }, 415, 'request.unsupported_type'],
  ['a cousin of JSON', '{}', { 'content-type': 'application/vnd.api+json' }, 415, 'request.unsupported_type'],
  [
    'an unknown charset',
    '{}',
    { 'content-type': 'application/json; charset=klingon' },
    415,
    'request.unsupported_type',
  ],
  ['a packed body', '{}', { 'content-encoding': 'gzip' }, 415, 'request.unsupported_type'],
]

test.each(badBodies)('%s in a body is refused', async (_, body, headers, status, code) => {
  const before = await app.store.system.channels.find()
  const answer = await fetch(`${app.url}/api/settings`, {
    method: 'PATCH',
    headers: {
      'content-type': 'application/json',
      'sec-fetch-site': 'same-origin',
      cookie: cookieOf(browser),
      ...headers,
    },
    body,
  })
  const refusal = (await answer.json()) as { success: boolean; message: string; error: { code: string } }
  expect([answer.status, refusal.error.code]).toEqual([status, code])
  expect(refusal).toMatchObject({ success: false, message: expect.stringMatching(/\w.*\.$/) })
  expect(await app.store.system.channels.find()).toEqual(before)
})

/** The edge refuses these for every route, also where a schema would take anything. */
test.each([
  ['__proto__', '{"a":{"__proto__":{"b":1}}}', 422],
  ['NUL', '{"a":["b\\u0000"]}', 422],
  ['half a pair', '{"a":"\\udfff"}', 422],
  ['half a pair in a name', '{"a":{"\\ud800":1}}', 422],
  ['65 levels', nested(65), 422],
  ['64 levels', nested(64), 200],
  ['a whole pair', '{"a":"\\ud83d\\ude4c"}', 200],
  ['almost 1 MB', `{"a":"${'x'.repeat(1024 * 1024 - 8)}"}`, 200],
])('where anything is taken, %s is judged all the same', async (_, body, status) => {
  const route: Route = { method: 'POST', path: '/', body: z.unknown(), result: z.unknown() }
  const server = express()
  server.post('/', async (incoming, response) => {
    await readInput(route, {}, incoming, response)
    answerData(response, 200, {})
  })
  server.use(createErrorAnswer(createLogs({ level: 'silent' }), (url) => url))
  const answer = await request(server).post('/').set('content-type', 'application/json').send(body)
  expect(answer.status).toBe(status)
})

const badAddresses: [what: string, path: string, status: number, code: string][] = [
  ['an unknown path', '/api/nothing', 404, 'request.not_found'],
  ['the API itself', '/api', 404, 'request.not_found'],
  ['a page below an API path', '/api/auth/me/x.css', 404, 'request.not_found'],
  ['a broken escape', '/api/channels/%/status', 400, 'request.malformed'],
  ['a broken sequence', '/api/channels/%ff/status', 400, 'request.malformed'],
  ['a NUL in an id', '/api/channels/a%00b/status', 422, 'request.invalid'],
  ['an endless id', `/api/channels/${'x'.repeat(500)}/status`, 422, 'request.invalid'],
  ['a path in an id', '/api/channels/..%2f..%2fetc/status', 404, 'channel.not_found'],
  ['an unknown id', '/api/channels/cha_0/status', 404, 'channel.not_found'],
  ['an unknown parameter', '/api/conversations?colour=red', 422, 'request.invalid'],
  ['a parameter where none is taken', '/api/channels?a=1', 422, 'request.invalid'],
  ['a parameter twice', '/api/conversations?limit=1&limit=2', 422, 'request.invalid'],
  ['a list as a parameter', '/api/conversations?limit[]=1', 422, 'request.invalid'],
  ['an object as a parameter', '/api/conversations?search[$gt]=', 422, 'request.invalid'],
  ['a huge limit', '/api/conversations?limit=1e9', 422, 'request.invalid'],
  ['a negative limit', '/api/conversations?limit=-1', 422, 'request.invalid'],
  ['a cursor of nobody', '/api/conversations?cursor=abc', 422, 'request.cursor_invalid'],
  ['NUL in a search', '/api/conversations?search=a%00b', 422, 'request.invalid'],
  ['__proto__ as a parameter', '/api/conversations?__proto__=1', 422, 'request.invalid'],
]

test.each(badAddresses)('%s in an address is refused', async (_, path, status, code) => {
  const { status: given, body, headers } = await browser.get(path)
  expect([given, body.error.code]).toEqual([status, code])
  expect(headers['cache-control']).toBe('no-store')
})

test('an address knows its methods', async () => {
  const answer = await browser.delete('/api/channels')
  expect([answer.status, answer.body.error.code, answer.headers['allow']]).toEqual([
    405,
    'request.method_not_allowed',
    'GET, POST',
  ])
  for (const method of ['options', 'put', 'trace'] as const)
    expect((await browser[method]('/api/channels')).status).toBe(405)
})

test('details name the field, in words', async () => {
  const answer = await app
    .openBrowser()
    .post('/api/auth/register')
    .send({ name: '', email: 'x', password: 'short', role: 'owner' })
  expect(answer.status).toBe(422)
  const details = answer.body.error.details as { path: string; message: string }[]
  expect(Object.fromEntries(details.map(({ path, message }) => [path, message]))).toEqual({
    'body.workspaceName': 'This is missing.',
    'body.name': 'This must not be empty.',
    'body.email': 'Write an e-mail address, for example ana@example.com.',
    'body.password': 'Use at least 12 characters.',
    'body.role': 'There is no such field.',
  })
})

test('a refusal tells nothing about the inside', async () => {
  const { body, headers } = await browser.get('/api/channels/%/status')
  expect(JSON.stringify(body)).not.toMatch(/at \/|node_modules|\.ts|Error/)
  expect(headers['x-powered-by']).toBeUndefined()
  expect(body.error.requestId).toBe(headers['x-request-id'])
})

describe('every route', () => {
  const unsafe = routes.filter(({ method }) => method !== 'GET')

  test('of the contract is served', () => {
    expect(absent).toEqual([])
    expect(unsafe.length).toBeGreaterThan(10)
  })

  test.each(routes.filter(({ access }) => access !== 'public'))('$name is for people who signed in', async (route) => {
    const method = route.method.toLowerCase() as 'get'
    const { status, body } = await app.http()[method](fillPath(route))
    expect([status, body.error.code]).toEqual([401, 'auth.required'])
  })

  test.each(unsafe)('$name takes JSON only', async (route) => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
    ]) {
      const method = route.method.toLowerCase() as 'post'
      const { status } = await browser[method](fillPath(route)).set('content-type', type).send('{}')
      expect(status).toBe(415)
    }
  })

  test.each(unsafe)('$name takes no field the contract does not name', async (route) => {
    const method = route.method.toLowerCase() as 'post'
    const { status } = await browser[method](fillPath(route)).send({ unheardOf: 1, workspaceId: 'ws_2' })
    expect(status).toBe(422)
  })

  test.each(routes.filter(({ query }) => query))('$name takes no parameter the contract does not name', ({ query }) => {
    expect(query).toBeInstanceOf(z.ZodObject)
    expect(query!.def.catchall).toBeInstanceOf(z.ZodNever)
  })

  test.each(unsafe)('$name survives nonsense', async (route) => {
    const method = route.method.toLowerCase() as 'post'
    for (const body of [
      '[]',
      '[[]]',
      'null',
      '{"":null}',
      '{"a":{"b":[{}]}}',
      '{"password":{"$ne":1}}',
      '{"email":[],"text":{}}',
    ]) {
      const { status } = await browser[method](fillPath(route)).set('content-type', 'application/json').send(body)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
    }
  })
})

/** What no HTTP client would send. */
test.each([
  ['a header without end', `GET /api/auth/state HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ['two lengths', 'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx', 400],
  [
    'a length and chunks',
    'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  ['no host', 'GET /api/auth/state HTTP/1.1\r\n\r\n', 400],
  ['no HTTP at all', '\u0016\u0003\u0001\u0002\r\n\r\n', 400],
  [
    'a body shorter than said',
    'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"email":',
    0,
  ],
])('%s does not disturb the server', async (_, bytes, status) => {
  expect(await sendRaw(bytes)).toBe(status)
  expect((await browser.get('/api/auth/me')).status).toBe(200)
})

async function isServed(route: Route): Promise<boolean> {
  const method = route.method.toLowerCase() as 'get'
  const { body, status } = await app.http()[method](fillPath(route))
  return status !== 405 && body.error?.code !== 'request.not_found'
}

/** The status of the answer, 0 when there is none because we hung up first. */
async function sendRaw(bytes: string): Promise<number> {
  const { port } = new URL(app.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes))
    const timer = setTimeout(() => socket.destroy(), 300)
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk.toString()))
    socket.on('error', reject)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0))
    })
  })
}

function cookieOf(agent: ReturnType<EdgeApp['openBrowser']>): string {
  const { jar } = agent as unknown as { jar: { getCookies(access: object): { toValueString(): string } } }
  return jar.getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false }).toValueString()
}
