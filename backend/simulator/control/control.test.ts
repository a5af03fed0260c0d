import { expect, test } from 'vitest'
import { hello, setStage, type Stage } from '../test-tools.ts'

async function control(stage: Stage, method: string, path: string, body?: unknown) {
  const response = await fetch(`${stage.simulator.url}/_sim${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
  return { status: response.status, body: (await response.json()) as any }
}

test('a customer, a back office event and a status can be made with curl', async () => {
  const stage = await setStage()
  const said = await control(stage, 'POST', '/inbound', { from: '+491701234567', name: 'Ada', text: 'Hi' })
  expect(said.body).toMatchObject({
    wamid: expect.stringMatching(/^wamid\./),
    message: { from: '491701234567', text: { body: 'Hi' } },
  })
  await control(stage, 'POST', '/inbound', {
    from: '+491701234567',
    type: 'document',
    params: { filename: 'a.txt', mimeType: 'text/plain' },
    bytesBase64: 'bWluZQ==',
  })
  await control(stage, 'POST', '/webhook-field', { name: 'account_restriction' })
  await control(stage, 'POST', '/webhook-field', { field: 'a_new_field', value: { anything: 'goes' } })
  await control(stage, 'POST', '/webhook-field', {
    name: 'user_preferences',
    from: '+491701234567',
    params: { value: 'stop' },
  })
  await control(stage, 'POST', '/status', { wamid: 'wamid.other', status: 'failed', code: 131026 })
  await control(stage, 'POST', '/errors', { codes: [130429] })
  expect((await control(stage, 'POST', '/settled', {})).status).toBe(200)
  expect(stage.receiver.messages().map((one) => one.type)).toEqual(['text', 'document'])
  expect(stage.receiver.values('account_update')).toHaveLength(1)
  expect(stage.receiver.values('user_preferences')).toMatchObject([
    { contacts: [{ wa_id: '491701234567', profile: { name: 'Ada' } }] },
  ])
  expect(stage.receiver.reported()).toMatchObject([{ id: 'wamid.other', status: 'failed', errors: [{ code: 131026 }] }])
  expect(stage.receiver.values('messages')).toContainEqual(
    expect.objectContaining({ errors: [expect.objectContaining({ code: 130429 })] }),
  )
})

test('a field nobody knows is delivered once an app has ticked it', async () => {
  const stage = await setStage()
  stage.simulator.world.apps.get(stage.simulator.credentials.appId)?.subscription?.fields.push('a_new_field')
  await control(stage, 'POST', '/webhook-field', { field: 'a_new_field', value: { anything: 'goes' } })
  await stage.simulator.settled()
  expect(stage.receiver.values('a_new_field')).toEqual([{ anything: 'goes' }])
})

test('faults, settings, the world and templates can be changed from another process', async () => {
  const stage = await setStage()
  const { phoneNumberId, businessAccountId } = stage.simulator.credentials
  const added = await control(stage, 'POST', '/faults', { fault: { kind: 'error', code: 131016 }, times: 'always' })
  expect((await stage.send(hello)).body.error.code).toBe(131016)
  expect((await control(stage, 'GET', '/faults')).body).toMatchObject([{ id: added.body.id, hits: 1 }])
  await control(stage, 'DELETE', `/faults/${added.body.id}`)
  await control(stage, 'PATCH', '/config', { window: 'reject' })
  expect((await stage.send(hello)).body.error.code).toBe(131047)
  await control(stage, 'PATCH', `/world/phone-numbers/${phoneNumberId}`, { status: 'DISCONNECTED' })
  expect((await stage.graph('GET', `/${phoneNumberId}?fields=status`)).body.status).toBe('DISCONNECTED')
  await control(stage, 'PATCH', `/world/accounts/${businessAccountId}`, { subscribedApps: [] })
  expect((await stage.graph('GET', `/${businessAccountId}/subscribed_apps`)).body.data).toEqual([])
  expect((await control(stage, 'POST', '/templates/store_opening/approve')).body.status).toBe('APPROVED')
  const token = await control(stage, 'POST', '/tokens', { expiresAt: 1 })
  expect((await stage.graph('GET', '/me', undefined, token.body.token)).body.error.code).toBe(190)
})

test('state and ledger are JSON, and the ledger answers by opaque string', async () => {
  const stage = await setStage()
  await stage.send({ ...hello, biz_opaque_callback_data: 'm1.a.1' })
  await stage.simulator.settled()
  expect((await control(stage, 'GET', '/state')).body).toMatchObject({
    credentials: stage.simulator.credentials,
    phoneNumbers: [{ status: 'CONNECTED' }],
  })
  expect((await control(stage, 'GET', '/ledger')).body).toMatchObject({
    counts: { accepted: 1, deliveries: 3 },
    duplicates: {},
    unacknowledged: [],
  })
  expect((await control(stage, 'GET', '/ledger/opaque/m1.a.1')).body.accepted).toMatchObject([{ opaque: 'm1.a.1' }])
  await control(stage, 'DELETE', '/ledger')
  expect((await control(stage, 'GET', '/ledger')).body.counts.accepted).toBe(0)
})

test('the catalog names everything, and a mistake is a sentence', async () => {
  const stage = await setStage()
  const catalog = (await control(stage, 'GET', '/catalog')).body
  expect(catalog.inbound).toContain('nfm_reply')
  expect(catalog.fields).toContain('smb_message_echoes')
  expect(catalog.errors).toContain(131056)
  const refused: string[] = []
  for (const name of catalog.fields)
    if ((await control(stage, 'POST', '/webhook-field', { name })).status !== 200) refused.push(name)
  for (const type of catalog.inbound)
    if ((await control(stage, 'POST', '/inbound', { type })).status !== 200) refused.push(type)
  expect(refused).toEqual([])
  await stage.simulator.settled()
  expect(await control(stage, 'POST', '/inbound', { type: 'fax' })).toMatchObject({
    status: 400,
    body: { error: expect.stringMatching(/^"type" is one of: text, image/) },
  })
  expect((await control(stage, 'PATCH', '/config', { speed: 1 })).body.error).toBe('There is no setting "speed".')
  expect((await control(stage, 'GET', '/nothing')).status).toBe(404)
})
