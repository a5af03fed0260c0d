import { afterEach, describe, expect, test } from 'vitest'
import { day } from '../../platform/clock.ts'
import { openStores, openTestApp, owner, type TestApp } from '../../test/world.ts'

const password = 'green boats on grey water 3'
const stores = await openStores()

describe.each(stores)('the team, on the $kind store', ({ databaseUrl }) => {
  let opened: TestApp
  afterEach(() => opened.close())

  const open = async () => (opened = await openTestApp({ databaseUrl: await databaseUrl() }))
  const invite = async (email: string, role = 'agent') =>
    (await opened.call('POST', '/api/team/invitations', { email, role })).body.data
  const tokenOf = (link: string) => link.split('#').at(-1)!
  const accept = (link: string, name = 'Ana Agent') =>
    opened.call('POST', '/api/invitations/accept', { token: tokenOf(link), name, password }, { cookie: null })

  async function join(email: string, role = 'agent') {
    const { link } = await invite(email, role)
    const { body, headers } = await accept(link)
    return { user: body.data.user, cookie: headers.get('set-cookie')!.split(';')[0]! }
  }

  test('an invited person joins with the role of the invitation, once', async () => {
    await open()
    const { link } = await invite('ana@example.com')
    const page = await opened.call('POST', '/api/invitations/check', { token: tokenOf(link) }, { cookie: null })
    expect(page.body.data).toEqual({ email: 'ana@example.com', role: 'agent', workspaceName: owner.workspaceName })
    expect(await accept(link)).toMatchObject({ status: 201, body: { data: { user: { role: 'agent' } } } })
    expect(await accept(link)).toMatchObject({ status: 404, body: { error: { code: 'invitation.not_found' } } })
    const { body } = await opened.call('GET', '/api/team')
    expect(body.data.members).toHaveLength(2)
    expect(body.data.invitations).toEqual([])
  })

  test('an invitation ends after seven days, and a new one ends the old', async () => {
    await open()
    const first = await invite('ana@example.com')
    const second = await invite('ana@example.com')
    expect((await accept(first.link)).status).toBe(404)
    await opened.advance(7 * day + 1000)
    expect((await accept(second.link)).status).toBe(404)
  })

  test('the link is shown once and its token is nowhere in the answers afterwards', async () => {
    await open()
    const { link } = await invite('ana@example.com')
    const { body } = await opened.call('GET', '/api/team')
    expect(JSON.stringify(body)).not.toContain(tokenOf(link))
  })

  test('an agent may neither invite nor change roles', async () => {
    await open()
    const ana = await join('ana@example.com')
    const asAna = { cookie: ana.cookie }
    expect((await opened.call('POST', '/api/team/invitations', { email: 'x@example.com' }, asAna)).status).toBe(403)
    expect((await opened.call('PATCH', `/api/team/${ana.user.id}`, { role: 'admin' }, asAna)).status).toBe(403)
  })

  test('an admin can neither make an owner nor touch one', async () => {
    await open()
    const adam = await join('adam@example.com', 'admin')
    const members = (await opened.call('GET', '/api/team')).body.data.members
    const olga = members.find(({ role }: { role: string }) => role === 'owner')
    const asAdam = { cookie: adam.cookie }
    expect((await opened.call('PATCH', `/api/team/${adam.user.id}`, { role: 'owner' }, asAdam)).status).toBe(403)
    expect((await opened.call('PATCH', `/api/team/${olga.id}`, { disabled: true }, asAdam)).status).toBe(403)
  })

  test('a disabled person is signed out at once and cannot sign in', async () => {
    await open()
    const ana = await join('ana@example.com')
    await opened.call('PATCH', `/api/team/${ana.user.id}`, { disabled: true })
    await opened.advance(1001)
    expect((await opened.call('GET', '/api/auth/me', undefined, { cookie: ana.cookie })).status).toBe(401)
    const login = await opened.call('POST', '/api/auth/login', { email: 'ana@example.com', password }, { cookie: null })
    expect(login.body.error.code).toBe('auth.disabled')
  })

  test('of two owners who step down at the same moment, one stays', async () => {
    await open()
    const otto = await join('otto@example.com', 'admin')
    await opened.call('PATCH', `/api/team/${otto.user.id}`, { role: 'owner' })
    await opened.advance(1001)
    const members = (await opened.call('GET', '/api/team')).body.data.members
    const olga = members.find(({ email }: { email: string }) => email === owner.email)
    const answers = await Promise.all([
      opened.call('PATCH', `/api/team/${olga.id}`, { role: 'admin' }),
      opened.call('PATCH', `/api/team/${otto.user.id}`, { role: 'admin' }, { cookie: otto.cookie }),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const after = (await opened.app.store.system.users.find({ where: { role: 'owner' } })).length
    expect(after).toBe(1)
  })

  test('a changed password ends every session and the old one opens nothing', async () => {
    await open()
    const wrong = { current: 'not the right one', password }
    expect((await opened.call('POST', '/api/profile/password', wrong)).status).toBe(401)
    const right = { current: owner.password, password }
    expect((await opened.call('POST', '/api/profile/password', right)).status).toBe(200)
    await opened.advance(1001)
    expect((await opened.call('GET', '/api/auth/me')).status).toBe(401)
    const { email } = owner
    const old = await opened.call('POST', '/api/auth/login', { email, password: owner.password }, { cookie: null })
    expect(old.status).toBe(401)
  })
})
