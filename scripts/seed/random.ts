export type Random = ReturnType<typeof createRandom>

/** The same numbers for the same seed, on every machine (mulberry32). */
export function createRandom(seed: number) {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    between,
    chance: (share: number) => next() < share,
    pick: <T>(list: readonly T[]): T => list[between(0, list.length - 1)]!,
    /** The first of a list far more often than the last, as names, tags and words are. */
    pickEarly: <T>(list: readonly T[]): T => list[Math.floor(next() ** 3 * list.length)]!,
    digits: (count: number) => Array.from({ length: count }, () => between(0, 9)).join(''),
  }
}
