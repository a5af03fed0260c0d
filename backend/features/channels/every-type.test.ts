import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { messageTypes, sendableTypes, type Message } from '../../contract/messages.ts'
import { contents, type ContentName } from '../../simulator/payloads/contents.ts'
import { fields, type FieldName } from '../../simulator/payloads/fields.ts'
import { readSample, type MediaName } from '../../simulator/samples/samples.ts'
import type { Simulator } from '../../simulator/simulator.ts'
import { connectSimulator, openStores, type TestApp } from '../../test/world.ts'

const stores = await openStores()
const customer = { phone: '+491701234567', name: 'Ada' }

describe.each(stores)('every type on $kind', ({ databaseUrl }) => {
  let simulator: Simulator
  let app: TestApp
  let close: () => Promise<void>
  let conversationId: string

  beforeAll(async () => {
    const world = await connectSimulator({ databaseUrl: await databaseUrl() }, { seed: 1 })
    simulator = world.simulator
    app = world.test
    close = world.close
    simulator.receive('text', { body: 'Hello' }, { from: customer })
    await arrive()
    const { data } = (await app.call('GET', '/api/conversations')).body
    conversationId = data.conversations[0].id
    await app.call('POST', '/api/templates/sync', {})
  }, 60_000)
  afterAll(() => close())

  async function arrive() {
    await app.settle()
    await simulator.settled()
    await app.settle()
  }

  async function upload(name: MediaName, fields: Record<string, string> = {}): Promise<string> {
    const { bytes, mimeType, filename } = readSample(name)
    const form = new FormData()
    for (const [field, value] of Object.entries(fields)) form.set(field, value)
    form.set('file', new Blob([Buffer.from(bytes)], { type: mimeType }), filename)
    const response = await fetch(`${app.url}/api/media`, {
      method: 'POST',
      body: form,
      headers: { cookie: app.cookie, 'sec-fetch-site': 'same-origin' },
    })
    const { data } = (await response.json()) as { data: { id: string } }
    return data.id
  }

  async function send(type: string, content: object): Promise<Message> {
    const answer = await app.call('POST', '/api/messages', { conversationId, type, content })
    expect(answer).toMatchObject({ status: 201 })
    await arrive()
    return (await app.call('GET', `/api/messages/${answer.body.data.id}`)).body.data
  }

  const accepted = (message: Message) =>
    simulator.ledger.accepted.find(({ wamid }) => wamid === message.providerMessageId)?.body as Record<string, unknown>

  const plain: [string, () => Promise<object> | object][] = [
    ['text', () => ({ text: 'See https://luckyshrub.example', previewUrl: true })],
    ['image', async () => ({ mediaId: await upload('image'), caption: 'Look' })],
    ['video', async () => ({ mediaId: await upload('video'), caption: 'Look' })],
    ['audio', async () => ({ mediaId: await upload('audio') })],
    ['document', async () => ({ mediaId: await upload('document'), filename: 'invoice.pdf', caption: 'Yours' })],
    ['sticker', async () => ({ mediaId: await upload('sticker') })],
    ['image', () => ({ link: 'https://luckyshrub.example/aloe.jpg' })],
    ['location', () => ({ latitude: 52.5, longitude: 13.4, name: 'Shop', address: 'Main Street 1' })],
    [
      'contacts',
      () => ({ contacts: [{ name: { formatted_name: 'Bob', first_name: 'Bob' }, phones: [{ phone: '+49301234' }] }] }),
    ],
  ]
  test.each(plain)('%s goes out as WhatsApp wants it and is read', async (type, contentOf) => {
    const message = await send(type, await contentOf())
    expect(message).toMatchObject({ type, status: 'read', error: null })
    const body = accepted(message)
    expect(body).toMatchObject({ type, [type]: expect.anything() })
  })

  test('a recording goes out as a voice note', async () => {
    const message = await send('audio', { mediaId: await upload('voice', { voice: 'true' }), voice: true })
    expect(accepted(message)['audio']).toMatchObject({ voice: true })
  })

  test('a reaction is set and taken back', async () => {
    const target = await send('text', { text: 'Thanks' })
    const set = await send('reaction', { messageId: target.id, emoji: '👍' })
    expect(accepted(set)['reaction']).toEqual({ message_id: target.providerMessageId, emoji: '👍' })
    const taken = await send('reaction', { messageId: target.id, emoji: '' })
    expect(accepted(taken)['reaction']).toEqual({ message_id: target.providerMessageId, emoji: '' })
  })

  const row = { id: 'one', title: 'One', description: 'The first' }
  const product = { catalogId: '194836987003835' }
  const interactive: [string, object][] = [
    [
      'button',
      { header: { type: 'text', text: 'Hi' }, body: 'Yes?', footer: 'Bye', buttons: [{ id: 'yes', title: 'Yes' }] },
    ],
    ['list', { header: 'Hi', body: 'Which?', button: 'Choose', sections: [{ title: 'All', rows: [row] }] }],
    ['cta_url', { body: 'See', label: 'Open', url: 'https://luckyshrub.example/' }],
    ['location_request_message', { body: 'Where are you?' }],
    ['request_contact_info', { body: 'May we call?' }],
    ['flow', { body: 'Fill in', flowId: '1', flowCta: 'Open', flowToken: 't', flowAction: 'navigate', screen: 'A' }],
    ['product', { ...product, productRetailerId: 'sku-1', body: 'This one' }],
    [
      'product_list',
      { ...product, header: 'Ours', body: 'These', sections: [{ title: 'All', productRetailerIds: ['a'] }] },
    ],
  ]
  test.each(interactive)('the interactive message %s goes out', async (kind, content) => {
    const message = await send('interactive', { kind, ...content })
    expect(message).toMatchObject({ type: 'interactive', status: 'read' })
    expect(accepted(message)['interactive']).toMatchObject({ type: kind })
  })

  test('a picture above buttons is uploaded first', async () => {
    const header = { type: 'image', mediaId: await upload('image') }
    const message = await send('interactive', {
      kind: 'button',
      header,
      body: 'Yes?',
      buttons: [{ id: 'y', title: 'Y' }],
    })
    expect(accepted(message)['interactive']).toMatchObject({ header: { image: { id: expect.any(String) } } })
  })

  const templates: [string, object][] = [
    ['hello_world', {}],
    ['order_confirmation', { body: { 1: 'Ada', 2: '42', 3: 'Friday' }, buttons: { 0: '42' } }],
    ['appointment_reminder', { header: { day: 'Monday' }, body: { first_name: 'Ada', time: '9:00' } }],
    ['login_code', { body: { 1: '123456' } }],
  ]
  test.each(templates)('the template %s goes out with its variables', async (name, variables) => {
    const message = await send('template', { name, language: 'en_US', variables })
    expect(message).toMatchObject({
      type: 'template',
      status: 'read',
      content: { rendered: { body: expect.any(String) } },
    })
    expect(accepted(message)['template']).toMatchObject({ name })
  })

  test('a carousel goes out with the pictures and values of its cards', async () => {
    const [first, second] = [await upload('image'), await upload('image')]
    const message = await send('template', {
      name: 'summer_carousel',
      language: 'en_US',
      variables: { body: { 1: 'Ada' } },
      cards: [
        { headerMedia: { mediaId: first }, body: { 1: '10%' } },
        { headerMedia: { mediaId: second }, body: { 1: '20%' }, buttons: { 0: 'second' } },
      ],
    })
    expect(message).toMatchObject({ status: 'read', error: null })
    expect(message.content).toMatchObject({
      rendered: { cards: [{ body: expect.stringContaining('10% off') }, { header: { media: { id: second } } }] },
    })
    const { components } = accepted(message)['template'] as { components: { type: string; cards?: object[] }[] }
    expect(components.find(({ type }) => type === 'carousel')).toMatchObject({
      cards: [
        { card_index: 0, components: [{ type: 'header' }, { type: 'body' }] },
        { card_index: 1, components: [{ type: 'header' }, { type: 'body' }, { sub_type: 'quick_reply' }] },
      ],
    })
  })

  test('an offer goes out with its end, and never after it', async () => {
    simulator.addTemplate({
      name: 'last_day',
      category: 'MARKETING',
      components: [
        { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Ends soon', has_expiration: true } },
        { type: 'BODY', text: 'All plants at half price.' },
        { type: 'BUTTONS', buttons: [{ type: 'COPY_CODE', example: 'HALF' }] },
      ],
    })
    await app.call('POST', '/api/templates/sync', {})
    const content = { name: 'last_day', language: 'en_US', variables: { buttons: { 0: 'HALF' } } }
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const message = await send('template', { ...content, offerExpiresAt: expiresAt })
    expect(message).toMatchObject({
      status: 'read',
      content: { rendered: { offer: { text: 'Ends soon', expiresAt } } },
    })
    expect(accepted(message)['template']).toMatchObject({
      components: expect.arrayContaining([
        {
          type: 'limited_time_offer',
          parameters: [
            { type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: Date.parse(expiresAt) } },
          ],
        },
      ]),
    })
    const over = { ...content, offerExpiresAt: '2026-01-01T00:00:00.000Z' }
    for (const wrong of [content, over]) {
      const answer = await app.call('POST', '/api/messages', { conversationId, type: 'template', content: wrong })
      expect(answer.body.error).toMatchObject({
        code: 'template.variables_missing',
        details: ['offer.expiresAt'],
      })
    }
  })

  test('a list of products and a catalogue go out', async () => {
    for (const [name, type] of [
      ['our_list', 'MPM'],
      ['our_catalogue', 'CATALOG'],
    ] as const)
      simulator.addTemplate({
        name,
        category: 'MARKETING',
        components: [
          { type: 'BODY', text: 'Have a look.' },
          { type: 'BUTTONS', buttons: [{ type, text: 'View items' }] },
        ],
      })
    await app.call('POST', '/api/templates/sync', {})
    const sections = [{ title: 'Plants', productRetailerIds: ['aloe', 'fern'] }]
    const list = await send('template', {
      name: 'our_list',
      language: 'en_US',
      products: { thumbnail: 'aloe', sections },
    })
    expect(list).toMatchObject({ status: 'read', error: null })
    expect(accepted(list)['template']).toMatchObject({
      components: [
        {
          sub_type: 'mpm',
          parameters: [{ action: { sections: [{ product_items: [{ product_retailer_id: 'aloe' }, {}] }] } }],
        },
      ],
    })
    for (const products of [undefined, { thumbnail: 'fern' }])
      expect(await send('template', { name: 'our_catalogue', language: 'en_US', products })).toMatchObject({
        status: 'read',
        error: null,
      })
  })

  test('a place above a template goes out, and a code for an app', async () => {
    simulator.addTemplate({
      name: 'we_moved',
      components: [
        { type: 'HEADER', format: 'LOCATION' },
        { type: 'BODY', text: 'We have moved.' },
      ],
    })
    const supported_apps = [{ package_name: 'com.example.shop', signature_hash: 'K8a/AINcGX7' }]
    simulator.addTemplate({
      name: 'app_code',
      category: 'AUTHENTICATION',
      components: [
        { type: 'BODY', add_security_recommendation: true },
        { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'ONE_TAP', text: 'Copy code', supported_apps }] },
      ],
    })
    await app.call('POST', '/api/templates/sync', {})
    const headerLocation = { latitude: 52.5, longitude: 13.4, name: 'Shop', address: 'Main Street 1' }
    const moved = await send('template', { name: 'we_moved', language: 'en_US', headerLocation })
    expect(moved).toMatchObject({ status: 'read', error: null })
    const code = await send('template', { name: 'app_code', language: 'en_US', variables: { body: { 1: '4711' } } })
    expect(code).toMatchObject({ status: 'read', error: null })
  })

  test('a template with a picture takes an uploaded one', async () => {
    simulator.addTemplate({
      name: 'with_picture',
      components: [
        { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::x'] } },
        { type: 'BODY', text: 'Look at this' },
      ],
    })
    await app.call('POST', '/api/templates/sync', {})
    const headerMedia = { mediaId: await upload('image') }
    const message = await send('template', { name: 'with_picture', language: 'en_US', headerMedia })
    expect(message).toMatchObject({ status: 'read', error: null })
    expect(JSON.stringify(accepted(message)['template'])).toContain('"image":{"id"')
  })

  test('a carousel goes out with the parts that a program gives', async () => {
    const card = (index: number) => ({
      card_index: index,
      components: [
        { type: 'header', parameters: [{ type: 'image', image: { link: 'https://luckyshrub.example/a.jpg' } }] },
        { type: 'body', parameters: [{ type: 'text', text: '10 %' }] },
      ],
    })
    const components = [
      { type: 'body', parameters: [{ type: 'text', text: 'Ada' }] },
      { type: 'carousel', cards: [card(0), card(1)] },
    ]
    expect(await send('template', { name: 'summer_carousel', language: 'en_US', components })).toMatchObject({
      status: 'read',
      error: null,
    })
  })

  test('programs send one type with a short form, once per Idempotency-Key', async () => {
    const bodies: [string, object][] = [
      ['text', { text: 'Short' }],
      ['image', { mediaId: await upload('image') }],
      ['video', { mediaId: await upload('video') }],
      ['audio', { mediaId: await upload('audio') }],
      ['document', { mediaId: await upload('document') }],
      ['location', { latitude: 1, longitude: 2 }],
      ['template', { name: 'hello_world', language: 'en_US' }],
    ]
    for (const [type, body] of bodies) {
      const headers = { 'idempotency-key': `short-${type}` }
      const send = () => app.call('POST', `/api/messages/${type}`, { to: customer.phone, ...body }, { headers })
      const [first, second] = [await send(), await send()]
      expect(first).toMatchObject({ status: 201, body: { data: { type, conversationId } } })
      expect(second.body.data.id).toBe(first.body.data.id)
    }
    await arrive()
    const wrong = await app.call('POST', '/api/messages/text', { to: customer.phone, image: 'x' })
    expect(wrong.status).toBe(422)
  })

  test('nothing that a business may send was left out above', () => {
    const sent = new Set(simulator.ledger.accepted.map(({ type }) => type))
    expect([...sendableTypes].filter((type) => !sent.has(type))).toEqual([])
    expect(simulator.ledger.duplicates().size).toBe(0)
  })

  const expected: Partial<Record<ContentName, string>> = {
    voice: 'audio',
    button_reply: 'interactive',
    list_reply: 'interactive',
    nfm_reply: 'interactive',
    call_permission_reply: 'interactive',
    payment_method: 'interactive',
    unknown: 'unsupported',
    user_changed_number: 'system',
    user_changed_user_id: 'system',
    customer_identity_changed: 'system',
  }
  /** These change another message instead of being one, or say nothing that could be shown. */
  const without = new Set<ContentName>([
    'edit',
    'revoke',
    'empty_interactive',
    'request_welcome',
    'user_changed_number',
    'user_changed_user_id',
  ])
  const inbound = Object.keys(contents) as ContentName[]

  test.each(inbound.filter((name) => !without.has(name)))('%s comes in with a type and a preview', async (name) => {
    const { wamid } = simulator.receive(name, {}, { from: customer })
    await arrive()
    const message = await findMessage(wamid)
    expect(message).toMatchObject({ type: expected[name] ?? name, status: 'received', direction: 'inbound' })
    expect(messageTypes).toContain(message!.type)
    expect(Object.keys(message!.content).length).toBeGreaterThan(0)
  })

  test('what a customer edits and takes back is changed where it stands', async () => {
    const { wamid } = simulator.receive('text', { body: 'Two' }, { from: customer })
    await arrive()
    simulator.receive(
      'edit',
      { originalId: wamid, content: { type: 'text', text: { body: 'Three' } } },
      { from: customer },
    )
    await arrive()
    expect(await findMessage(wamid)).toMatchObject({ content: { text: 'Three' }, editedAt: expect.any(String) })
    simulator.receive('revoke', { originalId: wamid }, { from: customer })
    await arrive()
    expect(await findMessage(wamid)).toMatchObject({ status: 'deleted' })
  })

  test('a number that changes stays one contact', async () => {
    const before = (await app.call('GET', '/api/contacts?page=1')).body.data.pagination.total
    simulator.receive('user_changed_number', { to: '+491709999999' } as never, { from: customer })
    await arrive()
    expect((await app.call('GET', '/api/contacts?page=1')).body.data.pagination.total).toBe(before)
    const { data } = (await app.call('GET', `/api/conversations/${conversationId}`)).body
    expect(data.contactPhone).toBe('+491709999999')
  })

  test.each(Object.keys(fields) as FieldName[])('the webhook %s is applied or noted', async (name) => {
    simulator.field(name, undefined, { from: { phone: '+491705550000', name: 'Ben' } })
    await arrive()
    const { system } = app.app.store
    const failed = await system.webhookDeliveries.find({
      where: { state: { in: ['failed', 'unreadable', 'waiting'] } },
      limit: 5,
    })
    expect(failed).toEqual([])
    const [latest] = await system.webhookDeliveries.find({ sort: ['createdAt', 'desc'], limit: 1 })
    expect(latest).toMatchObject({ items: expect.any(Number), summary: expect.stringMatching(/\w/) })
  })

  test('nothing of all that became a dead letter', async () => {
    expect((await app.call('GET', '/api/webhooks/counts')).body.data).toEqual({ retrying: 0, dead: 0 })
  })

  async function findMessage(wamid: string): Promise<Message | undefined> {
    const store = app.app.store.system
    return (await store.messages.first({ providerMessageId: wamid })) as Message | undefined
  }
})
