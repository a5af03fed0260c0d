import { request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { openTestDatabase } from '../../test/postgres.ts'
import {
  createHouse,
  message,
  openBrowser,
  openLine,
  openPool,
  removed,
  startProcess,
  updated,
  type House,
} from './test-house.ts'

const database = await openTestDatabase()

type Open = (house: House, limits?: Parameters<typeof startProcess>[1]) => ReturnType<typeof startProcess>

/** `here` is where things happen and `there` is where somebody else is connected. */
function describeLive(where: string, openPair: (house: House) => Promise<Awaited<ReturnType<Open>>[]>) {
  describe(`${where}`, () => {
    async function open() {
      const house = createHouse()
      const [here, there] = await openPair(house)
      return { house, here: here!, there: there! }
    }

    test('an event reaches every browser of the workspace, in the order of publishing', async () => {
      const { here, there } = await open()
      const [ana, ben] = await Promise.all([openBrowser(here.port, 'ana'), openBrowser(there.port, 'ben')])
      // Sizes on both sides of what one NOTIFY carries, and letters of several bytes.
      const texts = Array.from({ length: 300 }, (_, index) => `${index} ${'né👋'.repeat(index % 7 === 0 ? 9000 : 10)}`)
      for (const text of texts) here.realtime.publish('ws_1', [updated(text)])
      for (const browser of [ana, ben]) {
        await browser.next('message:updated', ({ message }) => message.content['text'] === texts.at(-1))
        const heard = browser.heard.flatMap((event) => (event.name === 'message:updated' ? event.payload.message : []))
        const numbers = heard.map(({ content }) => Number.parseInt(String(content['text']), 10))
        expect(numbers).toEqual(texts.map((_, index) => index))
        expect(heard.every(({ content }, index) => content['text'] === texts[index])).toBe(true)
      }
    })

    test('an event of one workspace is never heard in another', async () => {
      const { here, there } = await open()
      const [ana, ben, zoe, zoeThere] = await Promise.all([
        openBrowser(here.port, 'ana'),
        openBrowser(there.port, 'ben'),
        openBrowser(here.port, 'zoe'),
        openBrowser(there.port, 'zoe'),
      ])
      for (const browser of [zoe, zoeThere]) {
        browser.socket.emit('join-conversation', { conversationId: 'cnv_1' })
        browser.socket.emit('typing:start', { conversationId: 'cnv_1' })
        browser.socket.emit('join-conversation', 'workspace:ws_1')
        browser.socket.emit('join-conversation', { conversationId: 'cnv_2' })
        await browser.next('presence', ({ conversationId }) => conversationId === 'cnv_2')
      }
      ana.socket.emit('join-conversation', { conversationId: 'cnv_1' })
      await ben.next('presence')
      ana.socket.emit('typing:start', { conversationId: 'cnv_1' })
      here.realtime.publish('ws_1', [removed('cnv_secret')])
      await Promise.all([ana, ben].map((browser) => browser.next('conversation:removed')))
      here.realtime.publish('ws_2', [removed('cnv_end')])
      for (const browser of [zoe, zoeThere]) {
        await browser.next('conversation:removed', ({ conversationId }) => conversationId === 'cnv_end')
        expect(JSON.stringify(browser.heard)).not.toMatch(/cnv_1|cnv_secret|usr_ana|ws_1/)
      }
      for (const browser of [ana, ben]) expect(JSON.stringify(browser.heard)).not.toMatch(/zoe|cnv_2|ws_2/)
    })

    test('an event for one person is heard in all of their browsers and in nobody else’s, in its place', async () => {
      const { here, there } = await open()
      const [ana, anaThere, ben] = await Promise.all([
        openBrowser(here.port, 'ana'),
        openBrowser(there.port, 'ana'),
        openBrowser(there.port, 'ben'),
      ])
      here.realtime.publish('ws_1', [
        removed('cnv_first'),
        { ...removed('cnv_private'), to: 'usr_ana' },
        removed('cnv_last'),
      ])
      for (const browser of [ana, anaThere, ben])
        await browser.next('conversation:removed', ({ conversationId }) => conversationId === 'cnv_last')
      const heardBy = (browser: typeof ana) =>
        browser.heard.flatMap((event) => (event.name === 'conversation:removed' ? event.payload.conversationId : []))
      expect([ana, anaThere, ben].map(heardBy)).toEqual([
        ['cnv_first', 'cnv_private', 'cnv_last'],
        ['cnv_first', 'cnv_private', 'cnv_last'],
        ['cnv_first', 'cnv_last'],
      ])
    })

    test('only those who joined the conversation see who types, and the person who types does not', async () => {
      const { house, here, there } = await open()
      const [ana, ben, benElsewhere] = await Promise.all([
        openBrowser(here.port, 'ana'),
        openBrowser(there.port, 'ben'),
        openBrowser(here.port, 'ben'),
      ])
      ben.socket.emit('join-conversation', { conversationId: 'cnv_1' })
      await ana.next('presence')
      ana.socket.emit('join-conversation', { conversationId: 'cnv_1' })
      ana.socket.emit('typing:start', { conversationId: 'cnv_1' })
      expect(await ben.next('typing:start')).toEqual({ conversationId: 'cnv_1', userId: 'usr_ana', name: 'ana' })
      ana.socket.emit('typing:stop', { conversationId: 'cnv_1' })
      await ben.next('typing:stop')
      expect(house.typed).toEqual(['ana in cnv_1'])
      for (const { heard } of [ana, benElsewhere])
        expect(heard.some(({ name }) => name.startsWith('typing'))).toBe(false)
    })

    test('typing ends by itself, and when the browser goes away', async () => {
      const { here, there } = await open()
      const [ana, ben] = await Promise.all([openBrowser(here.port, 'ana'), openBrowser(there.port, 'ben')])
      ben.socket.emit('join-conversation', { conversationId: 'cnv_1' })
      await ana.next('presence')
      ana.socket.emit('typing:start', { conversationId: 'cnv_1' })
      await ben.next('typing:start')
      await ben.next('typing:stop')
      ana.socket.emit('typing:start', { conversationId: 'cnv_1' })
      await ben.next('typing:start')
      ana.socket.disconnect()
      expect((await ben.next('typing:stop')).userId).toBe('usr_ana')
    })

    test('everybody of the workspace sees who views which conversation, wherever they are connected', async () => {
      const { here, there } = await open()
      const [ana, ben] = await Promise.all([openBrowser(here.port, 'ana'), openBrowser(there.port, 'ben')])
      ana.socket.emit('join-conversation', { conversationId: 'cnv_1' })
      expect(await ben.next('presence')).toEqual({ conversationId: 'cnv_1', users: [{ id: 'usr_ana', name: 'ana' }] })
      ben.socket.emit('join-conversation', { conversationId: 'cnv_1' })
      const both = await ana.next('presence', ({ users }) => users.length === 2)
      expect(both.users.map(({ name }) => name).sort()).toEqual(['ana', 'ben'])
      ana.socket.emit('leave-conversation', { conversationId: 'cnv_1' })
      await ben.next('presence', ({ users }) => users.length === 1 && users[0]!.name === 'ben')
      ben.socket.disconnect()
      await ana.next('presence', ({ users }) => users.length === 0)
    })

    test('everybody who has the workspace open is online, in every process, until their last browser is closed', async () => {
      const { here, there } = await open()
      const [ana, again] = [await openBrowser(here.port, 'ana'), await openBrowser(there.port, 'ana')]
      await openBrowser(there.port, 'ben')
      await openBrowser(there.port, 'zoe')
      const online = () => [here, there].map(({ realtime }) => realtime.online('ws_1').toSorted().join())
      await expect.poll(online).toEqual(['usr_ana,usr_ben', 'usr_ana,usr_ben'])
      ana.socket.disconnect()
      again.socket.disconnect()
      await expect.poll(online).toEqual(['usr_ben', 'usr_ben'])
    })

    test('who views what is told to a browser that comes later', async () => {
      const { here, there } = await open()
      const ana = await openBrowser(here.port, 'ana')
      const early = await openBrowser(there.port, 'ben')
      ana.socket.emit('join-conversation', { conversationId: 'cnv_1' })
      await early.next('presence')
      const late = await openBrowser(there.port, 'ben')
      expect((await late.next('presence')).users).toEqual([{ id: 'usr_ana', name: 'ana' }])
    })

    test('a revoked session loses its lines at once, other sessions keep theirs', async () => {
      const { here, there } = await open()
      const [ana, ben] = await Promise.all([openBrowser(there.port, 'ana'), openBrowser(there.port, 'ben')])
      const began = performance.now()
      here.realtime.disconnectSession('ses_ana')
      expect((await ana.next('goodbye')).reason).toBe('session_ended')
      expect(await ana.ended).toBe('io server disconnect')
      expect(performance.now() - began).toBeLessThan(1000)
      here.realtime.publish('ws_1', [removed('cnv_after')])
      await ben.next('conversation:removed')
      expect(ana.heard.some(({ name }) => name === 'conversation:removed')).toBe(false)
      expect(there.realtime.counts().sockets).toBe(1)
    })

    test('a disabled person loses all lines at once', async () => {
      const { here, there } = await open()
      const [ana, anaThere] = await Promise.all([openBrowser(here.port, 'ana'), openBrowser(there.port, 'ana')])
      here.realtime.disconnectUser('usr_ana')
      expect(await Promise.all([ana.ended, anaThere.ended])).toEqual(['io server disconnect', 'io server disconnect'])
    })
  })
}

const fast = { typingMs: 60, heartbeatMs: 200 }

describeLive('in one process', async (house) => {
  const one = await startProcess(house, { limits: fast })
  return [one, one]
})

describe.skipIf(!database)('with PostgreSQL', () => {
  const open = (house: House) => startProcess(house, { limits: fast, pool: openPool(database!.url) })
  const met = async (processes: Awaited<ReturnType<Open>>[]) => {
    const peers = () => processes.map(({ realtime }) => realtime.counts().peers)
    await expect.poll(peers, { timeout: 4000 }).toEqual([1, 1])
    return processes
  }
  describeLive('in two processes', async (house) => met(await Promise.all([open(house), open(house)])))

  async function openTwo() {
    const house = createHouse()
    const [here, there] = await met(await Promise.all([open(house), open(house)]))
    return { house, here: here!, there: there! }
  }

  async function breakLines(): Promise<void> {
    const pool = openPool(database!.url)
    await pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
  }

  test('after the database was away every browser is greeted again, and events flow as before', async () => {
    const { here, there } = await openTwo()
    const [ana, ben] = await Promise.all([openBrowser(here.port, 'ana'), openBrowser(there.port, 'ben')])
    const before = ben.heard.length
    await breakLines()
    here.realtime.publish('ws_1', [removed('cnv_local')])
    await ana.next('conversation:removed')
    await Promise.all([ana.next('hello'), ben.next('hello')])
    expect(ben.heard.length).toBeGreaterThan(before)
    await met([here, there])
    here.realtime.publish('ws_1', [removed('cnv_again')])
    await ben.next('conversation:removed', ({ conversationId }) => conversationId === 'cnv_again')
  })

  test('a process that ends takes its viewers with it', async () => {
    const { house, here, there } = await openTwo()
    const [ana, ben] = await Promise.all([openBrowser(here.port, 'ana'), openBrowser(there.port, 'ben')])
    ana.socket.emit('join-conversation', { conversationId: 'cnv_1' })
    await ben.next('presence', ({ users }) => users.length === 1)
    await here.realtime.close()
    await ben.next('presence', ({ users }) => users.length === 0)
    await expect.poll(() => there.realtime.counts().peers).toBe(0)
    expect(house.warnings).toEqual([])
  })

  test('a process that comes later learns who views what, and is heard', async () => {
    const house = createHouse()
    const here = await open(house)
    const ana = await openBrowser(here.port, 'ana')
    ana.socket.emit('join-conversation', { conversationId: 'cnv_1' })
    await ana.next('presence')
    const there = await open(house)
    const ben = await openBrowser(there.port, 'ben')
    await ben.next('presence', ({ users }) => users[0]?.name === 'ana')
    there.realtime.publish('ws_1', [removed('cnv_x')])
    expect((await ana.next('conversation:removed')).conversationId).toBe('cnv_x')
  })
})

describe('the door', () => {
  test('a greeting comes first, with a cursor that reaches back', async () => {
    const now = new Date('2026-03-01T12:00:00.000Z')
    const { port } = await startProcess(createHouse(), { now: () => now })
    const ana = await openBrowser(port, 'ana')
    expect(ana.heard[0]).toEqual({
      name: 'hello',
      payload: { cursor: '2026-03-01T11:59:50.000Z', userId: 'usr_ana', workspaceId: 'ws_1' },
    })
  })

  test('nobody comes in without a session, and the reason is named', async () => {
    const { port, realtime } = await startProcess(createHouse())
    const stranger = openLine(port, 'nobody')
    const error = await new Promise<Error & { data?: unknown }>((resolve) =>
      stranger.socket.on('connect_error', resolve),
    )
    expect(error.data).toEqual({ code: 'auth.required' })
    realtime.publish('ws_1', [removed('cnv_1')])
    expect(stranger.heard).toEqual([])
    expect(realtime.counts().sockets).toBe(0)
  })

  test('a page of another website does not come in with the cookie', async () => {
    const { port } = await startProcess(createHouse())
    const evil = openLine(port, 'ana', { extraHeaders: { cookie: 'session=ana', origin: 'https://evil.example' } })
    await new Promise((resolve) => evil.socket.on('connect_error', resolve))
    expect(evil.heard).toEqual([])
    const own = { cookie: 'session=ana', origin: `http://127.0.0.1:${port}` }
    await openBrowser(port, 'ana', { extraHeaders: own })
  })

  test('there is no long polling', async () => {
    const { port } = await startProcess(createHouse())
    const status = await new Promise((resolve) => {
      const options = { port, path: '/socket.io/?EIO=4&transport=polling', headers: { cookie: 'session=ana' } }
      request(options, (response) => resolve(response.resume().statusCode)).end()
    })
    expect(status).toBe(400)
  })

  test('a session that cannot be checked now brings the browser back later', async () => {
    const house = createHouse()
    const { port } = await startProcess(house)
    const { get } = house.sessions
    let away = true
    house.sessions.get = (key) => {
      if (away) throw new Error('the store is away')
      return get.call(house.sessions, key)
    }
    const ana = openLine(port, 'ana', { reconnection: true, reconnectionDelay: 10 })
    await expect.poll(() => house.warnings.length).toBeGreaterThan(0)
    away = false
    await ana.next('hello')
  })

  test('a session that ran out is noticed', async () => {
    const house = createHouse()
    const { port } = await startProcess(house, { limits: { recheckMs: 30 } })
    const [ana, ben] = await Promise.all([openBrowser(port, 'ana'), openBrowser(port, 'ben')])
    house.sessions.delete('ana')
    expect((await ana.next('goodbye')).reason).toBe('session_ended')
    await ana.ended
    expect(ben.socket.connected).toBe(true)
  })

  test('a session that is revoked during its handshake does not slip in', async () => {
    const house = createHouse()
    const { port, realtime } = await startProcess(house)
    const { get } = house.sessions
    house.sessions.get = (key) => {
      realtime.disconnectSession('ses_ana')
      return get.call(house.sessions, key)
    }
    const ana = openLine(port, 'ana')
    expect((await ana.next('goodbye')).reason).toBe('session_ended')
    await ana.ended
    expect(ana.heard.some(({ name }) => name === 'hello')).toBe(false)
  })

  test('when the server stops every browser is told, and comes back by itself', async () => {
    const house = createHouse()
    const first = await startProcess(house)
    const ana = await openBrowser(first.port, 'ana', { reconnection: true, reconnectionDelay: 50 })
    await first.realtime.close()
    expect((await ana.next('goodbye')).reason).toBe('restarting')
    expect(await ana.ended).toBe('transport close')
    expect(ana.socket.active).toBe(true)
    await new Promise((resolve) => first.server.close(resolve))
    const second = await startProcess(house)
    second.server.closeAllConnections()
    await new Promise((resolve) => second.server.close(resolve))
    await new Promise<void>((resolve) => second.server.listen(first.port, '127.0.0.1', resolve))
    await ana.next('hello')
  })
})

describe('what comes and goes', () => {
  test('columns that the contract does not name stay in the house', async () => {
    const { port, realtime } = await startProcess(createHouse())
    const ana = await openBrowser(port, 'ana')
    const row = { ...message, raw: { secret: 1 }, searchText: 'ola', leaseUntil: null, workspaceId: 'ws_1' }
    realtime.publish('ws_1', [{ name: 'message:updated', payload: { message: row } }])
    expect((await ana.next('message:updated')).message).toEqual(message)
  })

  test('an event that is not as the contract says is reported and not sent', async () => {
    const house = createHouse()
    const { port, realtime } = await startProcess(house)
    const ana = await openBrowser(port, 'ana')
    const wrong = { ...message, status: 'nonsense' as 'read' }
    realtime.publish('ws_1', [{ name: 'message:updated', payload: { message: wrong } }, removed('cnv_next')])
    await ana.next('conversation:removed')
    expect(ana.heard.some(({ name }) => name === 'message:updated')).toBe(false)
    expect(house.warnings.join()).toContain('message:updated')
  })

  test('nonsense from a browser is ignored', async () => {
    const { port, realtime } = await startProcess(createHouse())
    const ana = await openBrowser(port, 'ana')
    const nonsense = [
      undefined,
      null,
      7,
      '',
      'x'.repeat(81),
      {},
      { conversationId: 1 },
      [],
      { conversationId: { $gt: '' } },
    ]
    for (const payload of nonsense)
      for (const name of ['join-conversation', 'typing:start', 'typing:stop']) ana.socket.emit(name, payload)
    ana.socket.emit('workspace:new', 'x')
    ana.socket.emit('join-conversation', 'cnv_1')
    expect((await ana.next('presence')).conversationId).toBe('cnv_1')
    expect(realtime.counts().sockets).toBe(1)
  })

  test('what is too large for a client event ends the line, not the process', async () => {
    const { port, realtime } = await startProcess(createHouse())
    const ana = await openBrowser(port, 'ana')
    ana.socket.emit('join-conversation', 'x'.repeat(100_000))
    await ana.ended
    expect(realtime.counts().sockets).toBe(0)
  })

  test('a flood of client events is cut down to the allowance', async () => {
    const house = createHouse()
    const asked: string[] = []
    house.conversations.get = (id) => void asked.push(id)
    const clock = { now: Date.parse('2026-03-01T12:00:00.000Z') }
    const limits = { burst: 20, perSecond: 10 }
    const { port } = await startProcess(house, { now: () => new Date(clock.now), limits })
    const ana = await openBrowser(port, 'ana')
    const flood = async () => {
      for (let count = 0; count < 500; count++) ana.socket.emit('typing:start', 'cnv_1')
      await ana.socket
        .timeout(50)
        .emitWithAck('nothing')
        .catch(() => {})
    }
    await flood()
    expect(asked.length).toBe(20)
    clock.now += 500
    await flood()
    expect(asked.length).toBe(25)
  })

  test('typing that goes on is said again, but not with every letter', async () => {
    const clock = { now: Date.parse('2026-03-01T12:00:00.000Z') }
    const house = createHouse()
    const { port } = await startProcess(house, { now: () => new Date(clock.now) })
    const [ana, ben] = await Promise.all([openBrowser(port, 'ana'), openBrowser(port, 'ben')])
    ben.socket.emit('join-conversation', 'cnv_1')
    await ben.next('presence')
    for (let letter = 0; letter < 10; letter++) ana.socket.emit('typing:start', 'cnv_1')
    await ben.next('typing:start')
    ana.socket.emit('join-conversation', 'cnv_1')
    await ben.next('presence')
    clock.now += 2000
    for (let letter = 0; letter < 10; letter++) ana.socket.emit('typing:start', 'cnv_1')
    await ben.next('typing:start')
    ana.socket.emit('typing:stop', 'cnv_1')
    await ben.next('typing:stop')
    expect(ben.heard.filter(({ name }) => name === 'typing:start')).toHaveLength(2)
    expect(house.typed).toHaveLength(1)
  })

  test('leaving right after joining leaves', async () => {
    const { port } = await startProcess(createHouse())
    const ana = await openBrowser(port, 'ana')
    ana.socket.emit('join-conversation', 'cnv_1')
    ana.socket.emit('leave-conversation', 'cnv_1')
    expect((await ana.next('presence')).users).toHaveLength(1)
    expect((await ana.next('presence')).users).toHaveLength(0)
  })

  test('a browser that does not read is cut off before it fills the memory', async () => {
    const house = createHouse()
    const { port, realtime } = await startProcess(house, { limits: { unreadBytes: 500_000, lookMs: 20 } })
    const ana = await openBrowser(port, 'ana')
    const deaf = await openDeafBrowser(port)
    await expect.poll(() => realtime.counts().sockets).toBe(2)
    let published = 0
    const big = { ...message, content: { text: 'x'.repeat(50_000) } }
    while (realtime.counts().sockets === 2 && published < 2000) {
      realtime.publish('ws_1', [{ name: 'message:updated', payload: { message: big } }])
      published++
      await pause(1)
    }
    expect(published).toBeLessThan(2000)
    expect(house.warnings.join()).toContain('cut off')
    await expect.poll(() => ana.heard.filter(({ name }) => name === 'message:updated').length).toBe(published)
    deaf.destroy()
  })
})

/** Speaks just enough WebSocket to be welcomed, and then never reads again. */
async function openDeafBrowser(port: number) {
  const socket = connect(port, '127.0.0.1')
  socket.write(
    [
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      'Cookie: session=ben',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      '\r\n',
    ].join('\r\n'),
  )
  await new Promise((resolve) => socket.once('data', resolve))
  socket.pause()
  socket.on('error', () => {})
  // The text frame "40", masked with zeros: connect to the namespace.
  socket.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x34, 0x30]))
  return socket
}
