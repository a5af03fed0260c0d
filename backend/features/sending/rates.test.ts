import { afterEach, describe, expect, test } from 'vitest'
import type { Channel } from '../../model/index.ts'
import { createTestClock, second } from '../../platform/clock.ts'
import { connectSimulator, openStores } from '../../test/world.ts'
import { createRates } from './rates.ts'

type World = Awaited<ReturnType<typeof connectSimulator>>
const stores = await openStores()

describe.each(stores)('the rate of a number, on the $kind store', ({ databaseUrl }) => {
  let world: World
  afterEach(() => world.close())

  async function open(throughput = 'STANDARD') {
    world = await connectSimulator({ databaseUrl: await databaseUrl() })
    const { app } = world.test
    const clock = createTestClock('2026-03-02T09:00:00.000Z')
    const [found] = await app.store.system.channels.find({ where: { kind: 'cloud' }, limit: 1 })
    const channel: Channel = { ...found!, info: { throughput } }
    const newRates = () => createRates({ store: app.store, now: clock.now })
    const rates = newRates()
    const start = clock.now().getTime()
    /** How many may go at once, and how many at which second later. */
    const takeFor = async (people: number, by = rates) => {
      const answers = await Promise.all(
        Array.from({ length: people }, (_, index) => by.take(channel, `contact${index}`)),
      )
      return countBy(answers, (at) => (at ? (at.getTime() - start) / second : 'go'))
    }
    return { channel, clock, rates, newRates, start, takeFor }
  }

  test('forty leave in a second, none of their places is lost to those who come at the same moment', async () => {
    const { takeFor } = await open()
    expect(await takeFor(40)).toEqual({ go: 40 })
  })

  test('the others stand in line, as many for each second as may leave in it', async () => {
    const { takeFor } = await open()
    expect(await takeFor(130)).toEqual({ go: 40, 1: 40, 2: 40, 3: 10 })
  })

  test('whoever comes later stands behind them', async () => {
    const { takeFor, clock } = await open()
    await takeFor(130)
    clock.advance(second)
    expect(await takeFor(60)).toEqual({ go: 40, 3: 20 })
  })

  test('a clock that is set back holds nobody up', async () => {
    const { takeFor, clock, rates, channel } = await open()
    for (let turn = 0; turn < 60; turn++) await rates.take(channel, 'contact0')
    await takeFor(130)
    clock.advance(-3600 * second)
    const start = clock.now().getTime()
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => rates.take(channel, `contact${index}`)))
    expect(countBy(answers, (at) => (at ? (at.getTime() - start) / second : 'go'))).toEqual({ go: 40, 1: 10 })
  })

  test('two processes share the places of a number', async () => {
    const { takeFor, newRates } = await open()
    const [first, other] = [await takeFor(30), await takeFor(30, newRates())]
    expect(first['go']! + other['go']!).toBe(40)
  })

  test('a number with high throughput sends five hundred a second', async () => {
    const { takeFor } = await open('HIGH')
    expect(await takeFor(600)).toEqual({ go: 500, 1: 100 })
  })

  test('one person gets 45 at once, then one every six seconds', async () => {
    const { rates, channel, clock } = await open('HIGH')
    for (let index = 0; index < 45; index++) expect(await rates.take(channel, 'ana')).toBeUndefined()
    expect(await rates.take(channel, 'ana')).toEqual(new Date(clock.now().getTime() + 6 * second))
    clock.advance(6 * second)
    expect(await rates.take(channel, 'ana')).toBeUndefined()
  })

  test('waiting for a place of the number does not use up what a person may get', async () => {
    const { rates, channel, takeFor, clock } = await open()
    await takeFor(40)
    for (let index = 0; index < 100; index++) await rates.take(channel, 'ana')
    clock.advance(10 * second)
    expect(await rates.take(channel, 'ana')).toBeUndefined()
  })
})

function countBy<T>(values: readonly T[], keyOf: (value: T) => string | number): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[keyOf(value)] = (counts[keyOf(value)] ?? 0) + 1
  return counts
}
