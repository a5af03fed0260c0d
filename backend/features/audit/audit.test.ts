import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AuditEntry } from '../../contract/audit.ts'
import { second } from '../../platform/clock.ts'
import { openStores, openTestApp, owner, register, type TestApp } from '../../test/world.ts'

const stores = await openStores()
const password = 'green boats on grey water 3'

describe.each(stores)('the audit log, on the $kind store', ({ databaseUrl }) => {
  let opened: TestApp
  beforeEach(async () => {
    opened = await openTestApp({ databaseUrl: await databaseUrl() })
  })
  afterEach(() => opened.close())

  const nobody = { cookie: null }
  const read = async (query = '', cookie = opened.cookie): Promise<AuditEntry[]> =>
    (await opened.call('GET', `/api/audit${query}`, undefined, { cookie })).body.data.entries
  const actions = async (query = '') => (await read(query)).map(({ action }) => action)
  async function join(email: string, role = 'agent') {
    const { link } = (await opened.call('POST', '/api/team/invitations', { email, role })).body.data
    const body = { token: link.split('#').at(-1), name: 'Ana Agent', password }
    const joined = await opened.call('POST', '/api/invitations/accept', body, nobody)
    return { id: joined.body.data.user.id as string, cookie: joined.headers.get('set-cookie')!.split(';')[0]! }
  }
  const logIn = (given: string) =>
    opened.call('POST', '/api/auth/login', { email: owner.email, password: given }, nobody)

  test('says who did what to whom, from where, the latest first', async () => {
    const ana = await join('ana@example.com')
    await opened.call('PATCH', `/api/team/${ana.id}`, { role: 'admin' })
    await opened.call('PATCH', `/api/team/${ana.id}`, { disabled: true })
    const entries = await read()
    expect(entries.map(({ action }) => action)).toEqual([
      'member.disabled',
      'member.role_changed',
      'member.joined',
      'member.invited',
      'workspace.created',
    ])
    expect(entries[1]).toMatchObject({
      actorName: owner.name,
      subjectId: ana.id,
      subjectName: 'Ana Agent',
      details: { before: 'agent', after: 'admin' },
      ip: '127.0.0.1',
    })
  })

  test('knows of signing in, out, and of those who could not', async () => {
    await logIn('not the right one')
    const phone = (await logIn(owner.password)).headers.get('set-cookie')!.split(';')[0]!
    await opened.call('POST', '/api/auth/logout', undefined, { cookie: phone })
    expect(await actions()).toEqual(['session.ended', 'session.started', 'session.refused', 'workspace.created'])
    const [refused] = await read('?action=session.refused')
    expect(refused).toMatchObject({ actorId: null, subjectName: owner.name })
  })

  test('knows of changed credentials, settings, exports and passwords, each once', async () => {
    const channel = { name: 'Shop', businessPhone: '+5511987654321', phoneNumberId: '1234567890' }
    const { id } = (await opened.call('POST', '/api/channels', channel)).body.data
    await opened.call('PATCH', `/api/channels/${id}`, { name: 'Front shop' })
    await opened.call('PATCH', `/api/channels/${id}`, { accessToken: 'EAAcanarytokencanarytoken' })
    await opened.call('DELETE', `/api/channels/${id}`)
    await opened.call('PATCH', '/api/settings/policies', { agentVisibility: 'mine' })
    await opened.call('PATCH', '/api/settings/policies', { agentVisibility: 'mine' })
    await fetch(`${opened.url}/api/contacts/export`, {
      headers: { cookie: opened.cookie, 'sec-fetch-site': 'same-origin' },
    })
    await opened.call('POST', '/api/profile/password', { current: owner.password, password })
    const cookie = (await logIn(password)).headers.get('set-cookie')!.split(';')[0]!
    expect((await read('', cookie)).map(({ action }) => action)).toEqual([
      'session.started',
      'password.changed',
      'contacts.exported',
      'settings.changed',
      'channel.removed',
      'channel.credentials_changed',
      'channel.changed',
      'channel.created',
      'workspace.created',
    ])
  })

  test('never has a secret in it', async () => {
    const secrets = [
      'EAAcanarytokencanarytoken',
      'canary-app-secret-0123',
      'canary-verify-token',
      password,
      owner.password,
    ]
    const channel = { name: 'Shop', businessPhone: '+5511987654321', phoneNumberId: '1234567890' }
    const { id } = (await opened.call('POST', '/api/channels', channel)).body.data
    const [accessToken, appSecret, verifyToken] = secrets
    expect((await opened.call('PATCH', `/api/channels/${id}`, { accessToken, appSecret, verifyToken })).status).toBe(
      200,
    )
    const ana = await join('ana@example.com')
    const begun = await opened.call('POST', '/api/two-factor', { password: owner.password })
    await opened.call('POST', '/api/two-factor/confirm', { code: '000000' })
    await opened.call('POST', '/api/auth/forgot', { email: owner.email }, nobody)
    await opened.settle()
    await opened.call('POST', '/api/profile/password', { current: owner.password, password })
    const stored = JSON.stringify(await opened.app.store.system.auditEntries.find({ limit: 1000 }))
    for (const secret of [...secrets, begun.body.data.secret, ana.cookie.split('=')[1]])
      expect(stored).not.toContain(secret)
  })

  test('is asked by person, action and time, page by page', async () => {
    const ana = await join('ana@example.com', 'admin')
    await opened.advance(60 * second)
    const from = opened.clock.now().toISOString()
    await opened.call('POST', '/api/team/invitations', { email: 'ben@example.com' }, { cookie: ana.cookie })
    await opened.call('POST', '/api/team/invitations', { email: 'cy@example.com' })
    expect(await actions(`?actorId=${ana.id}`)).toEqual(['member.invited', 'member.joined'])
    expect(await actions(`?from=${from}`)).toEqual(['member.invited', 'member.invited'])
    expect(await actions(`?until=${from}&action=member.invited`)).toEqual(['member.invited'])
    const first = (await opened.call('GET', '/api/audit?limit=3')).body.data
    const rest = (await opened.call('GET', `/api/audit?limit=3&cursor=${first.pagination.nextCursor}`)).body.data
    expect(first.entries).toHaveLength(3)
    expect(rest.entries).toHaveLength(2)
    expect(new Set([...first.entries, ...rest.entries].map(({ id }: AuditEntry) => id)).size).toBe(5)
  })

  test('is for admins and owners of this workspace only', async () => {
    const ana = await join('ana@example.com')
    expect((await opened.call('GET', '/api/audit', undefined, { cookie: ana.cookie })).status).toBe(403)
    const stranger = await register(opened, { ...owner, email: 'eve@example.com' })
    expect((await read('', stranger)).map(({ action }) => action)).toEqual(['workspace.created'])
  })

  test('says nothing of what did not happen', async () => {
    const me = (await opened.call('GET', '/api/auth/me')).body.data.user.id
    const before = await actions()
    expect((await opened.call('PATCH', `/api/team/${me}`, { role: 'agent' })).status).toBe(409)
    expect((await opened.call('DELETE', '/api/team/invitations/inv_unknown')).status).toBe(404)
    expect(await actions()).toEqual(before)
  })
})
