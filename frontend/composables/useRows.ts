import { useQueries, useQuery, useQueryClient, type QueryKey } from '@tanstack/vue-query'
import { refThrottled } from '@vueuse/core'
import { computed, ref, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import type { ListState } from './useList.ts'

const pageSize = 100
/** Rows beyond the screen that are fetched too, so that a turn of the wheel finds them there. */
const ahead = 50
/** A page that is far from the screen is forgotten after this. */
const keptFor = 60_000

type Part<T> = { page: number; rows: T[] }

/**
 * A long list that may be looked at anywhere: how long it is, and the pages around what is on the screen. The scrollbar
 * means the whole list, and jumping to its end loads nothing in between.
 */
export function useRows<T>(options: {
  key: MaybeRefOrGetter<QueryKey>
  fetchRows: (skip: number, limit: number, signal: AbortSignal) => Promise<T[]>
  fetchTotal: (signal: AbortSignal) => Promise<number>
}) {
  const queryClient = useQueryClient()
  const key = computed(() => toValue(options.key))
  const range = shallowRef<readonly [number, number]>([0, 0])
  // Whoever drags the scrollbar over the list wants nothing of what flies by.
  const looked = refThrottled(range, 120)

  const counted = useQuery({
    queryKey: computed(() => [...key.value, 'total']),
    queryFn: ({ signal }) => options.fetchTotal(signal),
  })
  const total = counted.data

  const pages = computed(() => {
    const [from, to] = looked.value
    const last = Math.max(0, (total.value ?? 1) - 1)
    const first = Math.floor(Math.max(0, Math.min(from, last) - ahead) / pageSize)
    const end = Math.floor(Math.min(last, to + ahead) / pageSize)
    return Array.from({ length: end - first + 1 }, (_, index) => first + index)
  })
  const parts = useQueries({
    queries: computed(() =>
      pages.value.map((page) => ({
        queryKey: [...key.value, 'rows', page],
        queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Part<T>> => ({
          page,
          rows: await options.fetchRows(page * pageSize, pageSize, signal),
        }),
        gcTime: keptFor,
      })),
    ),
  })
  const loaded = computed(
    () => new Map(parts.value.flatMap(({ data }) => (data ? [[data.page, data.rows] as const] : []))),
  )
  const error = computed(() => counted.error.value ?? parts.value.find((part) => part.error)?.error ?? null)

  // A place where nothing is loaded yet is no reason to take the list away.
  const hasShown = ref(false)
  watch(
    [() => JSON.stringify(key.value), () => loaded.value.size > 0],
    ([now, some], [before]) => {
      if (now !== before) range.value = [0, 0]
      hasShown.value = some || (hasShown.value && now === before)
    },
    { immediate: true },
  )
  const state = computed<ListState>(() => {
    if (total.value === 0) return 'empty'
    if (total.value !== undefined && hasShown.value) return 'items'
    return error.value ? 'error' : 'loading'
  })

  return {
    state,
    total,
    error,
    /** Those that are there at the moment, in order. */
    items: computed(() => [...loaded.value.keys()].sort((a, b) => a - b).flatMap((page) => loaded.value.get(page)!)),
    rowAt: (index: number): T | undefined => loaded.value.get(Math.floor(index / pageSize))?.[index % pageSize],
    someFailed: computed(() => parts.value.some((part) => part.isError && !part.data)),
    look: (from: number, to: number) => (range.value = [from, to]),
    retry: () => void queryClient.refetchQueries({ queryKey: key.value, type: 'active' }),
  }
}
