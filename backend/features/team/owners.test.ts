import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Context } from '../../feature.ts'
import { openStores, openTestApp, owner, type TestApp } from '../../test/world.ts'
import { updateMember } from './members.ts'

const stores = await openStores()
const password = 'green boats on grey water 3'

describe.each(stores)('owners, on the $kind store', ({ databaseUrl }) => {
  let opened: TestApp
  let olga: string
  let ana: { id: string; cookie: string }
  beforeEach(async () => {
    opened = await openTestApp({ databaseUrl: await databaseUrl() })
    olga = (await opened.call('GET', '/api/auth/me')).body.data.user.id
    const { link } = (await opened.call('POST', '/api/team/invitations', { email: 'ana@example.com' })).body.data
    const body = { token: link.split('#').at(-1), name: 'Ana', password }
    const joined = await opened.call('POST', '/api/invitations/accept', body, { cookie: null })
    ana = { id: joined.body.data.user.id, cookie: joined.headers.get('set-cookie')!.split(';')[0]! }
  })
  afterEach(() => opened.close())

  const owners = async () =>
    (await opened.app.store.system.users.find({ where: { role: 'owner', disabledAt: null } })).map(({ id }) => id)
  const transfer = (userId: string, given = owner.password) =>
    opened.call('POST', `/api/team/${userId}/ownership`, { password: given })

  test.each([
    ['be disabled', () => opened.call('PATCH', `/api/team/${olga}`, { disabled: true })],
    ['become an agent', () => opened.call('PATCH', `/api/team/${olga}`, { role: 'agent' })],
    ['leave', () => opened.call('POST', '/api/profile/leave', { password: owner.password })],
  ])('the last of them cannot %s', async (_, attempt) => {
    const answer = await attempt()
    expect([answer.status, answer.body.error.code]).toEqual([409, 'team.last_owner'])
    expect(await owners()).toEqual([olga])
  })

  test('hand the workspace over with their password, and are admins afterwards', async () => {
    expect((await transfer(ana.id, 'not the right one')).status).toBe(403)
    expect((await transfer(olga)).status).toBe(409)
    expect((await transfer('usr_unknown')).status).toBe(404)
    expect((await transfer(ana.id)).body.data).toMatchObject({ id: ana.id, role: 'owner' })
    expect(await owners()).toEqual([ana.id])
    await opened.advance(1001)
    expect((await opened.call('GET', '/api/auth/me')).body.data.user.role).toBe('admin')
    expect((await transfer(ana.id)).status).toBe(403)
  })

  test('hand over to nobody who is disabled', async () => {
    await opened.call('PATCH', `/api/team/${ana.id}`, { disabled: true })
    expect((await transfer(ana.id)).status).toBe(404)
    expect(await owners()).toEqual([olga])
  })

  test('stay exactly one when the workspace is handed over twice at the same moment', async () => {
    const answers = await Promise.all([transfer(ana.id), transfer(ana.id)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
    expect(await owners()).toEqual([ana.id])
  })

  test('are not demoted by a change that was on its way when they became one', async () => {
    const store = opened.app.store.workspace('ws_first')
    const users = {
      ...store.users,
      async get(id: string) {
        const before = await store.users.get(id)
        await transfer(ana.id)
        return before
      },
    }
    const context = {
      store: Object.create(store, { users: { value: users } }) as typeof store,
      workspaceId: 'ws_first',
      user: { id: olga, name: 'Olga', role: 'admin' },
      now: opened.clock.now,
      notify() {},
    } as unknown as Context
    const deps = { disconnectUser() {}, logs: { audit: { info() {} } } } as unknown as Parameters<
      typeof updateMember
    >[0]
    await expect(updateMember(deps, context, ana.id, { disabled: true })).rejects.toMatchObject({
      code: 'request.conflict',
    })
    expect(await owners()).toEqual([ana.id])
  })

  test('are not needed for a member to leave, who is signed out and cannot come back', async () => {
    const asAna = { cookie: ana.cookie }
    expect((await opened.call('POST', '/api/profile/leave', { password: 'wrong' }, asAna)).status).toBe(403)
    expect((await opened.call('POST', '/api/profile/leave', { password }, asAna)).status).toBe(200)
    await opened.advance(1001)
    expect((await opened.call('GET', '/api/auth/me', undefined, asAna)).status).toBe(401)
    const again = await opened.call('POST', '/api/auth/login', { email: 'ana@example.com', password }, { cookie: null })
    expect(again.body.error.code).toBe('auth.disabled')
  })
})
