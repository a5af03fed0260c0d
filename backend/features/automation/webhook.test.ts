import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ContextFor } from '../../feature.ts'
import { minute } from '../../platform/clock.ts'
import { createHttpClient } from '../../platform/http-client.ts'
import { openCustomer } from '../../test/customer.ts'
import { openStores } from '../../test/world.ts'
import { callHook } from './webhook.ts'

const stores = await openStores()
const price = { kind: 'keyword', match: 'contains', words: ['price'] }
const own = { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' }

type Received = { body: { event: string; contact: { phone: string | null } }; key: string | undefined }

async function listen(answer: RequestListener) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      received.push({ body: JSON.parse(text), key: String(request.headers['idempotency-key']) })
      answer(request, response)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => void server.closeAllConnections())
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received }
}

const answering =
  (status: number, headers = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end('{}')

describe.each(stores)('webhooks of rules, on the $kind store', ({ databaseUrl }) => {
  async function open(env: Record<string, string> = own) {
    const world = await openCustomer(await databaseUrl(), env)
    const rule = (url: string) => ({ name: 'Hook', trigger: price, steps: [{ kind: 'webhook', url }] })
    const add = async (url: string) => world.app.call('POST', '/api/automation/rules', rule(url))
    const line = async () => (await world.runs())[0].actions[0]
    return { ...world, rule, add, line }
  }

  test('get the chat and the contact, once, and their answer stands in the log', async () => {
    const { add, say, line } = await open()
    const { url, received } = await listen(answering(200))
    expect((await add(url)).status).toBe(201)
    await say('price')
    expect(received).toMatchObject([{ body: { event: 'automation.rule', contact: { phone: '+5511987654321' } } }])
    expect(await line()).toMatchObject({
      kind: 'webhook',
      ok: true,
      detail: expect.stringContaining('It answered 200.'),
    })
  })

  test('that answer with an error are tried again under the same key, five times at most', async () => {
    const { add, say, line, app, settle } = await open()
    const { url, received } = await listen(answering(500))
    await add(url)
    await say('price')
    expect(await line()).toMatchObject({ ok: false, detail: expect.stringContaining('It is tried again.') })
    for (let turn = 0; turn < 8; turn++) {
      app.clock.advance(60 * minute)
      await settle()
    }
    expect(received).toHaveLength(5)
    expect(new Set(received.map(({ key }) => key)).size).toBe(1)
    expect(await line()).toMatchObject({ ok: false, detail: expect.stringContaining('Given up after 5 times.') })
  })

  test('are made for tags in any writing, whose words are in no header', async () => {
    const { app, say, chat, settle } = await open()
    const { url, received } = await listen(answering(200))
    const steps = [{ kind: 'webhook', url }]
    await app.call('POST', '/api/automation/rules', {
      name: 'Tag',
      trigger: { kind: 'tag_added', tag: 'クーポン' },
      steps,
    })
    await say('hello')
    await app.call('PATCH', `/api/conversations/${(await chat()).id}`, { tags: ['クーポン'] })
    await settle()
    expect(received).toMatchObject([
      { body: { conversation: { tags: ['クーポン'] } }, key: expect.stringMatching(/^[!-~]+$/) },
    ])
  })

  test('that point elsewhere are not followed', async () => {
    const { add, say, line } = await open()
    const inner = await listen(answering(200))
    const { url, received } = await listen(answering(302, { location: inner.url }))
    await add(url)
    await say('price')
    expect([received.length, inner.received.length]).toEqual([1, 0])
    expect(await line()).toMatchObject({ ok: false, detail: expect.stringContaining('a redirect') })
  })

  const inside = ['http://127.0.0.1/x', 'http://localhost:3000/', 'http://[::1]/', 'http://0x7f.1/', 'http://10.1.2.3/']
  const odd = ['no address', 'ftp://example.com/', 'https://user:secret@example.com/']
  const otherPorts = ['https://192.0.66.1:25/', 'http://192.0.66.1:6379/']
  test.each([...inside, ...odd, ...otherPorts])(
    'to %s are refused when they are saved, changed, previewed or tried',
    async (url) => {
      const { add, rule, app } = await open({})
      const fault = inside.includes(url) ? 'private' : otherPorts.includes(url) ? 'port' : 'invalid'
      const code = `automation.address_${fault}`
      const saved = (await add('https://192.0.66.1/hook')).body.data
      const answers = [
        await add(url),
        await app.call('PATCH', `/api/automation/rules/${saved.id}`, { steps: rule(url).steps }),
        await app.call('POST', '/api/automation/preview', {
          occasion: { kind: 'message', text: 'price' },
          rule: rule(url),
        }),
        await app.call('POST', '/api/automation/webhook/test', { url }),
      ]
      for (const { status, body } of answers) expect([status, body.error.code]).toEqual([422, code])
      expect(answers[0]!.body.message).toMatch(/address/)
      const { rules } = (await app.call('GET', '/api/automation/rules')).body.data
      expect(rules).toMatchObject([{ steps: [{ url: 'https://192.0.66.1/hook' }] }])
    },
  )

  test('that came to lead inside after they were saved are still not called', async () => {
    const { app, add, say, line } = await open({})
    const { url, received } = await listen(answering(200))
    const { id } = (await add('https://192.0.66.1/hook')).body.data
    await app.app.store.system.automationRules.update(id, { steps: [{ kind: 'webhook', url }] })
    await say('price')
    expect(received).toEqual([])
    expect(await line()).toMatchObject({ ok: false, detail: expect.stringContaining('private network') })
  })

  test('may lead to a network of the operator’s own, and admins see which those are', async () => {
    const { app } = await open()
    const { url, received } = await listen(answering(204))
    const { body } = await app.call('POST', '/api/automation/webhook/test', { url })
    expect(body.data).toEqual({ ok: true, status: 204, sentence: 'It answered 204.' })
    expect(received).toMatchObject([{ body: { event: 'automation.test' } }])
    expect((await app.call('GET', '/api/settings/automation')).body.data.ownNetworks).toEqual(['127.0.0.0/8'])
    const other = await app.call('POST', '/api/automation/webhook/test', { url: 'http://10.0.0.1/' })
    expect(other.body.error.code).toBe('automation.address_private')
  })
})

test('an address that is slow is given up in time, and tried again', async () => {
  const { url } = await listen(() => {})
  const http = createHttpClient({ allowAddresses: ['127.0.0.0/8'] })
  onTestFinished(() => http.close())
  const contextFor = (() => ({
    store: { automationRuns: { get: async () => ({ actions: [] }) } },
    flush() {},
  })) as never
  const payload = { url, key: 'k', runId: 'r', index: 0, body: {} }
  const call = callHook(http, contextFor as ContextFor, { workspaceId: 'w', payload, attempt: 1 }, { timeoutMs: 50 })
  await expect(call).rejects.toThrow('It took too long.')
})
