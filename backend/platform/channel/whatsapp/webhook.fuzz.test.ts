import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { messageTypes } from '../../../contract/messages.ts'
import type { IncomingItem } from '../channel.ts'
import { fieldReaders } from './fields/registry.ts'
import { previewOf, searchTextOf } from './preview.ts'
import { parseWebhookJson, readWebhook } from './webhook.ts'

/** Names and values that steer the readers, so that random JSON reaches deep into them. */
const memberNames = `
  object entry changes field value id time metadata phone_number_id display_phone_number contacts profile name wa_id
  user_id messages statuses errors code title error_data from from_user_id to timestamp type context referral status
  recipient_id pricing history threads message_echoes standby calls groups state_sync contact user_preferences event
  message_template_id new_quality_score waba_info ban_info restriction_info alert_info original_message_id message edit
  revoke body action nfm_reply response_json product_items __proto__ constructor toString hasOwnProperty`
  .trim()
  .split(/\s+/)
  .concat(messageTypes)
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    ...Object.keys(fieldReaders),
    ...messageTypes,
    ...memberNames,
    'voice',
    'edit',
    'revoke',
    'unknown',
    '',
  ),
  fc.constantFrom(
    '1697043223',
    '16505551234',
    '+1 650-555-1234',
    'US.13491208655302741918',
    'wamid.x',
    '99999999999999999',
    '\u0000',
  ),
)

const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.oneof(texts, fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...memberNames), fc.string()), tie('json'), { maxKeys: 6 }),
  ),
}))

const envelopes = fc.record({
  object: fc.constant('whatsapp_business_account'),
  entry: fc.array(
    fc.record({
      id: json,
      changes: fc.array(fc.record({ field: fc.constantFrom(...Object.keys(fieldReaders)), value: json }), {
        maxLength: 3,
      }),
    }),
    { maxLength: 2 },
  ),
})

const isKeepable = (text: string) => text.isWellFormed() && !text.includes('\u0000')

/** Reads a body and answers what is wrong with what came out. */
function faultsOf(body: unknown): string[] {
  const { items, summary } = readWebhook(body)
  return [...(isKeepable(summary) ? [] : ['summary']), ...items.flatMap(faultsOfItem)]
}

function faultsOfItem(item: IncomingItem): string[] {
  const stored = JSON.stringify(item)
  const at = 'at' in item ? item.at : undefined
  const faults = {
    key: item.key === '' || item.key.length > 2000,
    text: /\\u0000|\\ud[89a-f]/.test(stored),
    size: stored.length > 1024 * 1024,
    at: at !== undefined && new Date(at).toISOString() !== at,
    preview: item.kind === 'message' && !isKeepable(previewOf(item.type, item.content)),
    words: item.kind === 'message' && !isKeepable(searchTextOf(item.type, item.content)),
  }
  return Object.entries(faults).flatMap(([name, isFault]) => (isFault ? [name] : []))
}

describe('any JSON', () => {
  test('is read without an error', () => {
    fc.assert(
      fc.property(json, (body) => {
        expect(faultsOf(body)).toEqual([])
      }),
      { numRuns: 3000 },
    )
  })

  test('inside an envelope of any field is read without an error', () => {
    fc.assert(
      fc.property(envelopes, (body) => {
        expect(faultsOf(body)).toEqual([])
      }),
      { numRuns: 3000 },
    )
  })

  test('nested deeper than any stack is read without an error', () => {
    const deep = '{"messages":'.repeat(4000) + '1' + '}'.repeat(4000)
    const message = `{"messages":[{"type":"x","x":${deep}}]}`
    expect(faultsOf(parseWebhookJson(`{"entry":[{"changes":[{"field":"messages","value":${message}}]}]}`))).toEqual([])
    expect(faultsOf(parseWebhookJson(deep))).toEqual([])
  })

  test('of any size becomes items that can be stored', () => {
    const huge = 'x'.repeat(3_000_000)
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`member ${index}`, index]))
    const hostile = [
      { id: huge, type: 'text', text: { body: huge }, from: huge },
      { id: '2', type: huge, [huge]: huge },
      {
        id: '3',
        type: 'contacts',
        contacts: Array.from({ length: 50_000 }, () => ({ name: { formatted_name: 'x' } })),
      },
      { id: '4', type: 'order', order: { product_items: Array.from({ length: 50_000 }, () => ({})) } },
      {
        id: '5',
        type: 'interactive',
        interactive: { type: 'nfm_reply', nfm_reply: { response_json: JSON.stringify(many) } },
      },
      { id: '6', type: 'template', template: { name: huge, components: [many] } },
    ]
    const value = { metadata: { phone_number_id: huge }, messages: hostile }
    expect(
      faultsOf({
        entry: [
          {
            id: huge,
            changes: [
              { field: 'messages', value },
              { field: huge, value: many },
            ],
          },
        ],
      }),
    ).toEqual([])
  })
})
