import type { Check, CheckFix, CheckId, CheckState } from '../../contract/doctor.ts'

type Finding = { state: CheckState; sentence: string; fix?: CheckFix }

const credentials: CheckFix = { kind: 'credentials', label: 'Enter it again' }
const retry: CheckFix = { kind: 'retry', label: 'Check again' }
const link = (label: string, url: string): CheckFix => ({ kind: 'link', label, url })

const systemUsers = link('Open system users at Meta', 'https://business.facebook.com/settings/system-users')
const accountsAtMeta = link(
  'Open accounts at Meta',
  'https://business.facebook.com/settings/whatsapp-business-accounts',
)
const numbersAtMeta = link('Open phone numbers at Meta', 'https://business.facebook.com/wa/manage/phone-numbers')

const ok = (sentence: string): Finding => ({ state: 'ok', sentence })
const failed = (sentence: string, fix?: CheckFix): Finding => ({ state: 'failed', sentence, ...(fix ? { fix } : {}) })
const warning = (sentence: string, fix?: CheckFix): Finding => ({ state: 'warning', sentence, ...(fix ? { fix } : {}) })
const waiting = (sentence: string, fix?: CheckFix): Finding => ({ state: 'waiting', sentence, ...(fix ? { fix } : {}) })

export const titles: Record<CheckId, string> = {
  app_id: 'App ID',
  app_secret: 'App Secret',
  token: 'Access token',
  scopes: 'Permissions',
  account: 'Business account',
  number: 'Phone number',
  registered: 'Registration',
  sending: 'Permission to send',
  subscribed: 'Subscription',
  callback: 'Webhook address',
  signature: 'Signature',
  hello: 'First message',
}

/** Everything the doctor can say: one sentence and at most one button each. `{…}` is filled in. */
export const findings = {
  'app_id.ok': ok('This is the App ID.'),
  'app_id.missing': failed('Enter the App ID: Meta shows it at the top of your app’s page.', credentials),
  'app_id.is_secret': failed('This is the App Secret, not the App ID. The App ID has digits only.', credentials),
  'app_id.is_token': failed('This is the access token, not the App ID. The App ID has digits only.', credentials),
  'app_id.is_phone': failed('This is a telephone number, not the App ID.', credentials),
  'app_id.malformed': failed('This is no App ID: it has 13 to 17 digits and nothing else.', credentials),

  'app_secret.ok': ok('Meta accepts the App Secret.'),
  'app_secret.unproven': warning(
    'There is an App Secret, but without the App ID Parley cannot ask Meta whether it is right.',
    credentials,
  ),
  'app_secret.missing': failed(
    'Without the App Secret every webhook is refused. It is under App settings, Basic.',
    credentials,
  ),
  'app_secret.unreadable': failed(
    'The App Secret cannot be read, because the encryption key changed. Enter it again.',
    credentials,
  ),
  'app_secret.is_token': failed('This is the access token, not the App Secret.', credentials),
  'app_secret.is_app_id': failed('This is the App ID, not the App Secret. The secret has letters too.', credentials),
  'app_secret.malformed': failed('This is no App Secret: it has 32 characters, 0 to 9 and a to f.', credentials),
  'app_secret.wrong': failed(
    'Meta does not know this App Secret for this App ID. Copy both from the page of the same app.',
    credentials,
  ),
  'app_secret.unreachable': failed('Meta could not be reached. Check the internet connection of this machine.', retry),

  'token.ok': ok('The token is good and never expires.'),
  'token.ok_until': ok('The token is good until {date}.'),
  'token.missing': failed('Enter an access token: without it nothing can be sent.', credentials),
  'token.unreadable': failed(
    'The access token cannot be read, because the encryption key changed. Enter it again.',
    credentials,
  ),
  'token.is_app_secret': failed('This is the App Secret, not the token. A token begins with EAA.', credentials),
  'token.is_app_id': failed('This is the App ID, not the token. A token begins with EAA.', credentials),
  'token.is_app_token': failed(
    'This is the token of the app itself, which may not send messages. Make one for a system user.',
    systemUsers,
  ),
  'token.is_page_token': failed(
    'This is the token of a Facebook page, which may not use WhatsApp. Make one for a system user.',
    systemUsers,
  ),
  'token.invalid': failed('Meta does not know this token. Copy the whole of it again.', credentials),
  'token.expired': failed(
    'This token expired on {date}. Make one for a system user: it can last forever.',
    systemUsers,
  ),
  'token.revoked': failed('This token was taken back at Meta. Make a new one for the system user.', systemUsers),
  'token.other_app': failed(
    'This token was made for another app{app}. Make one for the app with this App ID.',
    systemUsers,
  ),
  'token.expires_soon': warning(
    'This token expires in {hours}: it is the temporary one. Make one for a system user before then.',
    systemUsers,
  ),
  'token.unreachable': failed('Meta did not answer the question about the token. Check again in a moment.', retry),

  'scopes.ok': ok('The token may manage and send.'),
  'scopes.messaging_missing': failed(
    'The token may not send: make a new one and tick whatsapp_business_messaging.',
    systemUsers,
  ),
  'scopes.management_missing': failed(
    'The token may not see the account: make a new one and tick whatsapp_business_management.',
    systemUsers,
  ),
  'scopes.both_missing': failed(
    'The token has no permission for WhatsApp: tick whatsapp_business_messaging and whatsapp_business_management.',
    systemUsers,
  ),

  'account.ok': ok('The token reaches the business account {account}.'),
  'account.many': ok('The token reaches {count} business accounts. Choose a number.'),
  'account.unlisted': waiting(
    'Meta does not say which business account this token reaches. Enter its id.',
    credentials,
  ),
  'account.missing': failed('Enter the id of the WhatsApp business account.', credentials),
  'account.none': failed(
    'The token reaches no business account. Assign the account to the system user, with full control.',
    accountsAtMeta,
  ),
  'account.no_access': failed(
    'The token may not open the business account {account}. Assign it to the system user, with full control.',
    accountsAtMeta,
  ),
  'account.unreachable': failed('Meta did not answer the question about the account. Check again in a moment.', retry),

  'number.ok': ok('{phone} is there, with the name “{name}”.'),
  'number.choose': ok('{count} telephone numbers were found. Choose one.'),
  'number.none': failed('The business account has no telephone number yet. Add one at Meta.', numbersAtMeta),
  'number.missing': failed('Enter the phone number id. Meta shows it under WhatsApp, API set-up.', credentials),
  'number.unknown': failed('Meta does not know this phone number id, or the token may not use it.', credentials),
  'number.unproven': failed(
    'Nothing proves that this number is yours, so its messages are not taken. Enter a token of Meta that may use it.',
    credentials,
  ),
  'number.other_account': failed(
    'This phone number id does not belong to the business account {account}.',
    credentials,
  ),
  'number.banned': failed('Meta banned this number. See its messages in the WhatsApp Manager.', numbersAtMeta),
  'number.restricted': failed('Meta restricted this number, because customers complained.', numbersAtMeta),
  'number.unverified': failed('The number is not verified yet. Have Meta send a code and enter it.', {
    kind: 'verify',
    label: 'Verify the number',
  }),
  'number.low_quality': warning(
    'Customers block or report this number: its quality is low. Write less advertising.',
    numbersAtMeta,
  ),
  'number.name_pending': warning(
    'Meta has not approved the name “{name}” yet, so fewer people can be written to.',
    numbersAtMeta,
  ),
  'number.unreachable': failed('Meta did not answer the question about the number. Check again in a moment.', retry),

  'registered.ok': ok('The number is registered for the Cloud API.'),
  'registered.on_phone': ok('The number lives in the WhatsApp Business app and needs no registration.'),
  'registered.no': failed('The number is not registered for the Cloud API yet. Choose a PIN of six digits.', {
    kind: 'register',
    label: 'Register',
  }),
  'registered.pin_wrong': failed('The PIN is not the one this number has. Enter that one, or reset it at Meta.', {
    kind: 'register',
    label: 'Enter the PIN',
  }),
  'registered.too_often': failed('The number was registered too often. Meta allows it again after three days.', retry),
  'registered.refused': failed('Meta did not register the number.', { kind: 'register', label: 'Try again' }),

  'sending.ok': ok('Meta lets this number send.'),
  'sending.unknown': ok('Meta names nothing that keeps this number from sending.'),
  'sending.no_payment': failed(
    'There is no way to pay on the business account. Meta stops delivering after the free messages.',
    link('Add a way to pay', 'https://business.facebook.com/billing_hub/accounts'),
  ),
  'sending.limited': warning('Meta limits how many people this number may write to.', numbersAtMeta),
  'sending.business_unverified': warning(
    'Meta has not verified your business, so this number may write to few people a day.',
    link('Verify the business', 'https://business.facebook.com/settings/security'),
  ),
  'sending.account_blocked': failed('Meta blocked the business account from sending.', accountsAtMeta),
  'sending.blocked': failed('Meta does not let this number send.', numbersAtMeta),

  'subscribed.ok': ok('The app gets the webhooks of the business account.'),
  'subscribed.no': failed('The app does not get the webhooks of this business account, so no message would arrive.', {
    kind: 'subscribe',
    label: 'Subscribe',
  }),
  'subscribed.refused': failed('Meta did not let the app subscribe to the business account.', {
    kind: 'subscribe',
    label: 'Try again',
  }),
  'subscribed.unreachable': failed(
    'Meta did not answer the question about subscriptions. Check again in a moment.',
    retry,
  ),

  'callback.ok': ok('Meta sends webhooks to {url}.'),
  'callback.unproven': warning(
    'Without App ID and App Secret, Parley cannot see where the app sends webhooks. Enter them.',
    credentials,
  ),
  'callback.not_https': failed(
    'Meta calls addresses with https:// only. Put Parley behind one and set PUBLIC_URL to it.',
    retry,
  ),
  'callback.private': failed(
    '{host} cannot be reached from the internet. Give Parley a public address and set PUBLIC_URL to it.',
    retry,
  ),
  'callback.unset': failed('The app does not know yet where to send webhooks.', {
    kind: 'callback',
    label: 'Send them here',
  }),
  'callback.elsewhere': failed('The app sends its webhooks to {host}, not to this Parley.', {
    kind: 'callback',
    label: 'Send them here',
  }),
  'callback.overridden': failed('Webhooks of this number are diverted to {host}.', {
    kind: 'callback',
    label: 'Bring them back',
  }),
  'callback.inactive': failed('Meta switched the webhooks of the app off, because they were not answered.', {
    kind: 'callback',
    label: 'Switch them on',
  }),
  'callback.no_messages': failed('The app does not send messages as webhooks: the field “messages” is not ticked.', {
    kind: 'callback',
    label: 'Tick it',
  }),
  'callback.fields_missing': warning('Messages arrive, but Meta does not tell about {fields}.', {
    kind: 'callback',
    label: 'Tick them',
  }),
  'callback.not_answered': failed(
    'Meta called {url} and got no right answer. See that the address leads to this Parley.',
    { kind: 'callback', label: 'Try again' },
  ),
  'callback.refused': failed('Meta did not take the webhook address.', { kind: 'callback', label: 'Try again' }),
  'callback.unreachable': failed(
    'Meta did not answer the question about the webhook address. Check again in a moment.',
    retry,
  ),

  'signature.ok': ok('A signed webhook gets in, an unsigned one does not.'),
  'signature.refused': failed(
    'A webhook signed with this App Secret was refused at {url}. Something on the way changes it, or it is another Parley.',
    retry,
  ),
  'signature.unguarded': failed(
    'Somebody else answers at {url}: a webhook without a signature was accepted there.',
    retry,
  ),
  'signature.not_parley': failed('{url} answers, but it is not Parley that does (status {status}).', retry),
  'signature.unreachable': warning(
    'Parley cannot call its own address {url} from inside, so the signature could not be tried.',
    retry,
  ),

  'hello.ok': ok('Messages arrive. The last webhook came on {date}.'),
  'hello.silent': warning(
    'WhatsApp has delivered nothing since {date}. Send “hello” to {phone} from your own telephone: if it does not appear, put the lines above right.',
    retry,
  ),
  'hello.waiting': waiting(
    'Send “hello” to {phone} from your own telephone. This line turns green when it arrives.',
    retry,
  ),

  later: waiting('This is looked at when the lines above are green.'),
} as const satisfies Record<string, Finding>

export type FindingCode = Exclude<keyof typeof findings, 'later'>
type Values = { readonly [name: string]: string | number }

/** What the doctor says about one precondition. The first part of the code names it. */
export function say(code: FindingCode, values: Values = {}, details: string | null = null): Check {
  const id = code.slice(0, code.indexOf('.')) as CheckId
  const { state, sentence, fix }: Finding = findings[code]
  return {
    id,
    title: titles[id],
    state,
    code,
    sentence: sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '')),
    details,
    fix: fix ?? null,
  }
}

/** A precondition that cannot be looked at before another one is met. */
export function sayLater(id: CheckId): Check {
  const { state, sentence }: Finding = findings.later
  return { id, title: titles[id], state, code: `${id}.later`, sentence, details: null, fix: null }
}

const severity: Record<CheckState, number> = { waiting: 0, ok: 1, warning: 2, failed: 3 }

export function worstOf(checks: readonly Check[]): CheckState {
  return checks
    .map(({ state }) => state)
    .reduce((worst, state) => (severity[state] > severity[worst] ? state : worst), 'ok')
}
