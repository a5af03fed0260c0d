import { afterEach, describe, expect, test } from 'vitest'
import { parse } from 'csv-parse/sync'
import { connectSimulator, openStores, type TestApp } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('the message log, on the $kind store', ({ databaseUrl }) => {
  let world: Awaited<ReturnType<typeof connectSimulator>>
  let app: TestApp
  afterEach(() => world.close())

  async function open() {
    world = await connectSimulator({ databaseUrl: await databaseUrl() })
    app = world.test
    for (const [from, body] of [
      ['5511987654321', 'Where is my order?'],
      ['5511987654322', '=HYPERLINK("http://evil.example")'],
    ] as const)
      world.simulator.receive('text', { body }, { from } as never)
    await world.simulator.settled()
    await app.settle()
    const { conversations } = (await app.call('GET', '/api/conversations')).body.data
    for (const { id } of conversations)
      await app.call('POST', '/api/messages', { conversationId: id, type: 'text', content: { text: 'On its way' } })
    await app.settle()
    await world.simulator.settled()
    await app.settle()
  }
  const list = async (query: string) => (await app.call('GET', `/api/messages?${query}`)).body.data.messages
  async function download(query = '') {
    const response = await fetch(`${app.url}/api/messages/export${query}`, { headers: { cookie: app.cookie } })
    return { response, text: await response.text() }
  }

  test('it is narrowed by direction, status, type, number, person, day and words', async () => {
    await open()
    const today = new Date().toISOString().slice(0, 10)
    expect(await list('limit=100')).toHaveLength(4)
    expect(await list('direction=outbound')).toHaveLength(2)
    expect(await list('status=received')).toHaveLength(2)
    expect(await list('type=image')).toHaveLength(0)
    expect(await list(`channelId=${world.channel.id}&direction=inbound`)).toHaveLength(2)
    expect(await list('channelId=cha_other')).toHaveLength(0)
    const me = (await app.call('GET', '/api/team')).body.data.members[0].id
    expect(await list(`userId=${me}`)).toHaveLength(2)
    expect(await list('search=order')).toMatchObject([{ content: { text: 'Where is my order?' } }])
    expect(await list('to=2020-01-01')).toHaveLength(0)
    expect((await list(`from=${today}`)).length).toBeGreaterThanOrEqual(2)
    expect((await app.call('GET', '/api/messages?from=yesterday')).status).toBe(422)
  })

  test('the counts are those of the list', async () => {
    await open()
    const { data } = (await app.call('GET', '/api/messages/stats')).body
    expect(data).toMatchObject({ total: 4, received: 2, sent: 2 })
    expect(data.byStatus).toContainEqual({ direction: 'inbound', status: 'received', count: 2 })
    expect((await app.call('GET', '/api/messages/stats?from=2020-01-01&to=2026-01-01')).status).toBe(422)
  })

  test('the export is a table of what the filter shows, and no cell of it is a formula', async () => {
    await open()
    const { response, text } = await download()
    expect(response.headers.get('x-total-rows')).toBe('4')
    const rows = parse(text, { bom: true, columns: true }) as Record<string, string>[]
    expect(rows).toHaveLength(4)
    expect(rows.map((row) => row['text']).sort()).toEqual([
      `'=HYPERLINK("http://evil.example")`,
      'On its way',
      'On its way',
      'Where is my order?',
    ])
    expect(rows[0]).toMatchObject({ direction: 'outbound', author: 'Olga Owner', channel: 'Simulated' })
    expect(parse((await download('?direction=inbound&search=order')).text, { bom: true, columns: true })).toHaveLength(
      1,
    )
    expect((await download('?nonsense=1')).response.status).toBe(422)
  })
})
