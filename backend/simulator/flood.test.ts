import { expect, test } from 'vitest'
import { floodBody, floodPhone, floodWamid } from './flood.ts'
import { setStage } from './test-tools.ts'

test('a flood delivers every item at least once, some up to five times, out of order, in batches of up to 1,000', async () => {
  const { simulator, receiver } = await setStage()
  const statuses = [
    { wamid: 'wamid.read', phone: '491701234567', final: 'read' as const, opaque: 'm1.a.1' },
    { wamid: 'wamid.failed', phone: '491701234568', final: 'failed' as const },
  ]
  receiver.statuses.push(503, 500)
  const report = await simulator.flood({
    messages: 4000,
    statuses,
    duplicate: 0.3,
    parallel: 8,
    shuffleWithin: 500,
    retryAfterMs: 5,
    batch: { min: 1, max: 300 },
  })
  const ids = receiver.messages().map((one) => one.id)
  expect(new Set(ids)).toEqual(new Set(Array.from({ length: 4000 }, (_, index) => floodWamid('F100D', index))))
  const copies = [...Map.groupBy(ids, (id) => id).values()].map((list) => list.length)
  expect(Math.max(...copies)).toBe(5)
  const repeated = copies.filter((count) => count > 1).length
  expect(repeated).toBeGreaterThan(1000)
  expect(repeated).toBeLessThan(1400)
  expect(new Set(receiver.reported().map((one) => `${one.id} ${one.status}`))).toEqual(
    new Set(['wamid.read sent', 'wamid.read delivered', 'wamid.read read', 'wamid.failed failed']),
  )
  expect(report).toMatchObject({
    unique: 4004,
    items: ids.length + receiver.reported().length,
    attempts: report.posts + 2,
  })
  expect(ids).not.toEqual(ids.toSorted())
})

test('the messages of a flood follow from their number', async () => {
  const { simulator, receiver } = await setStage()
  await simulator.flood({
    messages: 20,
    customers: 3,
    duplicate: 0,
    shuffleWithin: 1,
    parallel: 1,
    run: 'ABC',
    batch: { min: 1000, max: 1000 },
  })
  expect(receiver.messages().map((one) => [one.id, one.from, (one['text'] as { body: string }).body])).toEqual(
    Array.from({ length: 20 }, (_, index) => [floodWamid('ABC', index), floodPhone(index, 3), floodBody('ABC', index)]),
  )
})

test('a full batch of long messages stays below 3 MB and 1,000 items', async () => {
  const { simulator, receiver } = await setStage()
  await simulator.flood({ messages: 3000, duplicate: 0, batch: { min: 1000, max: 1000 } })
  expect(simulator.ledger.deliveries.map((one) => one.items)).toEqual([1000, 1000, 1000])
  for (const post of receiver.posts) expect(post.raw.byteLength).toBeLessThan(3 * 1024 * 1024)
})
