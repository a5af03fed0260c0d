import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { StorageFull } from '../platform/store/store.ts'
import { readSample } from '../simulator/samples/samples.ts'
import { openTestApp, register, type TestApp } from '../test/world.ts'
import { disposition, readRange } from './send-file.ts'

let app: TestApp
beforeAll(async () => {
  app = await openTestApp({ env: { MAX_UPLOAD_MB: '1' } })
})
afterAll(() => app.close())

const photo = Buffer.from(readSample('image').bytes)
const limit = 1024 * 1024

async function upload(form: FormData, headers: Record<string, string> = {}) {
  const response = await fetch(`${app.url}/api/media`, {
    method: 'POST',
    body: form,
    headers: { cookie: app.cookie, 'sec-fetch-site': 'same-origin', ...headers },
  })
  return { status: response.status, body: (await response.json()) as Answer }
}
type Answer = { data: Record<string, unknown> & { id: string }; error?: { code: string; details?: unknown } }

function formOf(
  bytes: Uint8Array,
  { filename = 'foto.jpg', type = '', ...fields }: Record<string, string> = {},
): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name.replace(/^field_/, ''), value)
  form.set('file', new Blob([bytes as Uint8Array<ArrayBuffer>], { type }), filename)
  return form
}

async function uploaded(bytes: Uint8Array, options?: Record<string, string>): Promise<string> {
  const { status, body } = await upload(formOf(bytes, options))
  expect(status).toBe(201)
  return body.data.id
}

const get = (id: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(`${app.url}/api/media/${id}/file`, { ...init, headers: { cookie: app.cookie, ...headers } })

async function listDrafts(): Promise<string[]> {
  const root = dirname(dirname(dirname(app.app.files.pathOf('a'.repeat(64)))))
  return readdir(`${root}/drafts`)
}

describe('an upload', () => {
  test('is answered with what the file is', async () => {
    const { status, body } = await upload(formOf(photo, { filename: 'Fest 🎉.jpg', type: 'image/gif' }))
    expect(status).toBe(201)
    expect(body.data).toMatchObject({
      state: 'ready',
      mimeType: 'image/jpeg',
      bytes: photo.length,
      filename: 'Fest 🎉.jpg',
      width: expect.any(Number),
      error: null,
    })
    expect((await app.call('GET', `/api/media/${body.data.id}`)).body.data).toEqual(body.data)
  })

  test('needs a session, and our own page', async () => {
    expect(await upload(formOf(photo), { cookie: '' })).toMatchObject({ status: 401 })
    expect(await upload(formOf(photo), { 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 })
  })

  test('may be as large as the limit, to the byte', async () => {
    await uploaded(Buffer.alloc(limit))
    expect(await upload(formOf(Buffer.alloc(limit + 1)))).toMatchObject({
      status: 413,
      body: { error: { code: 'media.too_large' } },
    })
    await expect.poll(listDrafts).toEqual([])
  })

  test('that says beforehand that it is too large is not read', async () => {
    const answer = await post({ 'content-length': String(10 * limit) }, '--x\r\n')
    expect(answer).toContain('413 Payload Too Large')
  })

  test('without a length is refused once it goes beyond the limit', async () => {
    const head = '--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n'
    const answer = await post({ 'transfer-encoding': 'chunked' }, chunk(head) + chunk('a'.repeat(2 * limit)))
    expect(answer).toContain('413 Payload Too Large')
    await expect.poll(listDrafts).toEqual([])
  })

  test('of a picture is kept without the place it was taken at', async () => {
    const exif = Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\0GPS 52.5163N 13.3777E', 'latin1')
    const marked = Buffer.concat([
      photo.subarray(0, 2),
      Buffer.from([0xff, 0xe1, 0, exif.length + 2]),
      exif,
      photo.subarray(2),
    ])
    const bytes = Buffer.from(await (await get(await uploaded(marked))).arrayBuffer())
    expect(bytes.includes('GPS')).toBe(false)
    expect(bytes).toEqual(Buffer.from(await (await get(await uploaded(photo))).arrayBuffer()))
    expect(await listDrafts()).toEqual([])
  })

  test('is checked for what it is to be sent as', async () => {
    const sticker = Buffer.from(readSample('sticker').bytes)
    expect(await upload(formOf(photo, { field_type: 'image' }))).toMatchObject({ status: 201 })
    const wrong = await upload(formOf(sticker, { field_type: 'image' }))
    expect(wrong).toMatchObject({
      status: 415,
      body: { error: { code: 'media.type_not_allowed', details: expect.stringContaining('JPEG') } },
    })
    const large = Buffer.concat([sticker, Buffer.alloc(600 * 1024)])
    expect(await upload(formOf(large, { field_type: 'sticker' }))).toMatchObject({
      status: 413,
      body: { error: { code: 'media.too_large' } },
    })
    expect(await upload(formOf(photo, { field_type: 'poster' }))).toMatchObject({ status: 422 })
  })

  test('of a voice note must be OGG with Opus', async () => {
    const voice = Buffer.from(readSample('audio').bytes)
    const { status, body } = await upload(formOf(voice, { filename: 'voice.ogg', field_voice: 'true' }))
    expect([status, body.data?.['mimeType']]).toEqual([201, 'audio/ogg; codecs=opus'])
    for (const other of [photo, Buffer.from(readSample('video').bytes)])
      expect(await upload(formOf(other, { field_voice: 'true' }))).toMatchObject({
        status: 415,
        body: { error: { code: 'media.type_not_allowed' } },
      })
  })

  test('of nothing is refused', async () => {
    expect(await upload(formOf(Buffer.alloc(0)))).toMatchObject({ status: 422 })
  })

  test('of a picture that would fill the memory of a browser is refused', async () => {
    const bomb = Buffer.from(
      '89504e470d0a1a0a0000000d494844520000c3500000c3500802000000aaaaaaaa0000000049454e44ae426082',
      'hex',
    )
    expect(await upload(formOf(bomb, { filename: 'bomb.png' }))).toMatchObject({ status: 413 })
  })

  test.each([0, 1])('onto a disk that is full after %i pieces is answered as such', async (pieces) => {
    const { receive } = app.app.files
    app.app.files.receive = async (source) => {
      let count = 0
      if (pieces > 0) for await (const piece of source) if (piece.length > 0 && ++count === pieces) break
      throw new StorageFull('no room')
    }
    try {
      expect(await upload(formOf(Buffer.concat([photo, Buffer.alloc(300_000)])))).toMatchObject({
        status: 507,
        body: { error: { code: 'storage.full' } },
      })
    } finally {
      app.app.files.receive = receive
    }
    await uploaded(photo)
  })

  test('keeps the name and nothing of a path', async () => {
    const names: [given: string, kept: string | null][] = [
      ['../../etc/passwd', 'passwd'],
      ['..\\..\\boot.ini', 'boot.ini'],
      ['C:\\fotos\\eu.jpg', 'eu.jpg'],
      ['..%2f..%2fetc%2fpasswd', '..%2f..%2fetc%2fpasswd'],
      ['..', null],
      ['/', null],
      ['a\u202egpj.exe', 'agpj.exe'],
      ['a\r\nset-cookie: x=1.jpg', 'aset-cookie: x=1.jpg'],
      ['CON', 'CON'],
      [`${'x'.repeat(400)}.pdf`, `${'x'.repeat(236)}.pdf`],
      ['"quoted".jpg', '"quoted".jpg'],
    ]
    for (const [given, kept] of names) {
      const { status, body } = await upload(formOf(photo, { filename: given }))
      expect([given, status, body.data['filename']]).toEqual([given, 201, kept])
    }
  })
})

describe('a form that is not well', () => {
  const boundary = 'parley-boundary'
  const part = (name: string, filename: string | undefined, content: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n\r\n${content}\r\n`
  const end = `--${boundary}--\r\n`
  const whole = part('type', undefined, 'document') + part('file', 'a.txt', 'hello') + end

  test('is refused when it is cut off, at every byte, and leaves nothing', async () => {
    const headers = { 'content-length': String(whole.length) }
    expect(await post(headers, whole)).toContain('201 Created')
    for (let length = 0; length < whole.length; length++) {
      const early = await post({ 'content-length': String(length) }, whole.slice(0, length))
      // Without the line break at the very end the form is whole.
      const status = /^HTTP\/1.1 (\d+)/.exec(early)?.[1]
      expect([length, status]).toEqual([length, expect.stringMatching(length < whole.length - 2 ? /^4/ : /^(4|201)/)])
    }
    // And when the connection breaks there.
    for (let length = 0; length < whole.length; length += 7) await post(headers, whole.slice(0, length), 'break')
    await expect.poll(listDrafts).toEqual([])
    expect((await app.call('GET', '/api/auth/me')).status).toBe(200)
  })

  test.each([
    ['without a file', part('type', undefined, 'image') + end, 422],
    ['with the file under another name', part('photo', 'a.txt', 'hello') + end, 422],
    ['with two files', part('file', 'a.txt', 'a') + part('file', 'b.txt', 'b') + end, 422],
    ['with a file that has no name', part('file', '', 'hello') + end, 422],
    ['with a field we do not know', part('colour', undefined, 'red') + part('file', 'a.txt', 'a') + end, 422],
    ['with a field of the prototype', part('__proto__', undefined, 'red') + part('file', 'a.txt', 'a') + end, 4],
    ['with nested field names', part('a[b][c][d]', undefined, 'x') + part('file', 'a.txt', 'a') + end, 4],
    ['with an endless array', part('a[999999999]', undefined, 'x') + part('file', 'a.txt', 'a') + end, 4],
    ['with a huge field name', part('x'.repeat(5000), undefined, '1') + part('file', 'a.txt', 'a') + end, 4],
    ['with a huge field', part('type', undefined, 'x'.repeat(5000)) + part('file', 'a.txt', 'a') + end, 4],
    ['with many fields', part('type', undefined, 'image').repeat(50) + part('file', 'a.txt', 'a') + end, 4],
    ['with a part without a name', `--${boundary}\r\nContent-Disposition: form-data\r\n\r\nx\r\n${end}`, 4],
    ['with a part without headers', `--${boundary}\r\n\r\nx\r\n${end}`, 4],
    ['with huge headers', `--${boundary}\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\nx\r\n${end}`, 4],
    ['with another boundary inside', whole.replaceAll(boundary, 'other'), 4],
    ['that is empty', '', 4],
    ['that is only an end', end, 422],
    ['that is no form', '{"file":"x"}', 4],
    ['of line breaks', '\r\n'.repeat(1000), 4],
    ['of NUL bytes', '\0'.repeat(1000), 4],
  ])('%s is refused and leaves nothing', async (_what, body, status) => {
    const answer = await post({ 'content-length': String(Buffer.byteLength(body)) }, body)
    expect(answer.slice(9, 12)).toMatch(new RegExp(`^${status}`))
    await expect.poll(listDrafts).toEqual([])
  })

  test.each([
    ['multipart/form-data', 400],
    ['multipart/form-data; boundary=', 422],
    [`multipart/form-data; boundary=${'x'.repeat(300)}`, 400],
    ['multipart/mixed; boundary=parley-boundary', 415],
    ['application/json', 415],
    ['text/plain', 415],
  ])('of type %s is refused', async (type, status) => {
    const answer = await post({ 'content-type': type, 'content-length': String(whole.length) }, whole)
    expect(answer.slice(9, 12)).toBe(String(status))
  })
})

describe('the bytes', () => {
  test('come with headers that let nothing run', async () => {
    const response = await get(await uploaded(photo))
    expect(Buffer.from(await response.arrayBuffer())).toEqual(photo)
    const headers = Object.fromEntries(response.headers)
    expect(headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(photo.length),
      'content-disposition': `inline; filename="foto.jpg"; filename*=UTF-8''foto.jpg`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, max-age=31536000, immutable',
      'accept-ranges': 'bytes',
    })
    expect(headers['etag']).toMatch(/^"[0-9a-f]{64}"$/)
    expect(headers['set-cookie']).toBeUndefined()
  })

  test.each([
    ['HTML', '<!doctype html><script>alert(1)</script>', 'page.html', 'text/html'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'logo.svg', 'image/svg+xml'],
    ['XML', '<?xml version="1.0"?><x xmlns="http://www.w3.org/1999/xhtml"/>', 'a.xhtml', 'application/xhtml+xml'],
    ['a script', 'alert(1)', 'a.js', 'text/javascript'],
    ['text', 'hello', 'a.txt', 'text/plain'],
    ['PDF', readSample('document').bytes, 'a.pdf', 'application/pdf'],
  ])('of %s are a download, whatever they claim', async (_what, bytes, filename, type) => {
    const response = await get(await uploaded(Buffer.from(bytes), { filename, type }))
    await response.arrayBuffer()
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(response.headers.get('content-type')).not.toMatch(/html|svg|javascript/)
  })

  test('are a download when that is asked for', async () => {
    const id = await uploaded(photo)
    const response = await fetch(`${app.url}/api/media/${id}/file?download=1`, { headers: { cookie: app.cookie } })
    await response.arrayBuffer()
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/)
  })

  test('are for members of the workspace', async () => {
    const id = await uploaded(photo)
    const stranger = await register(app, {
      workspaceName: 'Other',
      name: 'Zoe',
      email: 'zoe@example.com',
      password: 'a calm river in may 8',
    })
    expect((await get(id, { cookie: '' })).status).toBe(401)
    const foreign = await get(id, { cookie: stranger })
    expect(foreign.status).toBe(404)
    expect(foreign.headers.get('cache-control')).toBe('no-store')
    expect(((await foreign.json()) as Answer).error?.code).toBe('media.not_found')
  })

  test.each(['med_unknown', '%00', '..%2f..%2fetc%2fpasswd', '%2e%2e', `${'x'.repeat(500)}`, '__proto__', 'a%20b'])(
    'of the unknown id %s are not found',
    async (id) => {
      const response = await fetch(`${app.url}/api/media/${id}/file`, { headers: { cookie: app.cookie } })
      await response.arrayBuffer()
      expect(response.status).toBe(404)
    },
  )

  test('can be asked for in pieces, as players do', async () => {
    const id = await uploaded(photo)
    const size = photo.length
    const nothing = Buffer.alloc(0)
    const cases: [range: string, status: number, contentRange: string | null, bytes: Buffer][] = [
      ['bytes=0-0', 206, `bytes 0-0/${size}`, photo.subarray(0, 1)],
      ['bytes=10-19', 206, `bytes 10-19/${size}`, photo.subarray(10, 20)],
      ['bytes=100-', 206, `bytes 100-${size - 1}/${size}`, photo.subarray(100)],
      ['bytes=-5', 206, `bytes ${size - 5}-${size - 1}/${size}`, photo.subarray(-5)],
      [`bytes=0-${size * 9}`, 206, `bytes 0-${size - 1}/${size}`, photo],
      [`bytes=-${size * 9}`, 206, `bytes 0-${size - 1}/${size}`, photo],
      [`bytes=${size}-`, 416, `bytes */${size}`, nothing],
      ['bytes=-0', 416, `bytes */${size}`, nothing],
      [
        `bytes=${Array.from({ length: 1000 }, (_, index) => `${index}-${index}`).join()}`,
        416,
        `bytes */${size}`,
        nothing,
      ],
      ['bytes=9-5', 200, null, photo],
      ['bytes=abc', 200, null, photo],
      ['lines=1-2', 200, null, photo],
    ]
    for (const [range, status, contentRange, bytes] of cases) {
      const response = await get(id, { range })
      const body = Buffer.from(await response.arrayBuffer())
      expect([range, response.status, response.headers.get('content-range')]).toEqual([range, status, contentRange])
      expect(body).toEqual(bytes)
    }
  })

  test('are not sent again to whoever has them', async () => {
    const id = await uploaded(photo)
    const etag = (await get(id)).headers.get('etag')!
    for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*'])
      expect((await get(id, { 'if-none-match': header })).status).toBe(304)
    expect((await get(id, { 'if-none-match': '"other"' })).status).toBe(200)
    expect((await get(id, { range: 'bytes=0-1', 'if-range': etag })).status).toBe(206)
    expect((await get(id, { range: 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200)
  })

  test('are described by HEAD without being sent', async () => {
    const response = await get(await uploaded(photo), {}, { method: 'HEAD' })
    expect([response.status, response.headers.get('content-length')]).toEqual([200, String(photo.length)])
    expect((await response.arrayBuffer()).byteLength).toBe(0)
  })

  test('that vanished from the disk are not found, and the server goes on', async () => {
    const bytes = Buffer.from('soon gone')
    const id = await uploaded(bytes)
    const [file] = await app.app.store.system.media.find({ where: { id } })
    await app.app.files.remove(file!.sha256!)
    expect((await get(id)).status).toBe(404)
  })
})

test('a name is written for old and for new browsers, and never ends the header', () => {
  expect(disposition('inline', 'a.jpg')).toBe(`inline; filename="a.jpg"; filename*=UTF-8''a.jpg`)
  expect(disposition('attachment', 'Café "3%" \'(1)*\\\r\n.pdf')).toBe(
    `attachment; filename="Caf_ _3__ '(1)*___.pdf"; filename*=UTF-8''Caf%C3%A9%20%223%25%22%20%27%281%29%2A%5C%0D%0A.pdf`,
  )
  expect(() => disposition('inline', '\ud800')).not.toThrow()
})

test('an empty file has no range', () => {
  for (const header of ['bytes=0-', 'bytes=-1', 'bytes=0-0']) expect(readRange(header, 0)).toBe('unsatisfiable')
  expect(readRange(undefined, 0)).toBeUndefined()
})

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`

/** A request as its bytes, so that it can be anything; the answer as its bytes. */
function post(headers: Record<string, string>, body: string, then: 'wait' | 'break' = 'wait'): Promise<string> {
  const all = {
    host: new URL(app.url).host,
    cookie: app.cookie,
    'sec-fetch-site': 'same-origin',
    'content-type': 'multipart/form-data; boundary=parley-boundary',
    connection: 'close',
    ...headers,
  }
  if ('transfer-encoding' in all) all['content-type'] = 'multipart/form-data; boundary=x'
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1')
    let answer = ''
    socket.on('data', (data) => (answer += data.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
    socket.write(`POST /api/media HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${body}`, 'latin1', () => {
      if (then === 'break') setTimeout(() => socket.destroy(), 2)
    })
  })
}
