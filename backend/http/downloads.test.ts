import { get } from 'node:http'
import { randomBytes } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openStores, openTestApp } from '../test/world.ts'

const stores = await openStores()
const size = 14 * 2 ** 20

describe.each(stores)('a download that is under way, on the $kind store', ({ databaseUrl }) => {
  async function begin() {
    const app = await openTestApp({ databaseUrl: await databaseUrl(), env: { MAX_UPLOAD_MB: '20' } })
    onTestFinished(app.close)
    const invited = await app.call('POST', '/api/team/invitations', { email: 'ana@example.com', role: 'admin' })
    const answer = { token: invited.body.data.link.split('#').at(-1), name: 'Ana', password: 'green boats on grey 3' }
    const joined = await app.call('POST', '/api/invitations/accept', answer, { cookie: null })
    const ana = { id: joined.body.data.user.id, cookie: joined.headers.get('set-cookie')!.split(';')[0]! }
    const form = new FormData()
    form.append('file', new Blob([randomBytes(size)]), 'film.bin')
    const headers = { cookie: app.cookie, 'sec-fetch-site': 'same-origin' }
    const stored = await fetch(`${app.url}/api/media`, { method: 'POST', headers, body: form })
    const { data } = (await stored.json()) as { data: { id: string } }
    const bytes = new Promise<number>((done, failed) => {
      get(`${app.url}/api/media/${data.id}/file`, { headers: { cookie: ana.cookie } }, (response) => {
        let read = 0
        response.on('data', (chunk: Buffer) => (read += chunk.length))
        response.on('close', () => done(read))
        response.on('error', () => done(read))
        // Nobody reads on until the rest of the test has happened.
        response.pause()
        started.resolve(() => response.resume())
      }).on('error', failed)
    })
    const started = Promise.withResolvers<() => void>()
    return { app, ana, bytes, readOn: await started.promise }
  }
  const aLook = () => new Promise((resolve) => setTimeout(resolve, 2500))

  test.each([
    ['is disabled', { disabled: true }],
    ['may do less than before', { role: 'agent' }],
  ])('ends when its reader %s', async (_, patch) => {
    const { app, ana, bytes, readOn } = await begin()
    expect((await app.call('PATCH', `/api/team/${ana.id}`, patch)).status).toBe(200)
    app.clock.advance(2000)
    await aLook()
    readOn()
    expect(await bytes).toBeLessThan(size)
  })

  test('goes on while its reader is signed in', async () => {
    const { app, bytes, readOn } = await begin()
    app.clock.advance(2000)
    await aLook()
    readOn()
    expect(await bytes).toBe(size)
  })
})
