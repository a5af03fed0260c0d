import { text } from '../content.ts'
import type { Content } from '../message.ts'
import { compact, contactEntry, type Person } from '../person.ts'
import { ofNumber } from './field.ts'

export interface HistoryMessage {
  id: string
  /** true: the business wrote it. */
  fromBusiness?: boolean
  timestamp: number
  content?: Content
  status?: 'DELIVERED' | 'ERROR' | 'PENDING' | 'PLAYED' | 'READ' | 'SENT'
}

/** What a number sends that is also used in the WhatsApp Business app of a phone. */
export const coexistenceFields = {
  smb_message_echoes: ofNumber<{ wamid?: string; body?: string; content?: Content }>(
    'smb_message_echoes',
    ({ number, person, now }, p) => ({
      contacts: [contactEntry(person)],
      message_echoes: [
        compact({
          from: number.displayPhoneNumber,
          to: person.phone,
          to_user_id: person.userId,
          to_parent_user_id: person.parentUserId,
          id: p.wamid ?? 'wamid.echo',
          timestamp: String(now),
          ...(p.content ?? text({ body: p.body ?? 'Sent from the phone' })),
        }),
      ],
    }),
  ),

  /** Listed in Meta's index; the page behind it does not exist. Same shape as far as anyone saw. */
  message_echoes: ofNumber<{ wamid?: string; body?: string }>('message_echoes', ({ number, person, now }, p) => ({
    message_echoes: [
      compact({
        from: number.displayPhoneNumber,
        to: person.phone,
        to_user_id: person.userId,
        id: p.wamid ?? 'wamid.echo',
        timestamp: String(now),
        ...text({ body: p.body ?? 'Sent by another app' }),
      }),
    ],
  })),

  smb_app_state_sync: ofNumber<{ action?: 'add' | 'remove'; people?: Person[] }>(
    'smb_app_state_sync',
    ({ person, now }, p) => ({
      state_sync: (p.people ?? [person]).map((one) => ({
        type: 'contact',
        contact: compact({
          full_name: p.action === 'remove' ? undefined : one.name,
          first_name: p.action === 'remove' ? undefined : one.name?.split(' ')[0],
          phone_number: one.phone,
          user_id: one.userId,
          parent_user_id: one.parentUserId,
          username: one.username,
        }),
        action: p.action ?? 'add',
        metadata: { timestamp: String(now) },
      })),
    }),
  ),

  history: ofNumber<{ phase?: 0 | 1 | 2; chunk?: number; progress?: number; messages?: HistoryMessage[] }>(
    'history',
    ({ number, person, now }, p) => ({
      history: [
        {
          metadata: { phase: p.phase ?? 0, chunk_order: p.chunk ?? 1, progress: p.progress ?? 55 },
          threads: [
            {
              id: person.phone ?? person.userId,
              messages: (p.messages ?? [{ id: 'wamid.history', timestamp: now - 86_400 }]).map((one) =>
                compact({
                  from: one.fromBusiness ? number.displayPhoneNumber : (person.phone ?? person.userId),
                  to: one.fromBusiness ? (person.phone ?? person.userId) : undefined,
                  id: one.id,
                  timestamp: String(one.timestamp),
                  ...(one.content ?? text({ body: 'An old message' })),
                  history_context: { status: one.status ?? 'READ' },
                }),
              ),
            },
          ],
        },
      ],
    }),
  ),

  /** The bytes of a `media_placeholder` follow in a webhook of their own. */
  history_media: ofNumber<{ wamid?: string; content?: Content }>('history', ({ person, now }, p) => ({
    messages: [
      compact({
        from: person.phone,
        from_user_id: person.userId,
        id: p.wamid ?? 'wamid.history',
        timestamp: String(now - 86_400),
        ...(p.content ?? {
          type: 'image',
          image: { mime_type: 'image/jpeg', sha256: '1f9c'.padEnd(64, '0'), id: '24230790383178626' },
        }),
      }),
    ],
  })),

  history_declined: ofNumber('history', () => ({
    history: [
      {
        errors: [
          {
            code: 2593109,
            title: 'History sharing is turned off by the business from the WhatsApp Business App',
            message: 'History sharing is turned off by the business from the WhatsApp Business App',
            error_data: { details: 'History sharing is turned off by the business from the WhatsApp Business App' },
          },
        ],
      },
    ],
  })),
}
