/** Webhook bodies for the tests, in the shapes that Meta documents. */
export const accountId = '102290129340398'
export const phoneNumberId = '106540352242922'
export const businessPhone = '15550783881'
export const customerPhone = '16505551234'
export const bsuid = 'US.13491208655302741918'
export const parentBsuid = 'US.ENT.11815799212886844830'
export const at = '2025-06-15T23:27:53.000Z'
export const timestamp = '1750030073'

export const base = { phoneNumberId, businessAccountId: accountId }
export const accountBase = { phoneNumberId: '', businessAccountId: accountId }

type Json = Record<string, unknown>

export function envelope(field: string, ...values: Json[]): Json {
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: accountId, changes: values.map((value) => ({ field, value })) }],
  }
}

/** Fields of an account carry the time on the entry. */
export function accountEnvelope(field: string, value: Json): Json {
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: accountId, time: Number(timestamp), changes: [{ field, value }] }],
  }
}

export function chatValue(members: Json): Json {
  return {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: businessPhone, phone_number_id: phoneNumberId },
    ...members,
  }
}

export const contact = { profile: { name: 'Sheena Nelson' }, wa_id: customerPhone }

export function message(members: Json): Json {
  return { from: customerPhone, id: 'wamid.one', timestamp, ...members }
}

export function messagesBody(...messages: Json[]): Json {
  return envelope('messages', chatValue({ contacts: [contact], messages }))
}

export function statusesBody(...statuses: Json[]): Json {
  return envelope('messages', chatValue({ statuses }))
}

export const status = { id: 'wamid.sent', status: 'delivered', timestamp, recipient_id: customerPhone }

const media = { id: '1908647269898587', sha256: 'SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=' }
export const mediaSha256 = Buffer.from(media.sha256, 'base64').toString('hex')

/** One message of every type, as a customer writes it. */
export const customerMessages = {
  text: message({ type: 'text', text: { body: 'Does it come in another color?' } }),
  image: message({
    type: 'image',
    image: { ...media, caption: 'Look', mime_type: 'image/jpeg', url: 'https://lookaside.fbsbx.com/x' },
  }),
  video: message({ type: 'video', video: { ...media, mime_type: 'video/mp4' } }),
  audio: message({ type: 'audio', audio: { ...media, mime_type: 'audio/ogg; codecs=opus', voice: true } }),
  voice: message({ type: 'voice', voice: { ...media, mime_type: 'audio/ogg; codecs=opus' } }),
  document: message({ type: 'document', document: { ...media, filename: 'offer.pdf', mime_type: 'application/pdf' } }),
  sticker: message({ type: 'sticker', sticker: { ...media, mime_type: 'image/webp', animated: true } }),
  location: message({
    type: 'location',
    location: { latitude: 37.44, longitude: -122.16, name: 'Philz', address: '101 Forest Ave' },
  }),
  contacts: message({
    type: 'contacts',
    contacts: [
      {
        name: { formatted_name: 'Barbara J. Johnson' },
        phones: [{ phone: '+1 650 555 9999', wa_id: '16505559999', type: 'CELL' }],
      },
    ],
  }),
  reaction: message({ type: 'reaction', reaction: { message_id: 'wamid.target', emoji: '👍' } }),
  buttonReply: message({
    type: 'interactive',
    context: { from: businessPhone, id: 'wamid.asked' },
    interactive: { type: 'button_reply', button_reply: { id: 'cancel', title: 'Cancel' } },
  }),
  listReply: message({
    type: 'interactive',
    interactive: { type: 'list_reply', list_reply: { id: 'p1', title: 'Priority', description: 'Next day' } },
  }),
  formReply: message({
    type: 'interactive',
    interactive: {
      type: 'nfm_reply',
      nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"flow_token":"t","size":"L"}' },
    },
  }),
  callPermission: message({
    type: 'interactive',
    interactive: { type: 'call_permission_reply', call_permission_reply: { response: 'accept', is_permanent: false } },
  }),
  button: message({ type: 'button', button: { payload: 'unsubscribe', text: 'Unsubscribe' } }),
  order: message({
    type: 'order',
    order: {
      catalog_id: '194836987003835',
      text: 'Please hurry',
      product_items: [{ product_retailer_id: 'di9ozbzfi4', quantity: 2, item_price: 30.5, currency: 'USD' }],
    },
  }),
  system: message({
    type: 'system',
    system: { type: 'customer_identity_changed', body: 'Their security code changed' },
  }),
  unsupported: message({
    type: 'unsupported',
    unsupported: { type: 'poll_creation' },
    errors: [{ code: 131051, title: 'Message type unknown', error_data: { details: 'Not supported' } }],
  }),
  edit: message({
    type: 'edit',
    edit: {
      original_message_id: 'wamid.target',
      message: { type: 'text', text: { body: 'Corrected' }, context: { id: 'M0' } },
    },
  }),
  revoke: message({ type: 'revoke', revoke: { original_message_id: 'wamid.target' } }),
}

export const changedNumber = message({
  type: 'system',
  system: {
    type: 'user_changed_number',
    wa_id: '12195555358',
    body: 'User Sheena Nelson changed from 16505551234 to 12195555358',
  },
})

const echo = { from: businessPhone, to: customerPhone, id: 'wamid.echo', timestamp }

/** One change of every field, by a name of its own. */
export const otherBodies: { [name: string]: Json } = {
  changedNumber: envelope('messages', chatValue({ messages: [changedNumber] })),
  statuses: statusesBody(
    status,
    {
      ...status,
      status: 'failed',
      errors: [{ code: 131049, title: 'Not delivered', error_data: { details: 'Ecosystem' } }],
    },
    {
      ...status,
      status: 'read',
      pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'authentication-international' },
    },
  ),
  valueErrors: envelope('messages', chatValue({ errors: [{ code: 130429, title: 'Rate limit hit' }] })),
  userActions: envelope(
    'messages',
    chatValue({
      user_actions: [
        {
          action_type: 'marketing_messages_link_click',
          timestamp,
          marketing_messages_link_click_data: { click_id: 'x' },
        },
      ],
    }),
  ),
  echoes: envelope(
    'smb_message_echoes',
    chatValue({ message_echoes: [{ ...echo, type: 'text', text: { body: 'From my phone' } }] }),
  ),
  echoOfRevoke: envelope(
    'smb_message_echoes',
    chatValue({ message_echoes: [{ ...echo, type: 'revoke', revoke: { original_message_id: 'wamid.mine' } }] }),
  ),
  appEchoes: envelope(
    'message_echoes',
    chatValue({
      message_echoes: [
        {
          id: 'wamid.app',
          timestamp,
          message: { to: customerPhone, type: 'text', text: { body: 'From another app' } },
        },
      ],
    }),
  ),
  addressBook: envelope(
    'smb_app_state_sync',
    chatValue({
      state_sync: [
        {
          type: 'contact',
          contact: { full_name: 'Pablo Morales', first_name: 'Pablo', phone_number: customerPhone, user_id: bsuid },
          action: 'add',
          metadata: { timestamp },
        },
        { type: 'contact', contact: { phone_number: '16505550000' }, action: 'remove', metadata: { timestamp } },
      ],
    }),
  ),
  history: envelope(
    'history',
    chatValue({
      history: [
        {
          metadata: { phase: 0, chunk_order: 1, progress: 55 },
          threads: [
            {
              id: customerPhone,
              context: { wa_id: customerPhone, user_id: bsuid, username: 'pablomorales' },
              messages: [
                {
                  from: businessPhone,
                  to: customerPhone,
                  id: 'wamid.h1',
                  timestamp,
                  type: 'text',
                  text: { body: 'Here it is' },
                  history_context: { status: 'READ' },
                },
                {
                  from: customerPhone,
                  id: 'wamid.h2',
                  timestamp,
                  type: 'media_placeholder',
                  history_context: { status: 'PLAYED' },
                },
              ],
            },
          ],
        },
      ],
    }),
  ),
  historyFile: envelope(
    'history',
    chatValue({
      messages: [
        { from: customerPhone, id: 'wamid.h2', timestamp, type: 'image', image: { ...media, sha256: 'a'.repeat(64) } },
      ],
    }),
  ),
  historyDeclined: envelope(
    'history',
    chatValue({ history: [{ errors: [{ code: 2593109, title: 'History sync is turned off' }] }] }),
  ),
  preferences: envelope(
    'user_preferences',
    chatValue({
      contacts: [contact],
      user_preferences: [
        {
          wa_id: customerPhone,
          user_id: bsuid,
          detail: 'User requested to stop',
          category: 'marketing_messages',
          value: 'stop',
          timestamp: 1750030073,
        },
      ],
    }),
  ),
  userIds: envelope(
    'user_id_update',
    chatValue({
      user_id_update: [{ wa_id: customerPhone, user_id: { previous: 'US.1', current: 'US.2' }, timestamp }],
    }),
  ),
  standby: envelope(
    'standby',
    chatValue({ standby: { contacts: [{ ...contact, user_id: bsuid }], messages: [customerMessages.text] } }),
  ),
  standbyStatus: envelope('standby', chatValue({ standby: { statuses: [status] } })),
  standbyEcho: envelope(
    'standby',
    chatValue({
      standby: {
        message_echoes: [
          { id: 'wamid.s', timestamp, message: { to: customerPhone, type: 'text', text: { body: 'I am a bot' } } },
        ],
      },
    }),
  ),
  handover: envelope('messaging_handovers', {
    messaging_product: 'whatsapp',
    sender: { phone_number: customerPhone },
    recipient: { phone_number_id: phoneNumberId, display_phone_number: businessPhone },
    type: 'control_passed',
    timestamp,
    control_passed: { previous_owner_role: 'ai_agent', new_owner_role: 'escalation', metadata: 'Wants a human' },
  }),
  calls: envelope(
    'calls',
    chatValue({
      calls: [
        {
          id: 'wacid.1',
          from: customerPhone,
          to: businessPhone,
          event: 'connect',
          timestamp,
          direction: 'USER_INITIATED',
        },
      ],
    }),
  ),
  callStatus: envelope(
    'calls',
    chatValue({ statuses: [{ ...status, id: 'wacid.2', type: 'call', status: 'RINGING' }] }),
  ),
  groups: envelope(
    'group_lifecycle_update',
    chatValue({ groups: [{ timestamp, group_id: 'g1', type: 'group_create', subject: 'Team' }] }),
  ),
  templateApproved: accountEnvelope('message_template_status_update', {
    event: 'APPROVED',
    message_template_id: 1689556908129832,
    message_template_name: 'order_confirmation',
    message_template_language: 'en-US',
    message_template_category: 'UTILITY',
    reason: 'NONE',
  }),
  templateRejected: accountEnvelope('message_template_status_update', {
    event: 'REJECTED',
    message_template_id: 1689556908129835,
    message_template_name: 'abandoned_cart',
    message_template_language: 'en',
    reason: 'INVALID_FORMAT',
    rejection_info: { reason: 'Parameters stand side by side.', recommendation: 'Separate them.' },
  }),
  templateQuality: accountEnvelope('message_template_status_update', {
    previous_quality_score: 'GREEN',
    new_quality_score: 'YELLOW',
    message_template_id: 806312974732579,
    message_template_name: 'welcome',
    message_template_language: 'en_US',
  }),
  templateComponents: accountEnvelope('message_template_components_update', {
    message_template_id: 1315502779341834,
    message_template_name: 'order_confirmation',
    message_template_language: 'en_US',
    message_template_title: 'Your order',
    message_template_element: 'Thank you, {{1}}!',
    message_template_footer: 'Lucky Shrub',
    message_template_buttons: [{ message_template_button_type: 'URL', message_template_button_text: 'Go' }],
  }),
  templateCategoryWarning: accountEnvelope('template_category_update', {
    message_template_id: 278077987957091,
    message_template_name: 'welcome',
    message_template_language: 'en-US',
    new_category: 'UTILITY',
    correct_category: 'MARKETING',
    category_update_timestamp: 1746169200,
  }),
  templateCategoryDone: accountEnvelope('template_category_update', {
    message_template_id: 278077987957091,
    message_template_name: 'welcome',
    message_template_language: 'en-US',
    previous_category: 'UTILITY',
    new_category: 'MARKETING',
  }),
  templateMisuse: accountEnvelope('template_correct_category_detection', {
    message_template_id: 278077987957091,
    category: 'UTILITY',
    correct_category: 'MARKETING',
  }),
  phoneQuality: accountEnvelope('phone_number_quality_update', {
    display_phone_number: businessPhone,
    event: 'THROUGHPUT_UPGRADE',
    current_limit: 'TIER_UNLIMITED',
  }),
  phoneName: accountEnvelope('phone_number_name_update', {
    display_phone_number: businessPhone,
    decision: 'APPROVED',
    requested_verified_name: 'Lucky Shrub',
    rejection_reason: null,
  }),
  username: accountEnvelope('business_username_update', {
    display_phone_number: businessPhone,
    username: 'luckyshrub',
    status: 'approved',
  }),
  capability: accountEnvelope('business_capability_update', {
    max_daily_conversations_per_business: 2000,
    max_phone_numbers_per_business: 25,
  }),
  banned: accountEnvelope('account_update', {
    event: 'DISABLED_UPDATE',
    ban_info: { waba_ban_state: 'DISABLE', waba_ban_date: 'April 17, 2025' },
  }),
  reinstated: accountEnvelope('account_update', {
    event: 'DISABLED_UPDATE',
    ban_info: { waba_ban_state: 'REINSTATE' },
  }),
  restricted: accountEnvelope('account_update', {
    event: 'ACCOUNT_RESTRICTION',
    restriction_info: [
      { restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: 1750030073 },
      { restriction_type: 'RESTRICTED_CUSTOMER_INITIATED_MESSAGING', expiration: 1750030073 },
    ],
  }),
  restrictionWarning: accountEnvelope('account_update', {
    event: 'ACCOUNT_RESTRICTION',
    violation_info: { violation_type: 'DIRECT_SEND_UTILITY_CATEGORY_ABUSE_WARN' },
  }),
  violation: accountEnvelope('account_update', {
    event: 'ACCOUNT_VIOLATION',
    violation_info: { violation_type: 'ADULT' },
  }),
  deleted: accountEnvelope('account_update', { event: 'ACCOUNT_DELETED' }),
  offboarded: accountEnvelope('account_update', { event: 'ACCOUNT_OFFBOARDED' }),
  reconnected: accountEnvelope('account_update', { event: 'ACCOUNT_RECONNECTED' }),
  disconnected: accountEnvelope('account_update', {
    event: 'PARTNER_REMOVED',
    waba_info: { waba_id: '980198427658004', owner_business_id: '2329417887457253' },
    disconnection_info: { reason: 'PRIMARY_INACTIVITY', initiated_by: 'SYSTEM' },
  }),
  partnerAdded: accountEnvelope('account_update', {
    event: 'PARTNER_ADDED',
    waba_info: { waba_id: '980198427658004' },
  }),
  location: accountEnvelope('account_update', { event: 'BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE', country: 'IN' }),
  priceTier: accountEnvelope('account_update', {
    event: 'VOLUME_BASED_PRICING_TIER_UPDATE',
    volume_tier_info: { pricing_category: 'UTILITY', tier: '25000001:50000000', region: 'India' },
  }),
  review: accountEnvelope('account_review_update', { decision: 'APPROVED' }),
  alert: accountEnvelope('account_alerts', {
    entity_type: 'BUSINESS',
    entity_id: '506914307656634',
    alert_info: {
      alert_severity: 'CRITICAL',
      alert_status: 'ACTIVE',
      alert_type: 'OBA_REJECTED',
      alert_description: 'Your application was rejected',
    },
  }),
  flatAlert: accountEnvelope('account_alerts', {
    entity_type: 'PHONE_NUMBER',
    alert_severity: 'INFORMATIONAL',
    alert_type: 'OBA_APPROVED',
  }),
  settings: accountEnvelope('account_settings_update', {
    timestamp: 1750030073,
    type: 'phone_number_settings',
    phone_number_settings: { phone_number_id: phoneNumberId, calling: { status: 'ENABLED' } },
  }),
  security: accountEnvelope('security', {
    display_phone_number: businessPhone,
    event: 'PIN_CHANGED',
    requester: '6071',
  }),
  payments: accountEnvelope('payment_configuration_update', { configuration_name: 'upi', status: 'Active' }),
  solutions: accountEnvelope('partner_solutions', {
    event: 'SOLUTION_UPDATED',
    solution_id: '774485461512159',
    solution_status: 'ACTIVE',
  }),
  flows: accountEnvelope('flows', {
    event: 'FLOW_STATUS_CHANGE',
    flow_id: '6627390910605886',
    old_status: 'DRAFT',
    new_status: 'PUBLISHED',
  }),
  automaticEvents: envelope(
    'automatic_events',
    chatValue({ automatic_events: [{ id: 'wamid.a', event_name: 'LeadSubmitted', timestamp, ctwa_clid: 'x' }] }),
  ),
}
