import type { Behaviour } from '../options.ts'

export interface RateGuard {
  /** The error code of the limit that this message breaks, or undefined when it may pass (and is then counted). */
  check(phoneNumberId: string, recipient: string, now: number): 130429 | 131056 | undefined
}

/**
 * Meta's two sending limits: so many messages a second and number, and one message in six seconds to one user
 * where a burst borrows from the future. A refused message uses nothing up.
 */
export function createRateGuard(limits: () => Behaviour['limits']): RateGuard {
  const recent = new Map<string, number[]>()
  const nextFree = new Map<string, number>()
  return {
    check(phoneNumberId, recipient, now) {
      const { perSecond, pairEveryMs, pairBurst } = limits()
      const times = (recent.get(phoneNumberId) ?? []).filter((time) => now - time < 1000)
      if (perSecond !== null && times.length >= perSecond) return 130429

      const pair = `${phoneNumberId} ${recipient}`
      if (pairEveryMs !== null) {
        const free = Math.max(nextFree.get(pair) ?? 0, now)
        if (free - now > (pairBurst - 1) * pairEveryMs) return 131056
        nextFree.set(pair, free + pairEveryMs)
      }
      if (perSecond !== null) recent.set(phoneNumberId, [...times, now])
      return undefined
    },
  }
}
