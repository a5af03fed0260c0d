import { get } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { connectSimulator, openStores } from '../test/world.ts'

const stores = await openStores()

describe.each(stores)('metrics, on the $kind store', ({ kind, databaseUrl }) => {
  let world: Awaited<ReturnType<typeof connectSimulator>>
  afterEach(() => world.close())

  async function read(headers: Record<string, string> = {}) {
    const response = await fetch(`${world.test.url}/metrics`, { headers })
    return { type: response.headers.get('content-type'), text: await response.text() }
  }

  test('requests are counted by route, and webhooks, sends, jobs and the store are there', async () => {
    world = await connectSimulator({ databaseUrl: await databaseUrl() })
    const { test: app, simulator } = world
    simulator.receive('text', { body: 'Hello' }, { from: '5511987654321' } as never)
    await simulator.settled()
    await app.settle()
    const [conversation] = (await app.call('GET', '/api/conversations')).body.data.conversations
    await app.call('POST', '/api/messages', { conversationId: conversation.id, type: 'text', content: { text: 'Hi' } })
    await app.call('GET', `/api/conversations/${conversation.id}`)
    await app.settle()
    await fetch(`${app.url}/api/media/med_1/file`, { headers: { cookie: app.cookie } })
    const { type, text } = await read()
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(text).toContain(
      'parley_http_request_duration_seconds_count{method="GET",route="/conversations/:conversationId",status="2xx"} 1',
    )
    expect(text).toContain('{method="GET",route="/media/:mediaId/file",status="4xx"} 1')
    expect(text).not.toContain(conversation.id)
    expect(text).toContain('parley_sends_total{outcome="accepted"} 1')
    expect(text).toMatch(/parley_webhooks_total\{result="stored"\} [1-9]/)
    expect(text).toMatch(/parley_job_duration_seconds_count\{kind="\w[^"]*",result="done"\} [1-9]/)
    expect(text).toMatch(/parley_webhooks_processed_total\{result="applied"\} [1-9]/)
    expect(text).toContain('parley_webhook_backlog 0')
    expect(text).toContain('parley_webhook_oldest_waiting_seconds 0')
    expect(text).toMatch(/parley_channel_silent_seconds\{channel="\w+"\} \d/)
    expect(text).toContain('parley_webhook_dead_letters 0')
    expect(text).toContain('# TYPE parley_jobs gauge')
    expect(text).toMatch(/parley_store_write_seconds_count\{result="done"\} [1-9]/)
    expect(text).toMatch(/parley_http_connections [1-9]/)
    expect(text).toContain('parley_http_running 0')
    expect(text).toMatch(/process_resident_memory_bytes \d+/)
    expect(text).toMatch(kind === 'json' ? /parley_store_commits_total [1-9]/ : /parley_database_connections\{/)
  })

  test('whoever comes through a proxy, or without the token that is set, finds nothing', async () => {
    world = await connectSimulator({ databaseUrl: await databaseUrl() })
    expect((await read({ 'x-forwarded-for': '203.0.113.9' })).text).not.toContain('parley_')
    // A page in a browser on this machine, under a name that leads here.
    const asPage = await new Promise<string>((resolve) => {
      const options = { headers: { host: 'evil.example' } }
      get(`${world.test.url}/metrics`, options, async (answer) =>
        resolve((await answer.setEncoding('utf8').toArray()).join('')),
      )
    })
    expect(asPage).not.toContain('parley_')
    await world.close()
    const token = 'q7-metrics-token-of-this-test'
    world = await connectSimulator({ databaseUrl: await databaseUrl(), env: { METRICS_TOKEN: token } })
    expect((await read()).text).not.toContain('parley_')
    expect((await read({ authorization: 'Bearer wrong' })).text).not.toContain('parley_')
    const allowed = await read({ authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.9' })
    expect(allowed.text).toContain('parley_sockets 0')
  })
})
