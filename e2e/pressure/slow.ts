import { readdir } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { quantile } from '../../bench/figures.ts'
import { waitUntil } from '../house.ts'
import { isMachineBusy } from './machine.ts'
import { openShop, type Shop } from './shop.ts'

/** Clients that hold connections without using them, and clients that lie about where a request ends. */
export async function slow({ seconds, env }: { seconds: number; env: Record<string, string> }): Promise<string[]> {
  const shop = await openShop({ env: { ...env, MAX_CONNECTIONS: '4000' } })
  const lines = new Lines(shop.port)
  const problems: string[] = []
  try {
    problems.push(...(await lie(shop)))
    await addLargeFile(shop)
    const before = { files: shop.openFiles(), memory: shop.memoryMb() }
    console.log(`before: ${before.files} open files, ${Math.round(before.memory)} MB`)

    const [heads, idle, uploads, readers, live] = [2000, 3000, 100, 50, 20]
    for (let n = 0; n < uploads; n++) lines.open('upload', startOfUpload(shop, n), { drip: Buffer.alloc(64, 120) })
    for (let n = 0; n < readers; n++) lines.open('file', shop.request('GET', largeFile), { reads: false })
    for (let n = 0; n < live; n++) lines.open('live', liveHandshake(shop), { reads: false })
    await pause(500)
    for (let n = 0; n < heads; n++)
      lines.open('head', 'GET /api/conversations HTTP/1.1\r\nHost: x\r\n', { drip: 'X-A: b\r\n' })
    for (let n = 0; n < idle; n++) lines.open('idle', '')
    await waitUntil(async () => shop.openFiles() >= Math.min(3900, before.files + 3900), 20).catch(() => {})
    console.log(`${lines.all} slow connections, ${shop.openFiles()} open files, ${Math.round(shop.memoryMb())} MB`)

    const times = await beReal(shop, seconds)
    const p95 = quantile(
      times.toSorted((a, b) => a - b),
      0.95,
    )
    console.log(`  people meanwhile: ${times.length} requests, p95 ${Math.round(p95)} ms`)
    if (p95 > 500 && !isMachineBusy()) problems.push(`people wait ${Math.round(p95)} ms (p95)`)

    // Heads have 15 seconds.
    await waitUntil(async () => lines.answered('408') > 0 && lines.openOf('head') === 0, 40).catch(() =>
      problems.push(`${lines.openOf('head')} half heads are still open after their time`),
    )
    console.log(
      `  ${lines.answered('408')} half and empty heads were answered with 408, ${lines.ended} connections ended by the server`,
    )
    // Whoever takes without reading has two minutes.
    if (seconds > 130 && lines.openOf('file') > 0) problems.push(`${lines.openOf('file')} downloads nobody reads go on`)
    await lines.close()
    await waitUntil(async () => shop.openFiles() <= before.files + 20, 30).catch(() =>
      problems.push(`${shop.openFiles() - before.files} files stay open`),
    )
    const drafts = () => readdir(join(shop.house.folder, 'media/drafts'))
    await waitUntil(async () => (await drafts()).length === 0, 20).catch(() =>
      problems.push('drafts of uploads stay on the disk'),
    )
    const memory = shop.memoryMb()
    console.log(`after: ${shop.openFiles()} open files, ${Math.round(memory)} MB`)
    if (memory > before.memory + 300)
      problems.push(`memory grew from ${Math.round(before.memory)} to ${Math.round(memory)} MB`)
    return problems
  } finally {
    await lines.close()
    await shop.close()
  }
}

class Lines {
  readonly #port: number
  readonly #open = new Map<Socket, string>()
  readonly #answers: string[] = []
  #drips: NodeJS.Timeout[] = []
  all = 0
  ended = 0

  constructor(port: number) {
    this.#port = port
  }

  open(
    kind: string,
    start: string | Buffer,
    { drip, reads = true }: { drip?: string | Buffer; reads?: boolean } = {},
  ): void {
    const socket = connect(this.#port, '127.0.0.1')
    this.all++
    this.#open.set(socket, kind)
    socket.on('error', () => {})
    if (start.length > 0) socket.write(start)
    if (reads) socket.on('data', (chunk) => void this.#answers.push(chunk.toString('latin1').slice(9, 12)))
    else socket.pause()
    if (drip) this.#drips.push(setInterval(() => socket.writable && socket.write(drip), 2000))
    socket.on('close', () => {
      this.ended++
      this.#open.delete(socket)
    })
  }

  answered = (status: string): number => this.#answers.filter((answer) => answer === status).length
  openOf = (wanted: string): number => [...this.#open.values()].filter((kind) => kind === wanted).length

  async close(): Promise<void> {
    for (const drip of this.#drips.splice(0)) clearInterval(drip)
    for (const socket of this.#open.keys()) socket.destroy()
    await pause(100)
  }
}

const boundary = 'slow'
function startOfUpload(shop: Shop, number: number): Buffer {
  const part = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${number}.txt"\r\ncontent-type: text/plain\r\n\r\n`
  const request = shop.request('POST', '/api/media', undefined, {
    'Content-Type': `multipart/form-data; boundary=${boundary}`,
    'Content-Length': '1000000',
  })
  return Buffer.concat([request, Buffer.from(part)])
}

function liveHandshake(shop: Shop): Buffer {
  return shop.request('GET', '/socket.io/?EIO=4&transport=websocket', undefined, {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    Origin: shop.house.url,
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  })
}

let largeFile = ''
async function addLargeFile(shop: Shop): Promise<void> {
  const form = new FormData()
  form.set('file', new File([Buffer.alloc(20_000_000, 'a line of text\n')], 'large.txt', { type: 'text/plain' }))
  const headers = { cookie: shop.cookie, 'sec-fetch-site': 'same-origin' }
  const response = await fetch(`${shop.house.url}/api/media`, { method: 'POST', headers, body: form })
  const { data } = (await response.json()) as { data: { id: string } }
  largeFile = `/api/media/${data.id}/file`
}

/** Ten people at work; answers how long each of their requests took. */
async function beReal(shop: Shop, seconds: number): Promise<number[]> {
  const times: number[] = []
  const ends = performance.now() + seconds * 1000
  const person = async (number: number) => {
    for (let turn = number; performance.now() < ends; turn++) {
      const started = performance.now()
      const path =
        turn % 2
          ? '/api/conversations?page=1&limit=25'
          : `/api/conversations/${shop.conversations[turn % 50]}/messages?limit=25`
      await shop.ask('GET', path).then(
        () => times.push(performance.now() - started),
        () => times.push(Infinity),
      )
      await pause(100)
    }
  }
  await Promise.all(Array.from({ length: 10 }, (_, number) => person(number)))
  return times
}

const liars: [name: string, text: (cookie: string) => string, wanted: RegExp][] = [
  ['a head of 64 KB', () => `GET /livez HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(65_000)}\r\n\r\n`, /^431/],
  ['2,000 fields in the head', () => `GET /livez HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(4000)}\r\n`, /^431/],
  ['two lengths', () => post('Content-Length: 2\r\nContent-Length: 30', '{}'), /^400/],
  ['a length and chunks', () => post('Content-Length: 6\r\nTransfer-Encoding: chunked', '0\r\n\r\nX'), /^400/],
  ['chunks under another name', () => post('Transfer-Encoding: xchunked', '0\r\n\r\n'), /^400/],
  ['chunks and something', () => post('Transfer-Encoding: chunked, identity', '0\r\n\r\n'), /^400/],
  ['a bare LF', () => 'GET /livez HTTP/1.1\nHost: x\n\nGET /admin HTTP/1.1\r\n\r\n', /^400/],
  ['a field without CR', () => 'GET /livez HTTP/1.1\r\nHost: x\nX-A: b\r\n\r\n', /^400/],
  ['a blank before the colon', () => post('Content-Length : 2', '{}'), /^400/],
  ['a length with a sign', () => post('Content-Length: +2', '{}'), /^400/],
  ['a chunk that is too long', () => post('Transfer-Encoding: chunked', 'fffffffffffffffff\r\n'), /^400/],
  ['no host', () => 'GET /livez HTTP/1.1\r\n\r\n', /^400/],
  ['another protocol', () => 'EHLO parley\r\n\r\n', /^400/],
]

const post = (fields: string, body: string) =>
  `POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${fields}\r\n\r\n${body}`

/** Each is refused as named, nothing behind it is taken for a second request, and its connection ends. */
async function lie({ port, cookie }: Shop): Promise<string[]> {
  const problems: string[] = []
  for (const [name, text, wanted] of liars) {
    const answer = await say(port, text(cookie))
    const answers = answer.split(/(?=HTTP\/1\.1 \d)/).map((part) => part.slice(9, 12))
    if (answers.length !== 1 || !wanted.test(answers[0]!))
      problems.push(`${name}: ${answers.join(', ') || 'no answer'}`)
  }
  console.log(`  ${liars.length - problems.length} of ${liars.length} malformed requests were refused as they should`)
  return problems
}

function say(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let heard = ''
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard))
    socket.setTimeout(10_000, () => socket.destroy())
    socket.write(text)
  })
}
