import { compact, contactEntry } from '../person.ts'
import { inboundMessage } from '../message.ts'
import { text } from '../content.ts'
import { statusOf } from '../status.ts'
import { ofNumber } from './field.ts'

export const userFields = {
  user_preferences: ofNumber<{ value?: 'stop' | 'resume' | 'signup'; signupId?: string; detail?: string }>(
    'user_preferences',
    ({ person, now }, p) => ({
      contacts: [contactEntry(person)],
      user_preferences: [
        compact({
          wa_id: person.phone,
          user_id: person.userId,
          parent_user_id: person.parentUserId,
          detail: p.detail ?? `User requested to ${p.value ?? 'stop'} marketing messages`,
          category: 'marketing_messages',
          value: p.value ?? 'stop',
          signup_id: p.signupId,
          timestamp: now,
        }),
      ],
    }),
  ),

  /** Documented from March to August 2026, then declared not subscribable. */
  user_id_update: ofNumber<{ previous?: string; current?: string }>('user_id_update', ({ person, now }, p) => ({
    contacts: [contactEntry(person)],
    user_id_update: [
      compact({
        wa_id: person.phone,
        detail: 'The user id changed',
        user_id: { previous: p.previous ?? 'US.1000000000000001', current: p.current ?? person.userId },
        timestamp: String(now),
      }),
    ],
  })),

  automatic_events: ofNumber<{
    wamid?: string
    event?: 'LeadSubmitted' | 'Purchase'
    currency?: string
    amount?: number
  }>('automatic_events', ({ now }, p) => ({
    automatic_events: [
      compact({
        id: p.wamid ?? 'wamid.unknown',
        event_name: p.event ?? 'LeadSubmitted',
        timestamp: now,
        ctwa_clid: 'Aff-n8ZTODiE79d22KtAwQKj9e',
        custom_data: p.event === 'Purchase' ? { currency: p.currency ?? 'USD', value: p.amount ?? 25_000 } : undefined,
      }),
    ],
  })),

  /** Another app or Meta's own agent owns the chat: to be recorded, never answered. */
  standby: ofNumber<{ wamid?: string; body?: string; kind?: 'messages' | 'message_echoes' | 'statuses' }>(
    'standby',
    ({ number, person, now }, p) => {
      const id = p.wamid ?? 'wamid.standby'
      const said = inboundMessage({ id, timestamp: now, from: person }, text({ body: p.body }))
      const echo = {
        from: number.displayPhoneNumber,
        to: person.phone,
        id,
        timestamp: String(now),
        ...text({ body: p.body }),
      }
      const items = {
        messages: [said],
        message_echoes: [echo],
        statuses: [statusOf({ wamid: id, status: 'delivered', timestamp: now, recipient: person })],
      }
      const kind = p.kind ?? 'messages'
      return { contacts: [contactEntry(person)], standby: { [kind]: items[kind] } }
    },
  ),

  /** A tap on a tracked link of a marketing message. Not seen in full by us: a guess that exercises tolerance. */
  link_click: ofNumber<{ wamid?: string; url?: string }>('messages', ({ person, now }, p) => ({
    contacts: [contactEntry(person)],
    user_actions: [
      {
        timestamp: String(now),
        action_type: 'marketing_messages_link_click',
        marketing_messages_link_click_data: {
          message_id: p.wamid ?? 'wamid.unknown',
          url: p.url ?? 'https://luckyshrub.example/',
        },
      },
    ],
  })),

  messaging_handovers: ofNumber<{
    type?: 'control_passed' | 'control_taken'
    from?: string
    to?: string
    metadata?: string
  }>('messaging_handovers', ({ person, now, number }, p) => ({
    sender: compact({ phone_number: person.phone }),
    recipient: { phone_number_id: number.id, display_phone_number: number.displayPhoneNumber },
    type: p.type ?? 'control_passed',
    timestamp: String(now),
    control_passed: compact({
      previous_owner_role: p.from ?? 'ai_agent',
      new_owner_role: p.to ?? 'customer_service',
      metadata: p.metadata,
    }),
  })),
}
