import { expect, test } from 'vitest'
import { createManualClock } from './clock.ts'
import { hello, setStage } from './test-tools.ts'

test('an accepted message answers with the input, the wa_id and a wamid', async () => {
  const { send } = await setStage()
  const { status, body } = await send({ to: '+49 (170) 123-4567', ...hello })
  expect(status).toBe(200)
  expect(body).toEqual({
    messaging_product: 'whatsapp',
    contacts: [{ input: '+49 (170) 123-4567', wa_id: '491701234567' }],
    messages: [{ id: expect.stringMatching(/^wamid\.[A-Za-z0-9+/=]+$/) }],
  })
})

test('a message to a business-scoped user id answers with user_id and without wa_id; `to` wins over `recipient`', async () => {
  const { send } = await setStage()
  const hidden = await send({ to: undefined, recipient: 'US.13491208655302741918', ...hello })
  expect(hidden.body.contacts).toEqual([{ input: 'US.13491208655302741918', user_id: 'US.13491208655302741918' }])
  const both = await send({ recipient: 'US.13491208655302741918', ...hello })
  expect(both.body.contacts).toEqual([{ input: '+491701234567', wa_id: '491701234567' }])
})

test('an alias is answered with the number Meta knows', async () => {
  const { simulator, send } = await setStage()
  simulator.customer({ phone: '+551187654321', aliases: ['+5511987654321'] })
  const { body } = await send({ to: '+5511987654321', ...hello })
  expect(body.contacts).toEqual([{ input: '+5511987654321', wa_id: '551187654321' }])
})

const row = (id: string) => ({ id, title: `Row ${id}` })
const rows = (count: number) => Array.from({ length: count }, (_, index) => row(String(index)))
const interactive = (parts: object) => ({ type: 'interactive', interactive: { body: { text: 'Choose' }, ...parts } })
const button = (id: string, title = id) => ({ type: 'reply', reply: { id, title } })

test.for<[rule: string, message: object, code: number, says?: RegExp]>([
  ['a missing recipient', { to: undefined, ...hello }, 100, /The parameter to is required/],
  ['a wrong product', { messaging_product: 'sms', ...hello }, 100, /messaging_product must be one of/],
  ['an unknown type', { type: 'poll', poll: {} }, 100, /Param type must be one of \{AUDIO, CONTACTS/],
  ['a type without its object', { type: 'text' }, 100, /Parameter 'text' is mandatory/],
  ['an empty text', { type: 'text', text: { body: '' } }, 100, /text\['body'\]/],
  ['a text over 4096', { type: 'text', text: { body: 'x'.repeat(4097) } }, 100, /at most 4096 characters/],
  [
    'a caption over 1024',
    { type: 'image', image: { link: 'https://a.example/a.jpg', caption: 'x'.repeat(1025) } },
    100,
    /1024/,
  ],
  ['a caption on audio', { type: 'audio', audio: { link: 'https://a.example/a.ogg', caption: 'x' } }, 100],
  ['media without id and link', { type: 'image', image: {} }, 100],
  ['media with id and link', { type: 'image', image: { id: '1', link: 'https://a.example/a.jpg' } }, 100],
  [
    'an unknown media id',
    { type: 'image', image: { id: '1' } },
    100,
    /not a valid whatsapp business account media attachment ID/,
  ],
  ['a media link that is no URL', { type: 'image', image: { link: 'a.jpg' } }, 100, /is not a valid URI/],
  ['a location without coordinates', { type: 'location', location: { name: 'Here' } }, 100, /latitude/],
  ['a contact without a formatted name', { type: 'contacts', contacts: [{ name: {} }] }, 100, /formatted_name/],
  [
    'more than 257 contacts',
    { type: 'contacts', contacts: Array.from({ length: 258 }, () => ({ name: { formatted_name: 'A' } })) },
    100,
  ],
  [
    'a reaction with a context',
    { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '👍' }, context: { message_id: 'wamid.x' } },
    131009,
  ],
  [
    'four buttons',
    interactive({ type: 'button', action: { buttons: ['1', '2', '3', '4'].map((id) => button(id)) } }),
    131009,
    /Max allowed buttons: 3/,
  ],
  [
    'a button title over 20',
    interactive({ type: 'button', action: { buttons: [button('1', 'x'.repeat(21))] } }),
    131009,
    /Button title length invalid/,
  ],
  [
    'two equal button titles',
    interactive({ type: 'button', action: { buttons: [button('1', 'a'), button('2', 'a')] } }),
    131009,
    /not unique/,
  ],
  [
    'eleven rows in two sections',
    interactive({
      type: 'list',
      action: {
        button: 'Go',
        sections: [
          { title: 'A', rows: rows(6) },
          { title: 'B', rows: rows(5) },
        ],
      },
    }),
    131009,
    /Total row count/,
  ],
  ['a list without a button label', interactive({ type: 'list', action: { sections: [{ rows: rows(1) }] } }), 131008],
  [
    'a list with an image header',
    interactive({
      type: 'list',
      header: { type: 'image', image: { link: 'https://a.example/a.jpg' } },
      action: { button: 'Go', sections: [{ rows: rows(1) }] },
    }),
    131009,
  ],
  [
    'a product list without a header',
    interactive({ type: 'product_list', action: { catalog_id: '1', sections: [] } }),
    131008,
    /header/,
  ],
  ['a carousel with one card', interactive({ type: 'carousel', action: { cards: [{}] } }), 131009],
  ['an opaque string over 512', { ...hello, biz_opaque_callback_data: 'x'.repeat(513) }, 100, /512/],
  ['a number that is none', { to: 'hello', ...hello }, 131009],
  ['the business itself', { to: '+15550783881', ...hello }, 131021],
])('refused: %s', async ([, message, code, says]) => {
  const { send, simulator } = await setStage()
  const { status, body } = await send(message)
  expect(body.error.code).toBe(code)
  expect(status).toBe(400)
  expect(body.error.fbtrace_id).toMatch(/^A/)
  expect(`${body.error.message} ${body.error.error_data?.details}`).toMatch(says ?? /./)
  expect(simulator.ledger.accepted).toEqual([])
})

test.for<[string, object]>([
  ['text with preview', { type: 'text', text: { body: 'https://a.example', preview_url: true } }],
  ['image by link', { type: 'image', image: { link: 'https://a.example/a.jpg', caption: 'x' } }],
  ['location', { type: 'location', location: { latitude: '52.5', longitude: 13.4, name: 'Berlin' } }],
  [
    'contacts',
    {
      type: 'contacts',
      contacts: [{ name: { formatted_name: 'Ada L', first_name: 'Ada' }, phones: [{ phone: '+49' }] }],
    },
  ],
  ['reaction', { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '👍' } }],
  ['removal of a reaction', { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '' } }],
  [
    'buttons',
    interactive({
      type: 'button',
      header: { type: 'text', text: 'Hi' },
      footer: { text: 'Bye' },
      action: { buttons: [button('1')] },
    }),
  ],
  ['list', interactive({ type: 'list', action: { button: 'Go', sections: [{ rows: rows(10) }] } })],
  [
    'cta_url',
    interactive({
      type: 'cta_url',
      action: { name: 'cta_url', parameters: { display_text: 'Open', url: 'https://a.example' } },
    }),
  ],
  ['location request', interactive({ type: 'location_request_message', action: { name: 'send_location' } })],
  ['contact request', interactive({ type: 'request_contact_info', action: { name: 'request_contact_info' } })],
  [
    'flow',
    interactive({
      type: 'flow',
      action: { name: 'flow', parameters: { flow_message_version: '3', flow_id: '1', flow_cta: 'Book' } },
    }),
  ],
  [
    'product',
    { type: 'interactive', interactive: { type: 'product', action: { catalog_id: '1', product_retailer_id: 'a' } } },
  ],
  ['a reply', { ...hello, context: { message_id: 'wamid.x' } }],
])('taken: %s', async ([, message]) => {
  const { send } = await setStage()
  expect(await send(message)).toMatchObject({ status: 200 })
})

test('a read receipt with typing answers success and needs no recipient', async () => {
  const { graph, simulator } = await setStage()
  const { wamid } = simulator.receive('text')
  const read = { messaging_product: 'whatsapp', status: 'read', message_id: wamid, typing_indicator: { type: 'text' } }
  expect(await graph('POST', `/${simulator.credentials.phoneNumberId}/messages`, read)).toEqual({
    status: 200,
    body: { success: true },
  })
  expect(simulator.ledger.readReceipts).toMatchObject([{ wamid, typing: true }])
  simulator.configure({ messageIds: 'strict' })
  const unknown = await graph('POST', `/${simulator.credentials.phoneNumberId}/messages`, {
    ...read,
    message_id: 'wamid.never',
  })
  expect(unknown.body.error.code).toBe(131009)
})

test('outside the 24 h window a free message is refused at once, or accepted and failed, as configured', async () => {
  const clock = createManualClock()
  const { send, simulator, receiver } = await setStage({ clock, behaviour: { window: 'reject' } })
  expect((await send(hello)).body.error.code).toBe(131047)
  simulator.receive('text', {}, { from: '+491701234567' })
  expect((await send(hello)).status).toBe(200)
  await clock.advance(24 * 3_600_000)
  expect((await send(hello)).body.error.code).toBe(131047)
  expect(
    (await send({ type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } })).status,
  ).toBe(200)
  simulator.configure({ window: 'status' })
  const { body } = await send(hello)
  await clock.advance(1000)
  await simulator.settled()
  expect(receiver.reported().filter((one) => one.id === body.messages[0].id)).toMatchObject([
    { status: 'failed', errors: [{ code: 131047 }] },
  ])
})

test('statuses come in order with pricing on sent and delivered, contacts, and the opaque string', async () => {
  const clock = createManualClock()
  const { send, simulator, receiver } = await setStage({ clock })
  simulator.customer({ phone: '+491701234567', name: 'Ada', username: 'ada.l' })
  await send({ ...hello, biz_opaque_callback_data: 'm1.abc.1' })
  await clock.advance(10)
  await simulator.settled(50).catch(() => {})
  await clock.advance(100)
  await simulator.settled()
  const statuses = receiver.reported()
  expect(statuses.map((one) => one.status)).toEqual(['sent', 'delivered', 'read'])
  expect(statuses.map((one) => 'pricing' in one)).toEqual([true, true, false])
  expect(statuses[0]).toMatchObject({
    recipient_id: '491701234567',
    recipient_user_id: expect.stringMatching(/^DE\.\d+$/),
    biz_opaque_callback_data: 'm1.abc.1',
    timestamp: expect.stringMatching(/^\d{10}$/),
    pricing: { billable: false, pricing_model: 'PMP', type: 'free_customer_service', category: 'service' },
  })
  expect(statuses.some((one) => 'conversation' in one)).toBe(false)
  const profiles = receiver
    .values('messages')
    .map((value) => (value as { contacts: { profile: object }[] }).contacts[0]?.profile)
  expect(profiles).toEqual([{ name: 'Ada' }, { name: 'Ada', username: 'ada.l' }, { name: 'Ada', username: 'ada.l' }])
})

test('a failure to a phone number names no user id and carries no contacts; to a user id it does name it', async () => {
  const { send, simulator, receiver } = await setStage()
  simulator.fault({ fault: { kind: 'failedStatus', code: 131026 }, times: 2 })
  await send(hello)
  await send({ to: undefined, recipient: 'US.13491208655302741918', ...hello })
  await simulator.settled()
  const [toPhone, toUserId] = receiver.reported()
  expect(toPhone).toMatchObject({
    status: 'failed',
    recipient_id: '491701234567',
    errors: [{ code: 131026, title: 'Message undeliverable', error_data: { details: expect.any(String) } }],
  })
  expect(toPhone).not.toHaveProperty('recipient_user_id')
  expect(toUserId).toMatchObject({ status: 'failed', recipient_user_id: 'US.13491208655302741918' })
  expect(toUserId).not.toHaveProperty('recipient_id')
  for (const value of receiver.values()) expect(value).not.toHaveProperty('contacts')
})

test('a reaction is only ever reported as sent, a voice note also as played', async () => {
  const { send, simulator, receiver } = await setStage({ behaviour: { statuses: { played: 40 } } })
  const reaction = await send({ type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '👍' } })
  const voice = await send({ type: 'audio', audio: { link: 'https://a.example/a.ogg', voice: true } })
  await simulator.settled()
  const of = (wamid: string) =>
    receiver
      .reported()
      .filter((one) => one.id === wamid)
      .map((one) => one.status)
  expect(of(reaction.body.messages[0].id)).toEqual(['sent'])
  expect(of(voice.body.messages[0].id).toSorted()).toEqual(['delivered', 'played', 'read', 'sent'])
})

test('service messages are free up to 1,000 a number and month, templates are billed, an ad click makes all free', async () => {
  const { send, simulator, receiver } = await setStage()
  const number = simulator.world.phoneNumbers.get(simulator.credentials.phoneNumberId)
  number?.serviceMessages.set(new Date(simulator.clock.now()).toISOString().slice(0, 7), 1000)
  await send(hello)
  await send({ type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } })
  simulator.receive('text', {}, { from: '+491709999999', referral: true })
  await send({ to: '+491709999999', ...hello })
  await simulator.settled()
  const sent = receiver.reported().filter((one) => one.status === 'sent')
  expect(sent.map((one) => one['pricing'])).toMatchObject([
    { type: 'regular', category: 'service', billable: true },
    { type: 'regular', category: 'utility', billable: true },
    { type: 'free_entry_point', category: 'referral_conversion', billable: false },
  ])
  expect(sent[2]?.['conversation']).toMatchObject({
    origin: { type: 'referral_conversion' },
    expiration_timestamp: expect.stringMatching(/^\d+$/),
  })
})

test('an unregistered number, a blocked user, a stranger to a test number and a stopped marketing reader are refused as Meta does', async () => {
  const { send, simulator, receiver } = await setStage()
  const number = simulator.world.phoneNumbers.get(simulator.credentials.phoneNumberId)
  if (!number) throw new Error('no number')
  number.status = 'DISCONNECTED'
  expect((await send(hello)).body.error.code).toBe(133010)
  number.status = 'CONNECTED'
  number.blocked.add(simulator.customer('+491701234567').userId)
  expect((await send(hello)).body.error.code).toBe(130403)
  number.blocked.clear()
  number.allowedRecipients = new Set(['491700000000'])
  expect((await send(hello)).body.error.code).toBe(131030)
  number.allowedRecipients = undefined
  simulator.field('user_preferences', { value: 'stop' }, { from: '+491701234567' })
  const marketing = { type: 'template', template: { name: 'weekly', language: { code: 'en_US' } } }
  simulator.addTemplate({
    name: 'weekly',
    category: 'MARKETING',
    components: [{ type: 'BODY', text: 'News of this week.' }],
  })
  expect((await send(marketing)).status).toBe(200)
  await simulator.settled()
  expect(receiver.reported()).toMatchObject([{ status: 'failed', errors: [{ code: 131050 }] }])
})
