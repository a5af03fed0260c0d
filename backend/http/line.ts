/**
 * Who waits for a place, first come, first served, and for how long. A line that empties now and then was a burst: whoever is in
 * it is served if that takes a second. One that stands for longer, or is full, is overload: waiting would only make everybody
 * slow. Then it lasts for a moment, until nobody had to be sent away for a second. Those for whom a refusal is worse than a
 * wait, as when they sign in, are patient: a second is theirs in an overload, too.
 */
export type Line<One> = {
  size(): number
  /** Answers whether there is room. In an overload of others the moment is enough here, too. */
  join(one: One, now: number, isOverload?: boolean): boolean
  /** Whether it is more than a burst. */
  isStanding(now: number): boolean
  leave(one: One): void
  /** The first who may go on. Looks no further when there is no place for anybody. */
  first(reasonAgainst: (one: One) => 'full' | 'caller' | 'late' | undefined): One | undefined
  /** Those who have waited for as long as they may; they leave. */
  sendAway(now: number): One[]
}

const burstMs = 1000
export const momentMs = 35

type Waiter = { response: { destroyed: boolean } }

export function createLine<One extends Waiter>(room: number, isPatient = false): Line<One> {
  const waiting = new Map<One, number>()
  let emptyAt = -Infinity
  let sentAwayAt = -Infinity

  const isStanding = (now: number) => now - sentAwayAt < burstMs || (waiting.size > 0 && now - emptyAt > burstMs)

  return {
    size: () => waiting.size,
    isStanding,
    join(one, now, isOverload = false) {
      if (waiting.size === 0) emptyAt = now
      const isBrief = !isPatient && (isOverload || isStanding(now))
      const isFull = waiting.size >= (isBrief ? room / 8 : room)
      if (isFull) sentAwayAt = now
      else waiting.set(one, now + (isBrief ? momentMs : burstMs))
      return !isFull
    },
    leave: (one) => void waiting.delete(one),
    first(reasonAgainst) {
      for (const one of waiting.keys()) {
        const reason = one.response.destroyed ? 'caller' : reasonAgainst(one)
        if (!reason) return one
        if (reason !== 'caller') return undefined
      }
      return undefined
    },
    sendAway(now) {
      for (const one of waiting.keys()) if (one.response.destroyed) waiting.delete(one)
      const late = [...waiting].filter(([, until]) => until <= now).map(([one]) => one)
      for (const one of late) waiting.delete(one)
      if (late.length > 0) sentAwayAt = now
      return late
    },
  }
}
