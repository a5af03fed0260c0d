type Json = Record<string, unknown>

/** Everything that is not a message of a customer, and what the log says about it. */
export type FieldBody = { name: string; field: string; value: Json; summary: RegExp; entry?: Json }

const row = (name: string, field: string, value: Json, summary: RegExp, entry?: Json): FieldBody => ({
  name,
  field,
  value,
  summary,
  ...(entry ? { entry } : {}),
})
const template = (event: string, more: Json = {}): Json => ({
  event,
  message_template_id: 1689556908129832,
  message_template_name: 'order_confirmation',
  message_template_language: 'en-US',
  ...more,
})
const account = (event: string, more: Json = {}): Json => ({ event, ...more })
const restricted = (types: unknown) => account('ACCOUNT_RESTRICTION', { restriction_info: types })

export const fieldBodies: FieldBody[] = [
  ...[
    'APPROVED',
    'REJECTED',
    'PENDING',
    'PAUSED',
    'DISABLED',
    'FLAGGED',
    'REINSTATED',
    'IN_APPEAL',
    'LIMIT_EXCEEDED',
    'LOCKED',
    'PENDING_DELETION',
    'ARCHIVED',
    'SURPRISE',
  ].map((event) =>
    row(`template ${event}`, 'message_template_status_update', template(event, { reason: 'NONE' }), /./),
  ),
  row(
    'template with a null reason',
    'message_template_status_update',
    template('PENDING_DELETION', { reason: null }),
    /./,
  ),
  row(
    'template without an id',
    'message_template_status_update',
    { event: 'APPROVED', message_template_name: 'a', message_template_language: 'en' },
    /./,
  ),
  row(
    'template with an id in a text',
    'message_template_status_update',
    template('APPROVED', { message_template_id: '594425479261596' }),
    /./,
  ),
  row(
    'template paused with a note',
    'message_template_status_update',
    template('PAUSED', { other_info: { title: 'FIRST_PAUSE', description: 'Rested' } }),
    /./,
  ),
  row(
    'template to be switched off',
    'message_template_status_update',
    template('FLAGGED', { disable_info: { disable_date: 'DATE' } }),
    /./,
  ),
  row('template with nothing', 'message_template_status_update', {}, /template/i),
  row(
    'template quality',
    'message_template_quality_update',
    template('', { previous_quality_score: 'GREEN', new_quality_score: 'YELLOW' }),
    /./,
  ),
  row(
    'template quality under the wrong name',
    'message_template_status_update',
    { ...template(''), new_quality_score: 'RED' },
    /./,
  ),
  row(
    'template components',
    'message_template_components_update',
    {
      ...template(''),
      message_template_element: 'Hello',
      message_template_title: 'Hi',
      message_template_footer: 'Bye',
      message_template_buttons: [
        {
          message_template_button_type: 'URL',
          message_template_button_text: 'Open',
          message_template_button_url: 'https://a.example',
        },
      ],
    },
    /./,
  ),
  row(
    'template category announced',
    'template_category_update',
    { ...template(''), correct_category: 'MARKETING', new_category: 'UTILITY', category_update_timestamp: 1746169200 },
    /./,
  ),
  row(
    'template category done',
    'template_category_update',
    { ...template(''), previous_category: 'MARKETING', new_category: 'UTILITY' },
    /./,
  ),
  row(
    'template misuse',
    'template_correct_category_detection',
    { ...template(''), correct_category: 'MARKETING' },
    /./,
  ),
  ...['ONBOARDING', 'THROUGHPUT_UPGRADE', 'FLAGGED', 'UNFLAGGED', 'UPGRADE', 'DOWNGRADE', 'SOMETHING_NEW'].map(
    (event) =>
      row(
        `number ${event}`,
        'phone_number_quality_update',
        { display_phone_number: '15550783881', event, current_limit: 'TIER_10K', old_limit: 'TIER_2K' },
        /number/i,
      ),
  ),
  row(
    'number with the limit of 2026',
    'phone_number_quality_update',
    { display_phone_number: '15550783881', event: 'UPGRADE', max_daily_conversations_per_business: 'TIER_100K' },
    /number/i,
  ),
  row('number with no event', 'phone_number_quality_update', { display_phone_number: '15550783881' }, /number/i),
  row(
    'name approved',
    'phone_number_name_update',
    {
      display_phone_number: '15550783881',
      decision: 'APPROVED',
      requested_verified_name: 'Shrub',
      rejection_reason: null,
    },
    /approved/,
  ),
  row(
    'name refused',
    'phone_number_name_update',
    {
      display_phone_number: '15550783881',
      decision: 'REJECTED',
      requested_verified_name: 'Shrub',
      rejection_reason: 'NAME_FORMAT_UNACCEPTABLE',
    },
    /rejected/,
  ),
  row('deleted account', 'account_update', account('AD_ACCOUNT_LINKED', { ad_account_linked: {} }), /ad account/i),
  row(
    'violation',
    'account_update',
    account('ACCOUNT_VIOLATION', { violation_info: { violation_type: 'SCAM' } }),
    /rules/,
  ),
  row(
    'restriction',
    'account_update',
    restricted([{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: 1641848253 }]),
    /restricts/,
  ),
  row('restriction of nothing', 'account_update', restricted([]), /restricts/),
  row(
    'restriction that is one object',
    'account_update',
    restricted({ restriction_type: 'RESTRICTED_ADD_PHONE_NUMBER_ACTION' }),
    /restricts/,
  ),
  row(
    'scheduled ban',
    'account_update',
    account('DISABLED_UPDATE', {
      ban_info: { waba_ban_state: 'SCHEDULE_FOR_DISABLE', waba_ban_date: 'March 1, 2026' },
    }),
    /going to disable/,
  ),
  row(
    'ban lifted',
    'account_update',
    account('DISABLED_UPDATE', { ban_info: { waba_ban_state: 'REINSTATE' } }),
    /lifted/,
  ),
  row(
    'partner added',
    'account_update',
    account('PARTNER_ADDED', { waba_info: { waba_id: '$account', owner_business_id: '1' } }),
    /shared/,
    { id: '520744086200222' },
  ),
  row(
    'partner removed',
    'account_update',
    account('PARTNER_REMOVED', { waba_info: { waba_id: '$account' } }),
    /no longer shared/,
    { id: '520744086200222' },
  ),
  row(
    'app installed',
    'account_update',
    account('PARTNER_APP_INSTALLED', { waba_info: { waba_id: '$account', partner_app_id: 2 } }),
    /permissions/,
  ),
  row(
    'app uninstalled',
    'account_update',
    account('PARTNER_APP_UNINSTALLED', { waba_info: { waba_id: '$account' } }),
    /out/,
  ),
  row('terms', 'account_update', account('MM_LITE_TERMS_SIGNED'), /terms/),
  row('home country', 'account_update', account('BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE', { country: 'BR' }), /BR/),
  row(
    'price tier',
    'account_update',
    account('VOLUME_BASED_PRICING_TIER_UPDATE', {
      volume_tier_info: {
        tier_update_time: 1743451903,
        pricing_category: 'UTILITY',
        tier: '25000001:50000000',
        effective_month: '2025-11',
        region: 'India',
      },
    }),
    /price tier/,
  ),
  row(
    'international prices',
    'account_update',
    account('AUTH_INTL_PRICE_ELIGIBILITY_UPDATE', { auth_international_rate_eligibility: {} }),
    /prices/i,
  ),
  row('verified', 'account_update', account('VERIFIED_ACCOUNT', { phone_number: '15550783881' }), /verified/),
  row(
    'certification',
    'account_update',
    account('PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE', {
      partner_client_certification_info: { status: 'APPROVED' },
    }),
    /approved/,
  ),
  row('reconnected', 'account_update', account('ACCOUNT_RECONNECTED'), /connected/),
  row(
    'certification refused',
    'account_update',
    account('PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE', {
      partner_client_certification_info: {
        client_business_id: '2729063490586005',
        status: 'FAILED',
        rejection_reasons: ['LEGAL NAME NOT FOUND IN DOCUMENTS', 'NONE'],
      },
    }),
    /failed \(legal name not found in documents\)$/,
  ),
  row(
    'certification wanted',
    'account_update',
    account('PARTNER_CLIENT_CERTIFICATION_NEEDED', {
      partner_client_certification_needed_info: { client_business_id: '1' },
    }),
    /verified/,
  ),
  row(
    'hidden call button',
    'account_update',
    account('ACCOUNT_RESTRICTION', {
      phone_number: '15550783881',
      restriction_info: [
        {
          restriction_type: 'RESTRICTED_USER_INITIATED_CALLING_CALL_BUTTON_HIDDEN',
          remediation: 'Pick up more calls.',
        },
      ],
    }),
    /no call button\. Pick up more calls\./,
  ),
  row(
    'warned about calls',
    'account_update',
    account('ACCOUNT_VIOLATION', {
      phone_number: '15550783881',
      violation_info: { violation_type: 'USER_INITIATED_CALLS_LOW_PICKUP_RATE', remediation: 'Pick up more calls.' },
    }),
    /low pickup rate\. Pick up/,
  ),
  row(
    'restriction with its end in a text',
    'account_update',
    account('ACCOUNT_RESTRICTION', {
      violation_info: { violation_type: 'DIRECT_SEND_UTILITY_CATEGORY_ABUSE_RATE_LIMIT' },
      restriction_info: [{ restriction_type: 'RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES', expiration: '1750705800' }],
    }),
    /without a template until 2025-06-23/,
  ),
  row(
    'restriction lifted',
    'account_update',
    account('ACCOUNT_RESTRICTION', { violation_info: { violation_type: 'DIRECT_SEND_UTILITY_CATEGORY_ABUSE_UNBAN' } }),
    /^Meta lifted a restriction of the account: direct send utility category abuse$/,
  ),
  row(
    'warned about a category',
    'account_update',
    account('ACCOUNT_RESTRICTION', { violation_info: { violation_type: 'DIRECT_SEND_UTILITY_CATEGORY_ABUSE_WARN' } }),
    /^Meta warns the account: direct send utility category abuse$/,
  ),
  row('app uninstalled without an account', 'account_update', account('PARTNER_APP_UNINSTALLED'), /out/),
  row(
    'reconnected, by number',
    'account_update',
    account('ACCOUNT_RECONNECTED', { phone_number: '+1 555 078-3881' }),
    /connected/,
  ),
  row('an event of tomorrow', 'account_update', account('MOON_LANDING'), /moon landing/),
  row('no event', 'account_update', {}, /account/i),
  row('review', 'account_review_update', { decision: 'APPROVED' }, /approved/),
  row(
    'alert',
    'account_alerts',
    {
      entity_type: 'BUSINESS',
      entity_id: '1',
      alert_info: {
        alert_severity: 'CRITICAL',
        alert_status: 'ACTIVE',
        alert_type: 'INCREASED_CAPABILITIES_ELIGIBILITY_FAILED',
        alert_description: 'No more numbers',
      },
    },
    /No more numbers/,
  ),
  row(
    'flat alert',
    'account_alerts',
    { entity_type: 'PHONE_NUMBER', entity_id: 1, alert_severity: 'INFORMATIONAL', alert_type: 'OBA_APPROVED' },
    /oba approved/,
  ),
  row(
    'calling settings',
    'account_settings_update',
    {
      type: 'phone_number_settings',
      phone_number_settings: { phone_number_id: '$phoneNumberId', calling: { status: 'ENABLED' } },
    },
    /setting/i,
  ),
  row(
    'limits in a number',
    'business_capability_update',
    { max_daily_conversation_per_phone: 1000, max_phone_numbers_per_business: 2 },
    /1,000/,
  ),
  row(
    'limits in a word',
    'business_capability_update',
    { max_daily_conversations_per_business: 'TIER_2K', max_phone_numbers_per_waba: '25' },
    /2,000/,
  ),
  row('no limit', 'business_capability_update', { max_daily_conversations_per_business: -1 }, /any number/),
  row('empty limits', 'business_capability_update', {}, /limits/),
  row(
    'username',
    'business_username_updates',
    { display_phone_number: '15550783881', username: 'shrub', status: 'approved' },
    /shrub/,
  ),
  row(
    'username deleted',
    'business_username_update',
    { display_phone_number: '15550783881', status: 'deleted' },
    /deleted/,
  ),
  row('PIN', 'security', { display_phone_number: '15550783881', event: 'PIN_RESET_REQUEST', requester: '1' }, /PIN/),
  row(
    'payment settings',
    'payment_configuration_update',
    {
      configuration_name: 'pay',
      provider_name: 'razorpay',
      provider_mid: 'm',
      status: 'Needs_Testing',
      created_timestamp: 1,
      updated_timestamp: 2,
    },
    /pay/,
  ),
  row(
    'payment settings of another form',
    'payment_configuration_update',
    { phone_number: '15550783881', payment_configuration: 'shop', event: 'ACTIVE' },
    /“shop”: active/,
  ),
  row(
    'partner solution',
    'partner_solutions',
    { event: 'SOLUTION_CREATED', solution_id: '1', solution_status: 'INITIATED' },
    /initiated/,
  ),
  row(
    'flow published',
    'flows',
    { event: 'FLOW_STATUS_CHANGE', message: 'm', flow_id: 66, old_status: 'DRAFT', new_status: 'PUBLISHED' },
    /published/,
  ),
  row(
    'flow latency',
    'flows',
    {
      event: 'ENDPOINT_LATENCY',
      flow_id: '66',
      p50_latency: 1,
      p90_latency: 2,
      requests_count: 3,
      threshold: 10,
      alert_state: 'ACTIVATED',
    },
    /latency/,
  ),
  row(
    'flow errors',
    'flows',
    {
      event: 'CLIENT_ERROR_RATE',
      flow_id: '66',
      error_rate: 14.28,
      threshold: 10,
      errors: [{ error_type: 'INVALID', error_rate: 66.6 }],
    },
    /error rate/,
  ),
  row(
    'flow errors that are over',
    'flows',
    { event: 'ENDPOINT_AVAILABILITY', flow_id: '66', availability: 99, threshold: 90, alert_state: 'DEACTIVATED' },
    /endpoint availability \(limit 90\), no longer/,
  ),
  row('automatic events of another form', 'automatic_events', { event: 'later', details: {} }, /automatic events/),
  row(
    'lead noticed',
    'automatic_events',
    { automatic_events: [{ id: 'wamid.1', event_name: 'LeadSubmitted', timestamp: 1, ctwa_clid: 'c' }] },
    /LeadSubmitted/,
  ),
  row(
    'marketing stopped',
    'user_preferences',
    {
      contacts: [{ wa_id: '12125550111', profile: { name: 'Quiet' } }],
      user_preferences: [
        { wa_id: '12125550111', detail: 'd', category: 'marketing_messages', value: 'stop', timestamp: 1731705721 },
      ],
    },
    /./,
  ),
  row(
    'marketing resumed by a scoped id',
    'user_preferences',
    {
      user_preferences: [
        { user_id: 'US.777', category: 'marketing_messages', value: 'resume', timestamp: '1731705721' },
      ],
    },
    /./,
  ),
  row(
    'signed up',
    'user_preferences',
    {
      user_preferences: [
        { wa_id: '12125550111', category: 'marketing_messages', value: 'signup', signup_id: '1', timestamp: 1 },
      ],
    },
    /signup/,
  ),
  row(
    'a contact of the phone app',
    'smb_app_state_sync',
    {
      state_sync: [
        {
          type: 'contact',
          contact: { full_name: 'Pablo', first_name: 'P', phone_number: '12125550112' },
          action: 'add',
          metadata: { timestamp: '1739321024' },
        },
      ],
    },
    /./,
  ),
  row(
    'a contact taken out',
    'smb_app_state_sync',
    {
      state_sync: [
        {
          type: 'contact',
          contact: { phone_number: '12125550113' },
          action: 'remove',
          metadata: { timestamp: 1739321024 },
        },
      ],
    },
    /./,
  ),
  row(
    'a contact of nobody',
    'smb_app_state_sync',
    { state_sync: [{ type: 'contact', contact: {}, action: 'edit' }] },
    /phone app/,
  ),
  row(
    'a contact with its time one level higher',
    'smb_app_state_sync',
    {
      state_sync: [
        {
          type: 'contact',
          contact: { full_name: 'Juan', phone_number: '+54 9 11 5555-0199', user_id: 'AR.9', username: 'juan' },
          action: 'update',
          timestamp: '1739321024',
        },
      ],
    },
    /1 address book entry/,
  ),
  row('an empty list of contacts', 'smb_app_state_sync', { state_sync: [] }, /Nothing/),
  row(
    'an imported chunk',
    'history',
    {
      history: [
        {
          metadata: { phase: 0, chunk_order: '1', progress: '55' },
          threads: [
            {
              id: '12125550114',
              messages: [
                {
                  from: '15550783881',
                  to: '12125550114',
                  id: 'wamid.h1',
                  timestamp: '1739230955',
                  type: 'text',
                  text: { body: 'Old' },
                  history_context: { status: 'READ' },
                },
                {
                  from: '12125550114',
                  id: 'wamid.h2',
                  timestamp: '1739230970',
                  type: 'media_placeholder',
                  history_context: { status: 'PLAYED' },
                },
              ],
            },
          ],
        },
      ],
    },
    /2 messages/,
  ),
  row(
    'an import of nothing',
    'history',
    { history: [{ metadata: { phase: 2, chunk_order: 1, progress: 100 }, threads: [] }] },
    /100 %/,
  ),
  row(
    'a refused import',
    'history',
    {
      history: [
        {
          errors: [{ code: 2593109, title: 'History sync is turned off', message: 'x', error_data: { details: 'y' } }],
        },
      ],
    },
    /switched off/,
  ),
  row(
    'a refused import, told beside it',
    'history',
    {
      history: [{ metadata: { phase: 0, chunk_order: 0, progress: 0 }, threads: [] }],
      errors: [{ code: 2593109, title: 'History sync not shared' }],
    },
    /0 % done.*switched off|switched off.*0 % done/,
  ),
  row(
    'imported chats of people without a number',
    'history',
    {
      history: [
        {
          metadata: { phase: 1, chunk_order: 2, progress: 100 },
          threads: [
            {
              context: { user_id: 'US.900900900', parent_user_id: 'US.ENT.9', username: 'nina' },
              messages: [
                {
                  from_user_id: 'US.900900900',
                  id: 'wamid.h9',
                  timestamp: '1739230990',
                  type: 'text',
                  text: { body: 'Do you deliver?' },
                  history_context: { status: 'READ' },
                },
              ],
            },
          ],
        },
      ],
      message_echoes: [
        {
          from: '15550783881',
          to_user_id: 'US.900900900',
          id: 'wamid.h10',
          timestamp: '1739231000',
          type: 'image',
          image: { id: '24230790383178627', mime_type: 'image/jpeg' },
        },
      ],
    },
    /^2 messages · .*100 % done$/,
  ),
  row(
    'a refused import with a title only',
    'history',
    { history: [{ errors: [{ title: 'No' }] }] },
    /could not be imported/,
  ),
  row(
    'an echo',
    'smb_message_echoes',
    {
      message_echoes: [
        {
          from: '15550783881',
          to: '12125550115',
          id: 'wamid.e1',
          timestamp: '1739321024',
          type: 'text',
          text: { body: 'From the phone' },
        },
      ],
    },
    /./,
  ),
  row(
    'an echo without a receiver',
    'smb_message_echoes',
    {
      message_echoes: [
        {
          from: '15550783881',
          to_user_id: 'US.778',
          id: 'wamid.e2',
          timestamp: 1739321024,
          type: 'image',
          image: { id: '9' },
        },
      ],
    },
    /./,
  ),
  row(
    'an echo that takes back',
    'smb_message_echoes',
    {
      message_echoes: [
        {
          from: '15550783881',
          to: '12125550115',
          id: 'wamid.e3',
          timestamp: '1739321024',
          type: 'revoke',
          revoke: { original_message_id: 'wamid.e1' },
        },
      ],
    },
    /./,
  ),
  row(
    'an echo of another app',
    'message_echoes',
    {
      message_echoes: [
        {
          from: '15550783881',
          to: '12125550116',
          id: 'wamid.e4',
          timestamp: '1739321024',
          message: { type: 'text', text: { body: 'App' } },
        },
      ],
    },
    /./,
  ),
  row(
    'an echo of a template, and the template beside it',
    'message_echoes',
    {
      message_echoes: [
        {
          id: 'wamid.e5',
          timestamp: '1739321024',
          message: {
            messaging_product: 'whatsapp',
            to: '12125550116',
            type: 'template',
            template: {
              name: 'sale',
              language: { code: 'en_US' },
              components: [{ type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }],
            },
          },
          template: { name: 'sale', language: 'en_US', components: [{ type: 'BODY', text: 'Hi {{1}}' }] },
        },
      ],
    },
    /1 message/,
  ),
  row(
    'an echo with an error beside it',
    'smb_message_echoes',
    { message_echoes: [], errors: [{ code: 131000, title: 'Something went wrong' }] },
    /reports/,
  ),
  row(
    'an echo that takes back nothing',
    'smb_message_echoes',
    { message_echoes: [{ from: '15550783881', to: '12125550115', id: 'wamid.e6', timestamp: '1', type: 'revoke' }] },
    /1 message/,
  ),
  row(
    'a recording of a call',
    'calls',
    {
      calls: [
        {
          id: 'wacid.1',
          from: '12125550117',
          timestamp: '1728932177',
          event: 'call_recording_available',
          call_recording: { type: 'audio', audio: { id: '1', mime_type: 'audio/ogg; codecs=opus' } },
        },
      ],
    },
    /^The recording of a call is ready/,
  ),
  row(
    'the text of a call',
    'calls',
    {
      calls: [
        {
          id: 'wacid.1',
          from_user_id: 'US.1',
          event: 'call_transcription_available',
          call_transcript: { document: { id: '2', mime_type: 'application/json' } },
        },
      ],
    },
    /^The written text of a call is ready/,
  ),
  row(
    'a call that was made',
    'calls',
    {
      calls: [
        {
          id: 'wacid.3',
          to: '12125550117',
          from: '15550783881',
          event: 'call_created',
          direction: 'BUSINESS_INITIATED',
        },
      ],
    },
    /begun/,
  ),
  row(
    'the end of a call with an error beside it',
    'calls',
    {
      calls: [
        {
          id: 'wacid.4',
          from: '12125550117',
          to: '15550783881',
          event: 'terminate',
          direction: 'USER_INITIATED',
          status: ['Failed', 'Completed'],
          duration: 20,
          errors: [{ code: 138021, title: 'No media' }],
        },
      ],
      errors: [{ code: 12455, message: 'Odd', error_data: { details: 'Very' } }],
    },
    /lasted 20 seconds · WhatsApp reports/,
  ),
  row(
    'a call',
    'calls',
    {
      calls: [
        {
          id: 'wacid.1',
          from: '12125550117',
          to: '15550783881',
          event: 'connect',
          direction: 'USER_INITIATED',
          timestamp: '1671644824',
          session: { sdp_type: 'offer', sdp: 'v=0' },
        },
      ],
    },
    /called/,
  ),
  row(
    'the end of a call',
    'calls',
    {
      calls: [
        {
          id: 'wacid.1',
          from: '12125550117',
          event: 'terminate',
          timestamp: 1671644824,
          status: 'COMPLETED',
          duration: '30',
        },
      ],
    },
    /30 seconds/,
  ),
  row(
    'a call nobody took',
    'calls',
    {
      calls: [
        { id: 'wacid.2', to: '12125550117', event: 'terminate', direction: 'BUSINESS_INITIATED', status: ['FAILED'] },
      ],
    },
    /nobody/,
  ),
  row(
    'a status of a call',
    'calls',
    {
      statuses: [
        { id: 'wacid.1', type: 'call', status: 'RINGING', timestamp: '1671644824', recipient_id: '12125550117' },
      ],
    },
    /call/i,
  ),
  row(
    'a group made',
    'group_lifecycle_update',
    {
      groups: [
        {
          timestamp: '1',
          group_id: 'g',
          type: 'group_create',
          request_id: 'r',
          subject: 'Friends',
          invite_link: 'https://chat.whatsapp.com/x',
        },
      ],
    },
    /Friends/,
  ),
  row(
    'a group that failed',
    'group_participants_update',
    { groups: [{ group_id: 'g', type: 'group_participants_add', errors: [{ code: 131000 }] }] },
    /adding people \(it failed\)/,
  ),
  row(
    'a group half changed',
    'group_settings_update',
    {
      groups: [
        {
          group_id: 'g',
          type: 'group_settings_update',
          group_subject: { text: 'Garden', update_successful: true },
          group_description: { text: 'x', update_successful: false, errors: [{ code: 100, message: 'Too long' }] },
        },
      ],
    },
    /^Group “Garden”: new settings \(it failed: Too long\)$/,
  ),
  row(
    'somebody joined a group',
    'group_participants_update',
    {
      groups: [
        {
          timestamp: 1750101000,
          group_id: 'g',
          type: 'group_participants_add',
          reason: 'invite_link',
          added_participants: [{ input: '12125550117', wa_id: '12125550117' }],
        },
      ],
    },
    /^Group: 1 person joined$/,
  ),
  row(
    'somebody left a group',
    'group_participants_update',
    {
      groups: [
        {
          group_id: 'g',
          type: 'group_participants_remove',
          removed_participants: [{ wa_id: '12125550117' }],
          initiated_by: 'participant',
        },
      ],
    },
    /^Group: 1 person left$/,
  ),
  row(
    'some could not be taken out of a group',
    'group_participants_update',
    {
      groups: [
        {
          group_id: 'g',
          type: 'group_participants_remove',
          initiated_by: 'business',
          removed_participants: [{ input: '1' }, { input: '2' }],
          failed_participants: [{ input: '3', errors: [{ code: 131212, message: 'Not in the group' }] }],
        },
      ],
    },
    /^Group: 2 people taken out \(it failed: Not in the group\)$/,
  ),
  row(
    'somebody asks to join a group',
    'group_participants_update',
    {
      groups: [
        {
          timestamp: 1750030073,
          group_id: 'g',
          type: 'group_join_request_created',
          join_request_id: 'j',
          wa_id: '12125550117',
          user_id: 'US.1',
        },
      ],
    },
    /asks to join/,
  ),
  row('a suspended group', 'group_status_update', { groups: [{ type: 'group_suspend', group_id: 'g' }] }, /suspended/),
  row(
    'a group that is free again',
    'group_status_update',
    { groups: [{ type: 'group_suspend_cleared', group_id: 'g' }] },
    /no longer suspended/,
  ),
  row(
    'standby with the template of an answer',
    'standby',
    {
      standby: {
        message_echoes: [
          {
            id: 'wamid.s3',
            timestamp: '1750101000',
            message: { to: '12125550118', type: 'template', template: { name: 'sale', language: { code: 'en' } } },
            template: { name: 'sale', components: [] },
          },
        ],
      },
    },
    /Another app answers this chat: an answer/,
  ),
  row(
    'standby',
    'standby',
    {
      standby: {
        messages: [{ from: '12125550118', id: 'wamid.s', timestamp: '1', type: 'text', text: { body: 'x' } }],
      },
    },
    /Another app/,
  ),
  row(
    'standby without a level',
    'standby',
    { messages: [{ from: '12125550118', id: 'wamid.s2', type: 'text' }] },
    /Another app/,
  ),
  row('standby of nothing', 'standby', {}, /Nothing/),
  row(
    'handed over',
    'messaging_handovers',
    {
      sender: { phone_number: '12125550118' },
      recipient: { phone_number_id: '$phoneNumberId' },
      type: 'control_passed',
      timestamp: '1',
      control_passed: { metadata: 'Please help' },
    },
    /Please help/,
  ),
  row('handed over in the old form', 'messaging_handovers', { control_passed: { metadata: 'm' } }, /handed over/),
  row(
    'an id update',
    'user_id_update',
    {
      user_id_update: [
        { wa_id: '12125550119', detail: 'd', user_id: { previous: 'US.1', current: 'US.2' }, timestamp: '1' },
      ],
    },
    /./,
  ),
  row(
    'an error of the account',
    'messages',
    {
      errors: [
        {
          code: 130429,
          title: 'Rate limit hit',
          message: 'Rate limit hit',
          error_data: { details: 'x' },
          href: 'https://a.example',
        },
      ],
    },
    /reports/,
  ),
  row('an error with a title only', 'messages', { errors: [{ title: 'Odd' }] }, /reports/),
  row(
    'a tap on a link',
    'messages',
    {
      user_actions: [
        {
          action_type: 'marketing_messages_link_click',
          timestamp: '1',
          marketing_messages_link_click_data: { tracking_token: 't' },
        },
      ],
    },
    /link/,
  ),
  row(
    'the first opening of a chat',
    'messages',
    { messages: [{ from: '12125550120', id: 'wamid.rw', timestamp: '1', type: 'request_welcome' }] },
    /first time/,
  ),
  row(
    'a group message',
    'messages',
    {
      messages: [
        { from: '12125550121', group_id: 'g', id: 'wamid.g', timestamp: '1', type: 'text', text: { body: 'x' } },
      ],
    },
    /^In a group, which Parley does not show: text$/,
  ),
  row(
    'a message and what was said before it',
    'messages',
    {
      messages: [
        { from: '12125550122', id: 'wamid.cc', timestamp: '1750101000', type: 'text', text: { body: 'Hello' } },
      ],
      conversation_context: { type: 'summary', summary: { text: 'Wants a human' } },
    },
    /^1 message · About this chat: Wants a human$/,
  ),
  row(
    'a landing page that was seen',
    'messages',
    {
      user_actions: [
        {
          action_type: 'landing_page_view',
          marketing_messages_link_click_data: { click_id: 'c', tracking_token: 't' },
        },
      ],
    },
    /saw the page/,
  ),
  row(
    'its own name inside of it',
    '',
    { event: 'PARTNER_ADDED', field: 'account_update', object: 'whatsapp_business_account' },
    /shared/,
  ),
  row('an empty value', 'messages', {}, /Nothing/),
  row('empty lists', 'messages', { contacts: [], messages: [], statuses: [], errors: [] }, /Nothing/),
  row('null lists', 'messages', { contacts: null, messages: null, statuses: null }, /Nothing/),
  row('lists of nothing', 'messages', { messages: [null, 1, 'x', []] }, /Nothing/),
  row('a field of tomorrow', 'telepathy_update', { thought: 'x' }, /telepathy/),
  row('the tracking of a partner', 'tracking_events', { events: [] }, /tracking/),
]
