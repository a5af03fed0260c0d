import { useInterval } from '@vueuse/core'
import { computed, inject, type ComputedRef, type InjectionKey } from 'vue'

export const nowKey: InjectionKey<ComputedRef<number>> = Symbol('now')

/** One clock for all countdowns and "5 min" labels of the page, moving twice a minute. */
export function createNow(read: () => number = Date.now): ComputedRef<number> {
  const tick = useInterval(30_000)
  return computed(() => {
    void tick.value
    return read()
  })
}

export function useNow(): ComputedRef<number> {
  const now = inject(nowKey)
  if (!now) throw new Error('No clock was provided.')
  return now
}
