import { compact } from '../person.ts'
import { timed } from './field.ts'

export const phoneFields = {
  phone_number_quality_update: timed<{ event?: string; current?: string; old?: string; perDay?: number | string }>(
    'phone_number_quality_update',
    (context, p) =>
      compact({
        display_phone_number: context.number.displayPhoneNumber,
        event: p.event ?? 'THROUGHPUT_UPGRADE',
        old_limit: p.old,
        current_limit: p.current,
        max_daily_conversations_per_business: p.perDay ?? 'TIER_2K',
      }),
  ),

  phone_number_name_update: timed<{ decision?: string; name?: string; reason?: string | null }>(
    'phone_number_name_update',
    (context, p) => ({
      display_phone_number: context.number.displayPhoneNumber,
      decision: p.decision ?? 'APPROVED',
      requested_verified_name: p.name ?? 'Lucky Shrub',
      rejection_reason: p.reason ?? null,
    }),
  ),

  security: timed<{ event?: string; requester?: string }>('security', (context, p) =>
    compact({
      display_phone_number: context.number.displayPhoneNumber,
      event: p.event ?? 'PIN_CHANGED',
      requester: p.requester ?? '61555822107539',
    }),
  ),

  business_username_updates: timed<{ username?: string; status?: 'approved' | 'reserved' | 'deleted' }>(
    'business_username_updates',
    (context, p) =>
      compact({
        display_phone_number: context.number.displayPhoneNumber,
        username: p.status === 'deleted' ? undefined : (p.username ?? 'lucky.shrub'),
        status: p.status ?? 'approved',
      }),
  ),
  /** Meta's example spells the field in the singular once. */
  business_username_update: timed<{ username?: string }>('business_username_update', (context, p) => ({
    display_phone_number: context.number.displayPhoneNumber,
    username: p.username ?? 'lucky.shrub',
    status: 'approved',
  })),
}
