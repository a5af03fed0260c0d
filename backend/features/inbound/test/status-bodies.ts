import type { MessageStatus } from '../../../contract/messages.ts'

type Json = Record<string, unknown>

/** Statuses of a message that is known and was sent; what it has become afterwards. */
export type StatusBody = { name: string; statuses: unknown; becomes: MessageStatus; check?: Json }

const row = (name: string, statuses: unknown, becomes: MessageStatus, check?: Json): StatusBody => ({
  name,
  statuses,
  becomes,
  ...(check ? { check } : {}),
})
const said = (status: unknown, more: Json = {}): Json => ({
  id: '$id',
  status,
  timestamp: '1750030073',
  recipient_id: '16505551234',
  ...more,
})
const failed = (errors: unknown) => [said('failed', { errors })]

export const statusBodies: StatusBody[] = [
  row('delivered', [said('delivered')], 'delivered'),
  row('read without delivered', [said('read')], 'read'),
  row('played', [said('played')], 'played'),
  row('in the wrong order', [said('read'), said('sent'), said('delivered')], 'read'),
  row('twice', [said('delivered'), said('delivered')], 'delivered'),
  row('in capitals', [said('DELIVERED')], 'delivered'),
  row('as one object', said('delivered'), 'delivered'),
  row('without a time', [said('delivered', { timestamp: undefined })], 'delivered'),
  row('with a number for its time', [said('delivered', { timestamp: 1750030073 })], 'delivered'),
  row('without a receiver', [said('delivered', { recipient_id: undefined })], 'delivered'),
  row('with a scoped id', [said('delivered', { recipient_id: undefined, recipient_user_id: 'US.1' })], 'delivered'),
  row('with null pricing', [said('delivered', { pricing: null, conversation: null })], 'delivered'),
  row(
    'with pricing',
    [said('sent', { pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'utility' } })],
    'sent',
    { pricing: { category: 'utility', type: 'regular', billable: true } },
  ),
  row('with pricing without a flag', [said('sent', { pricing: { type: 'regular', category: 'service' } })], 'sent', {
    pricing: { billable: true },
  }),
  row('with pricing that is free', [said('sent', { pricing: { type: 'free_customer_service' } })], 'sent', {
    pricing: { billable: false },
  }),
  row(
    'with pricing of the old kind',
    [said('sent', { pricing: { billable: false, pricing_model: 'CBP', category: 'authentication-international' } })],
    'sent',
    { pricing: { category: 'authentication_international' } },
  ),
  row(
    'with pricing inside the conversation',
    [said('sent', { conversation: { id: 'c', origin: { type: 'service' }, pricing: { category: 'service' } } })],
    'sent',
    { pricing: { category: 'service' } },
  ),
  row('with a flag in a text', [said('sent', { pricing: { billable: 'true', category: 'marketing' } })], 'sent', {
    pricing: { billable: true },
  }),
  row(
    'with a conversation',
    [
      said('sent', {
        conversation: { id: 'c', expiration_timestamp: '1750116480', origin: { type: 'referral_conversion' } },
      }),
    ],
    'sent',
  ),
  row(
    'failed',
    failed([{ code: 131026, title: 'Message undeliverable', message: 'm', error_data: { details: 'd' }, href: 'h' }]),
    'failed',
    { error: { code: 131026 } },
  ),
  row('failed with a code in a text', failed([{ code: '131047' }]), 'failed', { error: { code: 131047 } }),
  row('failed with a title only', failed([{ title: 'Broken' }]), 'failed', {
    error: { code: 'unknown', details: 'Broken' },
  }),
  row('failed with one error as an object', failed({ code: 131026 }), 'failed', { error: { code: 131026 } }),
  row('failed with no error', failed(undefined), 'failed', { error: { code: 'unknown' } }),
  row('failed with null errors', failed(null), 'failed'),
  row('failed with an unknown code', failed([{ code: 999999, title: 'New' }]), 'failed', { error: { code: 999999 } }),
  row(
    'failed, then delivered after all',
    [said('failed', { errors: [{ code: 131000 }] }), said('delivered')],
    'delivered',
  ),
  row('deleted', [said('deleted')], 'deleted'),
  row('a warning of the old API', [said('warning')], 'sent'),
  row('a status of tomorrow', [said('pondered')], 'sent'),
  row('without a status', [said(undefined)], 'sent'),
  row('a null status', [said(null)], 'sent'),
  row(
    'with a type of the old API',
    [said('delivered', { type: 'message', message: { recipient_id: '1' } })],
    'delivered',
  ),
  row('of a payment', [said('failed', { type: 'payment', payment: { reference_id: 'r-1' } })], 'sent'),
  row(
    'of a payment that was made, with its sum',
    [
      said('captured', {
        type: 'payment',
        recipient_id: undefined,
        from: '16505551234',
        payment: {
          reference_id: 'r-2',
          amount: { value: 450, offset: 100 },
          currency: 'INR',
          transaction: { id: 't', type: 'razorpay', status: 'success', refunds: null },
        },
      }),
    ],
    'sent',
  ),
  row(
    'with a misspelled origin',
    [
      said('delivered', {
        conversation: { id: 'c', expiration_timestamp: 1669233778, origin: { type: 'business_initated' } },
        pricing: { pricing_model: 'CBP', billable: true },
      }),
    ],
    'delivered',
    { pricing: { model: 'CBP', billable: true } },
  ),
  row(
    'with all that stands beside it',
    [
      said('delivered', {
        recipient_user_id: 'US.13',
        recipient_parent_user_id: 'US.ENT.13',
        recipient_identity_key_hash: 'DF2lS5v2W6x=',
        biz_opaque_callback_data: 'order-7781',
        pricing: { billable: false, pricing_model: 'PMP', type: 'free_customer_service', category: 'service' },
      }),
    ],
    'delivered',
    { pricing: { category: 'service', type: 'free_customer_service', billable: false } },
  ),
  row(
    'of two people of a group',
    [
      said('delivered', { recipient_id: 'g', recipient_type: 'group', recipient_participant_id: '16505551234' }),
      said('read', { recipient_id: 'g', recipient_type: 'group', participant_recipient_id: '16505551235' }),
    ],
    'read',
  ),
  row('with a type in capitals', [said('delivered', { type: 'MESSAGE' })], 'delivered'),
  row('with members of tomorrow', [said('delivered', { mood: { happy: true } })], 'delivered'),
]
