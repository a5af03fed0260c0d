import { afterEach, describe, expect, test } from 'vitest'
import { connectSimulator, openStores } from '../../test/world.ts'

type World = Awaited<ReturnType<typeof connectSimulator>>
type Row = Record<string, unknown>

const stores = await openStores()

describe.each(stores)('what comes in, on the $kind store', ({ databaseUrl }) => {
  let world: World
  afterEach(() => world.close())

  async function open() {
    world = await connectSimulator({ databaseUrl: await databaseUrl() })
    return world
  }
  async function settle() {
    await world.simulator.settled()
    await world.test.settle()
  }
  const read = async (path: string) => (await world.test.call('GET', path)).body.data
  const conversations = async (): Promise<Row[]> => (await read('/api/conversations')).conversations
  const thread = async (id: unknown): Promise<Row[]> => (await read(`/api/conversations/${id}/messages`)).messages

  test('a first text makes a contact, a conversation and an unread message', async () => {
    const { simulator } = await open()
    await simulator.receive('text', { body: 'Do you deliver?' }, { from: '5511987654321' })
    await settle()
    const [conversation] = await conversations()
    expect(conversation).toMatchObject({
      contactPhone: '+5511987654321',
      unreadCount: 1,
      needsReply: true,
      status: 'open',
    })
    expect(await thread(conversation!['id'])).toMatchObject([
      { direction: 'inbound', type: 'text', content: { text: 'Do you deliver?' }, status: 'received' },
    ])
  })

  test('the same webhook delivered three times is one message and one unread', async () => {
    const { simulator } = await open()
    const { wamid } = await simulator.receive('text', { body: 'Hello' }, { from: '5511987654321' })
    for (let again = 0; again < 2; again++)
      await simulator.receive('text', { body: 'Hello' }, { from: '5511987654321', id: wamid })
    await settle()
    const [conversation] = await conversations()
    expect(conversation).toMatchObject({ unreadCount: 1 })
    expect(await thread(conversation!['id'])).toHaveLength(1)
  })

  test('messages that arrive at once and out of order make one conversation, in the order they were said', async () => {
    const { simulator } = await open()
    const started = Math.floor(Date.now() / 1000) - 100
    await Promise.all(
      [3, 1, 2, 5, 4].map((nth) =>
        simulator.receive('text', { body: String(nth) }, { from: '5511987654321', timestamp: started + nth }),
      ),
    )
    await settle()
    const list = await conversations()
    expect(list).toHaveLength(1)
    expect(list[0]).toMatchObject({ unreadCount: 5, lastMessage: { preview: '5' } })
    const texts = (await thread(list[0]!['id'])).map(({ content }) => (content as { text: string }).text)
    expect(texts).toEqual(['5', '4', '3', '2', '1'])
  })

  test('a customer whose number becomes known stays one contact', async () => {
    const { simulator } = await open()
    const ana = { phone: '5511987654321', username: 'ana' }
    await simulator.receive('text', { body: 'hidden' }, { from: { ...ana, hidesPhone: true } })
    await settle()
    expect(await conversations()).toMatchObject([{ contactPhone: null, unreadCount: 1 }])
    await simulator.receive('text', { body: 'shown' }, { from: { ...ana, hidesPhone: false } })
    await settle()
    expect(await conversations()).toMatchObject([{ contactPhone: '+5511987654321', unreadCount: 2 }])
  })

  test('an unsigned or altered webhook is refused and leaves nothing', async () => {
    const { simulator, test: opened } = await open()
    const before = await opened.app.store.system.webhookDeliveries.count()
    for (const signature of [null, 'sha256=', `sha256=${'0'.repeat(64)}`, 'sha1=abc']) {
      const { status } = await postRaw(
        opened.url,
        JSON.stringify({ object: 'whatsapp_business_account', entry: [] }),
        signature,
      )
      expect(status).toBe(401)
    }
    await simulator.settled()
    expect(await opened.app.store.system.webhookDeliveries.count()).toBe(before)
  })
})

async function postRaw(url: string, body: string, signature: string | null) {
  return fetch(`${url}/api/webhooks/meta`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(signature === null ? {} : { 'x-hub-signature-256': signature }),
    },
    body,
  })
}
