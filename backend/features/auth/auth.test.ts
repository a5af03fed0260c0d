import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { PublicContext } from '../../feature.ts'
import { hashToken } from '../../platform/crypto.ts'
import { openEmptyStores, password, setupCode, startEdgeApp, type EdgeApp, type Environment } from '../../test/edge.ts'
import type { AuthDeps } from './accounts.ts'
import { logIn } from './login.ts'

const stores = await openEmptyStores()
const ana = { workspaceName: 'Padaria Ana', name: 'Ana', email: 'ana@example.com', password }
const day = 24 * 60 * 60 * 1000

describe.each(stores)('accounts on $name', ({ makeStore }) => {
  const started: EdgeApp[] = []
  async function start(more: Environment = {}): Promise<EdgeApp> {
    const app = await startEdgeApp({ ...(await makeStore()), ...more })
    started.push(app)
    return app
  }
  afterAll(async () => {
    for (const app of started) await app.stop()
  })

  describe('the first registration', () => {
    let app: EdgeApp
    beforeAll(async () => {
      app = await start()
    })

    test('needs the set-up code', async () => {
      const state = await app.http().get('/api/auth/state').expect(200)
      expect(state.body.data).toEqual({ needsSetup: true, registrationOpen: false, needsAppPassword: false })
      for (const wrong of [undefined, '', 'seven-badgers-hu', setupCode.toUpperCase()]) {
        const refused = await app
          .openBrowser()
          .post('/api/auth/register')
          .send({ ...ana, setupCode: wrong })
        expect(refused.status).toBe(403)
        expect(refused.body.error.code).toBe('auth.setup_code_wrong')
      }
      expect(await app.store.system.users.count()).toBe(0)
    })

    test('of ten at the same moment makes exactly one owner', async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          app
            .openBrowser()
            .post('/api/auth/register')
            .send({ ...ana, email: `ana${index}@example.com`, setupCode }),
        ),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 403)])
      expect(await app.store.system.users.count()).toBe(1)
      expect(await app.store.system.workspaces.count()).toBe(1)
    })

    test('uses the code up', async () => {
      const again = await app
        .openBrowser()
        .post('/api/auth/register')
        .send({ ...ana, email: 'eve@example.com', setupCode })
      expect([again.status, again.body.error.code]).toEqual([403, 'auth.registration_closed'])
      const state = await app.http().get('/api/auth/state')
      expect(state.body.data.needsSetup).toBe(false)
    })
  })

  test('the printed code survives a restart and is stored nowhere', async () => {
    const env = await makeStore()
    const first = await startEdgeApp({ ...env, SETUP_CODE: '' })
    expect(first.setup.code).toMatch(/^[a-z0-9]{4}(-[a-z0-9]{4}){2}$/)
    await first.stop()
    const second = await start({ ...env, SETUP_CODE: '' })
    expect(second.setup.code).toBe(first.setup.code)
    const typed = second.setup.code.toUpperCase().replaceAll('-', ' ')
    await second
      .openBrowser()
      .post('/api/auth/register')
      .send({ ...ana, setupCode: typed })
      .expect(201)
  })

  describe('a workspace', () => {
    let app: EdgeApp
    beforeAll(async () => {
      app = await start({ REGISTRATION: 'open' })
      await app.openOwner()
    })

    test('begins with its owner, default settings and the practice customer', async () => {
      const browser = app.openBrowser()
      const { body } = await browser
        .post('/api/auth/register')
        .send({ ...ana, email: 'Bo@Example.com' })
        .expect(201)
      expect(body.data.user).toEqual({
        id: expect.any(String),
        createdAt: expect.any(String),
        name: 'Ana',
        email: 'Bo@Example.com',
        role: 'owner',
      })
      expect(body.data.workspace.settings).toMatchObject({ timeZone: 'UTC', readReceipts: 'on_open' })
      expect((await browser.get('/api/auth/me').expect(200)).body.data).toEqual(body.data)
      await app.processor.idle()
      const conversations = await browser.get('/api/conversations').expect(200)
      expect(conversations.body.data.conversations).toHaveLength(1)
    })

    test('is not opened twice with one address, however it is written', async () => {
      const taken = await app
        .openBrowser()
        .post('/api/auth/register')
        .send({ ...ana, email: ' ANA@example.com ' })
      expect([taken.status, taken.body.error.code]).toEqual([409, 'auth.email_taken'])
    })

    test.each([
      ['short', 'too short by one'.slice(0, 11)],
      ['long', 'ü'.repeat(37)],
      ['common', 'PasswordPassword'],
      ['repeating', 'abcabcabcabcabc'],
      ['made of the product', 'Parley-whatsapp-2026'],
      ['made of the person', 'weak@example.com!'],
      ['numeric', '192837465012'],
    ])('is not opened with a %s password', async (_, weak) => {
      const refused = await app
        .openBrowser()
        .post('/api/auth/register')
        .send({ ...ana, email: 'weak@example.com', password: weak })
      expect(refused.status).toBe(422)
      expect(refused.body.error.details).toEqual([{ path: 'body.password', message: expect.any(String) }])
    })

    test('takes a password of 72 bytes whole', async () => {
      const long = `${'ünïcödé '.repeat(4)}and no more`
      const exact = long + 'x'.repeat(72 - Buffer.byteLength(long))
      await app
        .openBrowser()
        .post('/api/auth/register')
        .send({ ...ana, email: 'long@example.com', password: exact })
        .expect(201)
      const login = (given: string) =>
        app.openBrowser().post('/api/auth/login').send({ email: 'long@example.com', password: given })
      expect((await login(exact)).status).toBe(200)
      expect((await login(`${exact}x`)).status).toBe(401)
      expect((await login(exact.slice(0, -1))).status).toBe(401)
    })

    test('keeps only hashes of passwords and sessions', async () => {
      const [user] = await app.store.system.users.find({ limit: 1 })
      expect(user!.passwordHash).toMatch(/^\$2b\$/)
      const login = await app.openBrowser().post('/api/auth/login').send({ email: ana.email, password }).expect(200)
      const token = cookieOf(login)
      const session = await app.store.system.sessions.first({ tokenHash: hashToken(token) })
      expect(session).toMatchObject({ userId: user!.id })
      expect(JSON.stringify(session)).not.toContain(token)
      expect(app.lines.join()).not.toContain(token)
      expect(app.lines.join()).not.toContain(password)
      expect(app.lines.join()).not.toContain(setupCode)
    })
  })

  describe('signing in', () => {
    let app: EdgeApp
    beforeAll(async () => {
      app = await start()
      await app.openOwner()
    })
    const logIn = (body: object = {}) =>
      app
        .openBrowser()
        .post('/api/auth/login')
        .send({ email: ana.email, password, ...body })

    test('does not tell a wrong password from an unknown address', async () => {
      const wrong = await logIn({ password: 'something else' })
      const unknown = await logIn({ email: 'nobody@example.com' })
      expect([wrong.status, unknown.status]).toEqual([401, 401])
      const { requestId: _1, ...first } = wrong.body.error
      const { requestId: _2, ...second } = unknown.body.error
      expect([wrong.body.message, first]).toEqual([unknown.body.message, second])
      expect(wrong.headers['set-cookie']).toBeUndefined()
    })

    test('sets a cookie that scripts and other sites cannot use', async () => {
      const login = await logIn().expect(200)
      const [cookie] = login.headers['set-cookie'] as unknown as string[]
      expect(cookie).toMatch(/^parley=[\w-]{43}; Max-Age=2592000; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/)
    })

    test('ignores a session that was planted before, and ends the one there was', async () => {
      const planted = 'planted'.padEnd(43, 'x')
      const login = await logIn().set('cookie', `parley=${planted}`).expect(200)
      expect(cookieOf(login)).not.toBe(planted)
      const browser = app.openBrowser()
      const before = cookieOf(await browser.post('/api/auth/login').send({ email: ana.email, password }).expect(200))
      const after = cookieOf(await browser.post('/api/auth/login').send({ email: ana.email, password }).expect(200))
      expect(after).not.toBe(before)
      await app.http().get('/api/auth/me').set('cookie', `parley=${before}`).expect(401)
      await app.http().get('/api/auth/me').set('cookie', `parley=${after}`).expect(200)
    })

    test('ends with signing out, at once and as often as one likes', async () => {
      const browser = app.openBrowser()
      const token = cookieOf(await browser.post('/api/auth/login').send({ email: ana.email, password }).expect(200))
      await browser.get('/api/auth/me').expect(200)
      const logout = await browser.post('/api/auth/logout').expect(200)
      expect(logout.headers['set-cookie']![0]).toMatch(/^parley=; Path=\/; Expires=Thu, 01 Jan 1970/)
      await app.http().get('/api/auth/me').set('cookie', `parley=${token}`).expect(401)
      await browser.post('/api/auth/logout').expect(200)
    })

    test('is over after a day of doing nothing', async () => {
      const browser = app.openBrowser()
      await browser.post('/api/auth/login').send({ email: ana.email, password }).expect(200)
      for (let hour = 0; hour < 30; hour += 10) {
        app.clock.advance(10 * 60 * 60 * 1000)
        expect(await me(browser)).toBe(200)
      }
      app.clock.advance(day + 1)
      expect(await me(browser)).toBe(401)
    })

    test('is over after thirty days of doing anything', async () => {
      const browser = app.openBrowser()
      await browser.post('/api/auth/login').send({ email: ana.email, password }).expect(200)
      for (let hours = 0; hours < 29 * 24; hours += 12) {
        app.clock.advance(day / 2)
        expect(await me(browser)).toBe(200)
        await sessionWasSeen(app)
      }
      app.clock.advance(day / 2)
      expect(await me(browser)).toBe(200)
      await sessionWasSeen(app)
      app.clock.advance(day / 2)
      expect(await me(browser)).toBe(401)
    })

    test('is refused to a disabled person, whose sessions end within a second', async () => {
      const browser = app.openBrowser()
      const { body } = await browser.post('/api/auth/login').send({ email: ana.email, password }).expect(200)
      const { id } = body.data.user
      expect(await me(browser)).toBe(200)
      await app.store.system.users.update(id, { disabledAt: app.clock.now().toISOString() })
      app.clock.advance(1000)
      expect(await me(browser)).toBe(401)
      const login = await logIn()
      expect([login.status, login.body.error.code]).toEqual([403, 'auth.disabled'])
      await app.store.system.users.update(id, { disabledAt: null })
    })

    test('a changed role holds within a second', async () => {
      const browser = app.openBrowser()
      const { body } = await browser.post('/api/auth/login').send({ email: ana.email, password }).expect(200)
      expect((await browser.patch('/api/settings').send({})).status).toBe(422)
      await app.store.system.users.update(body.data.user.id, { role: 'agent' })
      app.clock.advance(1000)
      expect((await browser.patch('/api/settings').send({})).status).toBe(403)
      await app.store.system.users.update(body.data.user.id, { role: 'owner' })
    })

    test('costs the requests of a second one look at the session, and no write', async () => {
      const browser = app.openBrowser()
      await browser.post('/api/auth/login').send({ email: ana.email, password }).expect(200)
      const { sessions, users } = app.store.system
      const calls = [vi.spyOn(sessions, 'first'), vi.spyOn(users, 'get'), vi.spyOn(sessions, 'update')]
      for (let count = 0; count < 10; count++) await browser.get('/api/channels').expect(200)
      expect(calls.map(({ mock }) => mock.calls.length)).toEqual([1, 1, 0])
      app.clock.advance(1000)
      await Promise.all(Array.from({ length: 10 }, () => browser.get('/api/channels').expect(200)))
      expect(calls.map(({ mock }) => mock.calls.length)).toEqual([2, 2, 0])
      for (const call of calls) call.mockRestore()
    })
  })

  test('guessing one password reaches the hash at most twenty times an hour, and nobody else is locked out', async () => {
    const app = await start({ TRUSTED_PROXIES: '1' })
    await app.openOwner()
    const guess = (ip: string, given: string) =>
      app.openBrowser().post('/api/auth/login').set('x-forwarded-for', ip).send({ email: ana.email, password: given })
    const together = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, index) => guess('198.51.100.7', `wrong guess ${index}`)))
    const answers = [...(await together(50)), ...(await together(50))]
    const counts = Map.groupBy(answers, ({ status }) => status)
    expect(counts.get(401)!.length).toBeLessThanOrEqual(20)
    expect(counts.get(429)!.length).toBeGreaterThanOrEqual(80)
    expect(Number(counts.get(429)![0]!.headers['retry-after'])).toBeGreaterThan(0)
    expect((await guess('198.51.100.99', password)).status).toBe(429)
    expect((await guess('203.0.113.5', password)).status).toBe(200)
  })
})

const me = async (browser: ReturnType<EdgeApp['openBrowser']>) => (await browser.get('/api/auth/me')).status

/** The date of the last request is written behind its answer. */
async function sessionWasSeen({ store, clock }: EdgeApp): Promise<void> {
  const lastSeenAt = clock.now().toISOString()
  await expect.poll(() => store.system.sessions.count({ lastSeenAt })).toBe(1)
}

function cookieOf(response: { headers: { [name: string]: unknown } }): string {
  const [cookie] = response.headers['set-cookie'] as string[]
  return /^(?:__Host-)?parley=([^;]+)/.exec(cookie!)![1]!
}

test('a refused sign-in is answered before it is written down, so the time does not tell whether there is an account', async () => {
  const user = { id: 'usr_1', name: 'Ana', workspaceId: 'ws_1', passwordHash: 'hash' }
  const deps = {
    system: {
      users: { first: async () => user },
      auditEntries: { insert: () => new Promise(() => {}) },
    },
    passwords: { matches: async () => false },
    attempts: { begin: async () => ({ async succeeded() {} }) },
    logs: { security: { warn() {} } },
  } as unknown as AuthDeps
  const visitor = { ip: '198.51.100.7' } as PublicContext
  await expect(logIn(deps, visitor, { email: 'ana@example.com', password: 'not it' })).rejects.toMatchObject({
    code: 'auth.credentials_wrong',
  })
})

test('an unknown address costs a comparison too, so the time does not tell whether there is an account', async () => {
  const compared: unknown[] = []
  const deps = {
    system: { users: { first: async () => undefined } },
    passwords: { matches: async (...given: unknown[]) => compared.push(given) === 0 },
    attempts: { begin: async () => ({ async succeeded() {} }) },
    logs: { security: { warn() {} } },
  } as unknown as AuthDeps
  const visitor = { ip: '198.51.100.7' } as PublicContext
  await expect(logIn(deps, visitor, { email: 'nobody@example.com', password: 'any' })).rejects.toMatchObject({
    code: 'auth.credentials_wrong',
  })
  expect(compared).toEqual([['any', undefined, visitor.ip]])
})
