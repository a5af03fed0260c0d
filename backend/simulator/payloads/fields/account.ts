import { compact } from '../person.ts'
import { type FieldContext, timed } from './field.ts'

const accountEvent = <P = Record<string, never>>(
  event: string,
  rest: (context: FieldContext, p: P) => object = () => ({}),
) => timed<P>('account_update', (context, p) => compact({ event, ...rest(context, p) }))

const partnerEvent = <P extends PartnerParams>(event: string, more: (p: P) => object = () => ({})) => ({
  ...timed<P>('account_update', (context, p) => ({
    event,
    waba_info: compact({
      waba_id: p.accountId ?? context.accountId,
      owner_business_id: p.ownerBusinessId ?? '2729063490586005',
      partner_app_id: p.appId,
      solution_id: p.solutionId,
      solution_partner_business_ids: p.solutionPartners,
    }),
    ...more(p),
  })),
  entry: 'portfolio' as const,
})

interface PartnerParams {
  accountId?: string
  ownerBusinessId?: string
  appId?: string
  solutionId?: string
  solutionPartners?: string[]
}

export const accountFields = {
  account_deleted: accountEvent('ACCOUNT_DELETED'),
  account_violation: accountEvent<{ type?: string }>('ACCOUNT_VIOLATION', (_context, p) => ({
    violation_info: { violation_type: p.type ?? 'SCAM' },
  })),
  account_restriction: accountEvent<{ restrictions?: { type: string; until?: number }[] }>(
    'ACCOUNT_RESTRICTION',
    (context, p) => ({
      restriction_info: (p.restrictions ?? [{ type: 'RESTRICTED_BIZ_INITIATED_MESSAGING' }]).map((one) => ({
        restriction_type: one.type,
        expiration: one.until ?? context.now + 3 * 86_400,
      })),
    }),
  ),
  account_disabled: accountEvent<{ state?: 'DISABLE' | 'REINSTATE' | 'SCHEDULE_FOR_DISABLE'; date?: string }>(
    'DISABLED_UPDATE',
    (_context, p) => ({
      ban_info: { waba_ban_state: p.state ?? 'DISABLE', waba_ban_date: p.date ?? 'November 21, 2026' },
    }),
  ),
  account_offboarded: accountEvent('ACCOUNT_OFFBOARDED'),
  account_reconnected: accountEvent('ACCOUNT_RECONNECTED'),
  account_verified: accountEvent<{ phone?: string }>('VERIFIED_ACCOUNT', (context, p) => ({
    phone_number: p.phone ?? context.number.displayPhoneNumber,
  })),
  partner_added: partnerEvent<PartnerParams>('PARTNER_ADDED'),
  partner_removed: partnerEvent<PartnerParams & { reason?: string; by?: 'USER' | 'SYSTEM' }>(
    'PARTNER_REMOVED',
    (p) => ({
      disconnection_info: { reason: p.reason ?? 'ACCOUNT_DISCONNECTED', initiated_by: p.by ?? 'USER' },
    }),
  ),
  partner_app_installed: partnerEvent<PartnerParams>('PARTNER_APP_INSTALLED'),
  partner_app_uninstalled: partnerEvent<PartnerParams>('PARTNER_APP_UNINSTALLED'),
  partner_client_certification: accountEvent<{ status?: string }>(
    'PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE',
    (_context, p) => ({
      partner_client_certification_info: {
        client_business_id: '2729063490586005',
        status: p.status ?? 'APPROVED',
        rejection_reasons: [],
      },
    }),
  ),
  ad_account_linked: accountEvent<{ adAccountId?: string }>('AD_ACCOUNT_LINKED', (context, p) => ({
    waba_info: { waba_id: context.accountId, ad_account_linked: p.adAccountId ?? '1234567890123' },
  })),
  mm_lite_terms_signed: accountEvent('MM_LITE_TERMS_SIGNED', (context) => ({
    waba_info: { waba_id: context.accountId },
  })),
  auth_intl_price_eligibility: accountEvent('AUTH_INTL_PRICE_ELIGIBILITY_UPDATE', (context) => ({
    auth_international_rate_eligibility: {
      exception_countries: [{ country_code: 'IN', start_time: context.now }],
      start_time: context.now,
    },
  })),
  business_primary_location: accountEvent<{ country?: string }>(
    'BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE',
    (_context, p) => ({
      country: p.country ?? 'DE',
    }),
  ),
  volume_pricing_tier: accountEvent<{ category?: string; tier?: string; region?: string }>(
    'VOLUME_BASED_PRICING_TIER_UPDATE',
    (context, p) => ({
      volume_tier_info: {
        tier_update_time: context.now,
        pricing_category: p.category ?? 'UTILITY',
        tier: p.tier ?? '25000001:50000000',
        effective_month: '2026-11',
        region: p.region ?? 'India',
      },
    }),
  ),

  account_review_update: timed<{ decision?: string }>('account_review_update', (_context, p) => ({
    decision: p.decision ?? 'APPROVED',
  })),

  account_alerts: timed<{
    type?: string
    severity?: string
    status?: string
    description?: string
    entity?: string
    entityId?: string
  }>('account_alerts', (context, p) => ({
    entity_type: p.entity ?? 'BUSINESS',
    entity_id: p.entityId ?? context.businessId,
    alert_info: {
      alert_severity: p.severity ?? 'INFORMATIONAL',
      alert_status: p.status ?? 'ACTIVE',
      alert_type: p.type ?? 'OBA_APPROVED',
      alert_description: p.description ?? 'The Official Business Account badge was granted.',
    },
  })),
  /** Older payloads have no alert_info. */
  account_alerts_flat: timed<{ type?: string; severity?: string }>('account_alerts', (context, p) => ({
    entity_type: 'PHONE_NUMBER',
    entity_id: context.number.id,
    alert_severity: p.severity ?? 'WARNING',
    alert_status: 'ACTIVE',
    alert_type: p.type ?? 'PROFILE_PICTURE_LOST',
    alert_description: 'The profile picture was lost.',
  })),

  account_settings_update: timed<{ calling?: object }>('account_settings_update', (context, p) => ({
    messaging_product: 'whatsapp',
    timestamp: String(context.now),
    type: 'phone_number_settings',
    phone_number_settings: {
      phone_number_id: context.number.id,
      calling: p.calling ?? {
        status: 'ENABLED',
        call_icon_visibility: 'DEFAULT',
        callback_permission_status: 'ENABLED',
      },
    },
  })),

  business_capability_update: timed<{
    perDay?: number | string
    phoneNumbers?: number
    phoneNumbersPerAccount?: number
  }>('business_capability_update', (_context, p) =>
    compact({
      max_daily_conversations_per_business: p.perDay ?? 2000,
      max_phone_numbers_per_business: p.phoneNumbers ?? 20,
      max_phone_numbers_per_waba: p.phoneNumbersPerAccount,
    }),
  ),

  payment_configuration_update: timed<{ name?: string; status?: string }>(
    'payment_configuration_update',
    (context, p) => ({
      configuration_name: p.name ?? 'payments',
      provider_name: 'razorpay',
      provider_mid: 'acc_GP4lfNA0iIMn5B',
      status: p.status ?? 'Needs_Testing',
      created_timestamp: context.now,
      updated_timestamp: context.now,
    }),
  ),

  partner_solutions: {
    ...timed<{ event?: string; solutionId?: string; status?: string }>('partner_solutions', (_context, p) => ({
      event: p.event ?? 'SOLUTION_CREATED',
      solution_id: p.solutionId ?? '774485461512159',
      solution_status: p.status ?? 'INITIATED',
    })),
    entry: 'portfolio' as const,
  },
}
