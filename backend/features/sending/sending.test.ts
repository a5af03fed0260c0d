import { afterEach, describe, expect, test } from 'vitest'
import { second } from '../../platform/clock.ts'
import { connectSimulator, openStores } from '../../test/world.ts'

type World = Awaited<ReturnType<typeof connectSimulator>>
const customer = '5511987654321'

const stores = await openStores()

describe.each(stores)('what goes out, on the $kind store', ({ databaseUrl }) => {
  let world: World
  afterEach(() => world.close())

  /** A world in which the customer has just written. */
  async function open() {
    world = await connectSimulator({ databaseUrl: await databaseUrl() })
    await world.simulator.receive('text', { body: 'Do you deliver?' }, { from: customer })
    await settle()
    return world
  }
  async function settle() {
    await world.simulator.settled()
    await world.test.settle()
    await world.simulator.settled()
    await world.test.settle()
  }
  const send = (text: string, more: object = {}, headers = {}) =>
    world.test.call(
      'POST',
      '/api/messages',
      { to: `+${customer}`, type: 'text', content: { text }, ...more },
      { headers },
    )
  const stoppedAt = async (contactId: string) =>
    (await world.test.call('GET', `/api/contacts/${contactId}`)).body.data.marketingStoppedAt
  const message = async (id: string) => (await world.test.call('GET', `/api/messages/${id}`)).body.data

  test('an answer reaches WhatsApp once and its ticks come back', async () => {
    const { simulator } = await open()
    const { status, body } = await send('Yes, on Saturdays.')
    expect(status).toBe(201)
    expect(body.data.status).toBe('queued')
    await settle()
    const sent = await message(body.data.id)
    expect(sent).toMatchObject({ status: 'read', error: null, providerMessageId: expect.stringMatching(/^wamid\./) })
    const steps = sent.statusHistory.map(({ status: step }: { status: string }) => step)
    expect(steps).toEqual(['queued', 'accepted', 'sent', 'delivered', 'read'])
    expect(simulator.ledger.accepted).toHaveLength(1)
    const [conversation] = (await world.test.call('GET', '/api/conversations')).body.data.conversations
    expect(conversation).toMatchObject({ needsReply: false, lastMessage: { status: 'read' } })
  })

  test('messages of one conversation leave in the order they were written', async () => {
    const { simulator } = await open()
    for (let nth = 1; nth <= 8; nth++) {
      await send(`number ${nth}`)
      await world.test.advance(1)
    }
    await settle()
    const texts = simulator.ledger.accepted.map(({ body }) => (body as { text: { body: string } }).text.body)
    expect(texts).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((nth) => `number ${nth}`))
  })

  test('a connection that breaks after the message was accepted never makes a second one', async () => {
    const { simulator } = await open()
    simulator.fault({ fault: { kind: 'drop', when: 'after', how: 'reset' }, times: 1 })
    simulator.configure({ statuses: { sent: null, delivered: null, read: null, played: null } })
    const { body } = await send('Only once, please')
    await settle()
    expect((await message(body.data.id)).status).toBe('sending')
    await world.test.advance(200 * second)
    await settle()
    expect(await message(body.data.id)).toMatchObject({ status: 'unknown', error: { action: 'resend' } })
    expect(simulator.ledger.accepted).toHaveLength(1)
  })

  test('a status that carries our mark proves that a cut-off message was accepted', async () => {
    const { simulator } = await open()
    simulator.fault({ fault: { kind: 'drop', when: 'after', how: 'reset' }, times: 1 })
    const { body } = await send('Proven by its status')
    await settle()
    expect(await message(body.data.id)).toMatchObject({ status: 'read', providerMessageId: expect.any(String) })
    expect(simulator.ledger.accepted).toHaveLength(1)
  })

  test('what stands behind a cut-off message goes seconds after a status has proven it', async () => {
    const { simulator } = await open()
    simulator.fault({ fault: { kind: 'drop', when: 'after', how: 'reset' }, times: 1 })
    await send('Proven by its status')
    await world.test.advance(1)
    const behind = await send('And this one?')
    await settle()
    expect((await message(behind.body.data.id)).status).toBe('queued')
    await world.test.advance(6 * second)
    await settle()
    expect((await message(behind.body.data.id)).status).toBe('read')
    expect(simulator.ledger.accepted).toHaveLength(2)
  })

  test('what certainly did not leave is tried again later', async () => {
    const { simulator } = await open()
    simulator.fault({ fault: { kind: 'error', code: 130429 }, times: 1 })
    const { body } = await send('Too fast')
    await settle()
    expect((await message(body.data.id)).status).toBe('queued')
    await world.test.advance(120 * second)
    await settle()
    expect((await message(body.data.id)).status).toBe('read')
    expect(simulator.ledger.accepted).toHaveLength(1)
  })

  test('a refusal for good fails with a sentence, and the next message goes', async () => {
    const { simulator } = await open()
    simulator.fault({ fault: { kind: 'error', code: 131026 }, times: 1 })
    const first = await send('Not deliverable')
    await world.test.advance(1)
    const next = await send('The next one')
    await settle()
    const failed = await message(first.body.data.id)
    expect(failed).toMatchObject({ status: 'failed', error: { code: 131026 } })
    expect(failed.error.message).not.toMatch(/131026|#/)
    expect(await stoppedAt(failed.contactId)).toBeNull()
    expect((await message(next.body.data.id)).status).toBe('read')
  })

  test('who stopped marketing at Meta counts as opted out from the first refusal on', async () => {
    const { simulator } = await open()
    simulator.fault({ fault: { kind: 'error', code: 131050 }, times: 1 })
    const { body } = await send('Today only')
    await settle()
    const { contactId } = await message(body.data.id)
    expect(await stoppedAt(contactId)).toMatch(/^20/)
  })

  test('a token that is no longer valid pauses the number and loses nothing', async () => {
    const { simulator } = await open()
    simulator.fault({ fault: { kind: 'error', code: 190 }, times: 1 })
    const { body } = await send('Wait for me')
    await settle()
    expect((await message(body.data.id)).status).toBe('queued')
    const { data } = (await world.test.call('GET', '/api/channels')).body
    expect(data.channels.find(({ kind }: { kind: string }) => kind === 'cloud').problem).toMatchObject({ code: 190 })
    expect(simulator.ledger.accepted).toHaveLength(0)
  })

  test('after a backup was put back nothing leaves until an owner resumes, then all of it once', async () => {
    const { simulator, test: app } = await open()
    await app.app.store.system.channels.updateWhere({}, { sendingPausedAt: app.clock.now().toISOString() })
    const { body } = await send('Waited in the backup')
    await settle()
    expect((await message(body.data.id)).status).toBe('queued')
    expect(simulator.ledger.accepted).toHaveLength(0)
    expect((await app.call('POST', '/api/channels/resume-sending')).status).toBe(200)
    await app.advance(120 * second)
    await settle()
    expect((await message(body.data.id)).status).toBe('read')
    expect(simulator.ledger.accepted).toHaveLength(1)
  })

  test('fifty requests with one Idempotency-Key are one message', async () => {
    const { simulator } = await open()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => send('Just one', {}, { 'idempotency-key': 'the-same-key' })),
    )
    await settle()
    const made = answers.filter(({ status }) => status === 201)
    expect(made.length).toBeGreaterThan(0)
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true)
    expect(new Set(made.map(({ body }) => body.data.id)).size).toBe(1)
    expect(simulator.ledger.accepted).toHaveLength(1)
    const other = await send('Another text', {}, { 'idempotency-key': 'the-same-key' })
    expect(other).toMatchObject({ status: 422, body: { error: { code: 'idempotency.key_reused' } } })
  })

  test('outside the 24 hours a text is refused and a template is the way out', async () => {
    await open()
    await world.test.advance(25 * 3600 * second)
    expect(await send('Too late')).toMatchObject({
      status: 409,
      body: { error: { code: 'message.window_closed', details: { way: 'template' } } },
    })
  })

  test('nor does a message that failed go out again then', async () => {
    const { simulator } = await open()
    simulator.fault({ fault: { kind: 'error', code: 131026 }, times: 1 })
    const { body } = await send('Not deliverable')
    await settle()
    await world.test.advance(25 * 3600 * second)
    const again = await world.test.call('POST', `/api/messages/${body.data.id}/resend`)
    expect([again.status, again.body.error.code]).toEqual([409, 'message.window_closed'])
    await settle()
    expect(simulator.ledger.accepted).toHaveLength(0)
  })

  test('nothing goes to a customer whom the shop has blocked', async () => {
    const { simulator } = await open()
    await world.test.app.store.system.contacts.updateWhere({}, { blockedAt: world.test.clock.now().toISOString() })
    expect(await send('Hello?')).toMatchObject({
      status: 409,
      body: { error: { code: 'message.contact_blocked', details: { way: 'unblock' } } },
    })
    await settle()
    expect(simulator.ledger.accepted).toHaveLength(0)
  })

  test('a channel without credentials keeps the message and says why it stayed', async () => {
    await open()
    const { body } = await world.test.call('POST', '/api/channels', { name: 'CRM only', businessPhone: '+4930123456' })
    const sent = await send('Stays here', { channelId: body.data.id })
    expect(sent.body.data).toMatchObject({ status: 'not_sent', error: { action: 'channel' } })
  })
})
