import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ContextFor } from '../../feature.ts'
import { day, minute, second } from '../../platform/clock.ts'
import type { MediaFiles } from '../../platform/media/media.ts'
import { readSample } from '../../simulator/samples/samples.ts'
import { connectSimulator, openStores, register } from '../../test/world.ts'
import { fetchMedia, type FetchDeps } from './fetch.ts'
import { createQuota } from './quota.ts'
import { removeOrphanMedia } from './retention.ts'

const stores = await openStores()

describe.each(stores)('on $kind', ({ databaseUrl }) => {
  async function open() {
    const connected = await connectSimulator({ databaseUrl: await databaseUrl() })
    onTestFinished(connected.close)
    const { test: app, simulator } = connected

    async function settle() {
      await simulator.settled()
      await app.settle()
    }
    async function theMessage() {
      const { body } = await app.call('GET', '/api/messages?direction=inbound')
      expect(body.data.messages).toHaveLength(1)
      return body.data.messages[0]
    }
    async function bytesOf(mediaId: string, cookie = app.cookie): Promise<Buffer> {
      const response = await fetch(`${app.url}/api/media/${mediaId}/file`, { headers: { cookie } })
      expect(response.status).toBe(200)
      return Buffer.from(await response.arrayBuffer())
    }
    /** What is left on the disk: kept files, and drafts that nobody removed. */
    async function listFiles(): Promise<string[]> {
      const entries = await readdir(folderOf(app.app.files), { recursive: true, withFileTypes: true })
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
    }
    async function upload(
      bytes: Uint8Array,
      filename: string,
      fields: Record<string, string> = {},
      cookie = app.cookie,
    ) {
      const form = new FormData()
      form.set('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), filename)
      for (const [name, value] of Object.entries(fields)) form.set(name, value)
      const headers = { cookie, 'sec-fetch-site': 'same-origin' }
      const response = await fetch(`${app.url}/api/media`, { method: 'POST', body: form, headers })
      return { status: response.status, body: (await response.json()) as { data: { id: string } } }
    }
    /** Answers the customer who wrote last. */
    async function send(content: object, type = 'image') {
      const { conversations } = (await app.call('GET', '/api/conversations')).body.data
      return app.call('POST', '/api/messages', { conversationId: conversations[0].id, type, content })
    }
    /** PostgreSQL's own clock, which stands behind the app's in tests, decides when a job is due. */
    async function wakeJobs() {
      const { driver } = app.app.store
      if (driver.kind === 'postgres') await driver.pool.query('update graphile_worker._private_jobs set run_at = now()')
    }
    const requests = (path: string) =>
      simulator.ledger.requests.filter((request) => request.path.endsWith(path) && request.method === 'POST')
    return { ...connected, app, settle, wakeJobs, theMessage, bytesOf, listFiles, upload, send, requests }
  }

  describe('a file that a customer sends', () => {
    test('is shown as on its way, fetched, and shown as it is', async () => {
      const { app, simulator, theMessage, bytesOf, settle } = await open()
      simulator.receive('image', { caption: 'Olha' })
      await simulator.settled()
      await app.app.processor.idle()
      expect((await theMessage()).content).toMatchObject({
        caption: 'Olha',
        media: { state: 'pending', mimeType: 'image/jpeg' },
      })
      await settle()
      const { media } = (await theMessage()).content
      const sample = readSample('image')
      expect(media).toMatchObject({
        state: 'ready',
        mimeType: 'image/jpeg',
        bytes: sample.bytes.length,
        width: expect.any(Number),
      })
      expect(await bytesOf(media.id)).toEqual(Buffer.from(sample.bytes))
      const { body } = await app.call('GET', `/api/media/${media.id}`)
      expect(body.data).toMatchObject({ id: media.id, state: 'ready', bytes: sample.bytes.length, error: null })
    })

    test('of each type is told by its bytes', async () => {
      const { app, simulator, settle } = await open()
      for (const name of ['image', 'video', 'audio', 'document', 'sticker'] as const) simulator.receive(name, {})
      await settle()
      const { body } = await app.call('GET', '/api/messages?direction=inbound')
      const types = Object.fromEntries(
        body.data.messages.map((message: { type: string; content: { media: { mimeType: string } } }) => [
          message.type,
          message.content.media.mimeType,
        ]),
      )
      expect(types).toEqual({
        image: 'image/jpeg',
        video: 'video/mp4',
        audio: 'audio/ogg; codecs=opus',
        document: 'application/pdf',
        sticker: 'image/webp',
      })
    })

    test('that two messages name is fetched once and shown in both', async () => {
      const { app, simulator, settle } = await open()
      simulator.receive('image', { caption: 'first' })
      await simulator.settled()
      await app.app.processor.idle()
      const [file] = await app.app.store.system.media.find({ limit: 1 })
      const { businessAccountId, phoneNumberId } = simulator.credentials
      const image = { id: file!.providerMediaId, mime_type: 'image/jpeg', caption: 'second' }
      const messages = [{ from: '16505551234', id: 'wamid.again', timestamp: '1750030073', type: 'image', image }]
      const value = { messaging_product: 'whatsapp', metadata: { phone_number_id: phoneNumberId }, messages }
      await simulator.post({
        object: 'whatsapp_business_account',
        entry: [{ id: businessAccountId, changes: [{ field: 'messages', value }] }],
      })
      await settle()
      const { body } = await app.call('GET', '/api/messages?direction=inbound')
      const shown = body.data.messages.map(({ content }: { content: { media: object } }) => content.media)
      expect(shown).toHaveLength(2)
      expect(shown[0]).toMatchObject({ state: 'ready', width: expect.any(Number) })
      expect(shown[0]).toMatchObject({ id: shown[1].id, bytes: shown[1].bytes, state: shown[1].state })
      expect(await app.app.store.system.media.count()).toBe(1)
    })

    test('that is not what it is called is kept, and never shown as what it claims', async () => {
      const { app, simulator, theMessage, settle } = await open()
      const html = Buffer.from('<!doctype html><script>alert(1)</script>')
      simulator.receive('image', { mimeType: 'text/html' }, { bytes: html })
      await settle()
      const { media } = (await theMessage()).content
      expect(media).toMatchObject({ state: 'ready', mimeType: 'application/octet-stream' })
      const response = await fetch(`${app.url}/api/media/${media.id}/file`, { headers: { cookie: app.cookie } })
      expect(response.headers.get('content-type')).toBe('application/octet-stream')
      expect(response.headers.get('content-disposition')).toMatch(/^attachment/)
      await response.arrayBuffer()
    })

    test('is fetched with a fresh address when the first one is too old', async () => {
      const { simulator, theMessage, settle } = await open()
      simulator.fault({ fault: { kind: 'badGateway', status: 404, accept: false }, match: { on: 'download' } })
      simulator.receive('image', {})
      await settle()
      expect((await theMessage()).content.media.state).toBe('ready')
    })

    test('is fetched again after it was cut off, and nothing of the first try is left', async () => {
      const { app, simulator, theMessage, listFiles, settle } = await open()
      simulator.fault({ fault: { kind: 'truncate' }, match: { on: 'download' } })
      simulator.receive('image', {})
      await settle()
      expect((await theMessage()).content.media).toMatchObject({ state: 'pending', error: expect.any(String) })
      expect(await listFiles()).toEqual([])
      await app.advance(11 * second)
      await settle()
      expect((await theMessage()).content.media).toMatchObject({ state: 'ready' })
      expect((await theMessage()).content.media.error).toBeUndefined()
      expect(await listFiles()).toHaveLength(1)
    })

    test('is called failed when it stays away, tried again by itself, and expired after seven days', async () => {
      const { app, simulator, theMessage, settle } = await open()
      simulator.fault({
        fault: { kind: 'badGateway', status: 404, accept: false },
        match: { on: 'download' },
        times: 'always',
      })
      simulator.receive('image', {})
      await settle()
      const states: string[] = []
      for (const wait of [0, 3 * minute, day, 2 * day, 3 * day, 2 * day]) {
        await app.advance(wait)
        await settle()
        states.push((await theMessage()).content.media.state)
      }
      expect(states).toEqual(['pending', 'failed', 'failed', 'failed', 'failed', 'expired'])
      const { id } = (await theMessage()).content.media
      expect((await app.call('POST', `/api/media/${id}/retry`)).body.error.code).toBe('media.not_retryable')
      expect((await app.call('GET', `/api/media/${id}/file`)).body.error.code).toBe('media.not_ready')
    })

    test('arrives late when WhatsApp was away for days', async () => {
      const { app, simulator, theMessage, settle, wakeJobs } = await open()
      simulator.fault({ fault: { kind: 'serverError' }, match: { on: 'node' }, times: 'always' })
      simulator.receive('image', {})
      await settle()
      await app.advance(5 * day)
      await settle()
      expect((await theMessage()).content.media.state).toBe('failed')
      simulator.clearFaults()
      await app.advance(7 * 60 * minute)
      await wakeJobs()
      await settle()
      expect((await theMessage()).content.media.state).toBe('ready')
    })

    test('can be asked for by hand before the next try', async () => {
      const { app, simulator, theMessage, settle, wakeJobs } = await open()
      simulator.fault({ fault: { kind: 'serverError' }, match: { on: 'node' }, times: 'always' })
      simulator.receive('image', {})
      await settle()
      await app.advance(day)
      await settle()
      simulator.clearFaults()
      const { id } = (await theMessage()).content.media
      const { status, body } = await app.call('POST', `/api/media/${id}/retry`)
      expect([status, body.data.state]).toEqual([202, 'pending'])
      expect((await theMessage()).content.media.state).toBe('pending')
      await wakeJobs()
      await settle()
      expect((await theMessage()).content.media.state).toBe('ready')
      expect((await app.call('POST', `/api/media/${id}/retry`)).body.error.code).toBe('media.not_retryable')
    })

    test('is kept even when it is not the one that the webhook announced', async () => {
      const { simulator, theMessage, settle, bytesOf } = await open()
      const { message } = simulator.receive('image', {})
      const stored = [...simulator.world.media.values()].at(-1)!
      stored.bytes = readSample('sticker').bytes
      await settle()
      const { media } = (await theMessage()).content
      expect(media).toMatchObject({ state: 'ready', mimeType: 'image/webp' })
      expect(await bytesOf(media.id)).toEqual(Buffer.from(stored.bytes))
      expect(message.type).toBe('image')
    })

    test('is never asked for elsewhere with the token of WhatsApp', async () => {
      const { simulator, theMessage, settle } = await open()
      const asked: unknown[] = []
      const foreign = createServer((request, response) => {
        asked.push(request.headers)
        response.end('not a photo')
      })
      await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve))
      onTestFinished(() => void foreign.close())
      const to = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`
      simulator.fault({ fault: { kind: 'redirect', to }, match: { on: 'download' } })
      simulator.receive('image', {})
      await settle()
      expect((await theMessage()).content.media).toMatchObject({ state: 'pending', error: expect.any(String) })
      expect(asked).toEqual([])
    })

    test('of another workspace is as unknown as one that never was', async () => {
      const { app, simulator, theMessage, settle } = await open()
      simulator.receive('image', {})
      await settle()
      const { id } = (await theMessage()).content.media
      const stranger = await register(app, {
        workspaceName: 'Other',
        name: 'Zoe',
        email: 'zoe@example.com',
        password: 'a calm river in may 8',
      })
      for (const path of ['', '/file', '/retry']) {
        const method = path === '/retry' ? 'POST' : 'GET'
        const [foreign, unknown] = await Promise.all(
          [id, 'med_unknown'].map((one) =>
            app.call(method, `/api/media/${one}${path}`, undefined, { cookie: stranger }),
          ),
        )
        expect(foreign!.status).toBe(404)
        expect({ ...foreign!.body.error, requestId: '' }).toEqual({ ...unknown!.body.error, requestId: '' })
      }
    })
  })

  describe('a file that is sent', () => {
    const photo = readSample('image').bytes

    test('is uploaded to WhatsApp once, and again before its copy there ends', async () => {
      const { app, simulator, upload, send, settle, wakeJobs, requests } = await open()
      const { body } = await upload(photo, 'foto.jpg', { type: 'image' })
      const mediaId = body.data.id
      simulator.receive('text', { body: 'Oi' })
      await settle()
      for (let time = 0; time < 2; time++) expect((await send({ mediaId })).status).toBe(201)
      await settle()
      expect(requests('/media')).toHaveLength(1)
      const sent = simulator.ledger.accepted.map(
        ({ body: sentBody }) => (sentBody as { image?: { id: string } }).image?.id,
      )
      expect(sent).toEqual([expect.any(String), sent[0]])
      expect(simulator.world.media.get(sent[0]!)!.bytes).toEqual(Buffer.from(photo))
      await app.advance(29 * day + 1)
      simulator.receive('text', { body: 'Oi?' }, { timestamp: Math.floor(app.clock.now().getTime() / 1000) })
      await settle()
      expect((await send({ mediaId })).status).toBe(201)
      await wakeJobs()
      await settle()
      expect(requests('/media')).toHaveLength(2)
    })

    test('that WhatsApp does not take fails the message with a sentence', async () => {
      const { app, simulator, upload, send, settle } = await open()
      const { body } = await upload(photo, 'foto.jpg')
      simulator.receive('text', { body: 'Oi' })
      await settle()
      simulator.fault({ fault: { kind: 'error', code: 131053 }, match: { on: 'media' } })
      const sent = await send({ mediaId: body.data.id })
      await settle()
      const message = (await app.call('GET', `/api/messages/${sent.body.data.id}`)).body.data
      expect(message).toMatchObject({ status: 'failed', error: { message: expect.any(String) } })
    })
  })

  describe('what is no longer needed', () => {
    test('goes with the contact, unless another message of any workspace has the same bytes', async () => {
      const { app, simulator, upload, send, settle, listFiles } = await open()
      const photo = readSample('image').bytes
      const { body } = await upload(photo, 'foto.jpg')
      simulator.receive('document', {})
      await settle()
      expect((await send({ mediaId: body.data.id })).status).toBe(201)
      await settle()
      const stranger = await register(app, {
        workspaceName: 'B',
        name: 'Zoe',
        email: 'z@example.com',
        password: 'a calm river in may 8',
      })
      await upload(photo, 'same.jpg', {}, stranger)
      expect(await listFiles()).toHaveLength(2)
      const { contactId } = (await app.call('GET', '/api/conversations')).body.data.conversations[0]
      expect((await app.call('DELETE', `/api/contacts/${contactId}`)).status).toBe(200)
      expect(await listFiles()).toEqual([createHash('sha256').update(photo).digest('hex')])
      expect((await app.call('GET', `/api/media/${body.data.id}`)).status).toBe(404)
    })

    test('is found when its record or its message is gone', async () => {
      const { app, upload, bytesOf, listFiles, simulator, settle } = await open()
      const { system } = app.app.store
      const { files } = app.app
      const kept = await upload(Buffer.from('kept'), 'kept.txt')
      const orphan = await upload(Buffer.from('orphan'), 'orphan.txt')
      simulator.receive('image', {})
      await settle()
      await system.media.remove(orphan.body.data.id)
      const [message] = await system.messages.find({ where: { type: 'image' } })
      await system.messages.remove(message!.id)
      expect(await listFiles()).toHaveLength(3)
      const later = () => new Date(Date.now() + 2 * day)
      expect(await removeOrphanMedia({ system, files, now: later })).toEqual({ records: 1, files: 2 })
      expect(await listFiles()).toHaveLength(1)
      expect((await bytesOf(kept.body.data.id)).toString()).toBe('kept')
    })
  })

  describe('what WhatsApp hands over', () => {
    /** One turn of the job, with a WhatsApp that says and sends exactly this. */
    async function fetchFrom(
      { app }: Awaited<ReturnType<typeof open>>,
      announced: number | undefined,
      pieces: Iterable<Buffer>,
    ) {
      const file = (await app.app.store.system.media.find())[0]!
      const url = 'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1'
      const address = { url, ...(announced === undefined ? {} : { bytes: announced }) }
      const contextFor: ContextFor = (workspaceId) => ({
        store: app.app.store.workspace(workspaceId),
        workspaceId,
        user: null,
        now: app.clock.now,
        notify() {},
        flush() {},
      })
      const deps: FetchDeps = {
        contextFor,
        files: app.app.files,
        quota: createQuota(null),
        log: { debug() {}, info() {}, warn() {}, error() {} },
        credentialsOf: () => ({ phoneNumberId: '1', businessAccountId: null, accessToken: 'x' }),
        apiFor: () => ({
          getMediaUrl: async () => ({ ok: true, value: address }),
          downloadMedia: async () => ({
            ok: true,
            value: { stream: Readable.from(pieces), mimeType: null, bytes: null },
          }),
        }),
      }
      await fetchMedia(deps, { workspaceId: file.workspaceId, payload: { mediaId: file.id } })
    }

    async function openPending() {
      const opened = await open()
      opened.simulator.fault({ fault: { kind: 'serverError' }, match: { on: 'node' }, times: 'always' })
      opened.simulator.receive('image', {})
      await opened.settle()
      return opened
    }

    test('is refused for good beyond 100 MB, announced or not', async () => {
      const opened = await openPending()
      const refused = { state: 'failed', error: expect.stringContaining('100 MB') }
      await fetchFrom(opened, 101 * 1024 * 1024, [])
      expect((await opened.theMessage()).content.media).toMatchObject(refused)
      const piece = Buffer.alloc(4 * 1024 * 1024)
      await fetchFrom(
        opened,
        undefined,
        Array.from({ length: 26 }, () => piece),
      )
      expect((await opened.theMessage()).content.media).toMatchObject(refused)
      expect(await opened.listFiles()).toEqual([])
    })

    test('is fetched again when it is shorter than announced', async () => {
      const opened = await openPending()
      await expect(fetchFrom(opened, 20, [Buffer.from('half')])).rejects.toThrow('cut off')
      expect((await opened.theMessage()).content.media.state).toBe('pending')
      expect(await opened.listFiles()).toEqual([])
      await fetchFrom(opened, 4, [Buffer.from('full')])
      expect((await opened.theMessage()).content.media.state).toBe('ready')
    })
  })
})

const folderOf = (files: MediaFiles) => dirname(dirname(dirname(files.pathOf('a'.repeat(64)))))
