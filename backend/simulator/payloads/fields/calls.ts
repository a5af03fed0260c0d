import { compact } from '../person.ts'
import { ofNumber } from './field.ts'

export interface CallParams {
  id?: string
  direction?: 'USER_INITIATED' | 'BUSINESS_INITIATED'
  status?: 'COMPLETED' | 'FAILED'
  seconds?: number
  opaque?: string
}

const CALL_ID = 'wacid.ABGGFjFVU2AfAgo6V-Hc5eCgK5Gh'

export const callFields = {
  call_connect: ofNumber<CallParams>('calls', ({ number, person, now }, p) => ({
    calls: [
      compact({
        id: p.id ?? CALL_ID,
        from: p.direction === 'BUSINESS_INITIATED' ? number.displayPhoneNumber : person.phone,
        to: p.direction === 'BUSINESS_INITIATED' ? person.phone : number.displayPhoneNumber,
        from_user_id: p.direction === 'BUSINESS_INITIATED' ? undefined : person.userId,
        event: 'connect',
        timestamp: String(now),
        direction: p.direction ?? 'USER_INITIATED',
        session: { sdp_type: 'offer', sdp: 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\n' },
      }),
    ],
  })),
  call_terminate: ofNumber<CallParams>('calls', ({ number, person, now }, p) => ({
    calls: [
      compact({
        id: p.id ?? CALL_ID,
        from: person.phone,
        to: number.displayPhoneNumber,
        from_user_id: person.userId,
        event: 'terminate',
        direction: p.direction ?? 'USER_INITIATED',
        timestamp: String(now),
        status: p.status ?? 'COMPLETED',
        start_time: String(now - (p.seconds ?? 120)),
        end_time: String(now),
        duration: p.seconds ?? 120,
        biz_opaque_callback_data: p.opaque,
      }),
    ],
  })),
  call_status: ofNumber<{ id?: string; status?: 'RINGING' | 'ACCEPTED' | 'REJECTED' }>(
    'calls',
    ({ person, now }, p) => ({
      statuses: [
        compact({
          id: p.id ?? CALL_ID,
          type: 'call',
          status: p.status ?? 'RINGING',
          timestamp: String(now),
          recipient_id: person.phone,
          recipient_user_id: person.userId,
        }),
      ],
    }),
  ),
  call_recording: ofNumber<{ id?: string }>('calls', ({ now }, p) => ({
    calls: [
      {
        id: p.id ?? CALL_ID,
        event: 'call_recording_available',
        timestamp: String(now),
        recording: { id: '1908647269898587' },
      },
    ],
  })),
}
