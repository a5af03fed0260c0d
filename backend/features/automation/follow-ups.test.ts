import { describe, expect, test } from 'vitest'
import { openCustomer } from '../../test/customer.ts'
import { openStores } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('follow-ups, on the $kind store', ({ databaseUrl }) => {
  async function open(followUps: object = {}) {
    const world = await openCustomer(await databaseUrl())
    const given = { enabled: true, afterHours: 4, text: 'Hi {{first_name}}, still there?', businessHoursOnly: false }
    const { status } = await world.app.call('PATCH', '/api/settings/automation', {
      followUps: { ...given, ...followUps },
    })
    expect(status).toBe(200)
    await world.say('How much is it?')
    const pause = async (paused: boolean) =>
      world.app.call('POST', `/api/conversations/${(await world.chat()).id}/automation`, { paused })
    return { ...world, pause }
  }
  const texts = (messages: { content: Record<string, unknown> }[]) => messages.map(({ content }) => content['text'])

  test('after so many hours of silence one goes out, and then no more', async () => {
    const { answer, wait, written, runs, chat } = await open()
    await answer('Ten euros.')
    await wait(3.9)
    expect(await written()).toEqual([])
    await wait(0.2)
    const { contactName } = await chat()
    expect(texts(await written())).toEqual([`Hi ${contactName.split(' ')[0]}, still there?`])
    await wait(5)
    await wait(5)
    expect(await written()).toHaveLength(1)
    expect(await runs()).toMatchObject([
      { outcome: 'skipped', reason: 'The customer was followed up once already.' },
      { outcome: 'done', actions: [{ kind: 'text', ok: true }] },
    ])
  })

  test('one whose time passed long ago, while Parley was off, is skipped, and the log says so', async () => {
    const { answer, wait, written, runs } = await open()
    await answer('Ten euros.')
    await wait(7.5)
    expect(await written()).toEqual([])
    expect(await runs()).toMatchObject([{ outcome: 'skipped', reason: expect.stringContaining('not running') }])
  })

  test('who was not answered is not followed up', async () => {
    const { wait, written } = await open()
    await wait(30)
    expect(await written()).toEqual([])
  })

  test('a reply ends the round, and the next silence is a new one', async () => {
    const { answer, say, wait, written } = await open()
    await answer('Ten euros.')
    await wait(3)
    await say('Thank you')
    await wait(3)
    expect(await written()).toEqual([])
    await answer('You are welcome. Shall I send it?')
    await wait(5)
    expect(await written()).toHaveLength(1)
  })

  test('it is sent as often as wanted while the silence lasts', async () => {
    const { answer, wait, written } = await open({ maxTimes: 3 })
    await answer('Ten euros.')
    for (let turn = 0; turn < 5; turn++) await wait(4.5)
    expect(await written()).toHaveLength(3)
  })

  test('two processes that look at the same moment send one', async () => {
    const { app, answer, wait, written, settle } = await open()
    await answer('Ten euros.')
    app.clock.advance(5 * 3_600_000)
    await Promise.all([app.app.sweep(), app.app.sweep(), app.app.sweep()])
    await settle()
    await wait(0)
    expect(await written()).toHaveLength(1)
  })

  test('when the 24 hours are over the template goes out, and without one the log says why nothing did', async () => {
    const { simulator, app, answer, wait, written, runs, pause } = await open({ afterHours: 25 })
    await answer('Ten euros.')
    await wait(26)
    expect(await written()).toEqual([])
    expect((await runs())[0]).toMatchObject({ outcome: 'skipped', reason: expect.stringContaining('no template') })
    simulator.addTemplate({
      name: 'still_there',
      language: 'en',
      category: 'UTILITY',
      components: [
        { type: 'BODY', text: 'Hello {{1}}, are you still there today?', example: { body_text: [['Ana']] } },
      ],
    })
    await app.call('POST', '/api/templates/sync', {})
    const template = { name: 'still_there', language: 'en', variables: { body: { '1': '{{name}}' } } }
    await app.call('PATCH', '/api/settings/automation', { followUps: { template } })
    await app.call('POST', '/api/messages', {
      conversationId: (await runs())[0].conversationId,
      type: 'template',
      content: template,
    })
    await wait(0)
    await pause(false)
    await wait(26)
    const [message] = await written()
    expect(message).toMatchObject({ type: 'template', status: 'read' })
  })

  test('one that comes due at night waits for the opening', async () => {
    const { app, answer, wait, written } = await open({ businessHoursOnly: true })
    const opening = new Date(app.clock.now().getTime() + 10 * 3_600_000)
    const from = `${String(opening.getUTCHours()).padStart(2, '0')}:00`
    const all = [{ from, to: from < '23:00' ? `${String(opening.getUTCHours() + 1).padStart(2, '0')}:00` : '24:00' }]
    const week = Object.fromEntries(
      ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [day, all]),
    )
    const saved = await app.call('PATCH', '/api/settings/business-hours', { enabled: true, timeZone: 'UTC', week })
    expect(saved.body.data).toMatchObject({ isOpen: false })
    await answer('Ten euros.')
    await wait(5)
    expect(await written()).toEqual([])
    app.clock.advance(Date.parse(saved.body.data.nextOpening) - app.clock.now().getTime() + 1000)
    await wait(0)
    expect(await written()).toHaveLength(1)
  })

  test.each([
    ['closed', 'The chat is closed.'],
    ['blocked', 'The contact is blocked.'],
    ['opted out', 'The customer asked not to be written to.'],
    ['paused', 'Automation is paused in this chat.'],
  ])('who is %s is left in peace, and the log says so', async (state, reason) => {
    const { app, answer, wait, written, runs, chat } = await open()
    await answer('Ten euros.')
    const { id, contactId } = await chat()
    if (state === 'closed') await app.call('PATCH', `/api/conversations/${id}`, { status: 'closed' })
    if (state === 'blocked') await app.call('POST', `/api/contacts/${contactId}/block`)
    if (state === 'opted out') await app.call('PATCH', `/api/contacts/${contactId}`, { optIn: { status: 'opted_out' } })
    if (state === 'paused') await app.call('POST', `/api/conversations/${id}/automation`, { paused: true })
    await wait(5)
    expect(await written()).toEqual([])
    expect((await runs())[0]).toMatchObject({ outcome: 'skipped', reason })
  })

  test.each(['the dashboard', 'the phone app'])('an answer from %s silences rules and is followed up', async (from) => {
    const { simulator, settle, answer, wait, written, chat } = await open()
    if (from === 'the dashboard') await answer('Ten euros.')
    else simulator.field('smb_message_echoes', { body: 'Ten euros.' }, { from: '5511987654321' })
    await settle()
    expect(await chat()).toMatchObject({ automationPausedBy: 'reply' })
    await wait(5)
    expect(await written()).toHaveLength(1)
  })

  test('paused on purpose and resumed long after, it counts the silence from then on, and sends once', async () => {
    const { answer, wait, written, runs, pause } = await open()
    await answer('Ten euros.')
    await pause(true)
    await wait(6)
    expect(await runs()).toMatchObject([{ outcome: 'skipped', reason: 'Automation is paused in this chat.' }])
    await pause(false)
    await wait(3.9)
    expect(await written()).toEqual([])
    await wait(0.2)
    expect(await written()).toHaveLength(1)
    await pause(true)
    await pause(false)
    for (let turn = 0; turn < 3; turn++) await wait(5)
    expect(await written()).toHaveLength(1)
  })

  test('paused again before its time, or answered by the customer, nothing goes out', async () => {
    const { answer, say, wait, written, pause } = await open()
    await answer('Ten euros.')
    await pause(true)
    await wait(6)
    await pause(false)
    await pause(true)
    await wait(5)
    expect(await written()).toEqual([])
    await pause(false)
    await say('Thanks, I take it')
    await wait(5)
    expect(await written()).toEqual([])
  })

  test('who paused and resumed stands in the thread', async () => {
    const { app, pause, chat } = await open()
    await pause(true)
    await pause(true)
    await pause(false)
    const { entries } = (await app.call('GET', `/api/conversations/${(await chat()).id}/activity`)).body.data
    const lines = entries.filter(({ kind }: { kind: string }) => kind === 'automation')
    expect(lines).toMatchObject([{ after: 'running' }, { after: 'paused', userId: expect.any(String) }])
  })

  test('turning it on does not write to those who have been silent for long', async () => {
    const { app, answer, wait, written } = await open({ enabled: false })
    await answer('Ten euros.')
    await wait(6)
    await app.call('PATCH', '/api/settings/automation', { followUps: { enabled: true } })
    await wait(6)
    expect(await written()).toEqual([])
  })

  test('only somebody who may change settings changes it, and not without a text', async () => {
    const { app } = await open({ enabled: false })
    const empty = await app.call('PATCH', '/api/settings/automation', { followUps: { enabled: true, text: '' } })
    expect(empty.body.error.code).toBe('automation.follow_up_incomplete')
  })
})
