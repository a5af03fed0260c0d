import { afterEach, describe, expect, test } from 'vitest'
import { hour } from '../../platform/clock.ts'
import { openStores, openTestApp, owner, type TestApp } from '../../test/world.ts'
import { startSession } from '../auth/accounts.ts'

const password = 'green boats on grey water 3'
const stores = await openStores()

describe.each(stores)('rights that end, on the $kind store', ({ databaseUrl }) => {
  let opened: TestApp
  afterEach(() => opened.close())

  const open = async () => (opened = await openTestApp({ databaseUrl: await databaseUrl() }))
  const invite = (email: string, cookie = opened.cookie, role = 'admin') =>
    opened.call('POST', '/api/team/invitations', { email, role }, { cookie })
  const accept = (link: string) =>
    opened.call(
      'POST',
      '/api/invitations/accept',
      { token: link.split('#').at(-1), name: 'Ana', password },
      { cookie: null },
    )
  async function join(email: string) {
    const { body, headers } = await accept((await invite(email)).body.data.link)
    return { id: body.data.user.id as string, cookie: headers.get('set-cookie')!.split(';')[0]! }
  }
  const change = (id: string, patch: object) => opened.call('PATCH', `/api/team/${id}`, patch)

  test('who is disabled stays so, whatever else is changed in the same moment', async () => {
    await open()
    const { id } = await join('ana@example.com')
    for (const visibility of ['own', 'unassigned', 'all', 'own']) {
      await Promise.all([change(id, { visibility }), change(id, { disabled: true }), change(id, { visibility })])
      expect((await opened.app.store.system.users.get(id))!.disabledAt).not.toBeNull()
      await change(id, { disabled: false })
    }
  })

  test.each([
    ['is disabled', { disabled: true }],
    ['becomes an agent', { role: 'agent' }],
  ])('links that an admin made are void once that admin %s', async (_, patch) => {
    await open()
    const ana = await join('ana@example.com')
    const kept = (await invite('back.door@example.com', ana.cookie)).body.data
    const others = (await invite('bo@example.com')).body.data
    expect((await change(ana.id, patch)).status).toBe(200)
    expect((await accept(kept.link)).body.error.code).toBe('invitation.not_found')
    expect((await accept(others.link)).status).toBe(201)
  })

  test('a sign-in that began before the password was changed, or the person disabled, leaves no session', async () => {
    await open()
    const { id } = await join('ana@example.com')
    const { system } = opened.app.store
    const seen = (await system.users.get(id))!
    await system.sessions.removeWhere({ userId: id })
    let kept: string | null = null
    const sessions = { start: async () => 'token', end: async () => {} } as never
    const visitor = { keepSession: (token: string) => (kept = token), sessionToken: null } as never
    await system.users.update(id, { passwordHash: 'another' })
    await expect(startSession({ system, sessions }, visitor, seen)).rejects.toThrow('E-mail or password')
    await system.users.update(id, { passwordHash: seen.passwordHash, disabledAt: opened.clock.now().toISOString() })
    await expect(startSession({ system, sessions }, visitor, seen)).rejects.toThrow('E-mail or password')
    expect(kept).toBeNull()
    await system.users.update(id, { disabledAt: null })
    await startSession({ system, sessions }, visitor, seen)
    expect(kept).toBe('token')
  })

  test('signing out elsewhere ends every session, however many a thief has opened', async () => {
    await open()
    const { system } = opened.app.store
    const [own] = await system.sessions.find({ limit: 1 })
    const { id: _id, createdAt: _created, updatedAt: _updated, ...row } = own!
    const many = Array.from({ length: 450 }, (_, nth) => ({ ...row, tokenHash: `thief ${nth}` }))
    for (let start = 0; start < many.length; start += 50)
      await Promise.all(many.slice(start, start + 50).map((session) => system.sessions.insert(session)))
    const { body } = await opened.call('DELETE', '/api/sessions')
    expect(body.data).toEqual({ ended: 450 })
    expect(await system.sessions.count()).toBe(1)
  })

  test('the answer under somebody else’s key is not one’s own', async () => {
    await open()
    const ana = await join('ana@example.com')
    const { body } = await opened.call('POST', '/api/contacts', { name: 'Bo', phone: '+4915112345678' })
    const make = (cookie: string) =>
      opened.call(
        'POST',
        '/api/leads',
        { contactId: body.data.id, title: 'Cake' },
        { cookie, headers: { 'idempotency-key': 'k' } },
      )
    const [first, again, hers] = [await make(opened.cookie), await make(opened.cookie), await make(ana.cookie)]
    expect([first.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect([hers.status, hers.headers.get('idempotent-replayed')]).toEqual([201, null])
    expect(hers.body.data.id).not.toBe(first.body.data.id)
  })

  test('nobody sends more than fifty invitations an hour to strangers', async () => {
    await open()
    for (let nth = 0; nth < 50; nth++) expect((await invite(`guest${nth}@example.com`)).status).toBe(201)
    const refused = await invite('one.more@example.com')
    expect([refused.status, refused.body.error.code]).toEqual([429, 'team.too_many_invitations'])
    await opened.advance(hour + 1000)
    expect((await invite('one.more@example.com')).status).toBe(201)
  })

  test('with another encryption key the codes of the app are refused, and a recovery code still opens the door', async () => {
    await open()
    const { system } = opened.app.store
    const [user] = await system.users.find({ limit: 1 })
    const { hashRecoveryCode } = await import('../auth/second-factor.ts')
    const sealed = 's1.gone00.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    await system.users.update(user!.id, { totpSecret: sealed, totpEnabledAt: opened.clock.now().toISOString() })
    await system.recoveryCodes.insert({
      workspaceId: user!.workspaceId,
      userId: user!.id,
      codeHash: hashRecoveryCode(user!.id, 'abcd-efgh'),
    })
    const logIn = (code: string) =>
      opened.call('POST', '/api/auth/login', { email: owner.email, password: owner.password, code }, { cookie: null })
    expect((await logIn('123456')).body.error.code).toBe('auth.code_wrong')
    expect((await logIn('abcd-efgh')).status).toBe(200)
  })
})
