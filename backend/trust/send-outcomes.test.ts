import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { second } from '../platform/clock.ts'
import { CODES } from '../simulator/errors/table.ts'
import type { Fault } from '../simulator/faults/fault.ts'
import { connectSimulator, openStores } from '../test/world.ts'

/*
 * What Parley does with each answer that a send can get, counted at the simulator of Meta: who waits, for how long, what
 * becomes of the message, and that nothing goes out twice. `SEND_RUNS=200` sends so many messages into each answer.
 */
const runs = { json: Number(process.env['SEND_RUNS'] ?? 10), postgres: Number(process.env['SEND_RUNS'] ?? 3) }

const minute = 60 * second
/** Seconds before the further tries of this message; the chats of others go on. Then it has failed. */
const passing = [5, 30, 120, 600, 1800]
const byMessage = new Map<number, number[]>([
  ...[1, 2, 131000, 131016, 133004].map((code) => [code, passing] as const),
  // Meta's advice for the pair of two people: 4 to the power of the tries.
  [131056, [1, 4, 16, 64, 256]],
  [134101, [600, 600, 600]],
] as [number, number[]][])
/** Seconds for which the whole number waits. */
const byNumber = new Map<number, number[]>([
  [130429, [1, 2, 4, 8, 16, 32, 60, 60]],
  ...[4, 80007, 80008].map((code) => [code, [60, 120, 240]] as const),
  [131057, [60, 60, 60]],
  [2494100, [60, 120, 300]],
  [133015, [300, 300]],
  [131208, [5, 10, 20]],
] as [number, number[]][])
/** Nothing leaves the number until a person acts. */
const untilSolved = [0, 3, 10, 104, 190, 200, 299, 368, 131005, 131031, 131037, 131042, 131045, 133010]
/** "Partial success" comes with a 2xx and without an id, so nobody knows. */
const inDoubt = [131201]
const forGood = Object.keys(CODES)
  .map(Number)
  .filter((code) => !byMessage.has(code) && !byNumber.has(code) && ![...untilSolved, ...inDoubt].includes(code))

type World = Awaited<ReturnType<typeof connectSimulator>>
const stores = await openStores()

describe.each(stores)('what becomes of a message, on the $kind store', ({ kind, databaseUrl }) => {
  let world: World
  let people = 0
  beforeAll(async () => {
    world = await connectSimulator({ databaseUrl: await databaseUrl(), graphTimeoutMs: 1500 })
  })
  afterAll(() => world.close())

  /** The clock of PostgreSQL runs by itself, so what is about time is asked of the other store; the rules are the same. */
  const isExact = kind === 'json'
  const onBoth = <Case>(cases: readonly Case[], every = 1) => cases.filter((_, nth) => isExact || nth % every === 0)
  const ifExact = <Case>(cases: readonly Case[]) => (isExact ? cases : [])

  async function settle() {
    for (let round = 0; round < 2; round++) {
      await world.simulator.settled()
      await world.test.settle()
    }
  }

  /** Customers who have just written, each with an answer that meets the fault. */
  async function sendInto(fault: Fault, { times = runs[kind] as number | 'always', count = runs[kind] } = {}) {
    const { simulator, test: app } = world
    await forgetTheLast()
    const phones = Array.from({ length: count }, () => `1${String(2_000_000_000 + people++)}`)
    const timestamp = Math.floor(app.clock.now().getTime() / second)
    for (const phone of phones) simulator.receive('text', { body: 'Hello' }, { from: phone, timestamp })
    await settle()
    // A new second: the number may send again.
    if (isExact) await app.advance(2 * second)
    simulator.fault({ fault, times })
    const ids: string[] = []
    for (const phone of phones) ids.push(await send(phone))
    await settle()
    return { ids, phones }
  }
  /** What a failed test left behind must not fail the next. */
  async function forgetTheLast() {
    const { system } = world.test.app.store
    world.simulator.clearFaults()
    await system.channels.updateWhere({}, { problem: null })
    await system.messages.updateWhere({ status: { in: ['queued', 'sending'] } }, { status: 'failed', rank: 45 })
    world.simulator.ledger.clear()
  }
  async function send(phone: string): Promise<string> {
    const body = { to: `+${phone}`, type: 'text', content: { text: 'An answer' } }
    const { status, body: answer } = await world.test.call('POST', '/api/messages', body)
    expect(status).toBe(201)
    return answer.data.id
  }
  async function pass(seconds: number) {
    await world.test.advance(seconds * second)
    await settle()
  }
  const read = (ids: readonly string[]) => world.test.app.store.system.messages.getMany(ids)
  const statuses = async (ids: readonly string[]) => [...new Set((await read(ids)).map(({ status }) => status))]
  const requests = () => world.simulator.ledger.requestsTo('send').length
  const accepted = () => world.simulator.ledger.accepted.length
  const problem = async () =>
    (await world.test.app.store.system.channels.first({ kind: 'cloud' }))!.problem as { code: number } | null
  function expectNothingTwice() {
    expect(world.simulator.ledger.duplicates((opaque) => opaque.split('.')[1]!)).toEqual(new Map())
  }
  async function expectSentence(ids: readonly string[], code: number) {
    for (const { error } of await read(ids)) {
      expect(error).toMatchObject({ code })
      expect(error!.message).toMatch(/^[A-Z][^#{}]{10,150}\.$/)
      expect(error!.message).not.toContain(String(code).length > 2 ? String(code) : '(#')
    }
  }

  test.each(onBoth(forGood, 12))('%i ends this message with a sentence, and the next one goes', async (code) => {
    const { ids, phones } = await sendInto({ kind: 'error', code })
    expect(await statuses(ids)).toEqual(['failed'])
    await expectSentence(ids, code)
    const next = await send(phones[0]!)
    await (isExact ? pass(3600) : settle())
    expect(await statuses([next])).toEqual(['read'])
    expect([requests(), accepted()]).toEqual([ids.length + 1, 1])
    expect(await problem()).toBeNull()
    expectNothingTwice()
  })

  test.each(ifExact([...byMessage]))(
    '%i is tried again after %j seconds while others go on, then has failed',
    async (code, waits) => {
      const { ids } = await sendInto({ kind: 'error', code }, { times: 'always' })
      for (const [tries, wait] of waits.entries()) {
        expect(requests()).toBe(ids.length * (tries + 1))
        expect(await statuses(ids)).toEqual(['queued'])
        await pass(wait - 0.1)
        expect(requests()).toBe(ids.length * (tries + 1))
        await pass(0.1)
      }
      await expectSentence(ids, code)
      expect(await statuses(ids)).toEqual([code === 131056 ? 'queued' : 'failed'])
      expect(requests()).toBe(ids.length * (waits.length + 1))
      expect(await problem()).toBeNull()
      world.simulator.clearFaults()
      await pass(3600)
      expect(accepted()).toBe(code === 131056 ? ids.length : 0)
      expectNothingTwice()
    },
  )

  test.each(ifExact([...byNumber]))(
    '%i makes the whole number wait %j seconds, and then all of it leaves once',
    async (code, waits) => {
      const { ids } = await sendInto({ kind: 'error', code }, { times: 'always' })
      // What is under way at the same time meets the same refusal; nobody else tries.
      let tried = requests()
      expect(tried).toBeLessThanOrEqual(Math.min(ids.length, 10))
      expect(await statuses(ids)).toEqual(['queued'])
      expect(await problem()).toMatchObject({ code })
      await pass(waits[0]! - 0.1)
      expect(requests()).toBe(tried)
      for (const wait of waits) {
        await pass(wait + 1)
        expect(requests()).toBeGreaterThan(tried)
        tried = requests()
      }
      world.simulator.clearFaults()
      for (let minutes = 0; minutes < 120 && accepted() < ids.length; minutes++) await pass(60)
      expect(await statuses(ids)).toEqual(['read'])
      expect(accepted()).toBe(ids.length)
      expect(await problem()).toBeNull()
      expectNothingTwice()
    },
  )

  test.each(ifExact(untilSolved))('%i stops the number until a person acts, and loses nothing', async (code) => {
    const { ids } = await sendInto({ kind: 'error', code }, { times: 'always' })
    const tried = requests()
    expect(tried).toBeLessThanOrEqual(Math.min(ids.length, 10))
    await pass(3600)
    expect(requests()).toBe(tried)
    expect(await statuses(ids)).toEqual(['queued'])
    expect(await problem()).toMatchObject({ code, retryAt: null })
    world.simulator.clearFaults()
    const { accessToken } = world.simulator.credentials
    await world.test.call('PATCH', `/api/channels/${world.channel.id}`, { accessToken })
    await pass(120)
    expect(await statuses(ids)).toEqual(['read'])
    expect(accepted()).toBe(ids.length)
    expectNothingTwice()
  })

  const lost: [name: string, fault: Fault, accepted: boolean][] = [
    ['is reset before WhatsApp looked', { kind: 'drop', when: 'before', how: 'reset' }, false],
    ['closes before WhatsApp looked', { kind: 'drop', when: 'before', how: 'close' }, false],
    ['is reset after WhatsApp took the message', { kind: 'drop', when: 'after', how: 'reset' }, true],
    ['closes after WhatsApp took the message', { kind: 'drop', when: 'after', how: 'close' }, true],
    ['ends in the middle of the answer', { kind: 'truncate' }, true],
    ['is silent for too long after the message was taken', { kind: 'stall', ms: 3000 }, true],
    ['has a gateway that answers 502 after the message was taken', { kind: 'badGateway' }, true],
    ['has a gateway that answers 504', { kind: 'badGateway', status: 504, accept: false }, false],
    ['has a page instead of an error', { kind: 'badGateway', status: 500, accept: false }, false],
    ['has a page instead of an answer', { kind: 'notJson' }, true],
    ['has an answer without an id', { kind: 'noId' }, true],
    ...inDoubt.map((code): [string, Fault, boolean] => [`says ${code}`, { kind: 'error', code }, false]),
  ]

  test.each(ifExact(lost))('a connection that %s never makes a second message', async (_name, fault, isAccepted) => {
    const silent = { sent: null, delivered: null, read: null }
    world.simulator.configure({ statuses: silent })
    const { ids, phones } = await sendInto(fault)
    const follower = await send(phones[0]!)
    await settle()
    expect(await statuses(ids)).toEqual(['sending'])
    await pass(119)
    expect(await statuses(ids)).toEqual(['sending'])
    world.simulator.configure({ statuses: { sent: 5, delivered: 15, read: 30 } })
    await pass(3)
    expect(await statuses(ids)).toEqual(['unknown'])
    for (const { error } of await read(ids))
      expect(error).toMatchObject({ code: 'message.unconfirmed', action: 'resend' })
    await pass(2 * 3600)
    expect(await statuses([follower])).toEqual(['read'])
    expect([requests(), accepted()]).toEqual([ids.length + 1, (isAccepted ? ids.length : 0) + 1])
    expectNothingTwice()
  })

  test.each(lost.filter(([, , isAccepted]) => isAccepted))(
    'a connection that %s is proven by the status',
    async (_name, fault) => {
      const { ids } = await sendInto(fault)
      expect(await statuses(ids)).toEqual(['read'])
      for (const { providerMessageId, error } of await read(ids))
        expect({ providerMessageId, error }).toEqual({
          providerMessageId: expect.stringMatching(/^wamid\./),
          error: null,
        })
      expect([requests(), accepted()]).toEqual([ids.length, ids.length])
    },
  )
})

test('what cannot reach WhatsApp at all is tried for an hour, and says so', async () => {
  const world = await connectSimulator({ env: { WHATSAPP_GRAPH_URL: 'http://127.0.0.1:9' } })
  const { test: app, simulator } = world
  simulator.receive('text', { body: 'Hello' }, { from: '15550001234' })
  await simulator.settled()
  await app.settle()
  const body = { to: '+15550001234', type: 'text', content: { text: 'An answer' } }
  const { id } = (await app.call('POST', '/api/messages', body)).body.data
  const read = async () => (await app.app.store.system.messages.get(id))!
  await app.settle()
  for (const [tries, wait] of [1, 2, 5, 15, 60, ...Array<number>(12).fill(300)].entries()) {
    expect(await read()).toMatchObject({ status: 'queued', attempt: tries + 1 })
    await app.advance(wait * second - 1)
    await app.settle()
    expect((await read()).attempt).toBe(tries + 1)
    await app.advance(1)
    await app.settle()
  }
  expect(await read()).toMatchObject({ status: 'failed', error: { code: 'meta.unreachable', action: 'resend' } })
  await app.advance(120 * minute)
  await app.settle()
  expect((await read()).attempt).toBe(18)
  await world.close()
})
