/**
 * How much of the waiting deliveries is processed at once, and how long after it the event loop is left to the next ones.
 *
 * Everyday traffic and short bursts are processed as they come. In a flood the answers come first and processing gets the
 * pauses: Meta gives up on a slow answer and stops sending, while what is stored can wait a few seconds. When the queue is
 * nearly full, or as soon as the flood is over, processing goes at full speed.
 */
export type Pace = {
  noteArrivals(count: number): void
  batchSize(waiting: number): number
  restMs(waiting: number): number
}

/** Few enough for one quick transaction, many enough that its cost is shared. */
const largeBatch = 200
/** Holds the event loop for a few milliseconds only. */
const smallBatch = 24
const floodRestMs = 24
/** Lets what arrives gather: one commit for many instead of one for each. */
const gatherMs = 8

/** More than so many a second, and so many on top of that, are a flood. */
const everyday = { perSecond: 1000, burst: 1500 }
/** Longer than a small batch, during which nothing can arrive. */
const arrivingMs = 25
const nearlyFull = 50_000

export function createPace(ticks: () => number = () => performance.now()): Pace {
  let arrivedAt = ticks()
  /** Arrivals beyond the everyday rate; a leaky bucket. */
  let excess = 0

  function drain(): void {
    const at = ticks()
    excess = Math.max(0, excess - ((at - arrivedAt) / 1000) * everyday.perSecond)
    arrivedAt = at
  }

  const isFlood = (waiting: number) =>
    excess > everyday.burst && ticks() - arrivedAt < arrivingMs && waiting < nearlyFull

  return {
    noteArrivals(count) {
      drain()
      excess += count
    },
    batchSize: (waiting) => (isFlood(waiting) ? smallBatch : largeBatch),
    restMs(waiting) {
      if (isFlood(waiting)) return floodRestMs
      return waiting > 0 && waiting < smallBatch ? gatherMs : 0
    },
  }
}
