import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hour, second } from '../../platform/clock.ts'
import { totpAt, totpStepOf } from '../../platform/totp.ts'
import { openStores, openTestApp, owner, register, type TestApp } from '../../test/world.ts'

const stores = await openStores()
const { email, password } = owner

describe.each(stores)('an account, on the $kind store', ({ databaseUrl }) => {
  let opened: TestApp
  beforeEach(async () => {
    opened = await openTestApp({ databaseUrl: await databaseUrl(), env: { TRUSTED_PROXIES: '1' } })
  })
  afterEach(() => opened.close())

  const logIn = (code?: string) =>
    opened.call(
      'POST',
      '/api/auth/login',
      { email, password, ...(code === undefined ? {} : { code }) },
      { cookie: null },
    )
  const cookieOf = ({ headers }: { headers: Headers }) => headers.get('set-cookie')!.split(';')[0]!
  const sessionsOf = async (cookie = opened.cookie) =>
    (await opened.call('GET', '/api/sessions', undefined, { cookie })).body.data.sessions as {
      id: string
      current: boolean
    }[]
  const isIn = async (cookie: string) =>
    (await opened.call('GET', '/api/auth/me', undefined, { cookie })).status === 200

  describe('shows its sessions', () => {
    test('with the one that asks marked', async () => {
      const phone = cookieOf(await logIn())
      expect(await sessionsOf()).toMatchObject([{ current: false, ip: '127.0.0.1' }, { current: true }])
      expect((await sessionsOf(phone)).filter(({ current }) => current)).toHaveLength(1)
      expect(JSON.stringify(await sessionsOf())).not.toMatch(/token/i)
    })

    test('and ends one of them at once', async () => {
      const phone = cookieOf(await logIn())
      expect(await isIn(phone)).toBe(true)
      const other = (await sessionsOf()).find(({ current }) => !current)!
      expect((await opened.call('DELETE', `/api/sessions/${other.id}`)).status).toBe(200)
      expect(await isIn(phone)).toBe(false)
      expect(await isIn(opened.cookie)).toBe(true)
      expect((await opened.call('DELETE', `/api/sessions/${other.id}`)).status).toBe(404)
    })

    test('and ends all but the one that asks', async () => {
      const others = [cookieOf(await logIn()), cookieOf(await logIn())]
      expect((await opened.call('DELETE', '/api/sessions')).body.data).toEqual({ ended: 2 })
      for (const cookie of others) expect(await isIn(cookie)).toBe(false)
      expect(await sessionsOf()).toHaveLength(1)
    })

    test('but never those of somebody else', async () => {
      const stranger = await register(opened, { ...owner, email: 'eve@example.com' })
      const [theirs] = await sessionsOf(stranger)
      const foreign = await opened.call('DELETE', `/api/sessions/${theirs!.id}`)
      const unknown = await opened.call('DELETE', '/api/sessions/ses_unknown')
      expect([foreign.status, foreign.body.error.code]).toEqual([404, unknown.body.error.code])
      expect(await isIn(stranger)).toBe(true)
    })

    test('nor those of a colleague', async () => {
      const { link } = (await opened.call('POST', '/api/team/invitations', { email: 'ana@example.com' })).body.data
      const accepted = { token: link.split('#').at(-1), name: 'Ana', password: 'green boats on grey water 3' }
      const colleague = cookieOf(await opened.call('POST', '/api/invitations/accept', accepted, { cookie: null }))
      const [theirs] = await sessionsOf(colleague)
      expect((await opened.call('DELETE', `/api/sessions/${theirs!.id}`)).status).toBe(404)
      expect(await isIn(colleague)).toBe(true)
    })
  })

  describe('with a second factor', () => {
    let secret = ''
    let recoveryCodes: string[] = []
    const codeNow = (by = 0) => totpAt(secret, totpStepOf(opened.clock.now()) + by)
    const nextStep = () => opened.advance(30 * second)

    async function enable(): Promise<void> {
      const begun = await opened.call('POST', '/api/two-factor', { password })
      secret = begun.body.data.secret
      expect(begun.body.data.url).toContain(secret)
      const confirmed = await opened.call('POST', '/api/two-factor/confirm', { code: codeNow() })
      recoveryCodes = confirmed.body.data.recoveryCodes
    }

    test('is set up only with the password and a right first code', async () => {
      expect((await opened.call('POST', '/api/two-factor', { password: 'wrong' })).status).toBe(403)
      expect((await opened.call('POST', '/api/two-factor/confirm', { code: '123456' })).status).toBe(409)
      const begun = await opened.call('POST', '/api/two-factor', { password })
      secret = begun.body.data.secret
      const wrong = await opened.call('POST', '/api/two-factor/confirm', { code: codeNow(5) })
      expect(wrong.body.error.code).toBe('auth.code_wrong')
      expect((await logIn()).status).toBe(200)
      expect((await opened.call('GET', '/api/two-factor')).body.data).toEqual({ enabled: false, recoveryCodesLeft: 0 })
    })

    test('needs the code to sign in, after the password', async () => {
      await enable()
      const asked = await logIn()
      expect([asked.status, asked.body.error.code]).toEqual([401, 'auth.second_factor_required'])
      expect(asked.headers.get('set-cookie')).toBeNull()
      await nextStep()
      expect((await logIn(codeNow(5))).body.error.code).toBe('auth.code_wrong')
      expect((await logIn(codeNow())).status).toBe(200)
    })

    test('takes a code once, also from two at the same moment', async () => {
      await enable()
      expect((await logIn(codeNow())).status).toBe(403)
      await nextStep()
      const answers = await Promise.all([logIn(codeNow()), logIn(codeNow())])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
    })

    test('takes each recovery code once, however it is typed', async () => {
      await enable()
      expect(recoveryCodes).toHaveLength(10)
      const [first, second_] = recoveryCodes
      const answers = await Promise.all([logIn(first), logIn(first!.toUpperCase().replaceAll('-', ' '))])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
      expect((await logIn(second_)).status).toBe(200)
      expect((await opened.call('GET', '/api/two-factor')).body.data.recoveryCodesLeft).toBe(8)
    })

    test('lets nobody guess: the right password gives no fresh attempts', async () => {
      await enable()
      await nextStep()
      const answers = []
      for (let count = 0; count < 12; count++) answers.push((await logIn(count % 2 ? codeNow(9) : undefined)).status)
      expect(answers.filter((status) => status === 429).length).toBeGreaterThan(5)
    })

    test('lets nobody guess from many networks either', async () => {
      await enable()
      await nextStep()
      const codes: string[] = []
      for (let network = 0; network < 24; network++) {
        const headers = { 'x-forwarded-for': `198.51.${network}.1` }
        const body = { email, password, code: codeNow(9) }
        codes.push((await opened.call('POST', '/api/auth/login', body, { cookie: null, headers })).body.error.code)
      }
      expect(new Set(codes.slice(0, 20))).toEqual(new Set(['auth.code_wrong']))
      expect(new Set(codes.slice(20))).toEqual(new Set(['auth.too_many_attempts']))
    })

    test('gives new recovery codes for the password, and the old ones stop working', async () => {
      await enable()
      const renewed = await opened.call('POST', '/api/two-factor/recovery-codes', { password })
      expect((await logIn(recoveryCodes[0])).status).toBe(403)
      expect((await logIn(renewed.body.data.recoveryCodes[0])).status).toBe(200)
    })

    test('is turned off with the password only', async () => {
      await enable()
      expect((await opened.call('POST', '/api/two-factor/disable', { password: 'wrong' })).status).toBe(403)
      expect((await logIn()).status).toBe(401)
      expect((await opened.call('POST', '/api/two-factor/disable', { password })).status).toBe(200)
      expect((await logIn()).status).toBe(200)
    })

    test('is reset by an owner for a member, by nobody else, and not for oneself', async () => {
      const { link } = (await opened.call('POST', '/api/team/invitations', { email: 'ana@example.com', role: 'admin' }))
        .body.data
      const token = link.split('#').at(-1)
      const joined = await opened.call(
        'POST',
        '/api/invitations/accept',
        { token, name: 'Ana', password },
        { cookie: null },
      )
      const ana = { id: joined.body.data.user.id, cookie: cookieOf(joined) }
      const asAna = { cookie: ana.cookie }
      const begun = await opened.call('POST', '/api/two-factor', { password }, asAna)
      secret = begun.body.data.secret
      await opened.call('POST', '/api/two-factor/confirm', { code: codeNow() }, asAna)
      const members = (await opened.call('GET', '/api/team')).body.data.members
      expect(members.find(({ id }: { id: string }) => id === ana.id).twoFactor).toBe(true)
      expect((await opened.call('DELETE', `/api/team/${ana.id}/two-factor`, undefined, asAna)).status).toBe(403)
      expect((await opened.call('DELETE', `/api/team/${ana.id}/two-factor`)).status).toBe(200)
      const after = await opened.call(
        'POST',
        '/api/auth/login',
        { email: 'ana@example.com', password },
        { cookie: null },
      )
      expect(after.status).toBe(200)
      await enable()
      const own = members.find(({ role }: { role: string }) => role === 'owner').id
      expect((await opened.call('DELETE', `/api/team/${own}/two-factor`)).status).toBe(403)
    })

    test('keeps the secret sealed and the codes hashed', async () => {
      await enable()
      const { users, recoveryCodes: codes, auditEntries } = opened.app.store.system
      const stored = JSON.stringify([await users.find(), await codes.find(), await auditEntries.find()])
      for (const canary of [secret, ...recoveryCodes]) expect(stored).not.toContain(canary)
    })

    test('is no way round a disabled account', async () => {
      await enable()
      await opened.app.store.system.users.updateWhere(
        { emailKey: email },
        { disabledAt: opened.clock.now().toISOString() },
      )
      await opened.advance(hour)
      expect((await logIn(codeNow())).body.error.code).toBe('auth.disabled')
    })
  })
})
