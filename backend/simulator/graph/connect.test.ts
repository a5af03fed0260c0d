import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { createManualClock } from '../clock.ts'
import { hello, setStage, type Stage } from '../test-tools.ts'

const appTokenOf = ({ simulator: { credentials } }: Stage) => `${credentials.appId}|${credentials.appSecret}`

test('debug_token names app, expiry, scopes and the accounts granted', async () => {
  const stage = await setStage({ accounts: 2 })
  const { accessToken, appId } = stage.simulator.credentials
  const { body } = await stage.graph('GET', `/debug_token?input_token=${accessToken}`, undefined, appTokenOf(stage))
  expect(body.data).toMatchObject({
    app_id: appId,
    type: 'SYSTEM_USER',
    is_valid: true,
    expires_at: 0,
    scopes: ['business_management', 'whatsapp_business_management', 'whatsapp_business_messaging'],
    granular_scopes: [
      { scope: 'business_management' },
      { scope: 'whatsapp_business_management', target_ids: ['102290129340398', '102290129340399'] },
      { scope: 'whatsapp_business_messaging', target_ids: ['102290129340398', '102290129340399'] },
    ],
  })
})

test('debug_token answers 200 for a dead token and says why', async () => {
  const stage = await setStage()
  const expired = stage.simulator.addToken({ expiresAt: 1_700_000_000 })
  const debug = (token: string) => stage.graph('GET', `/debug_token?input_token=${token}`, undefined, appTokenOf(stage))
  expect((await debug('EAAGunknown')).body.data).toEqual({
    error: { code: 190, message: expect.any(String) },
    is_valid: false,
    scopes: [],
  })
  expect((await debug(expired.token)).body.data).toMatchObject({
    is_valid: false,
    expires_at: 1_700_000_000,
    error: { code: 190, subcode: 463 },
  })
  expect((await debug('')).body.error.code).toBe(100)
})

test('unknown, expired and revoked tokens are 190 with 401; no token is 200 with 403', async () => {
  const { graph, simulator } = await setStage()
  const path = `/${simulator.credentials.phoneNumberId}`
  const expired = simulator.addToken({ expiresAt: 1_700_000_000 })
  const revoked = simulator.addToken({ revoked: true })
  expect(await graph('GET', path, undefined, 'EAAGnope')).toMatchObject({
    status: 401,
    body: {
      error: { code: 190, type: 'OAuthException', message: 'Invalid OAuth access token - Cannot parse access token' },
    },
  })
  expect(await graph('GET', path, undefined, expired.token)).toMatchObject({
    status: 401,
    body: { error: { code: 190, error_subcode: 463, message: expect.stringMatching(/Session has expired on/) } },
  })
  expect(await graph('GET', path, undefined, revoked.token)).toMatchObject({
    status: 401,
    body: { error: { code: 190, error_subcode: 460 } },
  })
  expect(await graph('GET', path, undefined, '')).toMatchObject({ status: 403, body: { error: { code: 200 } } })
  expect(await graph('GET', path, undefined, `${simulator.credentials.appId}|wrong`)).toMatchObject({
    status: 401,
    body: { error: { code: 190 } },
  })
})

test('a missing scope is 10, an account that was not assigned is 200, an unknown object is 100 with subcode 33', async () => {
  const { graph, simulator } = await setStage({ accounts: 2 })
  const { phoneNumberId, businessAccountId } = simulator.credentials
  const onlyManages = simulator.addToken({ scopes: ['whatsapp_business_management'] })
  const onlyOther = simulator.addToken({ accountIds: ['102290129340399'] })
  const message = { messaging_product: 'whatsapp', to: '+491701234567', ...hello }
  expect(await graph('POST', `/${phoneNumberId}/messages`, message, onlyManages.token)).toMatchObject({
    status: 403,
    body: { error: { code: 10 } },
  })
  expect(await graph('POST', `/${phoneNumberId}/messages`, message, onlyOther.token)).toMatchObject({
    status: 403,
    body: { error: { code: 200 } },
  })
  expect(await graph('GET', `/${businessAccountId}/phone_numbers`, undefined, onlyOther.token)).toMatchObject({
    status: 403,
  })
  expect(await graph('POST', '/999/messages', message)).toMatchObject({
    status: 400,
    body: {
      error: {
        code: 100,
        error_subcode: 33,
        type: 'GraphMethodException',
        message: expect.stringMatching(/Object with ID '999' does not exist/),
      },
    },
  })
  expect((await graph('GET', '/999/nothing')).body.error).toMatchObject({ code: 100, error_subcode: 33 })
})

test('an app that requires it refuses calls without the right appsecret_proof', async () => {
  const { graph, simulator } = await setStage()
  const { accessToken, appSecret, appId, phoneNumberId } = simulator.credentials
  const app = simulator.world.apps.get(appId)
  if (app) app.requireProof = true
  expect((await graph('GET', `/${phoneNumberId}`)).body.error.message).toMatch(/require an appsecret_proof/)
  expect((await graph('GET', `/${phoneNumberId}?appsecret_proof=00`)).body.error.message).toMatch(
    /Invalid appsecret_proof/,
  )
  const proof = createHmac('sha256', appSecret).update(accessToken).digest('hex')
  expect((await graph('GET', `/${phoneNumberId}?appsecret_proof=${proof}`)).status).toBe(200)
})

test('numbers list with default fields; fields asked for come whole; a field that does not exist is refused', async () => {
  const { graph, simulator } = await setStage({ phoneNumbers: 3 })
  const { businessAccountId, phoneNumberId } = simulator.credentials
  const list = await graph('GET', `/${businessAccountId}/phone_numbers?limit=2`)
  expect(list.body.data.map((one: { display_phone_number: string }) => one.display_phone_number)).toEqual([
    '+1 555-078-3881',
    '+1 555-078-3882',
  ])
  expect(list.body.data[0]).toMatchObject({
    id: phoneNumberId,
    verified_name: 'Lucky Shrub',
    quality_rating: 'GREEN',
    code_verification_status: 'VERIFIED',
    platform_type: 'CLOUD_API',
    throughput: { level: 'STANDARD' },
  })
  const rest = await fetch(list.body.paging.next, {
    headers: { authorization: `Bearer ${simulator.credentials.accessToken}` },
  })
  expect(((await rest.json()) as { data: object[] }).data).toHaveLength(1)
  const one = await graph(
    'GET',
    `/${phoneNumberId}?fields=status,name_status,whatsapp_business_manager_messaging_limit,health_status{can_send_message,entities},is_official_business_account`,
  )
  expect(one.body).toMatchObject({
    id: phoneNumberId,
    status: 'CONNECTED',
    name_status: 'APPROVED',
    whatsapp_business_manager_messaging_limit: 'TIER_2K',
    health_status: { can_send_message: 'AVAILABLE' },
  })
  expect((await graph('GET', `/${phoneNumberId}?fields=colour`)).body.error.message).toBe(
    '(#100) Tried accessing nonexisting field (colour) on node type (WhatsAppBusinessPhoneNumber)',
  )
})

test('the accounts of a token are found by its businesses as well', async () => {
  const { graph } = await setStage()
  const businesses = await graph('GET', '/me/businesses')
  expect(businesses.body.data).toEqual([{ id: '506914307656634', name: 'Lucky Shrub' }])
  expect((await graph('GET', '/506914307656634/owned_whatsapp_business_accounts')).body.data).toMatchObject([
    { id: '102290129340398', name: 'Lucky Shrub' },
  ])
  expect((await graph('GET', '/me')).body.id).toMatch(/^\d+$/)
})

test('subscribing an app is a POST without a body, listed until it is deleted', async () => {
  const { graph, simulator } = await setStage({ subscribed: false })
  const path = `/${simulator.credentials.businessAccountId}/subscribed_apps`
  expect((await graph('GET', path)).body).toEqual({ data: [] })
  expect((await graph('POST', path)).body).toEqual({ success: true })
  expect((await graph('GET', path)).body.data).toMatchObject([
    { whatsapp_business_api_data: { id: simulator.credentials.appId, name: 'Parley' } },
  ])
  expect((await graph('DELETE', path)).body).toEqual({ success: true })
  expect((await graph('GET', path)).body).toEqual({ data: [] })
})

test('the subscription of an app needs the app token, and shows its fields', async () => {
  const stage = await setStage()
  const { appId } = stage.simulator.credentials
  expect((await stage.graph('GET', `/${appId}/subscriptions`)).body.error.code).toBe(15)
  const { body } = await stage.graph('GET', `/${appId}/subscriptions`, undefined, appTokenOf(stage))
  expect(body.data).toMatchObject([
    {
      object: 'whatsapp_business_account',
      callback_url: stage.receiver.url,
      active: true,
      fields: expect.arrayContaining([{ name: 'messages', version: 'v25.0' }]),
    },
  ])
  await stage.graph('DELETE', `/${appId}/subscriptions`, undefined, appTokenOf(stage))
  expect((await stage.graph('GET', `/${appId}/subscriptions`, undefined, appTokenOf(stage))).body).toEqual({ data: [] })
})

test('registration wants a six-digit PIN, the right one, a verified number, and not more than 10 tries in 72 hours', async () => {
  const clock = createManualClock()
  const { graph, simulator, send } = await setStage({ clock })
  const { phoneNumberId } = simulator.credentials
  const number = simulator.world.phoneNumbers.get(phoneNumberId)
  const register = (pin: string) => graph('POST', `/${phoneNumberId}/register`, { messaging_product: 'whatsapp', pin })
  if (number) Object.assign(number, { status: 'PENDING', codeVerificationStatus: 'NOT_VERIFIED' })
  expect((await register('12')).body.error.code).toBe(100)
  expect((await register('123456')).body.error.code).toBe(133006)
  expect(
    (await graph('POST', `/${phoneNumberId}/request_code`, { code_method: 'SMS', language: 'en_US' })).body,
  ).toEqual({ success: true })
  expect((await graph('POST', `/${phoneNumberId}/verify_code`, { code: '000000' })).status).toBe(400)
  expect((await graph('POST', `/${phoneNumberId}/verify_code`, { code: '123-456' })).body.success).toBe(true)
  expect((await register('123456')).body).toEqual({ success: true })
  expect((await send(hello)).status).toBe(200)
  expect((await register('654321')).body.error.code).toBe(133005)
  expect((await graph('POST', `/${phoneNumberId}`, { pin: '654321' })).body).toEqual({ success: true })
  expect((await register('654321')).body).toEqual({ success: true })
  expect((await graph('POST', `/${phoneNumberId}/deregister`)).body).toEqual({ success: true })
  expect((await send(hello)).body.error.code).toBe(133010)
  for (let count = 0; count < 5; count += 1) await register('654321')
  expect((await register('654321')).body.error.code).toBe(133016)
  await clock.advance(73 * 3_600_000)
  expect((await register('654321')).status).toBe(200)
})

test('profile and settings are read as they were written, within their limits', async () => {
  const { graph, simulator } = await setStage()
  const path = `/${simulator.credentials.phoneNumberId}/whatsapp_business_profile`
  const write = (parts: object) => graph('POST', path, { messaging_product: 'whatsapp', ...parts })
  expect((await write({ about: 'New', websites: ['https://a.example'], vertical: 'RETAIL' })).body).toEqual({
    success: true,
  })
  expect((await graph('GET', `${path}?fields=about,websites,vertical,address`)).body).toEqual({
    data: [{ about: 'New', websites: ['https://a.example'], vertical: 'RETAIL' }],
  })
  expect((await write({ about: 'x'.repeat(140) })).body.error.code).toBe(100)
  expect((await write({ websites: ['a', 'b', 'c'] })).body.error.code).toBe(100)
  expect((await write({ profile_picture_handle: 'nothing' })).body.error.code).toBe(100)
  const settings = `/${simulator.credentials.phoneNumberId}/settings`
  await graph('POST', settings, { user_identity_change: { enable_identity_key_check: true } })
  expect((await graph('GET', settings)).body).toMatchObject({
    user_identity_change: { enable_identity_key_check: true },
  })
})

test('only people who wrote in the last 24 hours can be blocked; a mixed result is 400 with both lists', async () => {
  const clock = createManualClock()
  const { graph, simulator } = await setStage({ clock })
  const path = `/${simulator.credentials.phoneNumberId}/block_users`
  simulator.receive('text', {}, { from: '+491701234567' })
  const users = (...numbers: string[]) => ({
    messaging_product: 'whatsapp',
    block_users: numbers.map((user) => ({ user })),
  })
  expect(await graph('POST', path, users('+491701234567', '+491709999999'))).toMatchObject({
    status: 400,
    body: {
      block_users: {
        added_users: [{ input: '+491701234567', wa_id: '491701234567' }],
        failed_users: [{ input: '+491709999999', errors: [{ code: 131047 }] }],
      },
      error: { code: 139100, message: '(#139100) Failed to block/unblock users' },
    },
  })
  expect((await graph('GET', path)).body.data).toMatchObject([{ block_users: [{ wa_id: '491701234567' }] }])
  expect((await graph('DELETE', path, users('+491701234567'))).status).toBe(200)
  await clock.advance(24 * 3_600_000)
  expect((await graph('POST', path, users('+491701234567'))).body.error.code).toBe(139100)
  expect((await graph('GET', path)).body.data).toEqual([{ block_users: [] }])
})

test('health tells which of number, account, business and template stops the sending', async () => {
  const { graph, simulator } = await setStage()
  const { phoneNumberId, businessAccountId } = simulator.credentials
  const health = async (id: string) => (await graph('GET', `/${id}?fields=health_status`)).body.health_status
  expect((await health(phoneNumberId)).entities.map((one: { entity_type: string }) => one.entity_type)).toEqual([
    'PHONE_NUMBER',
    'WABA',
    'BUSINESS',
    'APP',
  ])
  const account = simulator.world.accounts.get(businessAccountId)
  if (account) account.hasPaymentMethod = false
  expect(await health(phoneNumberId)).toMatchObject({
    can_send_message: 'BLOCKED',
    entities: [
      {},
      {
        entity_type: 'WABA',
        can_send_message: 'BLOCKED',
        errors: [{ error_code: 141006, possible_solution: expect.any(String) }],
      },
      {},
      {},
    ],
  })
  if (account) account.hasPaymentMethod = true
  const business = simulator.world.businesses.get('506914307656634')
  if (business) business.verified = false
  expect((await health(businessAccountId)).can_send_message).toBe('LIMITED')
  const template = simulator.reviewTemplate('store_opening', { event: 'reject' })
  expect(await health(template.id)).toMatchObject({
    can_send_message: 'BLOCKED',
    entities: [{ entity_type: 'MESSAGE_TEMPLATE', errors: [{ error_code: 141002 }] }, {}, {}, {}],
  })
})

test('a code becomes a token that works', async () => {
  const { graph, simulator } = await setStage()
  const { appId, appSecret } = simulator.credentials
  const exchange = (secret: string) =>
    graph('GET', `/oauth/access_token?client_id=${appId}&client_secret=${secret}&code=abc`, undefined, '')
  const { body } = await exchange(appSecret)
  expect(body.token_type).toBe('bearer')
  expect((await graph('GET', '/me', undefined, body.access_token)).status).toBe(200)
  expect((await exchange('wrong')).body.error.message).toBe('Error validating client secret.')
})

test('coexistence sync is asked for once each; usernames are unique', async () => {
  const { graph, simulator } = await setStage({ phoneNumbers: 2 })
  const { phoneNumberId } = simulator.credentials
  const number = simulator.world.phoneNumbers.get(phoneNumberId)
  if (number) number.isOnBusinessApp = true
  const sync = () =>
    graph('POST', `/${phoneNumberId}/smb_app_data`, { messaging_product: 'whatsapp', sync_type: 'history' })
  expect((await sync()).body).toMatchObject({ request_id: expect.any(String) })
  expect((await sync()).body.error.code).toBe(2593107)
  expect((await graph('POST', `/${phoneNumberId}/username`, { username: 'lucky.shrub' })).status).toBe(200)
  const [, second] = [...simulator.world.phoneNumbers.keys()]
  expect((await graph('POST', `/${second}/username`, { username: 'lucky.shrub' })).body.error.code).toBe(147005)
})

test('any living version of Graph is served, and a path without one', async () => {
  const { simulator } = await setStage()
  for (const version of ['/v21.0', '/v26.0', '']) {
    const answer = await fetch(`${simulator.url}${version}/me?access_token=${simulator.credentials.accessToken}`)
    expect(answer.status).toBe(200)
  }
})
