import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { totpAt, totpStepOf } from '../platform/totp.ts'
import { openEmptyStores, password, startEdgeApp, type EdgeApp } from '../test/edge.ts'
import { fillPath, readAllRoutes } from '../test/routes.ts'
import { spellings } from './canaries.ts'

const stores = await openEmptyStores()
const reading = (await readAllRoutes()).filter(({ method }) => method === 'GET')

const given = {
  accessToken: 'EAAGcanaryaccesstoken7f3a91',
  appSecret: 'canaryappsecret0b55e1c97d40',
  verifyToken: 'canary-verify-token-66d2',
}
const number = {
  name: 'Shop',
  businessPhone: '+15550001111',
  phoneNumberId: '100000000000001',
  businessAccountId: '200000000000002',
}

/** Every byte that a thief of the disk, or of the database, would hold; not the key, which is to be kept elsewhere. */
async function readKept(app: EdgeApp, folder: string): Promise<string> {
  const kept: string[] = []
  const { driver } = app.store
  if (driver.kind === 'postgres') {
    const { rows } = await driver.pool.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    )
    for (const { name } of rows)
      kept.push(JSON.stringify((await driver.pool.query(`select t::text from ${name} t`)).rows))
  }
  await app.stop()
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
    if (statSync(path).isFile()) kept.push(readFileSync(path, 'latin1'))
  return kept.join('\n')
}

describe.each(stores)('secrets, on $name', ({ makeStore }) => {
  test('are in no kept byte, no answer and no line of the log', { timeout: 60_000 }, async () => {
    const environment = await makeStore()
    const app = await startEdgeApp(environment)
    // PostgreSQL's own clock says when a job is due: with an older one beside it they would be due for ever.
    app.clock.advance(Date.now() - app.clock.now().getTime())
    const browser = await app.openOwner()
    const answers: string[] = []

    const added = await browser
      .post('/api/channels')
      .send({ ...number, ...given })
      .expect(201)
    answers.push(added.text)
    const channel = added.body.data as { id: string }
    // Nobody answers there: what is said about that must not hold the token.
    await browser.post('/api/doctor/inspect').send({ ...number, ...given })
    await browser.post(`/api/doctor/channels/${channel.id}/examine`)
    await browser.post(`/api/channels/${channel.id}/register`).send({ pin: '739184' })
    await browser.post('/api/auth/login').send({ email: 'ana@example.com', password: `${password}!` })

    const login = await app
      .openBrowser()
      .post('/api/auth/login')
      .send({ email: 'ana@example.com', password })
      .expect(200)
    const session = /parley=([\w-]{43})/.exec(String(login.headers['set-cookie']))![1]!

    const begun = await browser.post('/api/two-factor').send({ password }).expect(200)
    const { secret } = begun.body.data as { secret: string }
    const code = totpAt(secret, totpStepOf(app.clock.now()))
    const confirmed = await browser.post('/api/two-factor/confirm').send({ code }).expect(200)
    const { recoveryCodes } = confirmed.body.data as { recoveryCodes: string[] }
    const invited = await browser.post('/api/team/invitations').send({ email: 'bob@example.com', role: 'agent' })
    const invitation = /[\w-]{43}/.exec(invited.text)![0]

    await app.processor.idle()
    await app.worker.runDue()
    for (const route of reading) answers.push((await browser.get(fillPath(route, channel.id))).text)
    const canaries = [...Object.values(given), password, secret, ...recoveryCodes, invitation, session]
    const found = (text: string) => canaries.filter((canary) => spellings(canary).some((one) => text.includes(one)))
    expect(found(answers.join('\n'))).toEqual([])
    expect(found(app.lines.join('\n'))).toEqual([])
    const kept = await readKept(app, dirname(environment['DATA_FILE_PATH']!))
    // What is no secret is there, so the search would have found one.
    expect(kept).toContain('100000000000001')
    expect(found(kept)).toEqual([])
  })
})
