import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { signBody } from '../platform/channel/channel.ts'
import { hashToken } from '../platform/crypto.ts'
import { inOrderOfHarm, readAllRoutes } from '../test/routes.ts'
import { connectSimulator, openStores, ripen } from '../test/world.ts'
import { findCanaries, findSecrets, headerSecrets, personal, secrets } from './canaries.ts'
import { plantFailures } from './failing-store.ts'
import { furnish } from './furnish.ts'
import { seatPeople } from './people.ts'
import { sourceFiles } from './source-files.ts'
import { fileRoutes } from './walk-files.ts'
import { callsOf, createSender, type Call } from './walk.ts'

const routes = inOrderOfHarm(await readAllRoutes())
const stores = await openStores()
const seed = Number(process.env['FUZZ_SEED'] ?? 11)

/** Every kind of job, by the constant that names it. */
const root = resolve(import.meta.dirname, '../..')
const jobKinds = sourceFiles(root).flatMap((file) =>
  [...readFileSync(resolve(root, file), 'utf8').matchAll(/^export const \w+Job = '([\w-]+)'$/gm)].map(
    ([, kind]) => kind!,
  ),
)

describe.each(stores)('what nobody else may read, on the $kind store', ({ databaseUrl }) => {
  let world: Awaited<ReturnType<typeof open>>
  beforeAll(async () => void (world = await open()), 60_000)
  afterAll(() => world?.close())

  async function open() {
    const lines: string[] = []
    const heard: string[] = []
    let failures: ReturnType<typeof plantFailures> | undefined
    const {
      test: app,
      simulator,
      close,
    } = await connectSimulator({
      databaseUrl: await databaseUrl(),
      practice: true,
      env: { TRUSTED_PROXIES: '1', PUBLIC_URL: 'http://parley.example', WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1/32' },
      onLogLine: (line) => void lines.push(line),
      aroundJobs: (kind, run) => (failures ? failures.runTurn(kind, run) : run()),
    })
    const own = await furnish(app, personal.word)
    const cookies = await seatPeople(app, own)
    const kept = await readKeptSecrets()
    failures = plantFailures(app.app.store.driver)
    const socket = io(app.url, {
      transports: ['websocket'],
      query: { search: personal.word },
      auth: { token: headerSecrets.bearer },
      extraHeaders: { cookie: cookies.owner, origin: 'http://parley.example' },
    })
    socket.onAny((name: string, payload: unknown) => void heard.push(`${name} ${JSON.stringify(payload)}`))
    await new Promise<void>((resolve) => socket.once('hello', () => resolve()))
    /** What the app itself knows and tells nobody. */
    async function readKeptSecrets() {
      const users = await app.app.store.workspace(own.workspaceId).users.find()
      const { accessToken, appSecret, verifyToken } = simulator.credentials
      const sessions = [app.cookie, own.cookie, ...Object.values(cookies)].map((cookie) => cookie.split('=')[1]!)
      const hashes = users.map(({ passwordHash }) => passwordHash).filter((hash) => hash.length > 40)
      const tokens = [accessToken, appSecret, verifyToken, `token-${personal.word}`]
      return [...tokens, ...hashes, ...sessions, ...sessions.map(hashToken)]
    }

    return {
      kept,
      app,
      simulator,
      own,
      cookies,
      failures,
      socket,
      lines,
      heard,
      send: createSender(app),
      async close() {
        socket.disconnect()
        await close()
      },
    }
  }

  /** Somebody else's server, that a rule calls: all that it gets. */
  async function listen() {
    const received: string[] = []
    const server = createServer(async (request, response) => {
      received.push(`${request.url} ${JSON.stringify(request.rawHeaders)} ${await text(request)}`)
      response.writeHead(received.length % 3 === 0 ? 500 : 200).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received }
  }

  /** The log so far, emptied; so that whoever finds something knows which request it was. */
  const found = () => world.lines.splice(0).filter((line) => findCanaries(line).length > 0)

  async function settle() {
    await ripen(world.app)
    await world.app.settle()
  }

  /** A file that broke off has no end, and so no text. */
  const cutOff = () => ({ status: 599, text: '' })

  test('the search finds what is there', () => {
    expect(findCanaries(JSON.stringify({ deep: [`"${personal.word}"`, personal.phone] }))).toEqual([
      personal.word,
      personal.phone,
    ])
    const deep = Buffer.from(`\u001cHBg${personal.phone}more`).toString('base64')
    expect(findCanaries(deep)).toEqual([personal.phone])
    for (const secret of secrets) expect(findSecrets(Buffer.from(secret).toString('hex'))).toEqual([secret])
  })

  test(
    'a customer writes, rules answer, Meta refuses, and the store fails in the middle of it',
    { timeout: 90_000 },
    async () => {
      const { app, simulator, own, failures } = world
      const { word, phone } = personal
      const { url, received } = await listen()
      await seatPeople(app, own)
      const call = (method: string, path: string, body?: unknown) =>
        app.call(method, `/api${path}`, body, { cookie: app.cookie })
      const steps = [
        { kind: 'tag', on: 'conversation', tag: word },
        { kind: 'note', text: `Note ${word}` },
        { kind: 'text', text: `Hello {{name}}, ${word}` },
        { kind: 'webhook', url: `${url}/${word}?token=${word}` },
      ]
      for (const trigger of [
        { kind: 'keyword', match: 'contains', words: [word] },
        { kind: 'tag_added', tag: word },
      ])
        expect((await call('POST', '/automation/rules', { name: `Rule ${word}`, trigger, steps })).status).toBe(201)
      simulator.customer({ phone, name: `Maria ${word}` })
      for (let operation = 0; operation < 16; operation++) {
        if (operation % 4 === 0)
          simulator.fault({ fault: { kind: 'error', code: 131026, details: `${word} ${phone}` } })
        if (operation % 4 === 1) simulator.fault({ fault: { kind: 'notJson' } })
        simulator.receive('text', { body: `What of ${word} ${operation}?` }, { from: phone })
        await simulator.settled()
        failures.after(2 * operation)
        await settle().catch(() => {})
        failures.after(Infinity)
        app.clock.advance(60_000)
        await settle()
      }
      // What cannot be applied is named in the log by the id that WhatsApp gave it, which has a telephone number in it.
      failures.refuse('messages')
      simulator.receive('text', { body: word }, { from: phone })
      await simulator.settled()
      await settle().catch(() => {})
      failures.refuse(undefined)
      expect(world.lines.filter((line) => line.includes('could not be applied'))).toHaveLength(1)
      // What a stranger's server is told of the chat has no key to anything in it.
      const { accessToken, appSecret, verifyToken } = simulator.credentials
      const sent = received.join('\n')
      expect(sent).toContain(word)
      expect(findSecrets(sent)).toEqual([])
      expect(
        [accessToken, appSecret, verifyToken, app.cookie.split('=')[1]!].filter((one) => sent.includes(one)),
      ).toEqual([])
      expect(failures.failed()).toBeGreaterThan(5)
      expect(found()).toEqual([])
    },
  )

  test('jobs that hardly any request brings about fail as well', { timeout: 60_000 }, async () => {
    const { app, own, simulator } = world
    const { word } = personal
    const { conversationId, channelId, messageId, reminderId: id, scheduledId } = own.ids
    const at = app.clock.now().toISOString()
    const payloads = {
      'password-reset': { emailKey: `owner-${word}@example.com`, ip: word },
      'follow-up': { conversationId, messageId, dueAt: at },
      wake: { conversationId, until: at },
      'channel-health': { channelId },
      'templates-fetch': { channelId },
      reminder: { id, dueAt: at },
      'send-later': { id: scheduledId, sendAt: at },
    }
    const jobs = Object.entries(payloads).map(([kind, payload]) => ({ kind, key: `${kind}:x`, runAt: at, payload }))
    await app.app.store.workspace(own.workspaceId).schedule(jobs)
    simulator.receive('image', { caption: word }, { from: personal.phone })
    await simulator.settled()
    // As many attempts as a job has.
    for (let attempt = 0; attempt < 8; attempt++) {
      await settle()
      app.clock.advance(2 * 3_600_000)
    }
    expect(found()).toEqual([])
  })

  /** What was said by the caller and is a secret, and what is kept here and is one. */
  const findTold = (text: string) => [...findSecrets(text), ...world.kept.filter((secret) => text.includes(secret))]

  /** Every call as the owner and as nobody, and the first ones while the store fails in the middle. */
  async function walk(method: string, calls: readonly Call[]) {
    const { app, own, send, failures } = world
    const cookies = await seatPeople(app, own)
    let taken = 0
    for (const call of calls) {
      const answer = await send(method, call, cookies.owner)
      expect([call, findTold(answer.text)]).toEqual([call, []])
      expect(answer.status).toBeLessThan(500)
      if (answer.status < 300) taken++
    }
    for (const call of calls.slice(-9)) {
      const answer = await send(method, call, `parley=${headerSecrets.cookie}`)
      expect([call, findTold(answer.text)]).toEqual([call, []])
    }
    await settle()
    await seatPeople(app, own)
    for (let operation = 0; operation < 6; operation++) {
      failures.after(operation)
      const answer = await send(method, calls[operation % 3]!, cookies.owner).catch(cutOff)
      failures.after(Infinity)
      const told =
        answer.status >= 500 ? [...findTold(answer.text), ...findCanaries(answer.text)] : findTold(answer.text)
      expect([operation, told]).toEqual([operation, []])
    }
    // Also while the jobs are looked for, which the worker itself says in the log.
    failures.after(1)
    await settle().catch(() => {})
    failures.after(Infinity)
    return { taken, logged: found() }
  }

  test.each(fileRoutes)('$name, which is a file', { timeout: 60_000 }, async ({ method, callsOf }) => {
    const { taken, logged } = await walk(method, callsOf(world.own))
    expect(taken).toBeGreaterThan(0)
    expect(logged).toEqual([])
  })

  test.each(routes)('$name', { timeout: 60_000 }, async (route) => {
    const { logged } = await walk(route.method, callsOf(route, world.own, seed))
    expect(logged).toEqual([])
  })

  test('every kind of job failed in the middle of its work', () => {
    expect(jobKinds.length).toBeGreaterThan(15)
    expect(jobKinds.filter((kind) => !world.failures.struck().has(kind))).toEqual([])
  })

  test('webhooks that cannot be read, and ones that are signed by nobody', async () => {
    const { app, simulator } = world
    const { appSecret } = simulator.credentials
    const bodies = [
      `{"${personal.word}`,
      personal.word,
      JSON.stringify({ object: personal.word, entry: personal.phone }),
      JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: personal.word, changes: [personal.word] }] }),
    ]
    for (const body of bodies)
      for (const signature of [signBody(Buffer.from(body), appSecret), personal.word])
        await fetch(`${app.url}/api/webhooks/meta?hub.verify_token=${secrets[2]}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature },
          body,
        })
    const handshake = await fetch(
      `${app.url}/api/webhooks/meta?hub.mode=subscribe&hub.challenge=1&hub.verify_token=${secrets[2]}`,
    )
    expect(handshake.status).toBe(403)
    await settle()
    expect(found()).toEqual([])
  })

  test('what a browser says on its line, and what it hears there', async () => {
    const { app, own, socket, heard, failures } = world
    const events = ['join-conversation', 'typing:start', 'typing:stop', 'leave-conversation', personal.word]
    const payloads = [
      { conversationId: own.ids['conversationId'] },
      { conversationId: personal.word },
      { conversationId: { [personal.word]: personal.word } },
      personal.word,
    ]
    for (const event of events)
      for (const payload of payloads) {
        failures.after(0)
        socket.emit(event, payload)
        await socket
          .timeout(200)
          .emitWithAck('leave-conversation', payload)
          .catch(() => {})
        failures.after(Infinity)
      }
    await app.settle()
    expect(heard.length).toBeGreaterThan(100)
    expect(heard.filter((event) => findSecrets(event).length > 0)).toEqual([])
    expect(found()).toEqual([])
  })
})
