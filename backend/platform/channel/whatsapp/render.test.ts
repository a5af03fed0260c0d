import { describe, expect, test } from 'vitest'
import {
  sendableContents,
  type MessageContent,
  type SendableContent,
  type SendableType,
} from '../../../contract/messages.ts'
import type { Outgoing } from '../channel.ts'
import { contentFromInput, renderMessage } from './render.ts'

const frame = {
  messaging_product: 'whatsapp',
  recipient_type: 'individual',
  to: '+16505551234',
  biz_opaque_callback_data: 'm1.msg.1',
}

function outgoing(type: Outgoing['type'], content: object, more: Partial<Outgoing> = {}): Outgoing {
  return {
    to: { phone: '+16505551234' },
    type,
    content: content as MessageContent,
    media: { med_1: '900' },
    opaque: 'm1.msg.1',
    ...more,
  }
}

/** From what the API takes to what Meta gets. */
function send<T extends SendableType>(type: T, input: object): unknown {
  const parsed = sendableContents[type].parse(input) as SendableContent<T>
  return renderMessage(outgoing(type, contentFromInput(type, parsed) as object))
}

describe('a message to Meta', () => {
  test.each<[SendableType, object, object]>([
    ['text', { text: 'Hello https://x.org', previewUrl: true }, { body: 'Hello https://x.org', preview_url: true }],
    ['text', { text: 'Hello' }, { body: 'Hello' }],
    ['image', { mediaId: 'med_1', caption: 'Look' }, { id: '900', caption: 'Look' }],
    ['video', { link: 'https://x.org/v.mp4' }, { link: 'https://x.org/v.mp4' }],
    ['audio', { mediaId: 'med_1', voice: true }, { id: '900', voice: true }],
    ['audio', { mediaId: 'med_1', voice: false }, { id: '900' }],
    [
      'document',
      { mediaId: 'med_1', filename: 'offer.pdf', caption: 'Look' },
      { id: '900', caption: 'Look', filename: 'offer.pdf' },
    ],
    ['sticker', { mediaId: 'med_1' }, { id: '900' }],
    [
      'location',
      { latitude: 1.5, longitude: -2, name: 'Café', address: 'Rua 1' },
      { latitude: 1.5, longitude: -2, name: 'Café', address: 'Rua 1' },
    ],
  ])('of the type %s %j', (type, input, payload) => {
    expect(send(type, input)).toEqual({ ...frame, type, [type]: payload })
  })

  test('with cards leaves out what only webhooks carry', () => {
    const card = { name: { formatted_name: 'Ana', first_name: 'Ana' }, phones: [{ phone: '+55 11', type: 'CELL' }] }
    expect(send('contacts', { contacts: [{ ...card, origin: 'other', vcard: 'BEGIN:VCARD' }] })).toEqual({
      ...frame,
      type: 'contacts',
      contacts: [card],
    })
  })

  test.each<[object, object]>([
    [
      {
        kind: 'button',
        body: 'Sure?',
        footer: 'Shop',
        header: { type: 'image', mediaId: 'med_1' },
        buttons: [{ id: 'y', title: 'Yes' }],
      },
      {
        type: 'button',
        header: { type: 'image', image: { id: '900' } },
        body: { text: 'Sure?' },
        footer: { text: 'Shop' },
        action: { buttons: [{ type: 'reply', reply: { id: 'y', title: 'Yes' } }] },
      },
    ],
    [
      { kind: 'button', body: 'Sure?', header: { type: 'text', text: 'Order' }, buttons: [{ id: 'y', title: 'Yes' }] },
      {
        type: 'button',
        header: { type: 'text', text: 'Order' },
        body: { text: 'Sure?' },
        action: { buttons: [{ type: 'reply', reply: { id: 'y', title: 'Yes' } }] },
      },
    ],
    [
      {
        kind: 'list',
        header: 'Menu',
        body: 'Choose',
        button: 'Open',
        sections: [{ title: 'Cakes', rows: [{ id: 'c', title: 'Carrot', description: 'sweet' }] }],
      },
      {
        type: 'list',
        header: { type: 'text', text: 'Menu' },
        body: { text: 'Choose' },
        action: {
          button: 'Open',
          sections: [{ title: 'Cakes', rows: [{ id: 'c', title: 'Carrot', description: 'sweet' }] }],
        },
      },
    ],
    [
      {
        kind: 'cta_url',
        body: 'See',
        label: 'Shop',
        url: 'https://x.org/',
        header: { type: 'document', link: 'https://x.org/a.pdf' },
      },
      {
        type: 'cta_url',
        header: { type: 'document', document: { link: 'https://x.org/a.pdf' } },
        body: { text: 'See' },
        action: { name: 'cta_url', parameters: { display_text: 'Shop', url: 'https://x.org/' } },
      },
    ],
    [
      { kind: 'location_request_message', body: 'Where?' },
      { type: 'location_request_message', body: { text: 'Where?' }, action: { name: 'send_location' } },
    ],
    [
      { kind: 'request_contact_info', body: 'Your number?' },
      { type: 'request_contact_info', body: { text: 'Your number?' }, action: { name: 'request_contact_info' } },
    ],
    [
      {
        kind: 'flow',
        body: 'Book',
        flowId: '1',
        flowName: 'ignored',
        flowCta: 'Go',
        flowToken: 't',
        mode: 'draft',
        flowAction: 'navigate',
        screen: 'S',
        data: {},
      },
      {
        type: 'flow',
        body: { text: 'Book' },
        action: {
          name: 'flow',
          parameters: {
            flow_message_version: '3',
            flow_id: '1',
            flow_cta: 'Go',
            flow_token: 't',
            mode: 'draft',
            flow_action: 'navigate',
            flow_action_payload: { screen: 'S' },
          },
        },
      },
    ],
    [
      { kind: 'product', body: 'This one', catalogId: 'c', productRetailerId: 'p' },
      { type: 'product', body: { text: 'This one' }, action: { catalog_id: 'c', product_retailer_id: 'p' } },
    ],
    [
      { kind: 'product', catalogId: 'c', productRetailerId: 'p' },
      { type: 'product', action: { catalog_id: 'c', product_retailer_id: 'p' } },
    ],
    [
      {
        kind: 'product_list',
        header: 'Cakes',
        body: 'Choose',
        catalogId: 'c',
        sections: [{ title: 'Sweet', productRetailerIds: ['p', 'q'] }],
      },
      {
        type: 'product_list',
        header: { type: 'text', text: 'Cakes' },
        body: { text: 'Choose' },
        action: {
          catalog_id: 'c',
          sections: [{ title: 'Sweet', product_items: [{ product_retailer_id: 'p' }, { product_retailer_id: 'q' }] }],
        },
      },
    ],
  ])('interactive %j', (input, interactive) => {
    expect(send('interactive', input)).toEqual({ ...frame, type: 'interactive', interactive })
  })

  test('that reacts names its message and quotes nothing', () => {
    const content = { emoji: '👍', providerMessageId: 'wamid.target' }
    expect(renderMessage(outgoing('reaction', content, { replyToProviderMessageId: 'wamid.target' }))).toEqual({
      ...frame,
      type: 'reaction',
      reaction: { message_id: 'wamid.target', emoji: '👍' },
    })
    expect(renderMessage(outgoing('reaction', { ...content, emoji: null }))).toMatchObject({ reaction: { emoji: '' } })
  })

  test('that answers quotes', () => {
    expect(renderMessage(outgoing('text', { text: 'Yes' }, { replyToProviderMessageId: 'wamid.asked' }))).toEqual({
      ...frame,
      type: 'text',
      text: { body: 'Yes' },
      context: { message_id: 'wamid.asked' },
    })
  })

  test('goes to a phone with its plus, or to a scoped id', () => {
    expect(renderMessage(outgoing('text', { text: 'x' }, { to: { phone: '16505551234' } }))).toMatchObject({
      to: '+16505551234',
    })
    const hidden = renderMessage(outgoing('text', { text: 'x' }, { to: { bsuid: 'US.1349' } }))
    expect(hidden).toMatchObject({ recipient: 'US.1349' })
    expect(hidden).not.toHaveProperty('to')
  })

  test('from a template has its components, and the file of its header', () => {
    const body = { type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }
    const rendered = { header: { format: 'DOCUMENT', media: { id: 'med_1', filename: 'offer.pdf' } }, body: 'Hi Ana' }
    expect(
      renderMessage(outgoing('template', { name: 'offer', language: 'pt_BR', components: [body], rendered })),
    ).toEqual({
      ...frame,
      type: 'template',
      template: {
        name: 'offer',
        language: { code: 'pt_BR' },
        components: [
          { type: 'header', parameters: [{ type: 'document', document: { id: '900', filename: 'offer.pdf' } }] },
          body,
        ],
      },
    })
    expect(renderMessage(outgoing('template', { name: 'hello_world', language: 'en_US' }))).toMatchObject({
      template: { name: 'hello_world', language: { code: 'en_US' } },
    })
  })

  test('is not made of what only customers write, nor of a file that is not there', () => {
    expect(() => renderMessage(outgoing('order', { items: [] }))).toThrow('cannot be sent')
    expect(() => renderMessage(outgoing('image', { media: { id: 'med_9' } }))).toThrow('not uploaded')
  })
})
