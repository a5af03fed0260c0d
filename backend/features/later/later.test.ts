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
    await wait(31)
    expect(sent()).toBe(0)
    expect(await planned()).toMatchObject([{ state: 'refused', error: { code: 'message.window_closed' } }])
    expect(await news()).toMatchObject([{ kind: 'not_sent', preview: expect.stringContaining('24 hours') }])
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
    await wait(2)
    expect(simulator.ledger.accepted).toMatchObject([{ body: { text: { body: 'Better' } } }])
    expect((await planned()).map(({ state }: { state: string }) => state).toSorted()).toEqual(['cancelled', 'sent'])
    const late = await app.call('PATCH', `/api/scheduled-messages/${first}`, { sendAt: inHours(5) })
    expect(late.body.error.code).toBe('later.already_sent')
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
