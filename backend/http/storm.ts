import { momentMs } from './line.ts'

/**
 * Who is refused asks again at once as soon as it hears of it, if it does not honour Retry-After, and each refusal takes time
 * from those who are let in: Node needs 50 to 90 µs for it. So when there are many, each is given later, which makes those who
 * wait for it ask less often; as late as it takes to have about `mostASecond` of them, however many ask.
 */
export type Storm<One> = {
  /** To be called for each refusal that was given. */
  note(): void
  /** Whether it holds this one until its time has come. It does not while there are few. */
  hold(one: One): boolean
  /** Those whose time has come. */
  release(now: number): One[]
  size(): number
  /** To be called each second. */
  look(): void
}

/** Refusals in a second that cost nothing worth speaking of. */
const few = 100
const mostASecond = 2000
/** Nobody is kept in doubt for longer. */
const longestMs = 500

export function createStorm<One extends { since: number }>(): Storm<One> {
  const held: One[] = []
  let refusals = 0
  let waitMs = momentMs

  return {
    note: () => void refusals++,
    hold(one) {
      if (refusals < few) return false
      held.push(one)
      return true
    },
    release(now) {
      const stay = held.findIndex(({ since }) => now - since < waitMs)
      return held.splice(0, stay === -1 ? held.length : stay)
    },
    size: () => held.length,
    look() {
      waitMs = Math.min(longestMs, Math.max(momentMs, (waitMs * refusals) / mostASecond))
      refusals = 0
    },
  }
}
