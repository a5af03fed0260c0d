/** Signing in and sending; searches; exports, imports and reports; everything else. */
export type Kind = 'vital' | 'usual' | 'search' | 'heavy'
export type Visitor = { kind: Kind; caller: string }
export type Limits = Record<'all' | 'usual' | 'search' | 'heavy' | 'caller', number>

/**
 * How many requests may run at once. A fifth of all places is for the vital alone, and `caller` is the most that one of those
 * who call may have.
 */
export const usualPlaces: Limits = { all: 80, usual: 64, search: 8, heavy: 4, caller: 32 }

export function createPlaces(limits: Limits) {
  const running = { all: 0, search: 0, heavy: 0 }
  const callers = new Map<string, number>()

  return {
    running: () => running.all,
    free: () => Math.max(0, limits.all - running.all),

    /** Why there is none for this visitor now. */
    lack({ kind, caller }: Visitor): 'full' | 'caller' | undefined {
      if (kind === 'vital') return running.all >= limits.all ? 'full' : undefined
      if (running.all >= limits.usual || (kind !== 'usual' && running[kind] >= limits[kind])) return 'full'
      return (callers.get(caller) ?? 0) >= limits.caller ? 'caller' : undefined
    },

    count({ kind, caller }: Visitor, by: 1 | -1): void {
      running.all += by
      if (kind === 'search' || kind === 'heavy') running[kind] += by
      const own = (callers.get(caller) ?? 0) + by
      if (own > 0) callers.set(caller, own)
      else callers.delete(caller)
    },
  }
}
