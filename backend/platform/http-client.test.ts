import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import type { LookupAddress } from 'node:dns'
import { createServer, type AddressInfo, type LookupFunction, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { createHttpClient, type HttpRequest } from './http-client.ts'
import { createJudge, createReach } from './public-address.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
})

const client = () => {
  const made = createHttpClient()
  cleanUps.push(() => made.close())
  return made
}

async function listen(server: Server | ReturnType<typeof createServer>, host = '127.0.0.1'): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const http = (listener: RequestListener) => listen(createHttpServer(listener))
async function raw(onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const url = await listen(
    createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      onSocket(socket)
    }),
  )
  cleanUps.push(() => sockets.forEach((socket) => socket.destroy()))
  return url
}

const post = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  url,
  body: '{"hello":true}',
  timeoutMs: 2000,
  maxBytes: 100_000,
  ...more,
})

describe('what left this machine', () => {
  test('a refused connection has sent nothing', async () => {
    const url = await raw(() => undefined)
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp()
    expect(await client().request(post(url))).toMatchObject({ ok: false, kind: 'not_sent', reason: 'ECONNREFUSED' })
  })

  test('a name that does not resolve has sent nothing', async () => {
    expect(await client().request(post('http://nobody.invalid/'))).toMatchObject({ ok: false, kind: 'not_sent' })
  })

  test('a failed TLS handshake has sent nothing', async () => {
    const url = await raw((socket) => socket.end('HTTP/1.1 400 plain text only\r\n\r\n'))
    expect(await client().request(post(url.replace('http:', 'https:')))).toMatchObject({ ok: false, kind: 'not_sent' })
  })

  test('a handshake that never ends has sent nothing', async () => {
    const url = await raw(() => undefined)
    const answer = await client().request(post(url.replace('http:', 'https:'), { timeoutMs: 100 }))
    expect(answer).toEqual({ ok: false, kind: 'not_sent', reason: 'It took too long.' })
  })

  test('a connection closed right after it was accepted may have taken the request', async () => {
    const url = await raw((socket) => socket.destroy())
    expect(await client().request(post(url))).toMatchObject({ ok: false, kind: 'interrupted' })
  })

  test('a connection reset after reading may have taken the request', async () => {
    const url = await raw((socket) => socket.once('data', () => socket.resetAndDestroy()))
    expect(await client().request(post(url))).toMatchObject({ ok: false, kind: 'interrupted' })
  })

  test('a server that reads and says nothing may have taken the request', async () => {
    const url = await raw((socket) => socket.resume())
    const answer = await client().request(post(url, { timeoutMs: 100 }))
    expect(answer).toEqual({ ok: false, kind: 'interrupted', reason: 'It took too long.' })
  })

  test('a server that stops in the middle of its answer may have taken the request', async () => {
    const url = await raw((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"messages":')
        setTimeout(() => socket.destroy(), 20)
      }),
    )
    expect(await client().request(post(url))).toMatchObject({ ok: false, kind: 'interrupted' })
  })

  test('a reset on a reused connection may have taken the request', async () => {
    let requests = 0
    const url = await raw((socket) =>
      socket.on('data', () => {
        if (++requests === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}')
        else socket.resetAndDestroy()
      }),
    )
    const one = client()
    expect(await one.request(post(url))).toMatchObject({ ok: true, status: 200 })
    expect(await one.request(post(url))).toMatchObject({ ok: false, kind: 'interrupted' })
    expect(requests).toBe(2)
  })
})

describe('an answer', () => {
  test('of any status is an answer', async () => {
    const url = await http((_request, response) => response.writeHead(502).end('<html>Bad gateway</html>'))
    expect(await client().request(post(url))).toMatchObject({ ok: true, status: 502 })
  })

  test('may be gzipped', async () => {
    const url = await http((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}')),
    )
    const answer = await client().request(post(url))
    expect(answer.ok && answer.body.toString()).toBe('{"a":1}')
  })

  test('that grows too large is cut off, also when it was small on the way', async () => {
    const url = await http((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5_000_000))),
    )
    expect(await client().request(post(url))).toMatchObject({ ok: false, kind: 'too_large' })
  })

  test('that points elsewhere is not followed', async () => {
    const url = await http((_request, response) =>
      response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end(),
    )
    const answer = await client().request(post(url))
    expect(answer).toMatchObject({ ok: true, status: 302 })
    expect(answer.ok && answer.header('location')).toBe('http://elsewhere.invalid/')
  })

  test('reuses the connection', async () => {
    const ports = new Set<number | undefined>()
    const url = await http((request, response) => {
      ports.add(request.socket.remotePort)
      response.end('{}')
    })
    const one = client()
    for (let index = 0; index < 3; index++) await one.request(post(url))
    expect(ports.size).toBe(1)
  })
})

describe('a stream', () => {
  test('hands on the body as it comes', async () => {
    const url = await http((_request, response) => response.end('a file'))
    const answer = await client().open(post(url))
    expect(answer.ok && (await text(answer.stream))).toBe('a file')
  })

  test('fails when it grows too large', async () => {
    const url = await http((_request, response) => response.end(Buffer.alloc(300_000)))
    const answer = await client().open(post(url))
    if (!answer.ok) throw new Error('no answer')
    await expect(text(answer.stream)).rejects.toMatchObject({ code: 'TOO_LARGE' })
  })

  test('fails when it stalls', async () => {
    const url = await http((_request, response) => {
      response.writeHead(200).write('the first piece')
    })
    const answer = await client().open(post(url, { timeoutMs: 100 }))
    if (!answer.ok) throw new Error('no answer')
    await expect(text(answer.stream)).rejects.toBeInstanceOf(Error)
  })

  test('may take long as long as it goes on', async () => {
    const url = await http((_request, response) => {
      response.writeHead(200).write('0')
      let piece = 0
      const timer = setInterval(() => {
        response.write(String(++piece))
        if (piece === 5) response.end(() => clearInterval(timer))
      }, 100)
    })
    const answer = await client().open(post(url, { timeoutMs: 400 }))
    if (!answer.ok) throw new Error('no answer')
    expect(await text(answer.stream)).toBe('012345')
  })

  test('fails when the server breaks off', async () => {
    const url = await http((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('the first piece')
      setTimeout(() => response.destroy(), 20)
    })
    const answer = await client().open(post(url))
    if (!answer.ok) throw new Error('no answer')
    await expect(text(answer.stream)).rejects.toBeInstanceOf(Error)
  })
})

test('a stream that nobody reads ends by itself', async () => {
  let closed: () => void
  const ended = new Promise<void>((resolve) => (closed = resolve))
  const url = await http((_request, response) => {
    response.on('close', () => closed())
    response.writeHead(200).write('the first piece')
  })
  const answer = await client().open(post(url, { timeoutMs: 1000 }))
  expect(answer).toMatchObject({ ok: true })
  await ended
})

describe('a file', () => {
  test('is uploaded from the disk as a form', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-http-'))
    cleanUps.push(() => rm(folder, { recursive: true }))
    const path = join(folder, 'x.bin')
    await writeFile(path, 'the bytes')
    let seen = ''
    const url = await http(async (request, response) => {
      seen = await text(request)
      response.end('{}')
    })
    const file = { field: 'file', filename: 'a "b".txt', mimeType: 'text/plain', from: { path } }
    await client().request(post(url, { body: { fields: { type: 'text/plain' }, file } }))
    expect(seen).toMatch(/name="type"\r\n\r\ntext\/plain/)
    expect(seen).toMatch(/name="file"; filename="a %22b%22.txt"\r\nContent-Type: text\/plain\r\n\r\nthe bytes/i)
  })
})

describe('an address that a person chose', () => {
  const addresses = [
    'http://127.0.0.1/',
    'http://localhost/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://①②⑦.⓪.⓪.①/',
    'http://0/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://100.64.0.1/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://240.0.0.1/',
    'http://255.255.255.255/',
    'http://[fc00::1]/',
    'http://[fe80::1]/',
    'http://[ff02::1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://93.184.216.34:25/',
    'https://[2606:2800:220:1::1]:6379/',
    'http://user:secret@example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:text/plain,hello',
    'not an address',
  ]
  test.each(addresses)('%s is refused before anything is sent', async (url) => {
    const answer = await client().request({ url, timeoutMs: 1000, maxBytes: 1000, publicOnly: true })
    expect(answer).toMatchObject({ ok: false, kind: 'forbidden' })
  })

  test('may be in a network that the operator allowed', async () => {
    const url = await http((_request, response) => response.end('{}'))
    const allowing = createHttpClient({ allowAddresses: ['127.0.0.0/8'] })
    cleanUps.push(() => allowing.close())
    expect(await allowing.request(post(url, { publicOnly: true }))).toMatchObject({ ok: true, status: 200 })
  })
})

describe('a name whose addresses change', () => {
  const publicOne = '93.184.216.34'
  /** A name server that answers each question with the next of these; the last stays. */
  function nameServer(...answers: string[][]) {
    const asked: string[] = []
    const resolve: LookupFunction = (host, options, done) => {
      const found = answers[Math.min(asked.push(host), answers.length) - 1]!
      const all = found.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }))
      if (options.all) done(null, all)
      else done(null, all[0]!.address, all[0]!.family)
    }
    return { asked, resolve }
  }
  const knowing = (options: Parameters<typeof createHttpClient>[0]) => {
    const made = createHttpClient(options)
    cleanUps.push(() => made.close())
    return made
  }
  async function countingServer(host: string) {
    let hits = 0
    const server = createHttpServer((_request, response) => {
      hits++
      response.writeHead(200, { connection: 'close' }).end(host)
    })
    const { port } = new URL(await listen(server, host))
    return { port, hits: () => hits }
  }

  test('is refused when it leads inside by the time it is connected to, whatever it said before', async () => {
    const inside = await countingServer('127.0.0.1')
    const { asked, resolve } = nameServer([publicOne], ['127.0.0.1'])
    const judge = createJudge(
      createReach([]),
      (host) => new Promise((found) => resolve(host, {}, (_error, address) => found([String(address)]))),
    )
    const url = `http://rebinding.example:${inside.port}/`
    expect(await judge(url)).toBeUndefined()
    const answer = await knowing({ resolve }).request(post(url, { publicOnly: true }))
    expect(answer).toEqual({ ok: false, kind: 'forbidden', reason: 'The address belongs to a private network.' })
    expect([asked.length, inside.hits()]).toEqual([2, 0])
  })

  test.each([
    [[publicOne, '127.0.0.1']],
    [['127.0.0.1', publicOne]],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['64:ff9b::7f00:1']],
  ])('is refused when one of them is inside: %j', async (addresses) => {
    const inside = await countingServer('127.0.0.1')
    const { resolve } = nameServer(addresses)
    const url = `http://mixed.example:${inside.port}/`
    const answer = await knowing({ resolve }).request(post(url, { publicOnly: true }))
    expect(answer).toMatchObject({ ok: false, kind: 'forbidden' })
    expect(inside.hits()).toBe(0)
  })

  test('is asked for once: the address that was judged is the one that is connected to', async () => {
    const judged = await countingServer('127.0.0.1')
    const { asked, resolve } = nameServer(['127.0.0.1'], ['127.0.0.2'])
    const made = knowing({ resolve, allowAddresses: ['127.0.0.1/32'] })
    const url = `http://pinned.example:${judged.port}/`
    const first = await made.request(post(url, { publicOnly: true }))
    expect(first.ok && first.body.toString()).toBe('127.0.0.1')
    expect([asked.length, judged.hits()]).toEqual([1, 1])
    // The next connection asks again, and its answer is judged, too.
    expect(await made.request(post(url, { publicOnly: true }))).toMatchObject({ ok: false, kind: 'forbidden' })
    expect([asked.length, judged.hits()]).toEqual([2, 1])
  })

  test('is judged although a connection to it is open already, made for a request without limits', async () => {
    let hits = 0
    const server = createHttpServer((_request, response) => {
      hits++
      response.end('inside')
    })
    const { port } = new URL(await listen(server, '127.0.0.1'))
    const { resolve } = nameServer(['127.0.0.1'])
    // Where no limit is asked for, the resolver of the system finds the name.
    const url = `http://localhost:${port}/`
    const made = knowing({ resolve })
    expect(await made.request(post(url))).toMatchObject({ ok: true })
    expect(await made.request(post(url, { publicOnly: true }))).toMatchObject({ ok: false, kind: 'forbidden' })
    expect(hits).toBe(1)
  })

  test('has no other ports than those of the web', async () => {
    const { resolve } = nameServer([publicOne])
    const answer = await knowing({ resolve }).request(post('https://mail.example:25/', { publicOnly: true }))
    expect(answer).toEqual({ ok: false, kind: 'forbidden', reason: 'The port of the address is not one of the web.' })
  })
})

test('a failure never repeats the address, which may hold a token', async () => {
  const url = await raw((socket) => socket.destroy())
  const answer = await client().request(post(`${url}/debug_token?input_token=SECRET`))
  expect(JSON.stringify(answer)).not.toContain('SECRET')
})
