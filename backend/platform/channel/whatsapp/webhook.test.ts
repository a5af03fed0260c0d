import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { IncomingItem, IncomingMessage } from '../channel.ts'
import { fieldReaders } from './fields/registry.ts'
import {
  accountBase,
  accountEnvelope,
  accountId,
  at,
  base,
  bsuid,
  businessPhone,
  changedNumber,
  chatValue,
  contact,
  customerMessages,
  customerPhone,
  envelope,
  mediaSha256,
  message,
  messagesBody,
  otherBodies,
  parentBsuid,
  phoneNumberId,
  status,
  statusesBody,
  timestamp,
} from './test/fixtures.ts'
import { parseWebhookJson, readWebhook } from './webhook.ts'

const read = (body: unknown) => readWebhook(body).items
const only = (body: unknown): IncomingItem => {
  const items = read(body)
  expect(items).toHaveLength(1)
  return items[0]!
}
const received = (members: object): IncomingMessage => only(messagesBody(members as never)) as IncomingMessage

describe('a message of a customer', () => {
  const whole = {
    ...base,
    kind: 'message',
    key: `message:${phoneNumberId}:wamid.one`,
    origin: 'contact',
    direction: 'inbound',
    providerMessageId: 'wamid.one',
    person: { phone: customerPhone, profileName: 'Sheena Nelson' },
    at,
  }
  const file = { providerMediaId: '1908647269898587', sha256: mediaSha256 }
  const pending = { sha256: mediaSha256, state: 'pending' }

  test.each([
    ['text', { type: 'text', content: { text: 'Does it come in another color?' } }],
    [
      'image',
      {
        type: 'image',
        content: { media: { ...pending, mimeType: 'image/jpeg' }, caption: 'Look' },
        media: { ...file, mimeType: 'image/jpeg', url: 'https://lookaside.fbsbx.com/x' },
      },
    ],
    [
      'video',
      {
        type: 'video',
        content: { media: { ...pending, mimeType: 'video/mp4' } },
        media: { ...file, mimeType: 'video/mp4' },
      },
    ],
    [
      'audio',
      {
        type: 'audio',
        content: { media: { ...pending, mimeType: 'audio/ogg; codecs=opus' }, voice: true },
        media: { ...file, mimeType: 'audio/ogg; codecs=opus' },
      },
    ],
    [
      'voice',
      {
        type: 'audio',
        content: { media: { ...pending, mimeType: 'audio/ogg; codecs=opus' }, voice: true },
        media: { ...file, mimeType: 'audio/ogg; codecs=opus' },
      },
    ],
    [
      'document',
      {
        type: 'document',
        content: { media: { ...pending, mimeType: 'application/pdf', filename: 'offer.pdf' } },
        media: { ...file, mimeType: 'application/pdf', filename: 'offer.pdf' },
      },
    ],
    [
      'sticker',
      {
        type: 'sticker',
        content: { media: { ...pending, mimeType: 'image/webp' }, animated: true },
        media: { ...file, mimeType: 'image/webp' },
      },
    ],
    [
      'location',
      { type: 'location', content: { latitude: 37.44, longitude: -122.16, name: 'Philz', address: '101 Forest Ave' } },
    ],
    [
      'contacts',
      {
        type: 'contacts',
        content: {
          contacts: [
            {
              name: { formatted_name: 'Barbara J. Johnson' },
              phones: [{ phone: '+1 650 555 9999', wa_id: '16505559999', type: 'CELL' }],
            },
          ],
        },
      },
    ],
    ['reaction', { type: 'reaction', content: { emoji: '👍', providerMessageId: 'wamid.target' } }],
    [
      'buttonReply',
      {
        type: 'interactive',
        content: { kind: 'button_reply', reply: { id: 'cancel', title: 'Cancel' } },
        replyTo: { providerMessageId: 'wamid.asked' },
      },
    ],
    [
      'listReply',
      {
        type: 'interactive',
        content: { kind: 'list_reply', reply: { id: 'p1', title: 'Priority', description: 'Next day' } },
      },
    ],
    [
      'formReply',
      {
        type: 'interactive',
        content: {
          kind: 'nfm_reply',
          reply: { id: 'flow', title: 'Form answered', description: 'Sent', data: { flow_token: 't', size: 'L' } },
        },
      },
    ],
    [
      'callPermission',
      {
        type: 'interactive',
        content: {
          kind: 'call_permission_reply',
          reply: {
            id: 'accept',
            title: 'Allowed calls',
            permanent: false,
            data: { response: 'accept', is_permanent: false },
          },
        },
      },
    ],
    ['button', { type: 'button', content: { text: 'Unsubscribe', payload: 'unsubscribe' } }],
    [
      'order',
      {
        type: 'order',
        content: {
          catalogId: '194836987003835',
          text: 'Please hurry',
          items: [{ productRetailerId: 'di9ozbzfi4', quantity: 2, itemPrice: 30.5, currency: 'USD' }],
        },
      },
    ],
    ['system', { type: 'system', content: { kind: 'customer_identity_changed', body: 'Their security code changed' } }],
    [
      'unsupported',
      {
        type: 'unsupported',
        content: {
          originalType: 'poll_creation',
          reason: 'WhatsApp does not hand over a poll to business software.',
          code: 131051,
        },
        raw: customerMessages.unsupported,
      },
    ],
  ] as const)('of the type %s is read whole', (name, expected) => {
    expect(received(customerMessages[name])).toEqual({ ...whole, ...expected })
  })

  test('has a file whose type is read without the backslash that some tools leave', () => {
    const item = received({ type: 'sticker', sticker: { id: '1', mime_type: String.raw`image\/webp` } })
    expect(item.media).toMatchObject({ mimeType: 'image/webp' })
  })

  test('may have lost its type', () => {
    const { type: _type, ...untyped } = customerMessages.image
    expect(received(untyped).type).toBe('image')
  })

  test.each([
    ['no type', {}],
    ['a type of the future', { type: 'hologram', hologram: { id: '1' } }],
    ['a type that every object has', { type: 'constructor' }],
    ['a type without its object', { type: 'text' }],
    ['a text in a list', { type: 'text', text: [['hello']] }],
    ['a place without coordinates', { type: 'location', location: { name: 'somewhere' } }],
    ['a reaction to nothing', { type: 'reaction', reaction: { emoji: '👍' } }],
    ['an edit of nothing', { type: 'edit', edit: {} }],
    [
      'an edit to nothing that is known',
      { type: 'edit', edit: { original_message_id: 'wamid.target', message: { type: 'hologram' } } },
    ],
  ])('with %s is kept as it came, with a reason', (_name, members) => {
    const item = received(message(members))
    expect(item).toMatchObject({
      type: 'unsupported',
      content: { reason: expect.stringMatching(/\.$/) },
      raw: message(members),
    })
  })

  test('that WhatsApp could not hand over says where to read it', () => {
    const item = received(message({ type: 'unsupported', unsupported: { type: 'text' }, errors: [{ code: 131060 }] }))
    expect(item.content).toMatchObject({
      code: 131060,
      reason: expect.stringContaining('Open the WhatsApp Business app'),
    })
  })

  test('without its object takes its reason from the error beside it', () => {
    const value = chatValue({
      contacts: [contact],
      messages: [message({ type: 'interactive' })],
      errors: [{ code: 131060 }],
    })
    const [item, error] = read(envelope('messages', value))
    expect(item).toMatchObject({ type: 'unsupported', content: { originalType: 'interactive', code: 131060 } })
    expect(error).toMatchObject({ kind: 'notice', field: 'messages' })
  })

  test('that is unsupported without a word takes its reason from the error beside it', () => {
    const value = chatValue({ messages: [message({ type: 'unsupported' })], errors: [{ code: 131060 }] })
    expect(read(envelope('messages', value))[0]).toMatchObject({ content: { originalType: 'unknown', code: 131060 } })
  })

  test.each([{ emoji: '' }, {}])('takes back a reaction by an emoji that is empty or missing', (emoji) => {
    const item = received(message({ type: 'reaction', reaction: { message_id: 'wamid.target', ...emoji } }))
    expect(item.content).toEqual({ emoji: null, providerMessageId: 'wamid.target' })
  })

  test.each([
    ['["not","an","object"]', ['not', 'an', 'object']],
    ['not json', 'not json'],
    [{ already: 'an object' }, { already: 'an object' }],
    [undefined, undefined],
  ])('answers a form with %j', (response_json, data) => {
    const item = received(
      message({ type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { response_json } } }),
    )
    expect(item.content).toMatchObject({ kind: 'nfm_reply', reply: { title: 'Form answered' } })
    expect((item.content as { reply: { data?: unknown } }).reply.data).toEqual(data)
  })

  test('with an answer of a new kind keeps all of it', () => {
    const item = received(
      message({ type: 'interactive', interactive: { type: 'mood_reply', mood_reply: { mood: 'good' } } }),
    )
    expect(item).toMatchObject({
      type: 'interactive',
      content: { kind: 'mood_reply', reply: { data: { mood: 'good' } } },
    })
  })

  test('with a file that has no id says so and asks for nothing', () => {
    const item = received(message({ type: 'image', image: { caption: 'Look' } }))
    expect(item).toMatchObject({ type: 'image', content: { caption: 'Look', media: { state: 'failed' } } })
    expect(item.media).toBeUndefined()
  })

  test('names a file without a path', () => {
    const item = received(
      message({ type: 'document', document: { id: '1', filename: '../../etc/\u202epas\u0000swd.exe' } }),
    )
    expect(item.media?.filename).toBe('passwd.exe')
  })

  test('answers, forwards, or asks about a product', () => {
    const quoting = (context: object) => received(message({ type: 'text', text: { body: 'x' }, context })).replyTo
    expect(quoting({ from: businessPhone, id: 'wamid.asked' })).toEqual({ providerMessageId: 'wamid.asked' })
    expect(quoting({ forwarded: true })).toEqual({ providerMessageId: null, forwarded: 'once' })
    expect(quoting({ frequently_forwarded: true, forwarded: true })).toEqual({
      providerMessageId: null,
      forwarded: 'often',
    })
    expect(quoting({ id: 'wamid.x', referred_product: { catalog_id: 'c', product_retailer_id: 'p' } })).toEqual({
      providerMessageId: 'wamid.x',
      product: { catalogId: 'c', productRetailerId: 'p' },
    })
    expect(quoting({})).toBeUndefined()
  })

  test('brings the advertisement that it came from', () => {
    const referral = {
      source_url: 'https://fb.me/x',
      source_id: '120',
      source_type: 'ad',
      headline: 'Chat with us',
      body: 'Summer!',
      media_type: 'image',
      image_url: 'https://scontent.xx.fbcdn.net/i',
      ctwa_clid: 'Aff',
      welcome_message: { text: 'Hi there' },
    }
    expect(received(message({ type: 'text', text: { body: 'x' }, referral })).referral).toEqual({
      sourceUrl: 'https://fb.me/x',
      sourceId: '120',
      sourceType: 'ad',
      headline: 'Chat with us',
      body: 'Summer!',
      mediaType: 'image',
      imageUrl: 'https://scontent.xx.fbcdn.net/i',
      clickId: 'Aff',
      welcomeMessage: 'Hi there',
      at,
    })
  })

  test('in a group names the group', () => {
    expect(received({ ...customerMessages.text, group_id: 'g1' }).groupId).toBe('g1')
  })

  test('that was changed or taken back says which one', () => {
    const change = {
      ...base,
      providerMessageId: 'wamid.one',
      targetProviderMessageId: 'wamid.target',
      origin: 'contact',
      at,
      person: whole.person,
    }
    expect(only(messagesBody(customerMessages.edit))).toEqual({
      ...change,
      kind: 'edit',
      key: `edit:${phoneNumberId}:wamid.one`,
      type: 'text',
      content: { text: 'Corrected' },
    })
    expect(only(messagesBody(customerMessages.revoke))).toEqual({
      ...change,
      kind: 'revoke',
      key: `revoke:${phoneNumberId}:wamid.one`,
    })
  })

  test('that only opened the chat is a notice', () => {
    expect(only(messagesBody(message({ type: 'request_welcome' })))).toMatchObject({
      kind: 'notice',
      person: { phone: customerPhone },
    })
  })

  test('without an id has the same key each time it comes', () => {
    const { id: _id, ...unnamed } = customerMessages.text
    expect(received(unnamed).key).toBe(received(unnamed).key)
    expect(received(unnamed).key).not.toBe(received({ ...unnamed, timestamp: '1750030074' }).key)
  })

  test.each(['not a number', '', '99999999999999999999', -5, {}, null])(
    'with the timestamp %j has the time it was received',
    (wrong) => {
      const { items } = readWebhook(
        messagesBody({ ...customerMessages.text, timestamp: wrong }),
        new Date('2026-11-21T10:00:00Z'),
      )
      expect(items[0]).toMatchObject({ at: '2026-11-21T10:00:00.000Z' })
    },
  )

  test.each([1750030073, '1750030073', '1750030073000'])(
    'takes the timestamp %j in seconds or milliseconds',
    (time) => {
      expect(received({ ...customerMessages.text, timestamp: time }).at).toBe(at)
    },
  )

  test('loses what no store can keep', () => {
    const item = received(message({ type: 'text', text: { body: 'a\u0000b\ud800c 👩‍👩‍👧 مرحبا' } }))
    expect(item.content).toEqual({ text: 'ab\ufffdc 👩‍👩‍👧 مرحبا' })
  })
})

describe('who wrote', () => {
  const person = (members: object, contacts: unknown[] = []) => {
    const [item] = read(
      envelope(
        'messages',
        chatValue({
          contacts,
          messages: [{ id: 'wamid.one', timestamp, type: 'text', text: { body: 'x' }, ...members }],
        }),
      ),
    )
    return (item as IncomingMessage).person
  }

  test('may have no phone, only a scoped id and a username', () => {
    expect(
      person({ from_user_id: bsuid, from_parent_user_id: parentBsuid }, [
        { profile: { name: 'Pablo', username: '@pablo.m' }, user_id: bsuid },
      ]),
    ).toEqual({
      bsuid,
      parentBsuid,
      profileName: 'Pablo',
      username: 'pablo.m',
    })
  })

  test('may have the scoped id where the phone belongs', () => {
    expect(person({ from: bsuid }, [{ wa_id: bsuid, profile: { name: 'Pablo' } }])).toEqual({
      bsuid,
      profileName: 'Pablo',
    })
    expect(person({ from: parentBsuid })).toEqual({ parentBsuid })
  })

  test('may write the phone in any spelling', () => {
    expect(person({ from: '+1 (650) 555-1234' })).toEqual({ phone: customerPhone })
    expect(person({ from: 16505551234 })).toEqual({ phone: customerPhone })
    expect(person({ from: '16505551234@s.whatsapp.net' })).toEqual({ phone: customerPhone })
  })

  test('is found among several contacts by phone or scoped id, in any order', () => {
    const contacts = [
      { wa_id: '1999', profile: { name: 'Other' } },
      { user_id: bsuid, profile: { name: 'Pablo' } },
      { wa_id: customerPhone, user_id: 'US.9', profile: { name: 'Sheena' } },
    ]
    expect(person({ from: customerPhone }, contacts)).toMatchObject({
      phone: customerPhone,
      bsuid: 'US.9',
      profileName: 'Sheena',
    })
    expect(person({ from_user_id: bsuid }, contacts)).toMatchObject({ bsuid, profileName: 'Pablo' })
    expect(person({ from: '1777' }, contacts)).toEqual({ phone: '1777' })
  })

  test('is the only contact when the message names nobody', () => {
    expect(person({}, [contact])).toEqual({ phone: customerPhone, profileName: 'Sheena Nelson' })
    expect(person({}, [])).toEqual({})
  })

  test('is found under the other spelling of a Brazilian number', () => {
    expect(person({ from: '5511987654321' }, [{ wa_id: '551187654321', profile: { name: 'Ana' } }])).toMatchObject({
      phone: '5511987654321',
      profileName: 'Ana',
    })
  })

  test('is not the one who has the same phone under another scoped id', () => {
    const contacts = [
      { wa_id: customerPhone, user_id: 'US.9', profile: { name: 'Before' } },
      { wa_id: '1777', profile: { name: 'Other' } },
    ]
    expect(person({ from: customerPhone, from_user_id: bsuid }, contacts)).toEqual({ phone: customerPhone, bsuid })
  })

  test('lends no id of a contact that names another one', () => {
    expect(
      person({ from: customerPhone }, [{ wa_id: '13557825698', user_id: 'US.9', profile: { name: 'Jessica' } }]),
    ).toEqual({
      phone: customerPhone,
      profileName: 'Jessica',
    })
  })

  test('tells the own number by sharing it when asked', () => {
    const shared = { type: 'contacts', contacts: [{ origin: 'contact_request', phones: [{ wa_id: customerPhone }] }] }
    expect(person({ from_user_id: bsuid, ...shared })).toEqual({ bsuid, phone: customerPhone })
    const shares = { ...shared, contacts: [{ origin: 'contact_request', phones: [{ wa_id: '1888' }] }] }
    expect(person({ from: customerPhone, ...shares })).toEqual({ phone: customerPhone })
    const passedOn = { type: 'contacts', contacts: [{ origin: 'other', phones: [{ wa_id: customerPhone }] }] }
    expect(person({ from_user_id: bsuid, ...passedOn })).toEqual({ bsuid })
  })

  test('does not have the number of the business', () => {
    expect(person({ from: businessPhone, from_user_id: bsuid })).toEqual({ bsuid })
    const shared = { type: 'contacts', contacts: [{ origin: 'contact_request', phones: [{ wa_id: customerPhone }] }] }
    expect(person({ from: businessPhone, from_user_id: bsuid, ...shared })).toEqual({ bsuid, phone: customerPhone })
  })
})

describe('a changed number or id', () => {
  const change = (system: object, members: object = {}) =>
    only(
      envelope(
        'messages',
        chatValue({ messages: [{ id: 'wamid.one', timestamp, type: 'system', ...members, system }] }),
      ),
    )

  test('tells both numbers of the same person', () => {
    expect(only(otherBodies['changedNumber'])).toEqual({
      ...base,
      kind: 'identity',
      key: `identity:${phoneNumberId}:wamid.one`,
      providerMessageId: 'wamid.one',
      at,
      before: { phone: customerPhone },
      after: { phone: '12195555358' },
      systemKind: 'user_changed_number',
      body: (changedNumber['system'] as { body: string }).body,
    })
  })

  test('tells both scoped ids, which change with the number', () => {
    const item = change(
      { type: 'user_changed_number', wa_id: '12195555358', user_id: 'US.new', previous_user_id: 'US.old', body: '' },
      { from: customerPhone, from_user_id: 'US.new' },
    )
    expect(item).toMatchObject({
      before: { phone: customerPhone, bsuid: 'US.old' },
      after: { phone: '12195555358', bsuid: 'US.new' },
    })
  })

  test('does not take the new id for the old one', () => {
    const item = change(
      { type: 'user_changed_number', wa_id: '12195555358', user_id: 'US.new' },
      { from: customerPhone, from_user_id: 'US.new' },
    )
    expect(item).toMatchObject({ before: { phone: customerPhone }, after: { phone: '12195555358', bsuid: 'US.new' } })
    expect((item as { before: object }).before).not.toHaveProperty('bsuid')
  })

  test('may be told by ids alone', () => {
    expect(change({ type: 'user_changed_user_id', user_id: 'MX.2', previous_user_id: 'CO.1' })).toMatchObject({
      kind: 'identity',
      before: { bsuid: 'CO.1' },
      after: { bsuid: 'MX.2' },
    })
  })

  test('of an id does not take the id beside the phone for the old one', () => {
    const item = change(
      { type: 'user_changed_user_id', user_id: 'MX.2' },
      { from: customerPhone, from_user_id: 'MX.7' },
    )
    expect(item).toMatchObject({ kind: 'identity', before: { phone: customerPhone }, after: { bsuid: 'MX.2' } })
    expect((item as { before: object }).before).toEqual({ phone: customerPhone })
  })

  test.each([
    ['without a phone comes from the old id', 'CO.1', undefined],
    ['without a phone may come from the new id already', 'MX.2', 'User Ana changed from CO.1 to MX.2'],
  ])('of an id %s', (_name, from, body) => {
    const system = { type: 'user_changed_user_id', user_id: 'MX.2', body }
    const message = { id: 'wamid.one', timestamp, type: 'system', from_user_id: from, system }
    const item = only(envelope('messages', chatValue({ contacts: [], messages: [message] })))
    expect(item).toMatchObject({ kind: 'identity', before: { bsuid: 'CO.1' }, after: { bsuid: 'MX.2' } })
  })

  test('may name the old id in its sentence only', () => {
    expect(
      change({ type: 'user_changed_user_id', user_id: 'MX.2', body: 'User Ana changed from CO.1 to MX.2' }),
    ).toMatchObject({
      before: { bsuid: 'CO.1' },
      after: { bsuid: 'MX.2' },
    })
  })

  test('of the oldest form names the new number in another member', () => {
    expect(
      change({ type: 'customer_changed_number', new_wa_id: '12195555358', customer: customerPhone }),
    ).toMatchObject({
      before: { phone: customerPhone },
      after: { phone: '12195555358' },
    })
  })

  test.each([
    [
      'the old number in its sentence',
      { wa_id: '12195555358', body: `A changed from ${customerPhone} to 12195555358` },
    ],
    [
      'the old number with spaces',
      { new_wa_id: '12195555358', body: 'A changed from +1 650 555 1234 to +1 219 555 5358' },
    ],
    ['the old number as the customer', { wa_id: '12195555358', customer: customerPhone, body: 'Un número cambió' }],
  ])('may come from the new number already, with %s', (_name, system) => {
    expect(change({ type: 'user_changed_number', ...system }, { from: '12195555358' })).toMatchObject({
      kind: 'identity',
      before: { phone: customerPhone },
      after: { phone: '12195555358' },
    })
  })

  test('may leave the oldest member empty', () => {
    const system = { type: 'user_changed_number', wa_id: '12195555358', new_wa_id: '', customer: '', body: '' }
    expect(change(system, { from: customerPhone })).toMatchObject({
      before: { phone: customerPhone },
      after: { phone: '12195555358' },
    })
  })

  test('that does not say from what to what is a message like others', () => {
    expect(change({ type: 'user_changed_number', body: 'Something changed' }, { from: customerPhone })).toMatchObject({
      kind: 'message',
      type: 'system',
      content: { kind: 'user_changed_number', body: 'Something changed' },
    })
  })

  test('was for some months a field of its own', () => {
    expect(only(otherBodies['userIds'])).toMatchObject({
      kind: 'identity',
      before: { phone: customerPhone, bsuid: 'US.1' },
      after: { phone: customerPhone, bsuid: 'US.2' },
    })
  })
})

describe('a status', () => {
  test('tells how far a message has got, for whom and at what price', () => {
    const item = only(
      statusesBody({
        ...status,
        recipient_user_id: bsuid,
        recipient_parent_user_id: parentBsuid,
        biz_opaque_callback_data: 'm1.msg_1.1',
        pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'authentication-international' },
      }),
    )
    expect(item).toEqual({
      ...base,
      kind: 'status',
      key: `status:wamid.sent:delivered:${customerPhone}:${timestamp}`,
      providerMessageId: 'wamid.sent',
      status: 'delivered',
      at,
      person: { bsuid, parentBsuid, phone: customerPhone },
      opaque: 'm1.msg_1.1',
      pricing: { category: 'authentication_international', type: 'regular', model: 'PMP', billable: true },
    })
  })

  test.each(['sent', 'delivered', 'read', 'played', 'failed', 'deleted'])('may be %s', (name) => {
    expect(only(statusesBody({ ...status, status: name }))).toMatchObject({ kind: 'status', status: name })
  })

  test('that nobody knows is a notice', () => {
    expect(only(statusesBody({ ...status, status: 'warning' }))).toMatchObject({
      kind: 'notice',
      summary: 'A message status that is not known: warning',
    })
    expect(only(statusesBody({ status: 'sent' }))).toMatchObject({ kind: 'notice' })
  })

  test('of a failure says why in words', () => {
    expect(
      only(
        statusesBody({
          ...status,
          status: 'failed',
          errors: [{ code: 131047, title: 'Re-engagement message', error_data: { details: 'More than 24 hours' } }],
        }),
      ),
    ).toMatchObject({
      error: {
        code: 131047,
        action: 'template',
        message: expect.stringContaining('24 hours'),
        details: 'More than 24 hours · Re-engagement message',
      },
    })
    expect(only(statusesBody({ ...status, status: 'failed' }))).toMatchObject({ error: { code: 'unknown' } })
  })

  test('has a price inside the conversation in one example of Meta', () => {
    expect(only(statusesBody({ ...status, conversation: { pricing: { category: 'group_marketing' } } }))).toMatchObject(
      { pricing: { category: 'group_marketing' } },
    )
  })

  test('tells the end of the free time after an advertisement, and of no other conversation', () => {
    const conversation = (type: string) => ({ id: 'c', expiration_timestamp: timestamp, origin: { type } })
    expect(only(statusesBody({ ...status, conversation: conversation('referral_conversion') }))).toMatchObject({
      freeEntryExpiresAt: at,
    })
    expect(only(statusesBody({ ...status, conversation: conversation('service') }))).not.toHaveProperty(
      'freeEntryExpiresAt',
    )
  })

  test('in a group is one of a member', () => {
    const group = { ...status, recipient_type: 'group', recipient_id: 'g1' }
    const items = read(
      statusesBody(
        { ...group, recipient_participant_id: '1111', recipient_participant_user_id: bsuid },
        { ...group, participant_recipient_id: '2222' },
      ),
    )
    expect(items.map((item) => (item as { person: object }).person)).toEqual([
      { bsuid, phone: '1111' },
      { phone: '2222' },
    ])
    expect(new Set(items.map(({ key }) => key)).size).toBe(2)
  })

  test('has a key of its own per step, person and time', () => {
    const keys = [
      status,
      { ...status, status: 'read' },
      { ...status, timestamp: '1750030074' },
      { ...status, recipient_id: '1' },
    ].map((one) => only(statusesBody(one)).key)
    expect(new Set(keys).size).toBe(4)
    expect(only(statusesBody(status)).key).toBe(keys[0])
  })
})

describe('what the business wrote elsewhere', () => {
  test('comes back as its own message', () => {
    expect(only(otherBodies['echoes'])).toMatchObject({
      kind: 'message',
      origin: 'phone',
      direction: 'outbound',
      person: { phone: customerPhone },
      content: { text: 'From my phone' },
    })
    expect(only(otherBodies['appEchoes'])).toMatchObject({
      origin: 'phone',
      person: { phone: customerPhone },
      content: { text: 'From another app' },
    })
  })

  test('can be taken back', () => {
    expect(only(otherBodies['echoOfRevoke'])).toMatchObject({
      kind: 'revoke',
      origin: 'phone',
      targetProviderMessageId: 'wamid.mine',
    })
  })

  test('is recognised under the wrong names too', () => {
    const echo = { from: businessPhone, to: customerPhone, id: 'wamid.e', timestamp, type: 'text', text: { body: 'x' } }
    expect(only(envelope('smb_message_echoes', chatValue({ messages: [echo] })))).toMatchObject({
      origin: 'phone',
      direction: 'outbound',
    })
    expect(only(envelope('messages', chatValue({ messages: [echo] })))).toMatchObject({
      origin: 'phone',
      person: { phone: customerPhone },
    })
  })
})

describe('imported chats', () => {
  test('have messages of both sides, with how far they got', () => {
    const [first, second, progress] = read(otherBodies['history'])
    const person = { phone: customerPhone, bsuid, username: 'pablomorales' }
    expect(first).toMatchObject({
      kind: 'message',
      origin: 'history',
      direction: 'outbound',
      historyStatus: 'READ',
      person,
    })
    expect(second).toMatchObject({
      origin: 'history',
      direction: 'inbound',
      historyStatus: 'PLAYED',
      person,
      type: 'unsupported',
      content: { originalType: 'media_placeholder' },
    })
    expect(progress).toMatchObject({ kind: 'notice', summary: 'Import of earlier chats: 55 % done' })
  })

  test('bring their files later, under the same id and another key', () => {
    const placeholder = read(otherBodies['history'])[1] as IncomingMessage
    const file = only(otherBodies['historyFile']) as IncomingMessage
    expect(file).toMatchObject({
      type: 'image',
      completes: true,
      origin: 'history',
      direction: 'inbound',
      media: { sha256: 'a'.repeat(64) },
    })
    expect(file.providerMessageId).toBe(placeholder.providerMessageId)
    expect(file.key).not.toBe(placeholder.key)
  })

  test('may have been refused', () => {
    expect(only(otherBodies['historyDeclined'])).toMatchObject({
      kind: 'notice',
      summary: expect.stringContaining('switched off'),
    })
  })

  test('never count as edits or as changed numbers', () => {
    const thread = { id: customerPhone, messages: [customerMessages.edit, customerMessages.revoke, changedNumber] }
    const items = read(envelope('history', chatValue({ history: [{ threads: [thread] }] })))
    expect(items.map(({ kind }) => kind)).toEqual(['message', 'message', 'message'])
  })
})

describe('people', () => {
  test('stop and resume marketing messages', () => {
    expect(only(otherBodies['preferences'])).toMatchObject({
      kind: 'preference',
      marketing: 'stop',
      at,
      person: { phone: customerPhone, bsuid, profileName: 'Sheena Nelson' },
    })
    const signup = envelope(
      'user_preferences',
      chatValue({ user_preferences: [{ user_id: bsuid, value: 'signup', signup_id: 's' }] }),
    )
    expect(only(signup)).toMatchObject({ kind: 'notice', person: { bsuid } })
  })

  test('stand in the address book of the phone', () => {
    expect(read(otherBodies['addressBook'])).toMatchObject([
      { kind: 'address', action: 'add', name: 'Pablo Morales', person: { phone: customerPhone, bsuid }, at },
      { kind: 'address', action: 'remove', name: null, person: { phone: '16505550000' } },
    ])
  })
})

describe('chats of another app', () => {
  test.each(['standby', 'standbyStatus', 'standbyEcho'])('(%s) are recorded and never messages', (name) => {
    expect(only(otherBodies[name])).toMatchObject({
      kind: 'notice',
      field: 'standby',
      effect: 'standby',
      person: { phone: customerPhone },
      at,
    })
  })

  test('have keys that never meet those of our own', () => {
    expect(only(otherBodies['standby']).key).not.toBe(only(messagesBody(customerMessages.text)).key)
  })

  test('are handed over and taken', () => {
    expect(only(otherBodies['handover'])).toMatchObject({
      ...base,
      kind: 'notice',
      effect: 'control_passed',
      person: { phone: customerPhone },
      summary: 'A chat was handed over to this app: Wants a human',
      at,
    })
    const taken = (members: object) =>
      only(
        envelope('messaging_handovers', {
          sender: { phone_number: customerPhone },
          recipient: { phone_number_id: phoneNumberId },
          ...members,
        }),
      )
    expect(taken({ type: 'control_taken', control_taken: {} })).toMatchObject({ effect: 'control_taken' })
    expect(taken({ type: 'control_passed', control_passed: { new_owner_role: 'ai_agent' } })).toMatchObject({
      effect: 'control_taken',
    })
    expect(taken({ control_passed: {} })).toMatchObject({ effect: 'control_passed' })
  })
})

describe('calls', () => {
  test('of a customer open the window', () => {
    expect(only(otherBodies['calls'])).toMatchObject({
      kind: 'notice',
      effect: 'call',
      person: { phone: customerPhone },
      at,
      summary: 'A customer called',
    })
  })

  test('of the business, and their ends, do not', () => {
    const call = (members: object) =>
      only(
        envelope(
          'calls',
          chatValue({ calls: [{ id: 'wacid.1', from: customerPhone, to: businessPhone, timestamp, ...members }] }),
        ),
      )
    expect(call({ event: 'terminate', direction: 'USER_INITIATED', duration: 12 })).not.toHaveProperty('effect')
    expect(
      call({ event: 'connect', direction: 'BUSINESS_INITIATED', from: businessPhone, to: customerPhone }),
    ).not.toHaveProperty('effect')
    expect(call({ event: 'connect', direction: undefined, from: businessPhone, to: customerPhone })).not.toHaveProperty(
      'effect',
    )
    expect(only(otherBodies['callStatus'])).toMatchObject({ kind: 'notice', summary: 'A call of yours: ringing' })
  })

  test('are about the customer, whichever way round the numbers stand', () => {
    const call = { id: 'wacid.1', event: 'connect', timestamp }
    const ofTheirs = { ...call, from: businessPhone, to: customerPhone, direction: 'USER_INITIATED' }
    const ofOurs = { ...call, from: customerPhone, to: businessPhone, direction: 'BUSINESS_INITIATED' }
    expect(only(envelope('calls', chatValue({ calls: [ofTheirs] })))).toMatchObject({
      effect: 'call',
      person: { phone: customerPhone },
    })
    const item = only(envelope('calls', chatValue({ calls: [ofOurs] })))
    expect(item).toMatchObject({ person: { phone: customerPhone }, summary: 'A call to a customer began' })
    expect(item).not.toHaveProperty('effect')
  })

  test('may come with an error of their own', () => {
    const value = chatValue({
      calls: [{ id: 'wacid.1', event: 'terminate' }],
      errors: [{ code: 138021, title: 'No media' }],
    })
    expect(readWebhook(envelope('calls', value)).items.map(({ kind }) => kind)).toEqual(['notice', 'notice'])
  })
})

describe('templates', () => {
  const template = { ...accountBase, kind: 'template', at }
  test.each([
    [
      'templateApproved',
      {
        providerTemplateId: '1689556908129832',
        name: 'order_confirmation',
        language: 'en_US',
        status: 'APPROVED',
        category: 'UTILITY',
        reason: null,
      },
    ],
    [
      'templateRejected',
      { status: 'REJECTED', language: 'en', reason: 'Parameters stand side by side. Separate them.' },
    ],
    ['templateQuality', { quality: 'YELLOW', language: 'en_US', name: 'welcome' }],
    ['templateComponents', { components: { body: 'Thank you, {{1}}!', title: 'Your order', footer: 'Lucky Shrub' } }],
    ['templateCategoryWarning', { pendingCategory: 'MARKETING', language: 'en_US' }],
    ['templateCategoryDone', { category: 'MARKETING' }],
    ['templateMisuse', { pendingCategory: 'MARKETING', name: null, language: null }],
  ])('%s', (name, expected) => {
    expect(only(otherBodies[name])).toMatchObject({ ...template, ...expected })
  })

  test('do not change their state by a change of quality, nor their category by an announcement', () => {
    expect(only(otherBodies['templateQuality'])).not.toHaveProperty('status')
    expect(only(otherBodies['templateQuality'])).not.toHaveProperty('reason')
    expect(only(otherBodies['templateCategoryWarning'])).not.toHaveProperty('category')
  })

  test('do not take the event of a change of quality for their state', () => {
    const body = accountEnvelope('message_template_quality_update', {
      event: 'UPDATED',
      new_quality_score: 'RED',
      message_template_id: 1,
    })
    expect(only(body)).toMatchObject({ quality: 'RED' })
    expect(only(body)).not.toHaveProperty('status')
  })

  test('have ids longer than a number of JavaScript', () => {
    const text = JSON.stringify(otherBodies['templateApproved']).replace('1689556908129832', '91234567890123456789')
    expect(only(parseWebhookJson(text))).toMatchObject({ providerTemplateId: '91234567890123456789' })
  })

  test('that are reinstated can be sent again', () => {
    const body = accountEnvelope('message_template_status_update', {
      event: 'REINSTATED',
      message_template_id: 1,
      reason: null,
    })
    expect(only(body)).toMatchObject({ status: 'APPROVED', reason: null })
  })

  test('that are paused say what happened', () => {
    const body = accountEnvelope('message_template_status_update', {
      event: 'PAUSED',
      message_template_id: 1,
      reason: 'NONE',
      other_info: { title: 'FIRST_PAUSE', description: 'Paused for 3 hours.' },
    })
    expect(only(body)).toMatchObject({ status: 'PAUSED', reason: 'Paused for 3 hours.' })
  })
})

describe('numbers and accounts', () => {
  test.each([
    ['phoneQuality', { displayPhone: businessPhone, info: { throughput: 'HIGH', messagingLimit: 'TIER_UNLIMITED' } }],
    [
      'phoneName',
      {
        info: { nameStatus: 'APPROVED', verifiedName: 'Lucky Shrub' },
        summary: 'The display name “Lucky Shrub” is approved',
      },
    ],
    ['username', { info: { username: 'luckyshrub' } }],
    [
      'capability',
      {
        info: { messagingLimit: 'TIER_2K' },
        summary: 'The business may now write to 2,000 new customers a day and have 25 numbers',
      },
    ],
    ['banned', { problem: { code: null, message: 'Meta disabled the account (April 17, 2025).' } }],
    ['reinstated', { problem: null }],
    ['restricted', { problem: { code: null, until: at }, summary: expect.stringContaining('no answers to customers') }],
    ['deleted', { problem: { code: null } }],
    ['offboarded', { problem: { code: null } }],
    ['reconnected', { problem: null }],
    ['disconnected', { businessAccountId: '980198427658004', problem: { code: null } }],
    ['review', { summary: "Meta's review of the account: approved" }],
  ])('%s changes what is known of them', (name, expected) => {
    expect(only(otherBodies[name])).toMatchObject({ ...accountBase, kind: 'channel', ...expected })
  })

  test.each(['restrictionWarning', 'violation', 'review'])('%s stops nothing', (name) => {
    expect(only(otherBodies[name])).not.toHaveProperty('problem')
  })

  test('that may not send templates may still answer', () => {
    const body = accountEnvelope('account_update', {
      event: 'ACCOUNT_RESTRICTION',
      restriction_info: [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING' }],
    })
    expect(only(body)).not.toHaveProperty('problem')
  })

  test.each([
    ['alert', 'Meta (critical): Your application was rejected'],
    ['flatAlert', 'Meta (informational): oba approved'],
    ['security', 'The PIN of the number was changed'],
    ['flows', 'Flow 6627390910605886: is published'],
    ['payments', 'Payment settings “upi”: active'],
    ['solutions', 'Partner solution: active'],
    ['partnerAdded', 'The account was shared with an app'],
    ['location', 'Meta takes IN as the home of the business'],
    ['priceTier', 'Another price tier was reached: utility, India, 25000001:50000000'],
    ['automaticEvents', 'Meta noticed: LeadSubmitted'],
    ['groups', 'Group “Team”: creation'],
    ['userActions', 'A customer opened a link of a message'],
  ])('%s is a line in the log', (name, summary) => {
    expect(only(otherBodies[name])).toMatchObject({ kind: 'notice', summary })
  })

  test('are told apart from a single number by the number id in the change', () => {
    expect(only(otherBodies['settings'])).toMatchObject({ phoneNumberId })
  })

  test('stop at an error that only a person can solve', () => {
    expect(only(envelope('messages', chatValue({ errors: [{ code: 131042, title: 'Payment issue' }] })))).toMatchObject(
      {
        ...base,
        kind: 'channel',
        problem: { code: 131042, message: expect.stringContaining('payment') },
      },
    )
    expect(only(otherBodies['valueErrors'])).toMatchObject({ kind: 'notice' })
  })
})

describe('the envelope', () => {
  test('may hold many accounts, fields and items', () => {
    const body = {
      object: 'whatsapp_business_account',
      entry: [
        ...(messagesBody(customerMessages.text, customerMessages.image)['entry'] as object[]),
        {
          id: 'other',
          changes: [
            ...(statusesBody(status)['entry'] as [{ changes: object[] }])[0].changes,
            { field: 'security', value: { event: 'PIN_CHANGED' } },
          ],
        },
      ],
    }
    const { items, summary } = readWebhook(body)
    expect(items.map(({ kind, businessAccountId }) => [kind, businessAccountId])).toEqual([
      ['message', accountId],
      ['message', accountId],
      ['status', 'other'],
      ['notice', 'other'],
    ])
    expect(summary).toBe('2 messages, 1 status · The PIN of the number was changed')
  })

  test.each([
    ['templateApproved', 'Template “order_confirmation”: approved'],
    ['templateQuality', 'Template “welcome”: quality is yellow'],
    ['templateCategoryWarning', 'Template “welcome”: Meta is going to make it marketing'],
    ['templateCategoryDone', 'Template “welcome”: Meta made it marketing'],
    ['templateComponents', 'Template “order_confirmation”: its text changed'],
    ['preferences', 'A customer stopped marketing messages'],
    ['changedNumber', 'A customer has a new number or id'],
    ['addressBook', '2 address book entries'],
    ['echoes', '1 message'],
    ['banned', 'Meta disabled the account (April 17, 2025)'],
  ])('with %s is summed up in words', (name, summary) => {
    expect(readWebhook(otherBodies[name]).summary).toBe(summary)
  })

  test('may hold an unknown field', () => {
    expect(only(envelope('some_field_of_next_year', { x: 1 }))).toMatchObject({
      kind: 'notice',
      field: 'some_field_of_next_year',
      summary: 'Something new from WhatsApp: some field of next year',
    })
  })

  test('may name the field one level too high', () => {
    const body = {
      entry: [
        {
          id: accountId,
          changes: [{ value: { event: 'PARTNER_APP_INSTALLED', waba_info: { waba_id: '1' } } }],
          field: 'account_update',
        },
      ],
    }
    expect(only(body)).toMatchObject({ kind: 'notice', field: 'account_update', businessAccountId: '1' })
  })

  test.each([
    [
      'a single change',
      { field: 'messages', value: chatValue({ contacts: [contact], messages: [customerMessages.text] }) },
    ],
    ['a bare value', chatValue({ contacts: [contact], messages: [customerMessages.text] })],
    ['a list of envelopes', [messagesBody(customerMessages.text)]],
    [
      'objects instead of lists',
      {
        entry: { id: accountId, changes: { field: 'messages', value: chatValue({ messages: customerMessages.text }) } },
      },
    ],
    ['no field', { entry: [{ changes: [{ value: chatValue({ messages: [customerMessages.text] }) }] }] }],
  ])('may be %s', (_name, body) => {
    expect(only(body)).toMatchObject({ kind: 'message', type: 'text', phoneNumberId })
  })

  test.each([null, 1, 'text', [], {}, { entry: [] }, { entry: 'x' }, { object: 'whatsapp_business_account' }])(
    '%j holds nothing',
    (body) => {
      expect(readWebhook(body)).toEqual({ items: [], summary: 'Nothing that Parley knows' })
    },
  )

  test('with nothing in it is still something that came', () => {
    expect(only(envelope('messages', chatValue({})))).toMatchObject({ kind: 'notice' })
  })

  test('of another product is not read as WhatsApp', () => {
    const body = { ...messagesBody(customerMessages.text), object: 'instagram' }
    expect(only(body)).toMatchObject({ kind: 'notice', field: 'instagram messages' })
  })

  test('delivered again with its members in another order has the same keys', () => {
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([name, part]) => [name, turned(part)]),
      )
    }
    for (const body of Object.values(otherBodies))
      expect(read(turned(body)).map(({ key }) => key)).toEqual(read(body).map(({ key }) => key))
  })

  test('delivered again has the same keys', () => {
    const bodies = [messagesBody(...Object.values(customerMessages)), ...Object.values(otherBodies)]
    for (const body of bodies) {
      const again = parseWebhookJson(JSON.stringify(body))
      expect(readWebhook(again, new Date(0)).items.map(({ key }) => key)).toEqual(read(body).map(({ key }) => key))
    }
  })

  test('has a test for every field', () => {
    const covered = new Set([
      'messages',
      ...Object.values(otherBodies).map(
        (body) => (body as { entry: [{ changes: [{ field: string }] }] }).entry[0].changes[0].field,
      ),
    ])
    const alike = [
      'statuses',
      'business_username_updates',
      'message_template_quality_update',
      'group_participants_update',
      'group_settings_update',
      'group_status_update',
    ]
    expect(Object.keys(fieldReaders).filter((field) => !covered.has(field) && !alike.includes(field))).toEqual([])
  })
})

describe('the text of a webhook', () => {
  test('keeps whole numbers whole, and leaves others and texts alone', () => {
    expect(
      parseWebhookJson(
        '{"a":91234567890123456789,"b":12,"c":1.5,"d":"x: 91234567890123456789","e":[12345678901234567890]}',
      ),
    ).toEqual({
      a: '91234567890123456789',
      b: 12,
      c: 1.5,
      d: 'x: 91234567890123456789',
      e: ['12345678901234567890'],
    })
  })

  test('may begin with a byte order mark', () => {
    expect(parseWebhookJson('\ufeff{"a":1}')).toEqual({ a: 1 })
  })
})

describe('a valid webhook with something wrong in it', () => {
  const bodies = [messagesBody(...Object.values(customerMessages)), ...Object.values(otherBodies)]
  const wrong = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      undefined,
      true,
      0,
      -1,
      1e308,
      '',
      'constructor',
      '__proto__',
      '\u0000',
      '\ud800',
      [],
      {},
      [[]],
      [null],
      { id: {} },
    ),
    fc.jsonValue(),
  )

  test('is read without an error, and its neighbours are read all the same', () => {
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.nat(), wrong, (body, place, value) => {
        const copy = structuredClone(body)
        replaceAt(copy, place, value)
        const { items } = readWebhook({
          entry: [...[copy['entry']].flat(), ...(messagesBody(customerMessages.text)['entry'] as object[])],
        })
        expect(items.at(-1)).toMatchObject({ kind: 'message', content: { text: 'Does it come in another color?' } })
      }),
      { numRuns: 3000 },
    )
  })

  /** Puts a value in the n-th place of a tree. */
  function replaceAt(root: object, place: number, value: unknown): void {
    const places: [Record<string, unknown>, string][] = []
    const visit = (node: unknown) => {
      if (typeof node !== 'object' || node === null) return
      for (const name of Object.keys(node)) {
        places.push([node as Record<string, unknown>, name])
        visit((node as Record<string, unknown>)[name])
      }
    }
    visit((root as { entry: unknown }).entry)
    const [parent, name] = places[place % places.length]!
    parent[name] = value
  }
})
