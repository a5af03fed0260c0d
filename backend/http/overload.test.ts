import { createServer, request as ask, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createOverloadGuard } from './overload.ts'

const places = { all: 4, usual: 3, search: 2, heavy: 1, caller: 2 }

/** A server that answers when the test says so, with `room` for so many in each line. */
async function open({ room = 0, ...given }: Partial<typeof places & { room: number }> = {}) {
  const reasons: string[] = []
  const looks: (() => void)[] = []
  const state = { lag: 0, storeWait: 0, ms: 0, onServe() {} }
  const guard = createOverloadGuard({
    places: { ...places, ...given },
    room: { vital: room, usual: room, search: room, heavy: room, caller: room },
    ticks: () => state.ms,
    lag: () => state.lag,
    storeWait: () => state.storeWait,
    every(look) {
      looks.push(look)
      return () => {}
    },
    onRefused: (reason) => reasons.push(reason),
  })
  const inside: ServerResponse[] = []
  const server = createServer((request, response) => {
    guard.admit(request, response, () => {
      request.resume()
      inside.push(response)
      state.onServe()
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  function send(method: string, path: string, cookie = '') {
    const answer = new Promise<{ status: number; retryAfter: string | undefined }>((resolve) => {
      const headers = { ...(cookie ? { cookie } : {}), 'content-length': 0 }
      ask({ port, method, path, headers, agent: false }, (response) => {
        response.resume()
        resolve({ status: response.statusCode!, retryAfter: response.headers['retry-after'] })
      })
        .on('error', () => {})
        .end()
    })
    return answer
  }
  let visitors = 0
  /** It gets in, and stays until it is let go. */
  async function enter(method: string, path: string, cookie = `visitor ${visitors++}`) {
    const before = inside.length
    const answer = send(method, path, cookie)
    await expect.poll(() => inside.length).toBe(before + 1)
    return { answer, leave: () => inside[before]!.end() }
  }
  return { send, enter, guard, reasons, state, look: () => looks.forEach((look) => look()), port, inside }
}

const refused = { status: 503, retryAfter: '1' }

test('when all places are taken, the next one hears at once when to come again', async () => {
  const { enter, send, reasons } = await open()
  const visits = [await enter('GET', '/api/a'), await enter('GET', '/api/b'), await enter('GET', '/api/c')]
  expect(await send('GET', '/api/d')).toEqual(refused)
  expect(reasons).toEqual(['full'])
  visits[1]!.leave()
  expect((await visits[1]!.answer).status).toBe(200)
  const next = await enter('GET', '/api/d')
  next.leave()
  expect((await next.answer).status).toBe(200)
})

test('the last places are for signing in and sending', async () => {
  const { enter, send } = await open()
  for (const path of ['/api/a', '/api/b', '/api/c']) await enter('GET', path)
  const login = await enter('POST', '/api/auth/login')
  expect(await send('POST', '/api/messages')).toEqual(refused)
  login.leave()
  await enter('POST', '/api/messages')
  expect(await send('GET', '/api/messages')).toEqual(refused)
})

test.each([
  '/api/analytics/overview',
  '/api/contacts/export',
  '/api/messages/export?x=1',
  '/api/contacts/con_1/export',
])('there is one place for %s and its like, and the others go on', async (path) => {
  const { enter, send } = await open()
  await enter('GET', path)
  expect(await send('GET', '/api/analytics/tags')).toEqual(refused)
  await enter('GET', '/api/conversations')
})

test('searches have places of their own', async () => {
  const { enter, send } = await open()
  await enter('GET', '/api/search?q=a')
  await enter('GET', '/api/contacts?search=b')
  expect(await send('GET', '/api/messages?page=1&search=c')).toEqual(refused)
  await enter('GET', '/api/contacts?search=&page=1')
})

test('one caller does not get all places', async () => {
  const { enter, send, reasons } = await open()
  await enter('GET', '/api/a', 'greedy')
  await enter('GET', '/api/b', 'greedy')
  expect(await send('GET', '/api/c', 'greedy')).toEqual({ status: 429, retryAfter: '1' })
  expect(reasons).toEqual(['caller'])
  await enter('GET', '/api/c', 'modest')
})

test.each(['lag', 'storeWait'] as const)('while %s is long, only what people wait for goes on', async (what) => {
  const { enter, send, state, look } = await open()
  state[what] = 1500
  look()
  await enter('GET', '/api/conversations')
  look()
  expect(await send('GET', '/api/conversations')).toEqual(refused)
  const sending = await enter('POST', '/api/messages')
  sending.leave()
  const signIn = await enter('GET', '/api/auth/me')
  signIn.leave()
  state[what] = 0
  look()
  await enter('GET', '/api/conversations')
})

test('a burst stands in line, and everybody in it is served in turn', async () => {
  const { send, inside, reasons } = await open({ room: 5 })
  const answers = Array.from({ length: 7 }, () => send('GET', '/api/a', 'one browser'))
  for (let served = 0; served < 7; served++) {
    await expect.poll(() => inside.length).toBeGreaterThan(served)
    expect(inside.filter(({ writableEnded }) => !writableEnded).length).toBeLessThanOrEqual(places.caller)
    inside[served]!.end()
  }
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(7).fill(200))
  expect(reasons).toEqual([])
})

test('who stands in line hears after a second that there is no place, and the line has an end', async () => {
  const { enter, send, guard, state, reasons } = await open({ room: 1, caller: 3 })
  for (const path of ['/api/a', '/api/b', '/api/c']) await enter('GET', path)
  const waiting = send('GET', '/api/d')
  await expect.poll(guard.waiting).toBe(1)
  expect(await send('GET', '/api/e')).toEqual(refused)
  state.ms = 999
  await (await enter('POST', '/api/auth/login')).leave()
  expect(reasons).toEqual(['full'])
  state.ms = 1000
  expect(await waiting).toEqual(refused)
})

test('after a refusal people wait for a moment only, until for a second nobody had to be refused', async () => {
  const { enter, send, guard, state, reasons } = await open({ room: 8 })
  for (const path of ['/api/a', '/api/b', '/api/c']) await enter('GET', path)
  const first = send('GET', '/api/d')
  await expect.poll(guard.waiting).toBe(1)
  state.ms = 1000
  await first
  const brief = send('GET', '/api/e')
  await expect.poll(guard.waiting).toBe(1)
  state.ms = 1035
  expect(await brief).toEqual(refused)
  state.ms = 2035
  void send('GET', '/api/f')
  await expect.poll(guard.waiting).toBe(1)
  state.ms = 2070
  await (await enter('POST', '/api/auth/login')).leave()
  expect([reasons.length, guard.waiting()]).toEqual([2, 1])
})

test('who signs in or sends waits for a second also when others like them had to be refused', async () => {
  const { enter, send, guard, state } = await open({ room: 8 })
  for (const path of ['/api/a', '/api/b', '/api/c']) await enter('GET', path)
  await enter('POST', '/api/messages')
  const early = [send('POST', '/api/messages'), send('GET', '/api/d')]
  await expect.poll(guard.waiting).toBe(2)
  state.ms = 1000
  expect(await Promise.all(early)).toEqual([refused, refused])
  const vital = [send('POST', '/api/auth/login'), send('POST', '/api/messages')]
  const usual = send('GET', '/api/d')
  await expect.poll(guard.waiting).toBe(3)
  state.ms = 1999
  expect(await usual).toEqual(refused)
  expect(guard.waiting()).toBe(2)
  state.ms = 2000
  expect(await Promise.all(vital)).toEqual([refused, refused])
})

test('in a line no kind of request takes the place of another', async () => {
  const { enter, send, guard, inside } = await open({ usual: 1, room: 64 })
  const { leave } = await enter('GET', '/api/a')
  for (let number = 0; number < 8; number++) void send('GET', '/api/conversations', `reader ${number}`)
  for (let number = 0; number < 24; number++) void send('GET', '/api/search?q=a', `searcher ${number}`)
  await expect.poll(guard.waiting).toBe(32)
  leave()
  const order: string[] = []
  for (let served = 1; served <= 16; served++) {
    await expect.poll(() => inside.length).toBe(served + 1)
    order.push(inside[served]!.req.url!)
    inside[served]!.end()
  }
  expect(order.filter((url) => url === '/api/conversations')).toHaveLength(4)
})

test('little is begun in one turn of the event loop, however much is asked for', async () => {
  const { state, inside, port } = await open({ all: 20, usual: 20, caller: 20, room: 20 })
  let turn = 0
  const begun: number[] = []
  const spin = () => void (turn++, (spinning = setImmediate(spin)))
  let spinning = setImmediate(spin)
  onTestFinished(() => clearImmediate(spinning))
  state.onServe = () => {
    begun.push(turn)
    state.ms += 3
    inside.at(-1)!.end()
  }
  const line = connect(port, '127.0.0.1')
  onTestFinished(() => void line.destroy())
  // In one piece, so that they are read in one turn.
  line.write('GET /api/a HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(12))
  await expect.poll(() => inside.length).toBe(12)
  for (const inOneTurn of Map.groupBy(begun, (number) => number).values()) expect(inOneTurn.length).toBeLessThan(5)
})

test('while connections come in one by one, work waits for them, but not for long', async () => {
  const { guard, enter, send, state, inside } = await open({ room: 5 })
  await enter('GET', '/api/a')
  let connecting: NodeJS.Immediate
  const connectMore = () => {
    guard.noteConnection()
    connecting = setImmediate(connectMore)
  }
  connectMore()
  onTestFinished(() => clearImmediate(connecting))
  void send('GET', '/api/b')
  await expect.poll(guard.waiting).toBe(1)
  state.ms = 9
  // A page is not held back, so it is a measure of time.
  await (await enter('GET', '/')).leave()
  expect(guard.waiting()).toBe(1)
  state.ms = 10
  await expect.poll(() => inside.length).toBe(3)
})

test('whoever leaves the line is not served', async () => {
  const { port, enter, guard, inside } = await open({ room: 1 })
  const visits = [await enter('GET', '/api/a'), await enter('GET', '/api/b'), await enter('GET', '/api/c')]
  const line = connect(port, '127.0.0.1')
  line.write('GET /api/d HTTP/1.1\r\nHost: x\r\n\r\n')
  await expect.poll(guard.waiting).toBe(1)
  line.destroy()
  await expect.poll(guard.waiting).toBe(0)
  for (const visit of visits) visit.leave()
  await Promise.all(visits.map(({ answer }) => answer))
  await (await enter('GET', '/api/e')).leave()
  expect(inside).toHaveLength(4)
})

test('pages, health and files are never refused', async () => {
  const { enter, reasons } = await open({ all: 0, usual: 0 })
  for (const path of ['/', '/assets/a.js', '/livez', '/metrics', '/socket.io/', '/api/media/med_1/file'])
    await enter('GET', path)
  expect(reasons).toEqual([])
})

test('a body that trickles in holds no place', async () => {
  const { port, guard, enter, inside } = await open()
  const line = connect(port, '127.0.0.1')
  onTestFinished(() => void line.destroy())
  line.write('POST /api/notes HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{')
  await expect.poll(() => inside.length).toBe(1)
  await expect.poll(() => guard.running()).toBe(0)
  for (const path of ['/api/a', '/api/b', '/api/c']) await enter('GET', path)
  line.write('}')
  await expect.poll(() => guard.running()).toBe(4)
  inside[0]!.end()
  await expect.poll(() => guard.running()).toBe(3)
})

test('whoever goes away gives the place back', async () => {
  const { port, guard, inside } = await open()
  const line = connect(port, '127.0.0.1')
  line.write('GET /api/a HTTP/1.1\r\nHost: x\r\n\r\n')
  await expect.poll(() => inside.length).toBe(1)
  expect(guard.running()).toBe(1)
  line.destroy()
  await expect.poll(() => guard.running()).toBe(0)
})

test('in a storm of refusals each takes a moment, so that the storm has fewer of them', async () => {
  const { send, enter, look, state, reasons } = await open({ usual: 0 })
  for (let round = 0; round < 100; round++) await send('GET', '/api/a')
  const slow = send('GET', '/api/a')
  await (await enter('POST', '/api/auth/login')).leave()
  expect(reasons).toHaveLength(100)
  state.ms = 35
  expect(await slow).toEqual(refused)
  look()
  expect(await send('GET', '/api/a')).toEqual(refused)
})
