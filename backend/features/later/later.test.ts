import { describe, expect, test } from 'vitest'
import { hour } from '../../platform/clock.ts'
import { openCustomer } from '../../test/customer.ts'
import { openStores, register } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('later, on the $kind store', ({ databaseUrl }) => {
  async function open() {
    const world = await openCustomer(await databaseUrl())
    await world.say('Can you write to me tomorrow?')
    const { id } = await world.chat()
    const inHours = (hours: number) => new Date(world.app.clock.now().getTime() + hours * hour).toISOString()
    const plan = (text: string, hours: number) =>
      world.app.call('POST', '/api/scheduled-messages', {
        message: { conversationId: id, type: 'text', content: { text } },
        sendAt: inHours(hours),
      })
    const planned = async () => (await world.app.call('GET', '/api/scheduled-messages')).body.data.scheduled
    const remind = (note: string, hours: number) =>
      world.app.call('POST', '/api/reminders', { conversationId: id, note, dueAt: inHours(hours) })
    const mine = async () => (await world.app.call('GET', '/api/reminders')).body.data.reminders
    const news = async () => (await world.app.call('GET', '/api/notifications')).body.data.notifications
    const sent = () => world.simulator.ledger.accepted.length
    return { ...world, id, inHours, plan, planned, remind, mine, news, sent }
  }

  test('a planned message goes out at its time, once, as that of the person who planned it', async () => {
    const { plan, wait, planned, sent, app } = await open()
    const { status, body } = await plan('Good morning!', 12)
    expect(status).toBe(201)
    await wait(11.9)
    expect(sent()).toBe(0)
    await wait(0.2)
    await wait(5)
    expect(sent()).toBe(1)
    const [row] = await planned()
    expect(row).toMatchObject({ id: body.data.id, state: 'sent', messageId: expect.any(String) })
    const message = (await app.call('GET', `/api/messages/${row.messageId}`)).body.data
    expect(message).toMatchObject({ source: 'user', userId: row.userId, status: 'read' })
  })

  test('when the 24 hours are over by then, it is refused with its sentence and the person is told', async () => {
    const { plan, wait, planned, sent, news } = await open()
    await plan('Too late', 30)
    await wait(30.5)
    expect(sent()).toBe(0)
    expect(await planned()).toMatchObject([{ state: 'refused', error: { code: 'message.window_closed' } }])
    expect(await news()).toMatchObject([{ kind: 'not_sent', preview: expect.stringContaining('24 hours') }])
  })

  test('one whose hour passed while Parley was off is held, and the person is told; a reminder is told all the same', async () => {
    const { plan, remind, wait, planned, sent, news, app } = await open()
    await plan('A little late', 2)
    await plan('Good morning!', 1)
    await remind('Call Ana', 1)
    app.clock.advance(2.9 * hour)
    await wait(0)
    expect(sent()).toBe(1)
    const rows = (await planned()) as { content: { text: string }; state: string; error: { code: string } | null }[]
    expect(rows.map(({ content, state, error }) => [content.text, state, error?.code])).toEqual([
      ['Good morning!', 'refused', 'later.missed'],
      ['A little late', 'sent', undefined],
    ])
    expect((await news()).map(({ kind }: { kind: string }) => kind).toSorted()).toEqual(['not_sent', 'reminder'])
    await wait(24)
    expect(sent()).toBe(1)
  })

  test('it can be changed, moved and cancelled until it goes out', async () => {
    const { plan, wait, planned, sent, app, id, inHours, simulator } = await open()
    const first = (await plan('First', 2)).body.data.id
    const second = (await plan('Second', 3)).body.data.id
    const message = { conversationId: id, type: 'text', content: { text: 'Better' } }
    await app.call('PATCH', `/api/scheduled-messages/${first}`, { message, sendAt: inHours(5) })
    expect((await app.call('DELETE', `/api/scheduled-messages/${second}`)).body.data.state).toBe('cancelled')
    await wait(4)
    expect(sent()).toBe(0)
    await wait(1.5)
    expect(simulator.ledger.accepted).toMatchObject([{ body: { text: { body: 'Better' } } }])
    expect((await planned()).map(({ state }: { state: string }) => state).toSorted()).toEqual(['cancelled', 'sent'])
    const late = await app.call('PATCH', `/api/scheduled-messages/${first}`, { sendAt: inHours(5) })
    expect(late.body.error.code).toBe('later.already_sent')
  })

  test('with the present as its time it goes out at once, and once', async () => {
    const { plan, wait, sent, app, inHours } = await open()
    const { id } = (await plan('Good morning!', 12)).body.data
    expect((await app.call('PATCH', `/api/scheduled-messages/${id}`, { sendAt: inHours(0) })).status).toBe(200)
    await wait(0)
    expect(sent()).toBe(1)
    await wait(13)
    expect(sent()).toBe(1)
    const late = await app.call('PATCH', `/api/scheduled-messages/${id}`, { sendAt: inHours(1) })
    expect(late.body.error.code).toBe('later.already_sent')
  })

  test('one that was refused goes out at another time, and its person is told of each refusal', async () => {
    const { plan, wait, sent, say, planned, news, app, inHours } = await open()
    const { id } = (await plan('Too late', 30)).body.data
    await wait(31)
    await app.call('PATCH', `/api/scheduled-messages/${id}`, { sendAt: inHours(1) })
    expect(await planned()).toMatchObject([{ state: 'waiting', error: null }])
    await wait(2)
    expect(await planned()).toMatchObject([{ state: 'refused' }])
    expect(await news()).toHaveLength(2)
    await say('I am back')
    await app.call('PATCH', `/api/scheduled-messages/${id}`, { sendAt: inHours(0) })
    await wait(0)
    expect(sent()).toBe(1)
  })

  test.each([
    ['location', { latitude: -23.5, longitude: -46.6, name: 'Our shop' }],
    ['contacts', { contacts: [{ name: { formatted_name: 'Rita', first_name: 'Rita' } }] }],
    ['interactive', { kind: 'button', body: 'Which one?', buttons: [{ id: '1', title: 'Small' }] }],
  ])('a %s can be planned like a text', async (type, content) => {
    const { app, id, inHours, wait, simulator } = await open()
    const message = { conversationId: id, type, content }
    const body = { message, sendAt: inHours(1) }
    expect((await app.call('POST', '/api/scheduled-messages', body)).status).toBe(201)
    await wait(1.1)
    expect(simulator.ledger.accepted).toMatchObject([{ body: { type } }])
  })

  test('a template goes out after the 24 hours too', async () => {
    const { app, id, inHours, wait, simulator } = await open()
    simulator.addTemplate({
      name: 'still_there',
      language: 'en',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Hello {{1}}, are you there today?', example: { body_text: [['Ana']] } }],
    })
    await app.call('POST', '/api/templates/sync', {})
    const content = { name: 'still_there', language: 'en', variables: { body: { '1': 'Ana' } } }
    const message = { conversationId: id, type: 'template', content }
    await app.call('POST', '/api/scheduled-messages', { message, sendAt: inHours(48) })
    await wait(48.1)
    expect(simulator.ledger.accepted).toMatchObject([{ body: { type: 'template' } }])
  })

  test('the past is refused', async () => {
    const { plan, remind } = await open()
    expect((await plan('Yesterday', -20)).body.error.code).toBe('later.time_invalid')
    expect((await remind('Yesterday', -20)).body.error.code).toBe('later.time_invalid')
  })

  test('a reminder is told at its time, once, and snoozing it tells it again', async () => {
    const { remind, wait, mine, news, app, inHours } = await open()
    const { id } = (await remind('Call Ana', 3)).body.data
    await wait(2)
    expect(await news()).toEqual([])
    await wait(2)
    expect(await mine()).toMatchObject([{ state: 'due', note: 'Call Ana' }])
    expect(await news()).toMatchObject([{ kind: 'reminder', preview: 'Call Ana' }])
    await app.call('PATCH', `/api/reminders/${id}`, { dueAt: inHours(4) })
    expect(await mine()).toMatchObject([{ state: 'waiting' }])
    await wait(5)
    expect(await news()).toHaveLength(2)
    expect((await app.call('POST', `/api/reminders/${id}/done`)).body.data.state).toBe('done')
  })

  test('one that was ticked off or removed is not told', async () => {
    const { remind, wait, news, app } = await open()
    const first = (await remind('Done before', 2)).body.data.id
    const second = (await remind('Removed', 2)).body.data.id
    await app.call('POST', `/api/reminders/${first}/done`)
    expect((await app.call('DELETE', `/api/reminders/${second}`)).status).toBe(200)
    await wait(3)
    expect(await news()).toEqual([])
  })

  /** Ana, an agent of the same workspace. */
  async function join(app: Awaited<ReturnType<typeof open>>['app']) {
    const { link } = (await app.call('POST', '/api/team/invitations', { email: 'ana@example.com' })).body.data
    const body = { token: link.split('#').at(-1), name: 'Ana', password: 'green boats on grey water 3' }
    const joined = await app.call('POST', '/api/invitations/accept', body, { cookie: null })
    return { id: joined.body.data.user.id as string, cookie: joined.headers.get('set-cookie')!.split(';')[0]! }
  }

  test('changed by somebody else it goes out in their name; at another time only, it stays its author’s', async () => {
    const { plan, wait, planned, app, id: conversationId, inHours } = await open()
    const { id, userId: olga } = (await plan('Good morning!', 2)).body.data
    const ana = await join(app)
    const change = (body: object) =>
      app
        .call('PATCH', `/api/scheduled-messages/${id}`, body, { cookie: ana.cookie })
        .then(({ body: { data } }) => data)
    expect(await change({ sendAt: inHours(3) })).toMatchObject({ userId: olga })
    const message = { conversationId, type: 'text', content: { text: 'Something rude' } }
    expect(await change({ message })).toMatchObject({ userId: ana.id })
    await wait(3.1)
    const [row] = await planned()
    const sent = (await app.call('GET', `/api/messages/${row.messageId}`)).body.data
    expect([row.state, sent.userId]).toEqual(['sent', ana.id])
  })

  test('of somebody who was disabled it is held, the owners are told, and whoever gives it a time sends it', async () => {
    const { wait, planned, sent, news, app, id: conversationId, inHours } = await open()
    const ana = await join(app)
    const message = { conversationId, type: 'text', content: { text: 'Goodbye!' } }
    const body = { message, sendAt: inHours(2) }
    const { id } = (await app.call('POST', '/api/scheduled-messages', body, { cookie: ana.cookie })).body.data
    await app.call('PATCH', `/api/team/${ana.id}`, { disabled: true })
    await wait(2.1)
    expect(sent()).toBe(0)
    expect(await planned()).toMatchObject([{ state: 'refused', error: { code: 'later.author_left' } }])
    expect(await news()).toMatchObject([{ kind: 'not_sent', preview: expect.stringContaining('disabled') }])
    await app.call('PATCH', `/api/scheduled-messages/${id}`, { sendAt: inHours(1) })
    await wait(1.1)
    expect(sent()).toBe(1)
  })

  test('reminders are a person’s own', async () => {
    const { remind, app } = await open()
    const { id } = (await remind('Mine', 2)).body.data
    const other = {
      workspaceName: 'Other',
      name: 'Otto',
      email: 'otto@example.com',
      password: 'a quiet lake in june 8',
    }
    const cookie = await register(app, other)
    expect((await app.call('POST', `/api/reminders/${id}/done`, undefined, { cookie })).status).toBe(404)
    expect((await app.call('GET', '/api/reminders', undefined, { cookie })).body.data.reminders).toEqual([])
  })
})
