import { expect, test } from 'vitest'
import { CODES } from '../errors/table.ts'
import { hello, setStage } from '../test-tools.ts'
import { createRateGuard } from './rate.ts'

const opaque = (id: string) => ({ ...hello, biz_opaque_callback_data: id })

test.for([
  ['before', 0],
  ['after', 1],
] as const)('a connection dropped %s leaves %i accepted messages', async ([when, accepted]) => {
  const { simulator, send } = await setStage()
  for (const how of ['reset', 'close'] as const) {
    simulator.fault({ fault: { kind: 'drop', when, how } })
    await expect(send(opaque(`${when} ${how}`))).rejects.toThrow(/fetch failed/)
    expect(simulator.ledger.acceptedFor(`${when} ${how}`)).toHaveLength(accepted)
  }
  await simulator.settled()
  expect(simulator.ledger.requestsTo('send').map((one) => one.status)).toEqual([0, 0])
})

test('an accepted message whose answer was lost still gets its statuses, with the opaque string', async () => {
  const { simulator, send, receiver } = await setStage()
  simulator.fault({ fault: { kind: 'drop', when: 'after' } })
  await send(opaque('m1.a.1')).catch(() => {})
  await simulator.settled()
  expect(
    receiver
      .reported()
      .map((one) => [one.status, one['biz_opaque_callback_data']])
      .toSorted(),
  ).toEqual([
    ['delivered', 'm1.a.1'],
    ['read', 'm1.a.1'],
    ['sent', 'm1.a.1'],
  ])
})

test('502 after accept, HTML with 200, an answer without id and half an answer are all accepted', async () => {
  const { simulator, send } = await setStage()
  simulator.fault({ fault: { kind: 'badGateway' } })
  expect(await send(opaque('1'))).toMatchObject({ status: 502, body: expect.stringMatching(/^<!DOCTYPE html>/) })
  simulator.fault({ fault: { kind: 'notJson' } })
  expect(await send(opaque('2'))).toMatchObject({ status: 200, body: expect.stringMatching(/^<!DOCTYPE html>/) })
  simulator.fault({ fault: { kind: 'noId' } })
  expect((await send(opaque('3'))).body.messages).toEqual([])
  simulator.fault({ fault: { kind: 'truncate' } })
  await expect(send(opaque('4'))).rejects.toThrow(/terminated/)
  expect(simulator.ledger.accepted.map((one) => one.opaque)).toEqual(['1', '2', '3', '4'])
})

test('the same faults with accept: false take nothing', async () => {
  const { simulator, send } = await setStage()
  simulator.fault({ fault: { kind: 'badGateway', status: 504, accept: false } })
  simulator.fault({ fault: { kind: 'notJson', accept: false } })
  expect((await send(hello)).status).toBe(504)
  expect((await send(hello)).status).toBe(200)
  expect(simulator.ledger.accepted).toEqual([])
})

test('a server error is JSON, transient, and takes nothing', async () => {
  const { simulator, send } = await setStage()
  simulator.fault({ fault: { kind: 'serverError' } })
  expect(await send(hello)).toMatchObject({
    status: 500,
    body: { error: { code: 131000, is_transient: true, type: 'OAuthException' } },
  })
  expect(simulator.ledger.accepted).toEqual([])
})

test('a delay and a stall answer late, and normally', async () => {
  const { simulator, send } = await setStage()
  simulator.fault({ fault: { kind: 'delay', ms: 60 } })
  simulator.fault({ fault: { kind: 'stall', ms: 60 } })
  for (const id of ['1', '2']) {
    const began = performance.now()
    expect((await send(opaque(id))).status).toBe(200)
    expect(performance.now() - began).toBeGreaterThan(55)
  }
})

test('a stalled request does not hold up the end', async () => {
  const { simulator, send } = await setStage()
  simulator.fault({ fault: { kind: 'stall' } })
  const pending = send(hello).catch((error: unknown) => error)
  while (simulator.ledger.accepted.length === 0) await new Promise((resolve) => setTimeout(resolve, 2))
  await simulator.close()
  expect(await pending).toBeInstanceOf(Error)
})

test('every code of the table can be answered, with its own HTTP status and "(#code) title"', async () => {
  const { simulator, send } = await setStage()
  for (const [code, [status, title]] of Object.entries(CODES)) {
    simulator.fault({ fault: { kind: 'error', code: Number(code) } })
    const answer = await send(hello)
    expect(answer).toMatchObject({
      status,
      body: {
        error: {
          code: Number(code),
          message: `(#${code}) ${title}`,
          type: 'OAuthException',
          fbtrace_id: expect.any(String),
        },
      },
    })
  }
  simulator.fault({ fault: { kind: 'error', code: 2388040 } })
  expect((await send(hello)).body.error).toMatchObject({
    code: 100,
    error_subcode: 2388040,
    error_user_title: 'Character limit exceeded',
  })
  expect(simulator.ledger.accepted).toEqual([])
})

test('silence: accepted, and no status ever; held: accepted with its message_status', async () => {
  const { simulator, send, receiver } = await setStage()
  simulator.fault({ fault: { kind: 'noStatuses' } })
  expect((await send(hello)).status).toBe(200)
  simulator.fault({ fault: { kind: 'held' } })
  const held = await send({ type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } })
  expect(held.body.messages[0].message_status).toBe('held_for_quality_assessment')
  await simulator.settled()
  expect(receiver.posts).toEqual([])
})

test('rules match recipient, type, number and target, strike the given number of times, and skip first', async () => {
  const { simulator, send, graph } = await setStage()
  simulator.fault({ fault: { kind: 'error', code: 131026 }, match: { recipient: '+49 170 1111111' }, times: 'always' })
  simulator.fault({ fault: { kind: 'error', code: 131016 }, match: { messageType: 'location' }, times: 2, skip: 1 })
  simulator.fault({ fault: { kind: 'error', code: 80007 }, match: { on: 'message_templates' } })
  const location = { type: 'location', location: { latitude: 1, longitude: 1 } }
  const codeOf = async (message: object) => (await send(message)).body.error?.code
  expect([
    await codeOf({ to: '491701111111', ...hello }),
    await codeOf({ to: '+491701111111', ...hello }),
    await codeOf(hello),
  ]).toEqual([131026, 131026, undefined])
  expect([await codeOf(location), await codeOf(location), await codeOf(location), await codeOf(location)]).toEqual([
    undefined,
    131016,
    131016,
    undefined,
  ])
  const list = () => graph('GET', `/${simulator.credentials.businessAccountId}/message_templates`)
  expect([(await list()).status, (await list()).status]).toEqual([400, 200])
  expect(() => simulator.fault({ fault: { kind: 'nonsense' as 'delay', ms: 1 } })).toThrow(/A fault is one of/)
})

test('a throttled management call is told in minutes how long to stay away', async () => {
  const { simulator } = await setStage()
  const { businessAccountId, accessToken } = simulator.credentials
  const list = () =>
    fetch(`${simulator.url}/v25.0/${businessAccountId}/message_templates`, {
      headers: { authorization: `Bearer ${accessToken}` },
    })
  simulator.fault({ fault: { kind: 'error', code: 80007 }, match: { on: 'message_templates' } })
  const usage = (await list()).headers.get('x-business-use-case-usage') ?? '{}'
  expect(JSON.parse(usage)).toMatchObject({ all: [{ estimated_time_to_regain_access: 1 }] })
  expect((await list()).headers.has('x-business-use-case-usage')).toBe(false)
})

test('a probability strikes about that often, and the same with the same seed', async () => {
  const strikes = async (seed: number) => {
    const { simulator, send } = await setStage({ seed })
    simulator.fault({ fault: { kind: 'error', code: 131000 }, times: 'always', probability: 0.3 })
    const results: boolean[] = []
    for (let index = 0; index < 60; index += 1) results.push((await send(hello)).status === 500)
    return results
  }
  const first = await strikes(5)
  expect(first).toEqual(await strikes(5))
  expect(first.filter(Boolean).length).toBeGreaterThan(8)
  expect(first.filter(Boolean).length).toBeLessThan(30)
})

test('80 messages a second and number pass, the 81st is 130429, other numbers are free', () => {
  const guard = createRateGuard(() => ({ perSecond: 80, pairEveryMs: null, pairBurst: 45 }))
  for (let index = 0; index < 80; index += 1) expect(guard.check('1', String(index), index)).toBeUndefined()
  expect(guard.check('1', 'x', 999)).toBe(130429)
  expect(guard.check('2', 'x', 999)).toBeUndefined()
  expect(guard.check('1', 'x', 1000)).toBeUndefined()
})

test('45 messages to one user pass at once and borrow from the future, other users are free', () => {
  const guard = createRateGuard(() => ({ perSecond: null, pairEveryMs: 6000, pairBurst: 45 }))
  for (let index = 0; index < 45; index += 1) expect(guard.check('1', 'a', 0)).toBeUndefined()
  expect(guard.check('1', 'a', 5999)).toBe(131056)
  expect(guard.check('1', 'b', 5999)).toBeUndefined()
  expect(guard.check('1', 'a', 6000)).toBeUndefined()
  expect(guard.check('1', 'a', 6001)).toBe(131056)
})

test('over the wire the limits answer with their codes', async () => {
  const { send, simulator } = await setStage({
    behaviour: { limits: { perSecond: 3, pairEveryMs: 6000, pairBurst: 2 } },
  })
  const codes = [await send(hello), await send(hello), await send(hello)].map((one) => one.body.error?.code)
  expect(codes).toEqual([undefined, undefined, 131056])
  await send({ to: '+491700000001', ...hello })
  expect((await send({ to: '+491700000002', ...hello })).body.error.code).toBe(130429)
  expect(simulator.ledger.peakPerSecond()).toBe(3)
})
