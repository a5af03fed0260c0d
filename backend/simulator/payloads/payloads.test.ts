import { expect, test } from 'vitest'
import { CODES } from '../errors/table.ts'
import { setStage } from '../test-tools.ts'
import { encodeWebhook } from '../webhooks/encode.ts'
import { type ContentName, contents } from './contents.ts'
import { type Change, countItems, envelope, mergedEnvelope, messagesChange } from './envelope.ts'
import { fieldChange, type FieldName, fields, SUBSCRIBABLE_FIELDS } from './fields.ts'
import { inboundMessage } from './message.ts'
import { oddities, type OddityName } from './oddities.ts'
import { numeric } from './numeric.ts'
import { statusOf } from './status.ts'
import * as content from './content.ts'

const number = { id: '106540352242922', displayPhoneNumber: '15550783881' }
const person = { phone: '16505551234', userId: 'US.13491208655302741918', name: 'Sheena Nelson' }
const context = {
  number,
  accountId: '102290129340398',
  businessId: '506914307656634',
  appId: '670843887433847',
  now: 1_739_321_024,
  person,
}
const frame = { id: 'wamid.A', timestamp: 1_739_321_024, from: person }
const textChange = (id: string, accountId = '1', of = number) =>
  messagesChange(accountId, of, { messages: [inboundMessage({ ...frame, id }, content.text())] })

/** Every member that is null, undefined or empty, by path. Absent members have to be absent. */
function emptyMembers(value: unknown, path = ''): string[] {
  if (value === undefined || value === null || value === '') return [path]
  if (typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, inner]) => emptyMembers(inner, `${path}/${key}`))
}

test.for(Object.keys(contents) as ContentName[])(
  'the message %s stands alone, and its object has the name of its type',
  (name) => {
    const message = inboundMessage(frame, (contents[name] as () => { type: string })())
    expect(emptyMembers(message)).toEqual([])
    expect(message).toMatchObject({
      from: '16505551234',
      from_user_id: 'US.13491208655302741918',
      id: 'wamid.A',
      timestamp: '1739321024',
    })
    const hasNoObject = ['unknown', 'request_welcome', 'empty_interactive'].includes(name)
    expect(message.type in message).toBe(!hasNoObject)
  },
)

test.for(Object.keys(fields) as FieldName[])('the webhook %s needs no parameters and leaves nothing empty', (name) => {
  const change = fieldChange(name, context, {})
  expect(emptyMembers(change).filter((path) => !path.endsWith('/rejection_reason'))).toEqual([])
  expect(JSON.parse(encodeWebhook(envelope(change)).toString())).toMatchObject({
    object: 'whatsapp_business_account',
    entry: [{ changes: [{ field: fields[name].field }] }],
  })
  expect('time' in change).toBe(fields[name].timed)
})

test('every oddity is posted signed, under ids of its own', async () => {
  const { simulator, receiver } = await setStage()
  for (const name of Object.keys(oddities) as OddityName[]) {
    expect(await simulator.odd(name)).toMatchObject({ outcome: 'acknowledged' })
  }
  const ids = receiver
    .values('messages')
    .flatMap(
      (value) => (value as { messages?: { id: string | null }[] } | undefined)?.messages?.map((one) => one.id) ?? [],
    )
  expect(new Set(ids).size).toBe(ids.length)
})

test('every field of Meta that a business can meet is there', () => {
  const documented = [
    'account_alerts',
    'account_review_update',
    'account_settings_update',
    'account_update',
    'automatic_events',
    'business_capability_update',
    'business_username_updates',
    'calls',
    'flows',
    'group_lifecycle_update',
    'group_participants_update',
    'group_settings_update',
    'group_status_update',
    'history',
    'message_echoes',
    'message_template_components_update',
    'message_template_quality_update',
    'message_template_status_update',
    'messages',
    'messaging_handovers',
    'partner_solutions',
    'payment_configuration_update',
    'phone_number_name_update',
    'phone_number_quality_update',
    'security',
    'smb_app_state_sync',
    'smb_message_echoes',
    'standby',
    'template_category_update',
    'template_correct_category_detection',
    'user_id_update',
    'user_preferences',
  ]
  expect(SUBSCRIBABLE_FIELDS).toEqual(expect.arrayContaining(documented))
})

test('an envelope has one entry per change; messages have no time, account fields have one', () => {
  const account = fieldChange('account_deleted', context, {})
  expect(envelope(textChange('a'), account)).toEqual({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '1',
        changes: [
          {
            field: 'messages',
            value: expect.objectContaining({
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550783881', phone_number_id: '106540352242922' },
            }),
          },
        ],
      },
      {
        id: '102290129340398',
        time: 1_739_321_024,
        changes: [{ field: 'account_update', value: { event: 'ACCOUNT_DELETED' } }],
      },
    ],
  })
})

test('batches nest at three levels and keep every item and every account apart', () => {
  const other = { id: '9', displayPhoneNumber: '9' }
  const changes: Change[] = [
    textChange('a'),
    textChange('b'),
    textChange('c', '1', other),
    textChange('d', '2'),
    fieldChange('account_deleted', context, {}),
  ]
  const shape = (level: 'entries' | 'changes' | 'values') =>
    mergedEnvelope(changes, level).entry.map((entry) => entry.changes.map((change) => countItems(change)))
  expect(shape('entries')).toEqual([[1], [1], [1], [1], [1]])
  expect(shape('changes')).toEqual([[1, 1, 1], [1], [1]])
  expect(shape('values')).toEqual([[2, 1], [1], [1]])
  expect(changes[0]?.value).toMatchObject({ messages: [{ id: 'a' }] })
})

test('a template id beyond 2^53 is written digit by digit, as a JSON number', () => {
  const change = fieldChange('message_template_status_update', context, { id: '10203040506070809' })
  expect(encodeWebhook(change).toString()).toContain('"message_template_id":10203040506070809,')
  expect(numeric('1689556908129832')).toBe(1689556908129832)
})

test('a status template event may have a null reason, or none', () => {
  const value = (reason: string | null) =>
    fieldChange('message_template_status_update', context, { event: 'PENDING_DELETION', reason }).value
  expect(value(null)).toMatchObject({ reason: null })
  expect(value('absent')).not.toHaveProperty('reason')
})

test('the removal of a reaction has no emoji, or an empty one', () => {
  expect(content.reaction({ messageId: 'wamid.A' }).reaction).toEqual({ message_id: 'wamid.A' })
  expect(content.reaction({ messageId: 'wamid.A', emoji: '' }).reaction).toEqual({ message_id: 'wamid.A', emoji: '' })
})

test('a status in a group names the group and the participant', () => {
  expect(statusOf({ wamid: 'wamid.A', status: 'read', timestamp: 1, recipient: person, group: { id: 'G' } })).toEqual({
    id: 'wamid.A',
    status: 'read',
    timestamp: '1',
    recipient_id: 'G',
    recipient_type: 'group',
    recipient_participant_id: '16505551234',
    recipient_participant_user_id: 'US.13491208655302741918',
  })
})

test('a hidden number is absent from sender, contact and status', async () => {
  const { simulator, receiver, send } = await setStage()
  const hidden = { phone: '+57 300 1234567', username: 'ana.maria', name: 'Ana', hidesPhone: true }
  const { customer, message } = simulator.receive('text', { body: 'Hola' }, { from: hidden })
  expect(message).not.toHaveProperty('from')
  expect(message.from_user_id).toBe(customer.userId)
  await send({ to: undefined, recipient: customer.userId, type: 'text', text: { body: 'Hola' } })
  await simulator.settled()
  expect(receiver.values()[0]).toMatchObject({
    contacts: [{ profile: { name: 'Ana', username: 'ana.maria' }, user_id: customer.userId }],
  })
  expect(JSON.stringify(receiver.values())).not.toContain('573001234567')
})

test('a number change keeps the customer, regenerates the id and names old and new', async () => {
  const { simulator, receiver } = await setStage()
  const customer = simulator.customer({ phone: '+16505551234', name: 'Sheena' })
  const before = customer.userId
  simulator.receive('user_changed_number', { to: '+12195555358' }, { from: '+16505551234' })
  simulator.receive('text', {}, { from: '+12195555358' })
  await simulator.settled()
  expect(receiver.messages()).toMatchObject([
    {
      type: 'system',
      from: '16505551234',
      system: { type: 'user_changed_number', wa_id: '12195555358', previous_user_id: before, user_id: customer.userId },
    },
    { type: 'text', from: '12195555358', from_user_id: customer.userId },
  ])
  expect(customer.userId).not.toBe(before)
  expect(receiver.values()[0]).not.toHaveProperty('contacts')
})

test('an id change of a hidden user names nobody but the two ids', async () => {
  const { simulator } = await setStage()
  const { message } = simulator.receive(
    'user_changed_user_id',
    {},
    { from: { userId: 'US.1', username: 'x.y', hidesPhone: true } },
  )
  expect(message).not.toHaveProperty('from')
  expect(message).not.toHaveProperty('from_user_id')
  expect(message['system']).toMatchObject({ type: 'user_changed_user_id', previous_user_id: 'US.1' })
})

test('answers quote the last message the customer got; replies, forwards, products and ads stand in context and referral', async () => {
  const { simulator, send } = await setStage()
  const from = '+491701234567'
  const sent = await send({ type: 'text', text: { body: 'Yes or no?' } })
  const { id } = sent.body.messages[0]
  expect(simulator.receive('button_reply', {}, { from }).message.context).toEqual({ from: '15550783881', id })
  expect(simulator.receive('text', {}, { from, replyTo: 'last' }).message.context).toEqual({ from: '15550783881', id })
  expect(simulator.receive('text', {}, { from, forwarded: true }).message.context).toEqual({ forwarded: true })
  expect(simulator.receive('text', {}, { from, forwarded: 'often' }).message.context).toEqual({
    frequently_forwarded: true,
  })
  expect(
    simulator.receive('text', {}, { from, product: { catalogId: 'c', productId: 'p' } }).message.context,
  ).toMatchObject({ referred_product: { catalog_id: 'c', product_retailer_id: 'p' } })
  expect(simulator.receive('text', {}, { from, referral: { ctwa_clid: 'x' } }).message.referral).toMatchObject({
    source_type: 'ad',
    ctwa_clid: 'x',
  })
})

test('the error table covers every code of the reference, and only known HTTP statuses', () => {
  const codes = [
    0, 1, 2, 3, 4, 10, 33, 100, 104, 190, 200, 368, 80007, 80008, 130403, 130429, 130472, 130497, 131000, 131005,
    131008, 131009, 131014, 131016, 131020, 131021, 131026, 131030, 131031, 131037, 131041, 131042, 131044, 131045,
    131047, 131048, 131049, 131050, 131051, 131052, 131053, 131055, 131056, 131057, 131059, 131060, 131062, 131063,
    131064, 131201, 131202, 131203, 131204, 131207, 131208, 131209, 131210, 131211, 131212, 131213, 131214, 131215,
    132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068, 132069, 133000, 133004, 133005,
    133006, 133008, 133009, 133010, 133015, 133016, 134011, 134100, 134101, 134102, 135000, 136024, 137000, 138000,
    138018, 139000, 139004, 139100, 139103, 141010, 147001, 147005, 1752041, 200005, 200007, 2388001, 2388103, 2494100,
    2593079, 2593085, 2593107, 2593108, 2593109,
  ]
  expect(codes.filter((code) => CODES[code] === undefined)).toEqual([])
  expect(new Set(Object.values(CODES).map(([status]) => status))).toEqual(
    new Set([206, 400, 401, 403, 404, 429, 500, 503]),
  )
})
