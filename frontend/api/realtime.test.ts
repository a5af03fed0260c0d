import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRealtime, type Changes, type Line } from './realtime.ts'

const flush = () => vi.advanceTimersByTimeAsync(0)
beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function setUp({ truncated = false } = {}) {
  const handlers = new Map<string, (payload: never) => void>()
  const log: string[] = []
  const line = { active: true, connected: false }
  const fake: Line = Object.assign(line, {
    on: (name: string, handler: (payload: never) => void) => handlers.set(name, handler),
    onAny: (handler: (name: string, payload: unknown) => void) => handlers.set('*', handler as never),
    emit: (name: string, payload: unknown) => log.push(`${name} ${JSON.stringify(payload)}`),
    connect: () => log.push('connect'),
    disconnect: () => log.push('disconnect'),
  })
  const fetchChanges = vi.fn<(since: string) => Promise<Changes>>(async (since) => {
    log.push(`changes since ${since}`)
    return { conversations: [], messages: [], cursor: `${since}+`, truncated }
  })
  const realtime = createRealtime({
    openLine: async () => fake,
    fetchChanges,
    onChanges: () => log.push('applied'),
    onGap: () => log.push('afresh'),
    onRefused: () => log.push('refused'),
  })
  const say = async (name: string, payload: unknown = {}) => {
    handlers.get(name)?.(payload as never)
    handlers.get('*')?.(...([name, payload] as unknown as [never]))
    await flush()
  }
  const hello = async (cursor: string) => {
    line.connected = true
    await say('hello', { cursor, userId: 'u', workspaceId: 'w' })
  }
  return { realtime, line, log, say, hello, fetchChanges }
}

test('the first greeting asks for what happened while the page was loaded, the next one from the cursor before', async () => {
  const { realtime, hello, say, log } = setUp()
  realtime.start()
  await flush()
  await hello('c1')
  expect(realtime.link.value).toBe('connected')
  await say('disconnect')
  expect(realtime.link.value).toBe('lost')
  await hello('c2')
  expect(log).toEqual(['connect', 'changes since c1', 'applied', 'changes since c1', 'applied'])
})

test('a page that waited for its line longer than the first cursor reaches back is loaded afresh', async () => {
  const { realtime, hello, log } = setUp()
  realtime.start()
  await flush()
  await vi.advanceTimersByTimeAsync(9000)
  await hello('c1')
  expect(log).toEqual(['connect', 'afresh', 'changes since c1', 'applied'])
})

test('too much to list loads afresh', async () => {
  const { realtime, hello, log } = setUp({ truncated: true })
  realtime.start()
  await flush()
  await hello('c1')
  expect(log).toEqual(['connect', 'changes since c1', 'afresh'])
})

test('a gap that could not be asked for is asked for again at the next greeting', async () => {
  const { realtime, hello, log, fetchChanges } = setUp()
  realtime.start()
  await flush()
  await hello('c1')
  fetchChanges.mockRejectedValueOnce(new Error('down'))
  await hello('c2')
  await hello('c3')
  const asked = ['changes since c1', 'applied']
  expect(log).toEqual(['connect', ...asked, ...asked])
})

test('a page without a line asks for changes now and then', async () => {
  const { realtime, hello, say, log } = setUp()
  realtime.start()
  await flush()
  await vi.advanceTimersByTimeAsync(15_000)
  await hello('c1')
  await vi.advanceTimersByTimeAsync(60_000)
  await say('disconnect')
  await vi.advanceTimersByTimeAsync(30_000)
  const asked = (since: string) => [`changes since ${since}`, 'applied']
  expect(log).toEqual(['connect', 'afresh', ...asked('c1'), ...asked('c1'), ...asked('c1+')])
})

test('rooms are joined again after the line was down, and left once nobody watches', async () => {
  const { realtime, hello, log } = setUp()
  realtime.start()
  await flush()
  const [leave, leaveToo] = [realtime.watch('cnv_1'), realtime.watch('cnv_1')]
  await hello('c1')
  leave()
  leaveToo()
  expect(log.filter((entry) => entry.includes('conversation'))).toEqual([
    'join-conversation {"conversationId":"cnv_1"}',
    'leave-conversation {"conversationId":"cnv_1"}',
  ])
})

test('a line that is refused asks who is signed in, and is tried again a little later', async () => {
  const { realtime, line, say, log } = setUp()
  realtime.start()
  await flush()
  line.active = false
  await say('connect_error', new Error('auth.required'))
  expect(log).toEqual(['connect', 'refused'])
  await vi.advanceTimersByTimeAsync(5000)
  expect(log.at(-1)).toBe('connect')
})

test('after stopping nothing is asked and nothing reconnects', async () => {
  const { realtime, hello, say, log } = setUp()
  realtime.start()
  await flush()
  await hello('c1')
  realtime.stop()
  await say('disconnect')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(realtime.link.value).toBe('idle')
  expect(log).toEqual(['connect', 'changes since c1', 'applied', 'disconnect'])
})
