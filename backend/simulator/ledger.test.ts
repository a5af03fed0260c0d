import { expect, test } from 'vitest'
import { type AcceptedMessage, createLedger } from './ledger.ts'
import { hello, setStage } from './test-tools.ts'

const message = (opaque: string | undefined, at = 0): AcceptedMessage => ({
  wamid: `wamid.${at}`,
  at,
  phoneNumberId: '1',
  recipient: '2',
  type: 'text',
  opaque,
  body: { a: 1 },
})

test('a message accepted twice under one opaque string is a duplicate; attempts can be grouped', () => {
  const ledger = createLedger()
  for (const [index, opaque] of ['m1.a.1', 'm1.a.1', 'm1.b.1', 'm1.b.2', undefined, undefined].entries())
    ledger.accept(message(opaque, index))
  expect([...ledger.duplicates().keys()]).toEqual(['m1.a.1'])
  expect([...ledger.duplicates((opaque) => opaque.split('.')[1] ?? '').keys()]).toEqual(['a', 'b'])
  expect(ledger.acceptedFor('m1.a.1')).toHaveLength(2)
  expect(ledger.acceptedFor('m1.c.1')).toEqual([])
})

test('the peak is the highest count within any second', () => {
  const ledger = createLedger()
  for (const at of [0, 900, 999, 1000, 1899, 5000]) ledger.accept(message(undefined, at))
  expect(ledger.peakPerSecond()).toBe(4)
  ledger.clear()
  for (const at of [0, 1000, 2000]) ledger.accept(message(undefined, at))
  expect(ledger.peakPerSecond()).toBe(1)
  expect(ledger.peakPerSecond('other')).toBe(0)
})

test('requests are bounded, accepted messages are not, and bodies can be left out', () => {
  const ledger = createLedger({ keep: 10, bodies: false })
  for (let index = 0; index < 100; index += 1) {
    ledger.startRequest({ at: index, method: 'GET', path: '/', target: 'node', query: {} })
    ledger.accept(message(String(index)))
  }
  expect(ledger.requests.length).toBeLessThanOrEqual(11)
  expect(ledger.requests.at(-1)?.number).toBe(100)
  expect(ledger.accepted).toHaveLength(100)
  expect(ledger.accepted[0]?.body).toBeUndefined()
})

test('a request stands with target, status, code and wamid, and without its token', async () => {
  const { simulator, send, graph } = await setStage()
  const { body } = await send(hello)
  await send({ type: 'text' })
  await graph('GET', `/me?access_token=${simulator.credentials.accessToken}`, undefined, '')
  const [first, second] = simulator.ledger.requestsTo('send')
  expect(first).toMatchObject({
    method: 'POST',
    status: 200,
    wamid: body.messages[0].id,
    path: expect.stringMatching(/^\/v25\.0\/\d+\/messages$/),
  })
  expect(second).toMatchObject({ status: 400, code: 100 })
  expect(JSON.stringify(simulator.ledger.requests)).not.toContain(simulator.credentials.accessToken)
})
