import { randomFillSync } from 'node:crypto'

const mostInOneMillisecond = 36 ** 3

/**
 * `prefix_` + milliseconds + count within the millisecond + randomness. The ids of one process ascend in the order they
 * were made, even when the clock stands still or goes back, so equal sort values keep the order of arrival.
 */
export function createIds(now: () => Date, random: () => string = createRandomHex()): (prefix: string) => string {
  let last = 0
  let stamp = ''
  let count = 0
  return (prefix) => {
    const time = now().getTime()
    count += 1
    if (time > last || count === mostInOneMillisecond) {
      last = Math.max(time, last + 1)
      stamp = last.toString(36).padStart(9, '0')
      count = 0
    }
    return `${prefix}_${stamp}${count.toString(36).padStart(3, '0')}${random()}`
  }
}

/** Asking the system for six bytes at a time costs more than everything else about an id, hence the pool. */
function createRandomHex(): () => string {
  const size = 6
  const pool = Buffer.alloc(512 * size)
  let used = pool.length
  return () => {
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    used += size
    return pool.toString('hex', used - size, used)
  }
}
