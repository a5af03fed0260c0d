import { createHash, randomInt } from 'node:crypto'

/** A number in [0, 1). */
export type Random = () => number

/** mulberry32: small, fast and the same on every machine, so that a failing run can be repeated from its seed. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export const newSeed = (): number => randomInt(2 ** 32 - 1)

export interface Ids {
  /** A message id as Meta builds it: base64 over the user's number, a direction byte and a hexadecimal id. */
  wamid(phone: string, direction: 'in' | 'out'): string
  /** Graph object ids: 15 to 17 digits. */
  node(digits?: number): string
  hex(length: number): string
  trace(): string
}

/** Uniqueness comes from a counter behind a prefix of the run; the random part only makes ids look alive. */
export function createIds(seed: number): Ids {
  const run = createHash('sha256').update(`run ${seed}`).digest('hex').toUpperCase()
  const nodeBase = 1 + (Number.parseInt(run.slice(0, 6), 16) % 8000)
  let count = 0
  const next = () => {
    count += 1
    return count
  }
  return {
    wamid(phone, direction) {
      const id = run.slice(0, 10) + next().toString(16).toUpperCase().padStart(8, '0')
      return encodeWamid(phone, direction, id)
    },
    node(digits = 15) {
      return String(nodeBase) + String(next()).padStart(digits - String(nodeBase).length, '0')
    },
    hex(length) {
      return createHash('sha256').update(`${run}${next()}`).digest('hex').slice(0, length)
    },
    trace() {
      return 'A' + createHash('sha256').update(`${run}${next()}`).digest('base64url').slice(0, 22)
    },
  }
}

export function encodeWamid(phone: string, direction: 'in' | 'out', id: string): string {
  const bytes = Buffer.concat([
    Buffer.from([0x1c, 0x18, phone.length]),
    Buffer.from(phone, 'latin1'),
    Buffer.from([0x15, 0x02, 0x00, direction === 'out' ? 0x11 : 0x12, 0x18, id.length]),
    Buffer.from(id, 'latin1'),
    Buffer.from([0x00]),
  ])
  return `wamid.${bytes.toString('base64')}`
}
