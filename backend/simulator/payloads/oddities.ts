import { errorForWebhook } from '../errors/webhook-error.ts'
import * as content from './content.ts'
import { type BusinessNumber, type Envelope, messagesValue } from './envelope.ts'
import type { FieldContext } from './fields/field.ts'
import { type Content, inboundMessage } from './message.ts'
import { compact } from './person.ts'
import { statusOf } from './status.ts'

/**
 * Bodies that contradict the reference and were all seen in collected payloads. A receiver keeps what it can read and never
 * answers them with an error. Each is a whole post; `id` makes its message or status unique.
 */
export const oddities = {
  /** The business-scoped id stands where a phone number belongs. */
  user_id_in_from: (context, id) => {
    const userId = context.person.userId ?? 'US.1'
    return post(context, {
      contacts: [{ profile: { name: context.person.name }, wa_id: userId }],
      messages: [{ from: userId, id, timestamp: String(context.now), ...content.text() }],
    })
  },
  contact_without_profile: (context, id) =>
    post(context, {
      contacts: [compact({ wa_id: context.person.phone })],
      messages: [message(context, id, content.text())],
    }),
  no_contacts: (context, id) => post(context, { messages: [message(context, id, content.text())] }),
  interactive_without_object: (context, id) =>
    post(context, { messages: [message(context, id, { type: 'interactive' })], errors: [errorForWebhook(131051)] }),
  quick_reply_without_context: (context, id) => post(context, { messages: [message(context, id, content.button())] }),
  flow_answer_that_is_a_list: (context, id) =>
    post(context, {
      messages: [
        message(context, id, {
          type: 'interactive',
          interactive: { type: 'nfm_reply', nfm_reply: { body: 'Sent', response_json: '["a",1]' } },
        }),
      ],
    }),
  plus_in_display_number: (context, id) =>
    post(
      { ...context, number: { ...context.number, displayPhoneNumber: `+${context.number.displayPhoneNumber}` } },
      { messages: [message(context, id, content.text())] },
    ),
  timestamp_as_number: (context, id) =>
    post(context, { messages: [{ ...message(context, id, content.text()), timestamp: context.now }] }),
  timestamp_absurd: (context, id) =>
    post(context, { messages: [{ ...message(context, id, content.text()), timestamp: 'tomorrow' }] }),
  nul_and_lone_surrogate: (context, id) =>
    post(context, { messages: [message(context, id, content.text({ body: 'a\u0000b\ud83d c' }))] }),
  right_to_left_and_joined_emoji: (context, id) =>
    post(context, { messages: [message(context, id, content.text({ body: '\u202eשלום 👩‍👩‍👧‍👦 \u200f' }))] }),
  unknown_type: (context, id) =>
    post(context, { messages: [message(context, id, { type: 'hologram', hologram: { depth: 3 } })] }),
  unknown_status: (context, id) => post(context, { statuses: [{ ...delivered(context, id), status: 'warped' }] }),
  pricing_inside_conversation: (context, id) =>
    post(context, {
      statuses: [
        {
          ...delivered(context, id),
          conversation: {
            id: 'c',
            origin: { type: 'group_service' },
            pricing: { pricing_model: 'PMP', category: 'group_service' },
          },
        },
      ],
    }),
  category_with_hyphen: (context, id) =>
    post(context, {
      statuses: [
        {
          ...delivered(context, id),
          pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'authentication-international' },
        },
      ],
    }),
  participant_misspelled: (context, id) =>
    post(context, {
      statuses: [
        { ...delivered(context, id), recipient_type: 'group', participant_recipient_id: context.person.phone },
      ],
    }),
  /** The number is not connected anywhere. */
  unknown_number: (context, id) =>
    post(
      { ...context, number: { id: '999999999999999', displayPhoneNumber: '15559999999' } },
      { messages: [message(context, id, content.text())] },
    ),
  field_outside_changes: (context) => ({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: context.businessId,
        time: context.now,
        field: 'account_update',
        changes: [{ value: { event: 'PARTNER_APP_INSTALLED', waba_info: { waba_id: context.accountId } } }],
      },
    ],
  }),
  empty_entry: () => ({ object: 'whatsapp_business_account', entry: [] }),
  empty_changes: (context) => ({
    object: 'whatsapp_business_account',
    entry: [{ id: context.accountId, changes: [] }],
  }),
  value_missing: (context) => ({
    object: 'whatsapp_business_account',
    entry: [{ id: context.accountId, changes: [{ field: 'messages' }] }],
  }),
  other_object: () => ({ object: 'page', entry: [{ id: '1', time: 1, messaging: [] }] }),
  /** Good and bad in one batch: the neighbours have to get through. */
  poison_between_neighbours: (context, id) =>
    post(context, {
      messages: [
        message(context, `${id}1`, content.text({ body: 'before' })),
        { id: null, type: 7, timestamp: {}, text: 'not an object' },
        message(context, `${id}2`, content.text({ body: 'after' })),
      ],
    }),
} satisfies Record<string, (context: FieldContext, id: string) => object>

export type OddityName = keyof typeof oddities

const post = (context: { accountId: string; number: BusinessNumber }, members: object): Envelope => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: context.accountId,
      changes: [{ field: 'messages', value: { ...messagesValue(context.number, {}), ...members } }],
    },
  ],
})

const message = (context: FieldContext, id: string, of: Content) =>
  inboundMessage({ id, timestamp: context.now, from: context.person }, of)

const delivered = (context: FieldContext, id: string) =>
  statusOf({ wamid: id, status: 'delivered', timestamp: context.now, recipient: context.person })
