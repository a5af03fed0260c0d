import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectSimulator, openStores } from '../../test/world.ts'

type World = Awaited<ReturnType<typeof connectSimulator>>
type Json = Record<string, unknown>

const stores = await openStores()
const business = '15550783881'

describe.each(stores)('what comes in a strange order, on the $kind store', ({ databaseUrl }) => {
  let world: World
  beforeAll(async () => {
    world = await connectSimulator({ databaseUrl: await databaseUrl() }, { seed: 3 })
  }, 60_000)
  afterAll(() => world.close())

  async function post(field: string, value: Json, entry: Json = {}) {
    const { phoneNumberId, businessAccountId } = world.simulator.credentials
    const metadata = { display_phone_number: business, phone_number_id: phoneNumberId }
    const { attempts } = await world.simulator.post({
      object: 'whatsapp_business_account',
      entry: [{ id: businessAccountId, ...entry, changes: [{ field, value: { metadata, ...value } }] }],
    })
    expect(attempts.map(({ status }) => status)).toEqual([200])
    await world.test.settle()
  }
  const say = (message: Json, more: Json = {}) =>
    post('messages', { messages: [{ timestamp: '1749416383', ...message }], ...more })
  const text = (id: string, from: string, body = 'Hello') => ({ id, from, type: 'text', text: { body } })
  const echo = (id: string, to: string) =>
    post('smb_message_echoes', { message_echoes: [{ ...text(id, business), to, timestamp: '1749416383' }] })
  const status = (id: string, more: Json) => post('messages', { statuses: [{ id, timestamp: '1749416390', ...more }] })
  const system = () => world.test.app.store.system
  const stored = async (providerMessageId: string) =>
    (await system().messages.find({ where: { providerMessageId }, limit: 5 }))[0]
  const contactsOf = async (value: string) => {
    const keys = await system().contactIdentities.find({ where: { value }, limit: 5 })
    return keys.map(({ contactId }) => contactId)
  }

  test('an edit that comes before its message changes it when it comes', async () => {
    const message = { type: 'text', text: { body: 'Three, please' } }
    await say({ id: 'w.e1', from: '12125551001', type: 'edit', edit: { original_message_id: 'w.1', message } })
    await say(text('w.1', '12125551001', 'Two, please'))
    expect(await stored('w.1')).toMatchObject({
      content: { text: 'Three, please' },
      editHistory: [{ content: { text: 'Two, please' } }],
    })
  })

  test('a deletion that comes before its message deletes it when it comes', async () => {
    await say({ id: 'w.r1', from: '12125551002', type: 'revoke', revoke: { original_message_id: 'w.2' } })
    await say(text('w.2', '12125551002'))
    expect(await stored('w.2')).toMatchObject({ status: 'deleted' })
  })

  test('a reaction that comes before its message is put on it when it comes', async () => {
    const from = '12125551003'
    await say({ id: 'w.h1', from, type: 'reaction', reaction: { message_id: 'w.3', emoji: '👍' } })
    await echo('w.3', from)
    expect(await stored('w.3')).toMatchObject({ reactions: [{ from: 'contact', emoji: '👍' }] })
  })

  test('statuses that come before the echo of the phone app are applied when it comes', async () => {
    await status('w.4', { status: 'read', recipient_id: '12125551004' })
    await echo('w.4', '12125551004')
    expect(await stored('w.4')).toMatchObject({ status: 'read', direction: 'outbound' })
    expect(await system().orphans.count({ providerMessageId: 'w.4' })).toBe(0)
  })

  test('what came early is not applied twice when all of it is delivered again', async () => {
    const message = { type: 'text', text: { body: 'b' } }
    const edit = { id: 'w.e5', from: '12125551005', type: 'edit', edit: { original_message_id: 'w.5', message } }
    for (const one of [edit, text('w.5', '12125551005', 'a'), edit, text('w.5', '12125551005', 'a')]) await say(one)
    const { editHistory, content } = (await stored('w.5'))!
    expect([content, editHistory?.length]).toEqual([{ text: 'b' }, 1])
  })

  test('the scoped id of a status makes a later message without a number one of the same person', async () => {
    const user_id = 'US.10010010010010010006'
    await echo('w.6', '12125551006')
    await status('w.6', { status: 'delivered', recipient_id: '12125551006', recipient_user_id: user_id })
    await say({ id: 'w.7', from_user_id: user_id, type: 'text', text: { body: 'Me again' } })
    expect((await stored('w.7'))!.contactId).toBe((await stored('w.6'))!.contactId)
    expect(await contactsOf(user_id)).toEqual(await contactsOf('12125551006'))
  })

  test('a status for the number of another person teaches nothing about this one', async () => {
    await echo('w.8', '12125551008')
    await status('w.8', { status: 'sent', recipient_id: '12125551099', recipient_user_id: 'US.7777777777' })
    expect(await contactsOf('US.7777777777')).toEqual([])
  })

  test('a message of nobody is one contact and one chat, however often it is delivered', async () => {
    const before = [await system().contacts.count(), await system().conversations.count()]
    for (let again = 0; again < 3; again++) await say({ id: 'w.9', type: 'text', text: { body: 'Who am I' } })
    const after = [await system().contacts.count(), await system().conversations.count()]
    expect(after).toEqual(before.map((count) => count + 1))
  })

  test('a call, a choice or a handover of nobody makes no contact', async () => {
    const before = await system().contacts.count()
    await post('calls', { calls: [{ id: 'wacid.1', event: 'connect', direction: 'USER_INITIATED' }] })
    await post('user_preferences', { user_preferences: [{ category: 'marketing_messages', value: 'stop' }] })
    await post('messaging_handovers', { type: 'control_taken', control_taken: {} })
    await post('standby', { standby: { statuses: [{ id: 'w.x', status: 'read' }] } })
    expect(await system().contacts.count()).toBe(before)
  })

  test('of two marketing choices the later one counts, in whatever order they come', async () => {
    const choose = (value: string, timestamp: number) =>
      post('user_preferences', {
        user_preferences: [{ wa_id: '12125551010', category: 'marketing_messages', value, timestamp }],
      })
    await choose('resume', 1_749_416_500)
    await choose('stop', 1_749_416_400)
    const [contactId] = await contactsOf('12125551010')
    expect(await system().contacts.get(contactId!)).toMatchObject({ marketingStoppedAt: null, optInStatus: 'opted_in' })
    await choose('stop', 1_749_416_600)
    expect(await system().contacts.get(contactId!)).toMatchObject({ optInStatus: 'opted_out' })
  })

  test('a refusal of marketing that comes as a status opts its reader out, unless they chose again since', async () => {
    const choose = (value: string, timestamp: number) =>
      post('user_preferences', {
        user_preferences: [{ wa_id: '12125551052', category: 'marketing_messages', value, timestamp }],
      })
    const refuse = (id: string) => status(id, { status: 'failed', errors: [{ code: 131050, title: 'Stopped' }] })
    await echo('w.52', '12125551052')
    await refuse('w.52')
    const [contactId] = await contactsOf('12125551052')
    expect((await system().contacts.get(contactId!))!.marketingStoppedAt).not.toBeNull()
    await choose('resume', 1_749_416_500)
    await echo('w.53', '12125551052')
    await refuse('w.53')
    expect(await system().contacts.get(contactId!)).toMatchObject({ marketingStoppedAt: null, optInStatus: 'opted_in' })
  })

  test('a message from the future is one of now, so that it does not stay at the top for years', async () => {
    await say({ ...text('w.11', '12125551011'), timestamp: '3900000000' })
    const { sentAt, conversationId } = (await stored('w.11'))!
    expect(Math.abs(Date.parse(sentAt) - world.test.clock.now().getTime())).toBeLessThan(120_000)
    const { windowExpiresAt } = (await system().conversations.get(conversationId))!
    expect(Date.parse(windowExpiresAt!)).toBeLessThan(world.test.clock.now().getTime() + 25 * 3600_000)
  })

  test.each([
    [
      'with the new number in its old place',
      { new_wa_id: '12125551022', body: 'Ana changed their number' },
      '12125551021',
      '12125551022',
    ],
    [
      'with both numbers in its sentence only',
      { body: 'Ana changed from 12125551023 to 12125551024' },
      '12125551023',
      '12125551024',
    ],
  ])('a number change without a type, %s, keeps one contact', async (_name, told, before, after) => {
    await say(text(`w.${before}`, before))
    await say({ id: `w.${after}`, from: before, type: 'system', system: told })
    expect(await contactsOf(after)).toEqual(await contactsOf(before))
    const [contactId] = await contactsOf(after)
    expect(await system().contacts.get(contactId!)).toMatchObject({ phone: `+${after}` })
  })

  test('a value that is a list of values is as many changes', async () => {
    const { phoneNumberId, businessAccountId } = world.simulator.credentials
    const value = (id: string) => ({
      metadata: { phone_number_id: phoneNumberId },
      messages: [text(id, '12125551030')],
    })
    await world.simulator.post({
      object: 'whatsapp_business_account',
      entry: [{ id: businessAccountId, changes: [{ field: 'messages', value: [value('w.30'), null, value('w.31')] }] }],
    })
    await world.test.settle()
    expect([await stored('w.30'), await stored('w.31')]).toMatchObject([{ type: 'text' }, { type: 'text' }])
  })

  test('a payment that failed is no message that failed', async () => {
    await echo('w.12', '12125551012')
    await status('w.12', {
      status: 'failed',
      type: 'payment',
      recipient_id: '12125551012',
      payment: { reference_id: 'r' },
    })
    expect(await stored('w.12')).toMatchObject({ status: 'sent' })
  })

  test('a list of ban states, as Meta prints it, stops nothing; one state does what it says', async () => {
    const ban = (waba_ban_state: unknown) =>
      post('account_update', { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state, waba_ban_date: 'DATE' } })
    const problem = async () => (await system().channels.find({ limit: 5 })).map((channel) => channel.problem?.message)
    await ban(['SCHEDULE_FOR_DISABLE', 'DISABLE', 'REINSTATE'])
    expect(await problem()).toEqual([undefined])
    await ban(['DISABLE'])
    expect(await problem()).toEqual([expect.stringMatching(/disabled the account/)])
    await ban('REINSTATE')
    expect(await problem()).toEqual([undefined])
  })

  test('an older judgement of a template that comes late changes nothing', async () => {
    await world.test.call('POST', '/api/templates/sync', {})
    const [template] = await system().templates.find({ where: { status: 'APPROVED' }, limit: 1 })
    const judge = (event: string, time: number) =>
      post(
        'message_template_status_update',
        { event, message_template_id: template!.providerTemplateId, message_template_name: template!.name },
        { time },
      )
    await judge('PAUSED', 1_749_416_500)
    await judge('APPROVED', 1_749_416_400)
    expect(await system().templates.get(template!.id)).toMatchObject({ status: 'PAUSED' })
    await judge('APPROVED', 1_749_416_600)
    expect(await system().templates.get(template!.id)).toMatchObject({ status: 'APPROVED' })
  })

  test('a template that was written at Meta is fetched when Meta first speaks of it', async () => {
    await world.test.call('POST', '/api/templates/sync', {})
    const [template] = await system().templates.find({ where: { status: 'APPROVED' }, limit: 1 })
    await system().templates.remove(template!.id)
    await post('message_template_status_update', {
      event: 'APPROVED',
      message_template_id: template!.providerTemplateId,
      message_template_name: template!.name,
      message_template_language: template!.language,
    })
    const [again] = await system().templates.find({ where: { name: template!.name, language: template!.language } })
    expect(again).toMatchObject({ status: 'APPROVED', components: template!.components })
  })
})
