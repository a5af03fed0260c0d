import { describe, expect, test } from 'vitest'
import type { MessageContent, MessageType } from '../../../contract/messages.ts'
import { messageTypes } from '../../../contract/messages.ts'
import { previewOf, searchTextOf } from './preview.ts'

const media = { filename: 'offer.pdf' }

describe('a preview', () => {
  test.each<[MessageType, object, string]>([
    ['text', { text: 'Hello' }, 'Hello'],
    ['image', { media }, 'Photo'],
    ['image', { media, caption: 'Our shop' }, 'Our shop'],
    ['video', { media }, 'Video'],
    ['audio', { media }, 'Audio'],
    ['audio', { media, voice: true }, 'Voice message'],
    ['document', { media }, 'Document: offer.pdf'],
    ['document', { media: {} }, 'Document'],
    ['sticker', { media }, 'Sticker'],
    ['location', { latitude: 1, longitude: 2 }, 'Location'],
    ['location', { latitude: 1, longitude: 2, name: 'Café' }, 'Location: Café'],
    ['contacts', { contacts: [] }, 'Contact'],
    ['contacts', { contacts: [{ name: { formatted_name: 'Ana' } }] }, 'Contact: Ana'],
    ['contacts', { contacts: [{ phones: [{ phone: '+55 11' }] }, {}] }, 'Contacts: +55 11 and 1 more'],
    ['reaction', { emoji: '👍', providerMessageId: 'x' }, 'Reacted 👍'],
    ['reaction', { emoji: null, providerMessageId: 'x' }, 'Took back a reaction'],
    ['interactive', { kind: 'button', body: 'Yes or no?' }, 'Yes or no?'],
    ['interactive', { kind: 'list_reply', reply: { title: 'Priority' } }, 'Priority'],
    ['interactive', { kind: 'nfm_reply' }, 'Form answered'],
    ['interactive', { kind: 'product' }, 'Product'],
    ['interactive', { kind: 'constructor' }, 'Message with buttons'],
    ['button', { text: 'Stop' }, 'Stop'],
    ['template', { name: 'welcome', language: 'en' }, 'Template: welcome'],
    ['template', { name: 'welcome', language: 'en', rendered: { body: 'Hello Ana' } }, 'Hello Ana'],
    ['order', { items: [{ productRetailerId: 'a' }] }, 'Order: 1 item'],
    ['order', { items: [{ productRetailerId: 'a', quantity: 3 }], text: 'soon please' }, 'Order: 3 items, soon please'],
    ['system', { kind: 'x', body: 'The number changed' }, 'The number changed'],
    ['unsupported', { originalType: 'poll', reason: 'A poll.' }, 'A poll.'],
  ])('of %s %j is “%s”', (type, content, preview) => {
    expect(previewOf(type, content as MessageContent)).toBe(preview)
  })

  test('is one line without marks', () => {
    expect(previewOf('text', { text: ' *Sale* today:\n\n_all_ ~old~ `things`\t```now``` ' })).toBe(
      'Sale today: all old things now',
    )
    expect(previewOf('text', { text: '2*3*4 = 24, snake_case_name, a ~ b' })).toBe('2*3*4 = 24, snake_case_name, a ~ b')
  })

  test('cannot turn the reading direction', () => {
    expect(previewOf('text', { text: 'invoice\u202efdp.exe' })).toBe('invoice fdp.exe')
  })

  test('of a long text is cut between characters', () => {
    const preview = previewOf('text', { text: '👍'.repeat(5000) })
    expect(preview.length).toBeLessThanOrEqual(200)
    expect(preview.isWellFormed()).toBe(true)
    expect(preview.endsWith('👍…')).toBe(true)
  })

  test('of a text made to be slow is made quickly', () => {
    const started = performance.now()
    for (const mark of ['*', '_', '~', '`', '* ', '```']) previewOf('text', { text: mark.repeat(60_000) })
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('a search', () => {
  test.each<[MessageType, object, string]>([
    ['text', { text: 'Hello' }, 'Hello'],
    ['document', { media, caption: 'Look' }, 'Look\noffer.pdf'],
    [
      'contacts',
      { contacts: [{ name: { formatted_name: 'Ana' }, phones: [{ phone: '+55' }], org: { company: 'Padaria' } }] },
      'Ana\nPadaria\n+55',
    ],
    [
      'interactive',
      { kind: 'list', body: 'Choose', header: { type: 'text', text: 'Menu' }, reply: { title: 'A', description: 'B' } },
      'Choose\nMenu\nA\nB',
    ],
    ['template', { name: 'welcome', language: 'en', rendered: { body: 'Hi', footer: 'Bye' } }, 'welcome\nHi\nBye'],
    ['sticker', { media }, ''],
  ])('finds %s %j by “%s”', (type, content, words) => {
    expect(searchTextOf(type, content as MessageContent)).toBe(words)
  })
})

test('every type has a preview and words', () => {
  const content = {
    text: '',
    media: {},
    contacts: [],
    items: [],
    body: '',
    reason: '',
    emoji: null,
    name: '',
    kind: '',
    originalType: '',
  }
  for (const type of messageTypes) {
    expect(typeof previewOf(type, content as never)).toBe('string')
    expect(typeof searchTextOf(type, content as never)).toBe('string')
  }
})
