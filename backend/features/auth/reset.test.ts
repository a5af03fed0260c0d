import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hour } from '../../platform/clock.ts'
import { startSmtpServer } from '../../test/smtp.ts'
import { openStores, openTestApp, owner, type TestApp } from '../../test/world.ts'

const stores = await openStores()
const password = 'green boats on grey water 3'
const nobody = { cookie: null }

describe.each(stores)('a forgotten password, on the $kind store', ({ databaseUrl }) => {
  let smtp: Awaited<ReturnType<typeof startSmtpServer>>
  let opened: TestApp
  beforeEach(async () => {
    smtp = await startSmtpServer()
    const env = { SMTP_URL: smtp.url, PUBLIC_URL: 'https://crm.example.com', MAIL_FROM: 'Shop <shop@example.com>' }
    opened = await openTestApp({ databaseUrl: await databaseUrl(), env })
  })
  afterEach(async () => {
    await opened.close()
    await smtp.close()
  })

  const forget = (email: string, headers = {}) =>
    opened.call('POST', '/api/auth/forgot', { email }, { ...nobody, headers })
  const reset = (token: string, next = password) =>
    opened.call('POST', '/api/auth/reset', { token, password: next }, nobody)
  const logIn = (given: string) =>
    opened.call('POST', '/api/auth/login', { email: owner.email, password: given }, nobody)
  const tokens = () => smtp.letters.map(({ text }) => /reset-password#([\w-]+)/.exec(text)![1]!)
  async function askForToken(): Promise<string> {
    expect((await forget(owner.email)).status).toBe(202)
    await opened.settle()
    return tokens().at(-1)!
  }

  test('is set anew by the link that was mailed, once, and every session ends', async () => {
    const token = await askForToken()
    expect(smtp.letters).toMatchObject([{ from: 'shop@example.com', to: owner.email }])
    const check = await opened.call('POST', '/api/auth/reset/check', { token }, nobody)
    expect(check.body.data).toEqual({ email: owner.email })
    expect((await reset(token)).status).toBe(200)
    await opened.advance(1001)
    expect((await opened.call('GET', '/api/auth/me')).status).toBe(401)
    expect((await logIn(owner.password)).status).toBe(401)
    expect((await logIn(password)).status).toBe(200)
    expect((await reset(token)).body.error.code).toBe('auth.reset_link_used')
  })

  test('is set by one of ten who use the link at the same moment', async () => {
    const token = await askForToken()
    const answers = await Promise.all(Array.from({ length: 10 }, () => reset(token)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(9)
  })

  test('does not tell whether the address is known, and mails nobody else', async () => {
    const [known, unknown] = [await forget(owner.email), await forget('nobody@example.com')]
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body])
    await opened.settle()
    expect(smtp.letters.map(({ to }) => to)).toEqual([owner.email])
  })

  test('is not set after an hour, nor with another token, nor to a weak password', async () => {
    const token = await askForToken()
    expect((await reset(token, 'abcabcabcabcabc')).status).toBe(422)
    expect((await reset(`${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`)).status).toBe(404)
    await opened.advance(hour + 1000)
    expect((await reset(token)).status).toBe(404)
    expect((await logIn(owner.password)).status).toBe(200)
  })

  test('ends the other links too', async () => {
    const first = await askForToken()
    const second = await askForToken()
    expect(second).not.toBe(first)
    expect((await reset(first)).status).toBe(200)
    expect((await reset(second)).status).toBe(404)
  })

  test('has no link any more once the password was changed by whoever knew it', async () => {
    const token = await askForToken()
    const changed = await opened.call('POST', '/api/profile/password', { current: owner.password, password })
    expect(changed.status).toBe(200)
    expect((await reset(token, 'blue boats on grey water 4')).status).toBe(404)
    expect((await logIn(password)).status).toBe(200)
  })

  test('has links that begin with the configured address, whatever the request says', async () => {
    await forget(owner.email, { host: 'evil.example', 'x-forwarded-host': 'evil.example' })
    await opened.settle()
    expect(smtp.letters[0]!.text).toContain('https://crm.example.com/reset-password#')
    expect(smtp.letters[0]!.text).not.toContain('evil')
  })

  test('fills no mailbox: five links an hour at most, and asking is limited', async () => {
    for (let count = 0; count < 5; count++) {
      expect((await forget(owner.email)).status).toBe(202)
      await opened.settle()
    }
    expect((await forget(owner.email)).status).toBe(429)
    expect(smtp.letters).toHaveLength(5)
  })

  test('is stored as a hash only', async () => {
    const token = await askForToken()
    const rows = await opened.app.store.system.passwordResets.find()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify([rows, await opened.app.store.system.auditEntries.find()])).not.toContain(token)
  })

  test('is mailed later when the mail server fails', async () => {
    smtp.refuse(true)
    await forget(owner.email)
    await opened.settle()
    expect(smtp.letters).toEqual([])
    smtp.refuse(false)
    await opened.advance(hour / 4)
    await opened.settle()
    expect(smtp.letters).toHaveLength(1)
    expect((await reset(tokens()[0]!)).status).toBe(200)
  })

  test('is mailed also after the mail server failed for as often as links are sent in an hour', async () => {
    smtp.refuse(true)
    await forget(owner.email)
    await opened.settle()
    for (const seconds of [5, 20, 80, 310, 1240]) {
      await opened.advance(seconds * 1000)
      await opened.settle()
    }
    const { system } = opened.app.store
    expect(await system.passwordResets.count({})).toBe(0)
    smtp.refuse(false)
    await opened.advance(1.25 * hour)
    await opened.settle()
    expect(smtp.letters).toHaveLength(1)
    expect(await system.auditEntries.count({ action: 'password.reset_requested' })).toBe(1)
  })

  test('an invitation goes by mail too, and its link is shown when that fails', async () => {
    const invite = async (email: string) => (await opened.call('POST', '/api/team/invitations', { email })).body.data
    const invited = await invite('ana@example.com')
    expect(invited.mailed).toBe(true)
    expect(smtp.letters[0]).toMatchObject({ to: 'ana@example.com' })
    expect(smtp.letters[0]!.text).toContain(invited.link)
    smtp.refuse(true)
    expect(await invite('ben@example.com')).toMatchObject({ mailed: false, link: expect.stringContaining('/join#') })
  })
})
