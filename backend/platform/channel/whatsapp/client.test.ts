import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import type { HttpClient, HttpRequest } from '../../http-client.ts'
import type { Outgoing, SendOutcome } from '../channel.ts'
import { createGraphClient } from './client.ts'
import { account, answer, connect, credentials, startGraph, token } from './test/graph-server.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

const hello: Outgoing = {
  to: { phone: '+16505551234' },
  type: 'text',
  content: { text: 'Hello' },
  media: {},
  opaque: 'm1.msg.1',
}
const error = (code: number, more: object = {}) => ({ error: { code, message: 'Words of Meta', ...more } })
const html = '<html><body>Bad gateway</body></html>'

/** A server that treats connections as badly as it likes. */
async function rawServer(onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('a message', () => {
  test('that Meta took has its id, and the identifiers that Meta knows the person by', async () => {
    const { client, seen } = await startGraph(
      answer({
        contacts: [{ input: '+1650', wa_id: '16505551234' }],
        messages: [{ id: 'wamid.1', message_status: 'accepted' }],
      }),
    )
    expect(await client.sendMessage(credentials, hello)).toEqual({
      kind: 'accepted',
      providerMessageId: 'wamid.1',
      phone: '16505551234',
    })
    expect(seen[0]).toMatchObject({
      method: 'POST',
      path: '/v25.0/106/messages',
      json: {
        messaging_product: 'whatsapp',
        to: '+16505551234',
        text: { body: 'Hello' },
        biz_opaque_callback_data: 'm1.msg.1',
      },
    })
    expect(seen[0]!.headers.authorization).toBe(`Bearer ${token}`)
  })

  test('that Meta holds back for its quality says so', async () => {
    const { client } = await startGraph(
      answer({
        contacts: [{ user_id: 'US.1' }],
        messages: [{ id: 'wamid.1', message_status: 'held_for_quality_assessment' }],
      }),
    )
    expect(await client.sendMessage(credentials, hello)).toEqual({
      kind: 'accepted',
      providerMessageId: 'wamid.1',
      bsuid: 'US.1',
      held: 'held_for_quality_assessment',
    })
  })

  test('that cannot be written is refused before anything is sent', async () => {
    const { client, seen } = await startGraph(answer({}))
    const outcome = await client.sendMessage(credentials, {
      ...hello,
      type: 'image',
      content: { media: { id: 'med_1' } },
    })
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { scope: 'message', ambiguous: false } })
    expect(seen).toHaveLength(0)
  })
})

describe('nothing was sent when', () => {
  test('nobody listens', async () => {
    const url = await rawServer(() => undefined)
    for (const cleanUp of cleanUps.splice(0)) await cleanUp()
    expect(await connect(url).sendMessage(credentials, hello)).toEqual({ kind: 'not_sent', reason: 'ECONNREFUSED' })
  })

  test('the name does not resolve', async () => {
    expect(await connect('http://graph.invalid').sendMessage(credentials, hello)).toMatchObject({ kind: 'not_sent' })
  })

  test('the connection cannot be made safe', async () => {
    const url = await rawServer((socket) => socket.end('no TLS here'))
    expect(await connect(url.replace('http', 'https')).sendMessage(credentials, hello)).toMatchObject({
      kind: 'not_sent',
    })
  })

  test.each(['https://graph.facebook.com', 'https://GRAPH.facebook.com', 'https://x.whatsapp.net'])(
    'a test reaches for %s',
    async (url) => {
      expect(await connect(url).sendMessage(credentials, hello)).toEqual({
        kind: 'not_sent',
        reason: 'The real WhatsApp is out of bounds here.',
      })
    },
  )
})

describe('nobody knows whether it was sent when', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['the connection closes before it is read', (socket) => socket.destroy()],
    ['the connection is reset after reading', (socket) => socket.once('data', () => socket.resetAndDestroy())],
    ['the answer never comes', (socket) => socket.resume()],
    [
      'the answer breaks off',
      (socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"mess')),
    ],
    ['the answer is not HTTP', (socket) => socket.once('data', () => socket.end('hello'))],
    ['the answer has no id', reply(200, '{"messages":[]}')],
    ['the answer is not JSON', reply(200, html)],
    ['a gateway answers', reply(502, html)],
    ['a gateway answers in JSON', reply(502, JSON.stringify(error(131000)))],
    ['a gateway waited too long', reply(504, html)],
    ['a server failed without words', reply(500, html)],
    ['a server failed without an error', reply(503, '{}')],
    ['a server failed with an error that nobody knows', reply(500, JSON.stringify(error(987_654)))],
    ['an error that nobody knows is said to pass', reply(400, JSON.stringify(error(987_654, { is_transient: true })))],
    ['the answer points elsewhere', reply(302, '')],
    ['the request came in too slowly', reply(408, html)],
  ])('%s', async (_name, onSocket) => {
    const client = connect(await rawServer(onSocket), 1500)
    expect(await client.sendMessage(credentials, hello)).toMatchObject({ kind: 'unknown', reason: expect.any(String) })
  })

  function reply(status: number, body: string) {
    const head = `HTTP/1.1 ${status} X\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`
    return (socket: Socket) => void socket.once('data', () => socket.end(head + body))
  }
})

describe('a definite no', () => {
  test.each<[number, number, object]>([
    [400, 130429, { scope: 'wait', ambiguous: false }],
    [400, 131056, { scope: 'pair', ambiguous: false }],
    [500, 131000, { scope: 'pair', ambiguous: true }],
    [503, 2, { scope: 'pair', ambiguous: true }],
    [500, 131045, { scope: 'channel' }],
    [401, 190, { scope: 'channel' }],
    [400, 131047, { scope: 'message' }],
    [400, 987_654, { scope: 'message' }],
  ])('of HTTP %i and code %i is classed by the code', async (status, code, refusal) => {
    const { client } = await startGraph(answer(error(code), status))
    expect(await client.sendMessage(credentials, hello)).toMatchObject({
      kind: 'refused',
      refusal: { code, ...refusal },
    })
  })

  test('of a gateway that lets nothing through is one too', async () => {
    const { client } = await startGraph((_request, response) => response.writeHead(429).end(html))
    expect(await client.sendMessage(credentials, hello)).toMatchObject({ kind: 'refused', refusal: { scope: 'wait' } })
  })
})

test('the token is in no outcome', async () => {
  const { client } = await startGraph(answer(error(190, { message: 'Error validating access token' }), 401))
  const outcomes: (SendOutcome | object)[] = [
    await client.sendMessage(credentials, hello),
    await client.debugToken(account, token),
    await connect('http://127.0.0.1:1').debugToken(account, token),
    await connect('http://127.0.0.1:1').sendMessage(credentials, hello),
  ]
  expect(JSON.stringify(outcomes)).not.toContain(token)
})

describe('reading and typing', () => {
  test('mark a message as read', async () => {
    const { client, seen } = await startGraph(answer({ success: true }))
    expect(await client.markRead(credentials, 'wamid.1')).toEqual({ ok: true, value: undefined })
    expect(await client.markRead(credentials, 'wamid.1', { typing: true })).toEqual({ ok: true, value: undefined })
    expect(seen.map(({ json }) => json)).toEqual([
      { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.1' },
      { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.1', typing_indicator: { type: 'text' } },
    ])
  })
})

describe('an answer that is no success', () => {
  test('is data with a sentence', async () => {
    const { client } = await startGraph(answer(error(133005), 400))
    expect(await client.registerNumber(credentials, '000000')).toMatchObject({
      ok: false,
      kind: 'refused',
      httpStatus: 400,
      refusal: { code: 133005, error: { message: 'The PIN is not right.' } },
    })
  })

  test('may look like one', async () => {
    const { client } = await startGraph(answer({ success: false }), answer(error(100)))
    expect(await client.setPin(credentials, '123456')).toMatchObject({ ok: false, kind: 'refused', httpStatus: 200 })
    expect(await client.setPin(credentials, '123456')).toMatchObject({
      ok: false,
      kind: 'refused',
      refusal: { code: 100 },
    })
  })

  test('may not come at all', async () => {
    expect(await connect('http://127.0.0.1:1').getProfile(credentials)).toMatchObject({
      ok: false,
      kind: 'unreachable',
      httpStatus: null,
      refusal: { ambiguous: false, error: { code: 'meta.unreachable' } },
    })
    const silent = connect(await rawServer((socket) => socket.resume()), 100)
    expect(await silent.registerNumber(credentials, '123456')).toMatchObject({
      kind: 'unreachable',
      refusal: { ambiguous: true },
    })
  })
})

describe('files', () => {
  async function fileOf(content: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-graph-'))
    cleanUps.push(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'file'), content)
    return join(folder, 'file')
  }

  test('are uploaded with their type', async () => {
    const { client, seen } = await startGraph(answer({ id: '900' }))
    const from = { path: await fileOf('the bytes') }
    expect(
      await client.uploadMedia(credentials, { from, mimeType: 'audio/ogg; codecs=opus', filename: 'note.ogg' }),
    ).toEqual({
      ok: true,
      value: { providerMediaId: '900' },
    })
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/v25.0/106/media' })
    expect(seen[0]!.headers['content-type']).toMatch(/^multipart\/form-data/)
    expect(seen[0]!.body).toMatch(/name="messaging_product"\r\n\r\nwhatsapp/)
    expect(seen[0]!.body).toMatch(/name="type"\r\n\r\naudio\/ogg; codecs=opus/)
    expect(seen[0]!.body).toMatch(
      /name="file"; filename="note.ogg"\r\ncontent-type: audio\/ogg; codecs=opus\r\n\r\nthe bytes/i,
    )
  })

  test('have an address for five minutes', async () => {
    const { client, seen } = await startGraph(
      answer({
        url: 'https://lookaside.fbsbx.com/x',
        mime_type: 'image/jpeg',
        sha256: 'A'.repeat(64),
        file_size: '303833',
        id: '900',
      }),
    )
    expect(await client.getMediaUrl(credentials, '900')).toEqual({
      ok: true,
      value: { url: 'https://lookaside.fbsbx.com/x', mimeType: 'image/jpeg', sha256: 'a'.repeat(64), bytes: 303_833 },
    })
    expect(seen[0]).toMatchObject({ path: '/v25.0/900', query: { phone_number_id: '106' } })
  })

  test('have ids that cannot leave their place in the address', async () => {
    const { client, seen } = await startGraph(answer({}))
    await client.getMediaUrl(credentials, '../../evil?x=1#y')
    expect(seen[0]!.path).toBe('/v25.0/..%2F..%2Fevil%3Fx%3D1%23y')
  })

  test('are downloaded as a stream, with the token', async () => {
    const { client, seen, url } = await startGraph((_request, response) =>
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': '9' }).end('the bytes'),
    )
    const result = await client.downloadMedia(credentials, `${url}/files/1`)
    if (!result.ok) throw new Error('no file')
    expect(result.value).toMatchObject({ mimeType: 'image/jpeg', bytes: 9 })
    expect(await text(result.value.stream)).toBe('the bytes')
    expect(seen[0]!.headers.authorization).toBe(`Bearer ${token}`)
  })

  test('that are gone say so', async () => {
    const { client, url } = await startGraph(answer({}, 404))
    expect(await client.downloadMedia(credentials, `${url}/files/1`)).toMatchObject({
      ok: false,
      kind: 'refused',
      httpStatus: 404,
    })
  })

  test.each([
    'http://127.0.0.1:1/x',
    'http://169.254.169.254/latest/meta-data',
    'https://evil.example/x',
    'https://fbcdn.net.evil.example/x',
    'https://evilfbcdn.net/x',
    'http://lookaside.fbsbx.com/x',
    'https://user:pass@lookaside.fbsbx.com/x',
    'https://lookaside.fbsbx.com:8443/x',
    'file:///etc/passwd',
    'nonsense',
  ])('at %s are not fetched', async (address) => {
    const { client, seen } = await startGraph(answer({}))
    expect(await client.downloadMedia(credentials, address)).toMatchObject({
      ok: false,
      kind: 'refused',
      refusal: { error: { code: 'media.foreign_host' } },
    })
    expect(seen).toHaveLength(0)
  })

  test('that point to another host are not fetched from there', async () => {
    const elsewhere = await startGraph(answer('secret'))
    const { client, url } = await startGraph((_request, response) =>
      response.writeHead(302, { location: `${elsewhere.url}/x` }).end(),
    )
    expect(await client.downloadMedia(credentials, `${url}/files/1`)).toMatchObject({
      ok: false,
      refusal: { error: { code: 'media.foreign_host' } },
    })
    expect(elsewhere.seen).toHaveLength(0)
  })

  test('that point from one host of Meta to another are fetched there without the token', async () => {
    const asked: { url: string; headers: HttpRequest['headers'] }[] = []
    const http: HttpClient = {
      request: () => Promise.reject(new Error('not asked for')),
      async open({ url, headers }) {
        asked.push({ url, headers })
        const header = (name: string) =>
          name === 'location' && asked.length === 1 ? 'https://scontent.xx.fbcdn.net/y' : null
        return { ok: true, status: asked.length === 1 ? 302 : 200, header, stream: Readable.from('the bytes') }
      },
      close: () => undefined,
    }
    const client = createGraphClient({
      baseUrl: 'https://graph.facebook.com',
      version: 'v25.0',
      http,
      allowRealHost: true,
    })
    expect(await client.downloadMedia(credentials, 'https://lookaside.fbsbx.com/x')).toMatchObject({ ok: true })
    expect(asked).toEqual([
      { url: 'https://lookaside.fbsbx.com/x', headers: { authorization: `Bearer ${token}` } },
      { url: 'https://scontent.xx.fbcdn.net/y', headers: {} },
    ])
  })

  test('that point in circles are given up', async () => {
    const { client, seen, url } = await startGraph((_request, response) =>
      response.writeHead(302, { location: '/again' }).end(),
    )
    expect(await client.downloadMedia(credentials, `${url}/files/1`)).toMatchObject({ ok: false })
    expect(seen.length).toBeLessThan(6)
  })

  test('for samples go through a session', async () => {
    const { client, seen } = await startGraph(answer({ id: 'upload:MTphdHRh?sig=1' }), answer({ h: '4::aW' }))
    const path = await fileOf('a picture')
    const sample = { path, bytes: 9, mimeType: 'image/png', filename: 'a.png' }
    expect(await client.uploadSample({ appId: '55', accessToken: token }, sample)).toEqual({
      ok: true,
      value: { handle: '4::aW' },
    })
    expect(seen[0]).toMatchObject({
      method: 'POST',
      path: '/v25.0/55/uploads',
      query: { file_name: 'a.png', file_length: '9', file_type: 'image/png' },
    })
    expect(seen[1]).toMatchObject({
      method: 'POST',
      path: '/v25.0/upload:MTphdHRh',
      query: { sig: '1' },
      body: 'a picture',
      headers: { authorization: `OAuth ${token}`, file_offset: '0' },
    })
  })
})

describe('templates', () => {
  const row = (name: string) => ({
    id: '1',
    name,
    language: 'en_US',
    category: 'UTILITY',
    status: 'APPROVED',
    components: [{ type: 'BODY', text: 'x' }],
  })

  test('are listed page by page', async () => {
    const { client, seen } = await startGraph(
      answer({ data: [row('a')], paging: { cursors: { after: 'next' }, next: 'https://graph.facebook.com/next' } }),
      answer({
        data: [
          { ...row('b'), parameter_format: 'NAMED', quality_score: { score: 'RED' }, rejected_reason: 'PROMOTIONAL' },
        ],
        paging: { cursors: { after: 'end' } },
      }),
    )
    const result = await client.listTemplates(account)
    expect(result).toMatchObject({
      ok: true,
      value: [
        {
          id: '1',
          name: 'a',
          language: 'en_US',
          parameterFormat: 'positional',
          quality: null,
          rejectedReason: null,
          components: [{ type: 'BODY', text: 'x' }],
        },
        {
          name: 'b',
          parameterFormat: 'named',
          quality: 'RED',
          rejectedReason: 'The text advertises something. Choose the category marketing.',
        },
      ],
    })
    expect(seen.map(({ query }) => query['after'])).toEqual([undefined, 'next'])
  })

  test('are listed again from the start when the page is not good any more', async () => {
    const { client } = await startGraph(
      answer({ data: [row('a')], paging: { cursors: { after: 'old' }, next: 'x' } }),
      answer(error(131059), 400),
      answer({ data: [row('a'), row('b')] }),
    )
    expect(await client.listTemplates(account)).toMatchObject({ ok: true, value: [{ name: 'a' }, { name: 'b' }] })
  })

  test('keep ids longer than a number of JavaScript', async () => {
    const { client } = await startGraph((_request, response) =>
      response.end('{"data":[{"id":91234567890123456789,"name":"a"}]}'),
    )
    expect(await client.listTemplates(account)).toMatchObject({ value: [{ id: '91234567890123456789' }] })
  })

  test('are made, changed and deleted', async () => {
    const { client, seen } = await startGraph(
      answer({ id: '7', status: 'PENDING', category: 'MARKETING' }),
      answer({ success: true }),
    )
    const draft = {
      name: 'a',
      language: 'en_US',
      category: 'UTILITY',
      parameterFormat: 'named',
      components: [{ type: 'BODY', text: 'x' }],
    } as const
    expect(await client.createTemplate(account, { ...draft, components: [...draft.components] })).toEqual({
      ok: true,
      value: { id: '7', status: 'PENDING', category: 'MARKETING' },
    })
    await client.editTemplate(account, '7', { category: 'UTILITY', components: [] })
    await client.deleteTemplate(account, { name: 'a', id: '7' })
    expect(seen).toMatchObject([
      {
        method: 'POST',
        path: '/v25.0/102/message_templates',
        json: { name: 'a', parameter_format: 'named', category: 'UTILITY' },
      },
      { method: 'POST', path: '/v25.0/7', json: { category: 'UTILITY', components: [] } },
      { method: 'DELETE', path: '/v25.0/102/message_templates', query: { name: 'a', hsm_id: '7' } },
    ])
    expect(seen[0]!.json).not.toHaveProperty('parameterFormat')
  })
})

describe('numbers', () => {
  const row = {
    id: '106',
    display_phone_number: '+1 555-078-3881',
    verified_name: 'Lucky Shrub',
    quality_rating: 'GREEN',
    status: 'CONNECTED',
    name_status: 'APPROVED',
    code_verification_status: 'VERIFIED',
    platform_type: 'CLOUD_API',
    throughput: { level: 'STANDARD' },
    account_mode: 'LIVE',
    whatsapp_business_manager_messaging_limit: 'TIER_2K',
    webhook_configuration: { application: 'https://x.org/hook' },
    health_status: {
      can_send_message: 'LIMITED',
      entities: [
        {
          entity_type: 'WABA',
          id: '102',
          can_send_message: 'LIMITED',
          errors: [{ error_code: 141010, error_description: 'Not verified', possible_solution: 'Verify' }],
        },
      ],
    },
  }

  test('tell what a channel keeps, and their health', async () => {
    const { client } = await startGraph(answer(row))
    expect(await client.getPhoneNumber(credentials)).toMatchObject({
      ok: true,
      value: {
        id: '106',
        displayPhone: '+1 555-078-3881',
        info: {
          verifiedName: 'Lucky Shrub',
          quality: 'GREEN',
          status: 'CONNECTED',
          nameStatus: 'APPROVED',
          messagingLimit: 'TIER_2K',
          throughput: 'STANDARD',
        },
        platform: 'CLOUD_API',
        verification: 'VERIFIED',
        mode: 'LIVE',
        webhook: { phoneNumber: null, account: null, application: 'https://x.org/hook' },
        health: {
          canSend: 'LIMITED',
          entities: [{ type: 'WABA', errors: [{ code: '141010', message: 'Not verified', solution: 'Verify' }] }],
        },
      },
    })
  })

  test('are asked again with fewer fields when Meta does not know one', async () => {
    const { client, seen } = await startGraph(answer(error(100), 400), answer(row))
    expect(await client.getPhoneNumber(credentials)).toMatchObject({ ok: true })
    expect(seen[1]!.query['fields']!.length).toBeLessThan(seen[0]!.query['fields']!.length)
  })

  test('are listed, registered, verified and given a webhook of their own', async () => {
    const { client, seen } = await startGraph(answer({ data: [row] }), answer({ success: true }))
    expect(await client.listPhoneNumbers(account)).toMatchObject({ ok: true, value: [{ id: '106' }] })
    await client.registerNumber(credentials, '123456')
    await client.requestCode(credentials, { method: 'SMS', language: 'en_US' })
    await client.verifyCode(credentials, '987654')
    await client.setPhoneWebhook(credentials, { url: 'https://x.org/hook', verifyToken: 'v' })
    await client.setPhoneWebhook(credentials, null)
    expect(seen.slice(1)).toMatchObject([
      { path: '/v25.0/106/register', json: { messaging_product: 'whatsapp', pin: '123456' } },
      { path: '/v25.0/106/request_code', json: { code_method: 'SMS', language: 'en_US' } },
      { path: '/v25.0/106/verify_code', json: { code: '987654' } },
      {
        path: '/v25.0/106',
        json: { webhook_configuration: { override_callback_uri: 'https://x.org/hook', verify_token: 'v' } },
      },
      { path: '/v25.0/106', json: { webhook_configuration: { override_callback_uri: '' } } },
    ])
  })

  test('have a profile', async () => {
    const { client, seen } = await startGraph(
      answer({
        data: [{ about: 'Plants', websites: ['https://x.org'], vertical: 'RETAIL', profile_picture_url: 'https://p' }],
      }),
      answer({ success: true }),
    )
    expect(await client.getProfile(credentials)).toEqual({
      ok: true,
      value: { about: 'Plants', websites: ['https://x.org'], vertical: 'RETAIL', pictureUrl: 'https://p' },
    })
    await client.editProfile(credentials, { about: 'Trees', pictureHandle: '4::aW' })
    expect(seen[1]).toMatchObject({
      method: 'POST',
      path: '/v25.0/106/whatsapp_business_profile',
      json: { messaging_product: 'whatsapp', about: 'Trees', profile_picture_handle: '4::aW' },
    })
  })

  test('have settings and health', async () => {
    const { client, seen } = await startGraph(
      answer({ calling: { status: 'ENABLED' } }),
      answer({ success: true }),
      answer(row),
    )
    expect(await client.getPhoneSettings(credentials)).toEqual({ ok: true, value: { calling: { status: 'ENABLED' } } })
    await client.editPhoneSettings(credentials, { calling: { status: 'DISABLED' } })
    expect(await client.getHealth(credentials, '102')).toMatchObject({ ok: true, value: { canSend: 'LIMITED' } })
    expect(seen.map(({ path }) => path)).toEqual(['/v25.0/106/settings', '/v25.0/106/settings', '/v25.0/102'])
  })

  test('block and unblock, and tell who could not be', async () => {
    const partly = {
      error: { code: 139100, message: 'Partial' },
      block_users: {
        added_users: [{ input: '+1', wa_id: '1' }],
        failed_users: [{ input: '+2', errors: [{ code: 131047 }] }],
      },
    }
    const { client, seen } = await startGraph(
      answer(partly, 400),
      answer({ block_users: { removed_users: [{ input: '+1' }] } }),
      answer({ data: [{ wa_id: '1' }, { block_users: [{ wa_id: '2' }, { user_id: 'US.3' }] }] }),
    )
    expect(await client.changeBlockedUsers(credentials, 'block', ['+1', '+2'])).toMatchObject({
      ok: true,
      value: { done: ['+1'], failed: [{ user: '+2', reason: expect.stringContaining('24 hours') }] },
    })
    expect(await client.changeBlockedUsers(credentials, 'unblock', ['+1'])).toEqual({
      ok: true,
      value: { done: ['+1'], failed: [] },
    })
    expect(await client.listBlockedUsers(credentials)).toEqual({ ok: true, value: ['1', '2', 'US.3'] })
    expect(seen.map(({ method }) => method)).toEqual(['POST', 'DELETE', 'GET'])
  })
})

describe('apps', () => {
  test('are subscribed to an account', async () => {
    const { client, seen } = await startGraph(
      answer({
        data: [
          { whatsapp_business_api_data: { id: '55', name: 'Parley' }, override_callback_uri: 'https://x.org/hook' },
        ],
      }),
      answer({ success: true }),
    )
    expect(await client.getSubscribedApps(account)).toEqual({
      ok: true,
      value: [{ appId: '55', name: 'Parley', overrideUrl: 'https://x.org/hook' }],
    })
    await client.subscribeApp(account)
    await client.subscribeApp(account, { url: 'https://x.org/hook', verifyToken: 'v' })
    await client.unsubscribeApp(account)
    expect(seen.slice(1)).toMatchObject([
      { method: 'POST', path: '/v25.0/102/subscribed_apps', json: {} },
      { method: 'POST', json: { override_callback_uri: 'https://x.org/hook', verify_token: 'v' } },
      { method: 'DELETE', path: '/v25.0/102/subscribed_apps' },
    ])
  })

  test('have an address for their webhooks, which they set themselves', async () => {
    const { client, seen } = await startGraph(
      answer({
        data: [
          {
            object: 'whatsapp_business_account',
            callback_url: 'https://x.org',
            active: true,
            fields: [{ name: 'messages', version: 'v25.0' }],
          },
        ],
      }),
      answer({ success: true }),
    )
    const app = { appId: '55', appSecret: 'shh' }
    expect(await client.getAppSubscriptions(app)).toEqual({
      ok: true,
      value: [
        { object: 'whatsapp_business_account', callbackUrl: 'https://x.org', isActive: true, fields: ['messages'] },
      ],
    })
    await client.setAppSubscription(app, {
      callbackUrl: 'https://x.org',
      verifyToken: 'v',
      fields: ['messages', 'flows'],
    })
    expect(seen[1]).toMatchObject({
      method: 'POST',
      path: '/v25.0/55/subscriptions',
      headers: { authorization: 'Bearer 55|shh' },
      json: {
        object: 'whatsapp_business_account',
        callback_url: 'https://x.org',
        verify_token: 'v',
        fields: 'messages,flows',
      },
    })
  })

  test('tell what a token is good for', async () => {
    const { client, seen } = await startGraph(
      answer({
        data: {
          app_id: '55',
          application: 'Parley',
          type: 'SYSTEM_USER',
          is_valid: true,
          expires_at: 0,
          scopes: ['whatsapp_business_messaging'],
          granular_scopes: [
            { scope: 'whatsapp_business_messaging', target_ids: ['102'] },
            { scope: 'whatsapp_business_management' },
          ],
        },
      }),
      answer({
        data: { is_valid: false, expires_at: 1750030073, error: { code: 190, message: 'Session has expired' } },
      }),
    )
    expect(await client.debugToken({ appId: '55', appSecret: 'shh' }, 'EAAOTHER')).toEqual({
      ok: true,
      value: {
        appId: '55',
        appName: 'Parley',
        type: 'SYSTEM_USER',
        isValid: true,
        expiresAt: null,
        scopes: ['whatsapp_business_messaging'],
        targets: [
          { scope: 'whatsapp_business_messaging', ids: ['102'] },
          { scope: 'whatsapp_business_management', ids: null },
        ],
        problem: null,
      },
    })
    expect(seen[0]).toMatchObject({
      path: '/v25.0/debug_token',
      query: { input_token: 'EAAOTHER' },
      headers: { authorization: 'Bearer 55|shh' },
    })
    expect(await client.debugToken(account, token)).toMatchObject({
      value: { isValid: false, expiresAt: '2025-06-15T23:27:53.000Z', problem: 'Session has expired' },
    })
  })
})
