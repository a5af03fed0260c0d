import { describe, expect, onTestFinished, test } from 'vitest'
import { connectSimulator, openStores, register, owner } from '../../test/world.ts'

const stores = await openStores()
const megabyte = 1024 * 1024

describe.each(stores)('the room for files, on the $kind store', ({ databaseUrl }) => {
  async function open() {
    const connected = await connectSimulator({ databaseUrl: await databaseUrl(), env: { MEDIA_QUOTA_MB: '1' } })
    onTestFinished(connected.close)
    const { test: app } = connected
    async function upload(bytes: number, cookie = app.cookie) {
      const form = new FormData()
      // Each is another file.
      const noise = Buffer.alloc(bytes, String(Math.random()))
      form.set('file', new Blob([noise as Uint8Array<ArrayBuffer>]), 'a.bin')
      const headers = { cookie, 'sec-fetch-site': 'same-origin' }
      const response = await fetch(`${app.url}/api/media`, { method: 'POST', body: form, headers })
      return { status: response.status, body: (await response.json()) as { error?: { code: string } } }
    }
    const storage = async () => (await app.call('GET', '/api/settings/storage')).body.data
    return { ...connected, app, upload, storage }
  }

  test('is shown, and what goes beyond it is refused with a sentence, to the byte and for this workspace alone', async () => {
    const { app, upload, storage } = await open()
    expect(await storage()).toEqual({ bytes: 0, files: 0, limitBytes: megabyte })
    expect((await upload(megabyte - 10)).status).toBe(201)
    expect(await upload(11)).toMatchObject({ status: 507, body: { error: { code: 'media.quota_full' } } })
    expect((await upload(10)).status).toBe(201)
    expect(await storage()).toEqual({ bytes: megabyte, files: 2, limitBytes: megabyte })
    const other = await register(app, { ...owner, email: 'eve@example.com' })
    expect((await upload(1000, other)).status).toBe(201)
  })

  test('is not overdrawn by many files at once', async () => {
    const { upload, storage } = await open()
    const answers = await Promise.all(Array.from({ length: 8 }, () => upload(300_000)))
    expect(answers.filter(({ status }) => status === 201).length).toBeLessThanOrEqual(3)
    expect((await storage()).bytes).toBeLessThanOrEqual(megabyte)
  })

  test('lets a received file wait at Meta until there is some', async () => {
    const { app, simulator, upload } = await open()
    await upload(megabyte)
    simulator.receive('image', { caption: 'Olha' })
    await simulator.settled()
    await app.settle()
    const [waiting] = await app.app.store.system.media.find({ where: { messageId: { not: null } }, limit: 1 })
    expect(waiting).toMatchObject({ state: 'pending', error: expect.stringContaining('room') })
    await app.app.store.system.media.removeWhere({ messageId: null })
    await app.advance(60 * 60 * 1000)
    await app.settle()
    expect((await app.app.store.system.media.get(waiting!.id))!.state).toBe('ready')
  })
})
