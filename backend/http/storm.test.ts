import { expect, test } from 'vitest'
import { createStorm } from './storm.ts'

/** So many clients, each of which asks again as soon as it hears that it was refused; figures of the last ten seconds. */
function rage(clients: number) {
  const storm = createStorm<{ since: number }>()
  const asking = Array.from({ length: clients }, () => ({ since: 0 }))
  let [given, longest] = [0, 0]
  for (let now = 0; now < 20_000; now += 5) {
    if (now % 1000 === 0) storm.look()
    if (now === 10_000) [given, longest] = [0, 0]
    for (const one of [...asking.splice(0).filter((one) => !storm.hold(one)), ...storm.release(now)]) {
      storm.note()
      given++
      longest = Math.max(longest, now - one.since)
      asking.push({ since: now })
    }
  }
  return { storm, aSecond: given / 10, longest }
}

test('however many ask again and again, there are about as many refusals as cost little, and nobody waits for long', () => {
  for (const clients of [100, 300, 800]) {
    const { aSecond, longest } = rage(clients)
    expect(aSecond).toBeGreaterThan(1500)
    expect(aSecond).toBeLessThan(2100)
    expect(longest).toBeLessThanOrEqual(500)
  }
})

test('a few wait for a moment only', () => {
  const { aSecond, longest } = rage(20)
  expect(longest).toBe(35)
  expect(aSecond).toBeLessThan(800)
})

test('nobody waits longer than half a second, even if there are too many then', () => {
  expect(rage(5000)).toMatchObject({ longest: 500 })
})

test('when the storm is over, the next one is answered at once, and those after it wait for a moment again', () => {
  const { storm } = rage(800)
  for (let second = 0; second < 2; second++) {
    storm.release(Infinity)
    storm.look()
  }
  expect(storm.hold({ since: 0 })).toBe(false)
  for (let one = 0; one < 100; one++) storm.note()
  expect(storm.hold({ since: 0 })).toBe(true)
  expect([storm.release(34), storm.release(35)]).toEqual([[], [{ since: 0 }]])
})
