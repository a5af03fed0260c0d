import type { MessageType } from '../../../contract/messages.ts'

type Json = Record<string, unknown>

/**
 * Messages as other people's software has met them: missing, extra, unknown and contradictory members. Each is posted with a
 * sender and an id of its own, unless it says otherwise. `around` replaces members of the value it stands in.
 */
export type MessageBody = {
  name: string
  message: Json
  type: MessageType
  preview?: string | RegExp
  around?: Json
  /** What the contact is called; the telephone number when nothing is said. */
  contact?: string
  check?: Json
  /** What its conversation knows afterwards. */
  chat?: Json
}

const row = (
  name: string,
  message: Json,
  type: MessageType,
  preview?: string | RegExp,
  more: Partial<MessageBody> = {},
) => ({
  name,
  message,
  type,
  ...(preview === undefined ? {} : { preview }),
  ...more,
})
const text = (body: unknown = 'Hello'): Json => ({ type: 'text', text: { body } })
const file = (extra: Json = {}): Json => ({
  id: '1908647269898587',
  mime_type: 'image/jpeg',
  sha256: 'SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=',
  ...extra,
})
const reply = (answer: Json): Json => ({
  type: 'interactive',
  interactive: answer,
  context: { from: '15550783881', id: 'wamid.asked' },
})
const flow = (response_json: unknown, more: Json = {}) =>
  reply({ type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json, ...more } })
const unsupported = (errors: unknown, more: Json = {}): Json => ({ type: 'unsupported', errors, ...more })
const ad = {
  source_url: 'https://fb.me/3cr4Wqqkv',
  source_id: '120226305854810726',
  source_type: 'ad',
  headline: 'Chat with us',
}

const texts: MessageBody[] = [
  row('a text', text(), 'text', 'Hello'),
  row('a text of a number', text(42), 'text', '42'),
  row('a text without a body', { type: 'text', text: {} }, 'text', 'Empty message'),
  row('a text that is not in an object', { type: 'text', text: 'Hello' }, 'text', 'Hello'),
  row('a text with a null body', text(null), 'text'),
  row('a text in capitals', { type: 'TEXT', text: { body: 'Hello' } }, 'text', 'Hello'),
  row('a text with spaces around its type', { type: ' text ', text: { body: 'Hello' } }, 'text', 'Hello'),
  row('a text without a type', { text: { body: 'Hello' } }, 'text', 'Hello'),
  row('a text with a null type', { type: null, text: { body: 'Hello' } }, 'text', 'Hello'),
  row('an emoji of several people', text('👩‍👩‍👧‍👦'), 'text', '👩‍👩‍👧‍👦'),
  row('Arabic', text('مرحبا بك'), 'text', 'مرحبا بك'),
  row('a NUL in the middle', text('a\u0000b'), 'text', 'ab'),
  row('half a surrogate pair', text('a\ud83d'), 'text', /^a/),
  row('a very long text', text('x'.repeat(70_000)), 'text', /^x+/),
  row('with unknown members', { ...text(), surprise: { deep: [1] }, preview_url: true }, 'text', 'Hello'),
  row('with an empty list of errors', { ...text(), errors: [] }, 'text', 'Hello'),
  row(
    'with nulls for all that may be absent',
    { ...text(), context: null, referral: null, errors: null, identity: null, group_id: null },
    'text',
    'Hello',
  ),
  row(
    'with the old identity check',
    { ...text(), identity: { acknowledged: true, created_timestamp: 1602532300000, hash: 'Sjvjlx8G6Z0=' } },
    'text',
    'Hello',
  ),
  row('with empty context', { ...text(), context: {} }, 'text', 'Hello'),
  row('with context of a forward only', { ...text(), context: { forwarded: true } }, 'text', 'Hello', {
    check: { replyTo: { forwarded: 'once' } },
  }),
  row('forwarded often', { ...text(), context: { frequently_forwarded: true } }, 'text', 'Hello', {
    check: { replyTo: { forwarded: 'often' } },
  }),
  row('with forwarded as a text', { ...text(), context: { forwarded: 'true' } }, 'text', 'Hello', {
    check: { replyTo: { forwarded: 'once' } },
  }),
  row('with an unknown quote', { ...text(), context: { from: '15550783881', id: 'wamid.gone' } }, 'text', 'Hello', {
    check: { replyTo: { providerMessageId: 'wamid.gone', messageId: null } },
  }),
  row(
    'with an old kind of quote',
    { ...text(), context: { from: '15550783881', id: 'wamid.gone', mentions: [], quoted_type: 'hsm' } },
    'text',
    'Hello',
  ),
  row(
    'about a product',
    {
      ...text(),
      context: {
        from: '15550783881',
        id: 'wamid.p',
        referred_product: { catalog_id: '19483', product_retailer_id: 'sku-1' },
      },
    },
    'text',
    'Hello',
    { check: { replyTo: { product: { productRetailerId: 'sku-1' } } } },
  ),
  row(
    'about a product whose ids are numbers',
    { ...text(), context: { referred_product: { catalog_id: 19483, product_retailer_id: 7 } } },
    'text',
    'Hello',
    { check: { replyTo: { product: { catalogId: '19483' } } } },
  ),
  row('from an advertisement', { ...text(), referral: ad }, 'text', 'Hello'),
  row(
    'from an advertisement with numbers and nulls',
    { ...text(), referral: { ...ad, source_id: 12, ctwa_clid: null, image_url: null } },
    'text',
    'Hello',
  ),
  row(
    'from an advertisement with a mark of the advertiser',
    { ...text(), referral: { ...ad, ref: 'spring', welcome_message: { text: 'Hi!' }, colour: 'red' } },
    'text',
    'Hello',
    { chat: { referral: { headline: 'Chat with us', ref: 'spring', welcomeMessage: 'Hi!' } } },
  ),
  row('from a post, by number', { ...text(), referral: { source_type: 'post', source_id: 7 } }, 'text', 'Hello', {
    chat: { referral: { sourceType: 'post', sourceId: '7' } },
  }),
  row('from an empty advertisement', { ...text(), referral: {} }, 'text', 'Hello'),
]

const identities: MessageBody[] = [
  row('no contacts', text(), 'text', 'Hello', { around: { contacts: undefined } }),
  row('an empty list of contacts', text(), 'text', 'Hello', { around: { contacts: [] } }),
  row('null contacts', text(), 'text', 'Hello', { around: { contacts: null } }),
  row('a contact without profile', text(), 'text', 'Hello', { around: { contacts: [{ wa_id: '$from' }] } }),
  row('a contact with a null profile', text(), 'text', 'Hello', {
    around: { contacts: [{ profile: null, wa_id: '$from' }] },
  }),
  row('a contact with an empty profile', text(), 'text', 'Hello', {
    around: { contacts: [{ profile: {}, wa_id: '$from' }] },
  }),
  row('a name of spaces', text(), 'text', 'Hello', {
    around: { contacts: [{ profile: { name: '  ' }, wa_id: '$from' }] },
  }),
  row('a name with spaces around it', text(), 'text', 'Hello', {
    around: { contacts: [{ profile: { name: ' Ana ' }, wa_id: '$from' }] },
    contact: 'Ana',
  }),
  row('a name of a number', text(), 'text', 'Hello', {
    around: { contacts: [{ profile: { name: 7 }, wa_id: '$from' }] },
    contact: '7',
  }),
  row('a wa_id of a number', text(), 'text', 'Hello', {
    around: { contacts: [{ profile: { name: 'Numa' }, wa_id: '$number' }] },
    contact: 'Numa',
  }),
  row('a wa_id that is not the sender', text(), 'text', 'Hello', {
    around: { contacts: [{ profile: { name: 'Waid' }, wa_id: '12125550100' }] },
    contact: 'Waid',
  }),
  row('no wa_id', text(), 'text', 'Hello', { around: { contacts: [{ profile: { name: 'Bare' } }] }, contact: 'Bare' }),
  row('a lone contact instead of a list', text(), 'text', 'Hello', {
    around: { contacts: { profile: { name: 'Lone' }, wa_id: '$from' } },
    contact: 'Lone',
  }),
  row('a sender with a plus', { ...text(), from: '$plus' }, 'text', 'Hello'),
  row('a sender as a number', { ...text(), from: '$number' }, 'text', 'Hello'),
  row('a sender with spaces', { ...text(), from: '$spaced' }, 'text', 'Hello'),
  row('a sender of WhatsApp Web', { ...text(), from: '$jid' }, 'text', 'Hello'),
  row('no sender but a contact', { ...text(), from: undefined }, 'text', 'Hello', {
    around: { contacts: [{ profile: { name: 'Nofrom' }, wa_id: '$from' }] },
    contact: 'Nofrom',
  }),
  row('a scoped id only', { ...text(), from: undefined, from_user_id: 'US.13491208655302741918' }, 'text', 'Hello', {
    around: { contacts: [{ profile: { name: 'Scoped', username: '@scoped' }, user_id: 'US.13491208655302741918' }] },
    contact: 'Scoped',
  }),
  row('a scoped id where the phone belongs', { ...text(), from: 'DE.99887766554433221100' }, 'text', 'Hello', {
    around: { contacts: [{ profile: { name: 'Insteads' }, wa_id: 'DE.99887766554433221100' }] },
    contact: 'Insteads',
  }),
  row('a username without a name', { ...text(), from: undefined, from_user_id: 'BR.111222333' }, 'text', 'Hello', {
    around: { contacts: [{ profile: { username: 'shy.one' }, user_id: 'BR.111222333' }] },
    contact: '@shy.one',
  }),
  row('an empty sender and a scoped id', { ...text(), from: '', from_user_id: 'MX.444555666' }, 'text', 'Hello', {
    around: { contacts: [{ profile: { name: 'Empty' }, wa_id: '', user_id: 'MX.444555666' }] },
    contact: 'Empty',
  }),
  row('ids and no profile', { ...text(), from_user_id: 'EC.5151515151' }, 'text', 'Hello', {
    around: { contacts: [{ wa_id: '$from', user_id: 'EC.5151515151' }] },
  }),
  row('a scoped id of an odd form', { ...text(), from_user_id: 'odd_one' }, 'text', 'Hello', {
    around: { contacts: [{ profile: { name: 'Odd', username: '@odd' }, wa_id: '$from', user_id: 'odd_one' }] },
    contact: 'Odd',
  }),
  row('a parent id', { ...text(), from_user_id: 'IN.6161616161', from_parent_user_id: 'IN.ENT.62' }, 'text', 'Hello', {
    around: {
      contacts: [
        {
          profile: { name: 'Parented', username: 'par.ent' },
          wa_id: '$from',
          user_id: 'IN.6161616161',
          parent_user_id: 'IN.ENT.62',
        },
      ],
    },
    contact: 'Parented',
  }),
  row('an identity key', text(), 'text', 'Hello', {
    around: { contacts: [{ profile: { name: 'Keyed' }, wa_id: '$from', identity_key_hash: 'DF2lS5v2W6x=' }] },
    contact: 'Keyed',
  }),
  row('two contacts in another order', text(), 'text', 'Hello', {
    around: {
      contacts: [
        { profile: { name: 'Other' }, wa_id: '12125550101' },
        { profile: { name: 'Mine' }, wa_id: '$from' },
      ],
    },
    contact: 'Mine',
  }),
  row('metadata without a display number', text(), 'text', 'Hello', {
    around: { metadata: { phone_number_id: '$phoneNumberId' } },
  }),
  row('a number id that is a number', text(), 'text', 'Hello', {
    around: { metadata: { display_phone_number: '15550783881', phone_number_id: '$phoneNumberIdNumber' } },
  }),
  row('no metadata', text(), 'text', 'Hello', { around: { metadata: undefined } }),
  row('no messaging product', text(), 'text', 'Hello', { around: { messaging_product: undefined } }),
  row('errors beside a text', text(), 'text', 'Hello', {
    around: { errors: [{ code: 130429, title: 'Rate limit hit' }] },
  }),
  row('null statuses beside it', text(), 'text', 'Hello', { around: { statuses: null, errors: null } }),
]

const times: MessageBody[] = [
  ['as a number', 1749416383],
  ['in milliseconds', '1749416383000'],
  ['in milliseconds as a number', 1749416383000],
  ['as a written date', '2025-06-08T20:59:43Z'],
  ['with a fraction', '1749416383.5'],
  ['missing', undefined],
  ['null', null],
  ['empty', ''],
  ['absurd', '99999999999999999999'],
  ['negative', '-5'],
  ['a word', 'yesterday'],
].map(([name, timestamp]) => row(`a time ${String(name)}`, { ...text(), timestamp }, 'text', 'Hello'))

const media: MessageBody[] = [
  row('a picture', { type: 'image', image: file({ caption: 'Look' }) }, 'image', 'Look'),
  row('a picture without caption', { type: 'image', image: file() }, 'image', 'Photo'),
  row('a picture with a null caption', { type: 'image', image: file({ caption: null }) }, 'image', 'Photo'),
  row('a picture with its id only', { type: 'image', image: { id: '55' } }, 'image', 'Photo'),
  row('a picture with a number for id', { type: 'image', image: { id: 55 } }, 'image', 'Photo'),
  row(
    'a picture with an address',
    { type: 'image', image: file({ url: 'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1' }) },
    'image',
  ),
  row(
    'a picture without an id',
    { type: 'image', image: { mime_type: 'image/jpeg', link: 'https://a.example/1.jpg' } },
    'image',
    'Photo',
    { check: { content: { media: { state: 'failed' } } } },
  ),
  row('a picture without anything', { type: 'image', image: {} }, 'image', 'Photo'),
  row(
    'a picture that could not be had',
    { type: 'image', image: file({ caption: 'Look' }), errors: [{ code: 400, title: 'Media download failed' }] },
    'image',
    'Look',
    { check: { raw: { errors: [{ code: 400 }] } } },
  ),
  row(
    'a message left after a call',
    { type: 'audio', id: 'wacid.voicemail', audio: file({ mime_type: 'audio/ogg; codecs=opus' }) },
    'audio',
    'Voice message',
  ),
  row(
    'a document with an accented name',
    { type: 'document', document: file({ filename: 'Currículum café.pdf' }) },
    'document',
    'Document: Currículum café.pdf',
  ),
  row('a null picture', { type: 'image', image: null }, 'unsupported'),
  row('a picture from an advertisement', { type: 'image', image: file(), referral: ad }, 'image'),
  row('a hexadecimal hash', { type: 'image', image: file({ sha256: 'a'.repeat(64) }) }, 'image', 'Photo', {
    check: { content: { media: { sha256: 'a'.repeat(64) } } },
  }),
  row('a hash of nothing', { type: 'image', image: file({ sha256: 'nonsense' }) }, 'image', 'Photo'),
  row('a video', { type: 'video', video: file({ mime_type: 'video/mp4', caption: 'See' }) }, 'video', 'See'),
  row('a round video', { type: 'video_note', video_note: file({ mime_type: 'video/mp4' }) }, 'video', 'Video'),
  row(
    'a recording',
    { type: 'audio', audio: file({ mime_type: 'audio/ogg; codecs=opus', voice: true }) },
    'audio',
    'Voice message',
  ),
  row(
    'a recording with a text for its flag',
    { type: 'audio', audio: file({ voice: 'true' }) },
    'audio',
    'Voice message',
  ),
  row('a song', { type: 'audio', audio: file({ mime_type: 'audio/mpeg', voice: false }) }, 'audio', 'Audio'),
  row('a sound without a flag', { type: 'audio', audio: file({ mime_type: 'audio/mp4' }) }, 'audio', 'Audio'),
  row(
    'a recording of the old API',
    { type: 'voice', voice: file({ mime_type: 'audio/ogg; codecs=opus' }) },
    'audio',
    'Voice message',
  ),
  row(
    'a document',
    { type: 'document', document: file({ filename: 'offer.pdf', mime_type: 'application/pdf' }) },
    'document',
    'Document: offer.pdf',
  ),
  row(
    'a document without a name',
    { type: 'document', document: file({ mime_type: 'application/pdf' }) },
    'document',
    'Document',
  ),
  row(
    'a document with a path for a name',
    { type: 'document', document: file({ filename: '../../etc/passwd' }) },
    'document',
    'Document: passwd',
  ),
  row(
    'a document with a caption',
    { type: 'document', document: file({ filename: 'a.pdf', caption: 'Signed' }) },
    'document',
    'Signed',
  ),
  row('a sticker', { type: 'sticker', sticker: file({ mime_type: 'image/webp', animated: false }) }, 'sticker'),
  row(
    'a sticker without a flag',
    { type: 'sticker', sticker: file({ mime_type: 'image/webp', metadata: { emojis: ['🦋'] } }) },
    'sticker',
  ),
  row(
    'a file whose type kept a backslash',
    { type: 'sticker', sticker: file({ mime_type: 'image\\/webp' }) },
    'sticker',
  ),
  row('a placeholder of a file', { type: 'media_placeholder' }, 'unsupported', /has not handed it over/),
]

const places: MessageBody[] = [
  row(
    'a place',
    {
      type: 'location',
      location: {
        latitude: 37.44,
        longitude: -122.16,
        name: 'Philz',
        address: '101 Forest Ave',
        url: 'https://philz.example',
      },
    },
    'location',
    'Location: Philz',
  ),
  row(
    'a place without a name',
    { type: 'location', location: { latitude: 37.44, longitude: -122.16 } },
    'location',
    'Location',
  ),
  row(
    'a place in texts',
    { type: 'location', location: { latitude: '37.44', longitude: '-122.16', name: null } },
    'location',
    'Location',
  ),
  row('a place at zero', { type: 'location', location: { latitude: 0, longitude: 0 } }, 'location', 'Location'),
  row(
    'a place with an address only',
    { type: 'location', location: { latitude: 1, longitude: 2, address: 'Main Street 1' } },
    'location',
    'Location: Main Street 1',
  ),
  row(
    'a place without coordinates',
    { type: 'location', location: { name: 'Somewhere' } },
    'unsupported',
    /without what belongs/,
    { check: { raw: { location: { name: 'Somewhere' } } } },
  ),
  row('a place in words', { type: 'location', location: { latitude: 'LAT', longitude: 'LONG' } }, 'unsupported'),
  row(
    'a place from an advertisement',
    { type: 'location', location: { latitude: 1, longitude: 2 }, referral: ad },
    'location',
  ),
]

const cards: MessageBody[] = [
  row(
    'a card',
    {
      type: 'contacts',
      contacts: [
        {
          name: { formatted_name: 'Bob Li', first_name: 'Bob' },
          phones: [{ phone: '+1 212', wa_id: '1212', type: 'HOME' }],
        },
      ],
    },
    'contacts',
    'Contact: Bob Li',
  ),
  row(
    'a card without phones',
    { type: 'contacts', contacts: [{ name: { formatted_name: 'Bob' } }] },
    'contacts',
    'Contact: Bob',
  ),
  row(
    'a card without a name',
    { type: 'contacts', contacts: [{ phones: [{ phone: '+1 212 555' }] }] },
    'contacts',
    'Contact: +1 212 555',
  ),
  row(
    'a card with a first name only',
    { type: 'contacts', contacts: [{ name: { first_name: 'Bob' } }] },
    'contacts',
    'Contact: Bob',
  ),
  row(
    'a card with nulls',
    {
      type: 'contacts',
      contacts: [
        {
          name: { formatted_name: 'Bob' },
          phones: null,
          emails: null,
          org: null,
          addresses: null,
          urls: null,
          birthday: null,
        },
      ],
    },
    'contacts',
    'Contact: Bob',
  ),
  row(
    'two cards',
    { type: 'contacts', contacts: [{ name: { formatted_name: 'Bob' } }, { name: { formatted_name: 'Eve' } }] },
    'contacts',
    'Contacts: Bob and 1 more',
  ),
  row('a lone card', { type: 'contacts', contacts: { name: { formatted_name: 'Bob' } } }, 'contacts', 'Contact: Bob'),
  row('no cards', { type: 'contacts', contacts: [] }, 'contacts', 'Contact'),
  row(
    'a card with a vcard',
    {
      type: 'contacts',
      contacts: [{ vcard: 'BEGIN:VCARD\nEND:VCARD', origin: 'other', name: { formatted_name: 'Vic' } }],
    },
    'contacts',
    'Contact: Vic',
  ),
]

const reactions: MessageBody[] = [
  row('a reaction', { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '👍' } }, 'reaction', 'Reacted 👍'),
  row(
    'a reaction without an emoji',
    { type: 'reaction', reaction: { message_id: 'wamid.x' } },
    'reaction',
    'Took back a reaction',
  ),
  row(
    'a reaction with an empty emoji',
    { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '' } },
    'reaction',
    'Took back a reaction',
  ),
  row(
    'a reaction with a null emoji',
    { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: null } },
    'reaction',
    'Took back a reaction',
  ),
  row('a reaction to nothing', { type: 'reaction', reaction: { emoji: '👍' } }, 'unsupported'),
]

const answers: MessageBody[] = [
  row(
    'a button of a template',
    { type: 'button', button: { payload: 'No', text: 'Not now' }, context: { from: '1', id: 'wamid.t' } },
    'button',
    'Not now',
  ),
  row('a button without payload', { type: 'button', button: { text: 'Not now' } }, 'button', 'Not now'),
  row('a button with its payload only', { type: 'button', button: { payload: 'stop' } }, 'button', 'stop'),
  row('a button with a null payload', { type: 'button', button: { payload: null, text: 'Yes' } }, 'button', 'Yes'),
  row('a button that is a text', { type: 'button', button: 'Yes' }, 'button', 'Yes'),
  row('an empty button', { type: 'button', button: {} }, 'button', 'Button pressed'),
  row(
    'an answer by button',
    reply({ type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } }),
    'interactive',
    'Yes',
  ),
  row(
    'an answer by button with a number',
    reply({ type: 'button_reply', button_reply: { id: 1, title: 'One' } }),
    'interactive',
    'One',
    { check: { content: { reply: { id: '1' } } } },
  ),
  row(
    'an answer by button without a title',
    reply({ type: 'button_reply', button_reply: { id: 'yes' } }),
    'interactive',
    'yes',
  ),
  row(
    'an answer by button without the level around it',
    { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } },
    'interactive',
    'Yes',
    { check: { content: { kind: 'button_reply', reply: { id: 'yes' } } } },
  ),
  row(
    'a form without the level around it',
    { type: 'nfm_reply', nfm_reply: { name: 'flow', response_json: '{"a":1}' } },
    'interactive',
    'Form answered',
    { check: { content: { reply: { data: { a: 1 } } } } },
  ),
  row(
    'a permission to call that names no kind',
    reply({ call_permission_reply: { response: 'accept', is_permanent: true } }),
    'interactive',
    'Allowed calls',
    { check: { content: { reply: { permanent: true } } } },
  ),
  row(
    'a permission to call given by a call',
    {
      type: 'interactive',
      interactive: {
        type: 'call_permission_reply',
        call_permission_reply: { response: 'accept', expiration_timestamp: 1753186982, response_source: 'automatic' },
      },
      context: { from: '$from', id: 'wacid.1' },
    },
    'interactive',
    'Allowed calls',
    { check: { replyTo: { providerMessageId: 'wacid.1' } } },
  ),
  row('an answer by button without a type', reply({ button_reply: { id: 'yes', title: 'Yes' } }), 'interactive', 'Yes'),
  row(
    'an answer from a list',
    reply({ type: 'list_reply', list_reply: { id: 'a', title: 'First', description: 'The first' } }),
    'interactive',
    'First',
  ),
  row(
    'an answer from a list without a description',
    reply({ type: 'list_reply', list_reply: { id: 'a', title: 'First' } }),
    'interactive',
    'First',
  ),
  row('an answered form', flow('{"flow_token":"t","name":"Ana"}'), 'interactive', 'Form answered', {
    check: { content: { reply: { data: { name: 'Ana' } } }, searchText: 'form answered\nsent\nana' },
  }),
  row('an answered form that is an object', flow({ name: 'Ana' }), 'interactive', 'Form answered', {
    check: { content: { reply: { data: { name: 'Ana' } } } },
  }),
  row('an answered form that is not JSON', flow('not json'), 'interactive', 'Form answered', {
    check: { content: { reply: { data: 'not json' } } },
  }),
  row('an answered form of a list', flow('[1,2]'), 'interactive', 'Form answered'),
  row('an answered form of null', flow(null), 'interactive', 'Form answered'),
  row('an answered form without an answer', flow(undefined), 'interactive', 'Form answered'),
  row(
    'an answered form without a name',
    flow('{}', { name: undefined, body: undefined }),
    'interactive',
    'Form answered',
  ),
  row('an address', flow('{"values":{"city":"Pune"}}', { name: 'address_message' }), 'interactive', 'Address sent'),
  row(
    'a permission to call',
    reply({
      type: 'call_permission_reply',
      call_permission_reply: {
        response: 'accept',
        is_permanent: false,
        expiration_timestamp: '1750000000',
        response_source: 'user_action',
      },
    }),
    'interactive',
    'Allowed calls',
  ),
  row(
    'a refusal of calls',
    reply({ type: 'call_permission_reply', call_permission_reply: { response: 'reject' } }),
    'interactive',
    'Declined calls',
  ),
  row(
    'a way to pay',
    reply({ type: 'payment_method', payment_method: { payment_method: 'upi' } }),
    'interactive',
    'Chose a way to pay',
  ),
  row(
    'an answer of a new kind',
    reply({ type: 'hologram_reply', hologram_reply: { id: 'h', title: 'Waved' } }),
    'interactive',
    'Waved',
  ),
  row('no interactive object but an error', { type: 'interactive' }, 'unsupported', undefined, {
    around: { errors: [{ code: 131051, title: 'Unsupported message type' }] },
  }),
  row('an empty interactive object', { type: 'interactive', interactive: {} }, 'unsupported'),
  row(
    'an order',
    {
      type: 'order',
      order: {
        catalog_id: '1',
        text: 'Please',
        product_items: [{ product_retailer_id: 'a', quantity: 2, item_price: 1.5, currency: 'USD' }],
      },
    },
    'order',
    'Order: 2 items, Please',
  ),
  row(
    'an order in texts',
    {
      type: 'order',
      order: {
        catalog_id: 1,
        product_items: [{ product_retailer_id: 7, quantity: '2', item_price: '1.50', currency: 'USD' }],
      },
    },
    'order',
    'Order: 2 items',
    { check: { content: { items: [{ productRetailerId: '7', quantity: 2, itemPrice: 1.5 }] } } },
  ),
  row(
    'an order with an empty text',
    { type: 'order', order: { text: '', product_items: [{ product_retailer_id: 'a' }] } },
    'order',
    'Order: 1 item',
  ),
  row('an order without items', { type: 'order', order: { catalog_id: '1' } }, 'order', 'Order: 0 items'),
  row(
    'a template in an echo',
    { type: 'template', template: { name: 'welcome', language: { code: 'en' } } },
    'template',
    'Template: welcome',
  ),
]

const others: MessageBody[] = [
  row(
    'another telephone of the same person',
    { type: 'system', system: { body: 'The security code changed', type: 'customer_identity_changed', identity: 'h' } },
    'system',
    'The security code changed',
  ),
  row(
    'the same without a body',
    { type: 'system', system: { type: 'user_identity_changed' } },
    'system',
    /security code/,
  ),
  row('a notice without a type', { type: 'system', system: { body: 'Something' } }, 'system', 'Something'),
  row('an empty notice', { type: 'system', system: {} }, 'system', 'WhatsApp notice'),
  row(
    'a changed id without ids',
    { type: 'system', system: { type: 'user_changed_user_id', body: 'Something changed' } },
    'system',
    'Something changed',
  ),
  row(
    'not supported',
    unsupported([
      {
        code: 131051,
        title: 'Message type unknown',
        message: 'Message type unknown',
        error_data: { details: 'Message type is currently not supported.' },
      },
    ]),
    'unsupported',
    /does not hand over/,
  ),
  row(
    'not supported, in the oldest form',
    {
      type: 'unknown',
      errors: [{ code: 501, title: 'Unknown message type', details: 'Message type is not currently supported' }],
    },
    'unsupported',
    /does not hand over/,
  ),
  row('not supported, with a title only', unsupported([{ title: 'Unsupported' }]), 'unsupported'),
  row('not supported, with a lone error', unsupported({ code: '131051', title: 'Unsupported' }), 'unsupported'),
  row('not supported, without an error', unsupported(undefined), 'unsupported'),
  row('not supported, with texts for errors', unsupported(['unsupported']), 'unsupported'),
  row('a poll', unsupported([{ code: 131051 }], { unsupported: { type: 'poll_creation' } }), 'unsupported', /a poll/),
  row(
    'a live place',
    unsupported([{ code: 131051 }], { unsupported: { type: 'location' } }),
    'unsupported',
    /live location/,
  ),
  row('not available', unsupported([{ code: 131060, title: 'unavailable' }]), 'unsupported', /Business app/),
  row('too large a file', unsupported([{ code: 131052 }]), 'unsupported', /100 MB/),
  row(
    'a disappearing message of the old API',
    { type: 'ephemeral', errors: [{ code: 131051, title: 'Unsupported' }] },
    'unsupported',
    /disappear/,
  ),
  row('a type of tomorrow', { type: 'hologram', hologram: { id: '1' } }, 'unsupported', /hologram/),
  row(
    'seen only once',
    unsupported([{ code: 131051 }], { unsupported: { type: 'view_once' } }),
    'unsupported',
    /seen only once/,
  ),
  row('not supported, with a null for it', unsupported([{ code: 130501 }], { unsupported: null }), 'unsupported'),
  row(
    'not supported, with words for it',
    unsupported(undefined, { unsupported: { reason: 'Nobody knows' } }),
    'unsupported',
  ),
  row('an advertisement and nothing else', { type: 'referral', referral: ad }, 'unsupported', undefined, {
    chat: { referral: { headline: 'Chat with us' } },
  }),
  row(
    'a new number that is not named',
    { type: 'system', system: { type: 'customer_changed_number', body: 'A number changed.', customer: '16661234567' } },
    'system',
    'A number changed.',
  ),
  row('no type and nothing', {}, 'unsupported'),
  row(
    'an edit that cannot be read',
    { type: 'edit', edit: { original_message_id: 'wamid.o', message: { type: 'hologram' } } },
    'unsupported',
  ),
  row('an edit of nothing', { type: 'edit', edit: {} }, 'unsupported', /edited/),
  row('a revocation of nothing', { type: 'revoke' }, 'unsupported'),
]

/** The type says one thing and the message holds another: what is there is shown. */
const contradictions: MessageBody[] = [
  row('a text that is a picture', { type: 'text', image: file({ caption: 'Look' }) }, 'image', 'Look'),
  row('a picture that is a text', { type: 'image', text: { body: 'Sorry' } }, 'text', 'Sorry'),
  row(
    'a picture whose picture is null, and a text',
    { type: 'image', image: null, text: { body: 'Yes' } },
    'text',
    'Yes',
  ),
  row(
    'a voice message under the name of audio',
    { type: 'voice', audio: file({ voice: true }) },
    'audio',
    'Voice message',
  ),
  row('audio under the name of voice', { type: 'audio', voice: file({ mime_type: 'audio/ogg' }) }, 'audio'),
  row(
    'an answer that is a pressed button',
    { type: 'interactive', button: { text: 'Yes', payload: 'y' } },
    'button',
    'Yes',
  ),
  row('a type of tomorrow with a text beside it', { type: 'hologram', text: { body: 'Hi' } }, 'unsupported'),
  row(
    'unsupported, with a text beside it',
    { ...unsupported([{ code: 131051 }]), text: { body: 'Hi' } },
    'unsupported',
  ),
]

/** One person told by two places that do not name the same identifiers. */
const halves: MessageBody[] = [
  row('a number here and a scoped id there', text(), 'text', 'Hello', {
    around: { contacts: [{ profile: { name: 'Halves' }, user_id: 'DE.30303030303030' }] },
    contact: 'Halves',
  }),
  row('a profile that is a name', text(), 'text', 'Hello', {
    around: { contacts: [{ profile: 'Flat', wa_id: '$from' }] },
    contact: 'Flat',
  }),
  row('a contact of nulls', text(), 'text', 'Hello', {
    around: { contacts: [{ profile: { name: null, username: null }, wa_id: null, user_id: null }] },
  }),
  row('a list of null contacts', text(), 'text', 'Hello', { around: { contacts: [null, 7, 'x', []] } }),
]

export const messageBodies: MessageBody[] = [
  ...texts,
  ...identities,
  ...times,
  ...media,
  ...places,
  ...cards,
  ...reactions,
  ...answers,
  ...others,
  ...contradictions,
  ...halves,
]
