import { expect, test } from 'vitest'
import { createPace } from './pace.ts'

function openPace() {
  let ticks = 0
  const pace = createPace(() => ticks)
  const pass = (milliseconds: number) => void (ticks += milliseconds)
  /** So many deliveries in one second. */
  const arrive = (count: number) => {
    for (let step = 0; step < 100; step++) {
      pass(10)
      pace.noteArrivals(count / 100)
    }
  }
  return { pace, pass, arrive }
}

const atEase = { batch: 200, rest: 0 }
const inFlood = { batch: 24, rest: 24 }
const look = (pace: ReturnType<typeof createPace>, waiting = 5000) => ({
  batch: pace.batchSize(waiting),
  rest: pace.restMs(waiting),
})

test('everyday traffic is processed as it comes', () => {
  const { pace, arrive } = openPace()
  for (let second = 0; second < 20; second++) arrive(1000)
  expect(look(pace)).toEqual(atEase)
})

test('a burst of a thousand is processed as it comes', () => {
  const { pace } = openPace()
  pace.noteArrivals(1000)
  expect(look(pace)).toEqual(atEase)
})

test('in a flood batches are small and room is left between them', () => {
  const { pace, arrive } = openPace()
  arrive(4000)
  expect(look(pace)).toEqual(inFlood)
})

test('a queue that would overflow is worked off at full speed', () => {
  const { pace, arrive } = openPace()
  arrive(4000)
  expect(look(pace, 50_000)).toEqual(atEase)
})

test('as soon as the flood is over, the rest is worked off at full speed', () => {
  const { pace, arrive, pass } = openPace()
  arrive(4000)
  pass(25)
  expect(look(pace)).toEqual(atEase)
})

test('a handful that is left gathers for a moment', () => {
  expect(openPace().pace.restMs(3)).toBe(8)
})
