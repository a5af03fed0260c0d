import { useInfiniteQuery, type QueryKey } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

export type ListState = 'loading' | 'error' | 'empty' | 'items'
export type Page<T> = { items: T[]; nextCursor: string | null }
export type Pages<T> = { pages: Page<T>[]; pageParams: (string | undefined)[] }

/** A list read page by page. Live events change the same cache (api/live.ts), so what is shown is always one list. */
export function useList<T>(options: {
  key: MaybeRefOrGetter<QueryKey>
  fetchPage: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>
  enabled?: MaybeRefOrGetter<boolean>
}) {
  const query = useInfiniteQuery({
    queryKey: computed(() => toValue(options.key)),
    enabled: computed(() => toValue(options.enabled) ?? true),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => options.fetchPage(pageParam, signal),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
  const items = computed<T[]>(() => query.data.value?.pages.flatMap((page) => page.items) ?? [])
  const state = computed<ListState>(() => {
    if (query.data.value) return items.value.length === 0 ? 'empty' : 'items'
    return query.isError.value ? 'error' : 'loading'
  })

  return {
    items,
    state,
    error: query.error,
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    moreFailed: query.isFetchNextPageError,
    more: () => {
      if (query.hasNextPage.value && !query.isFetchingNextPage.value) void query.fetchNextPage()
    },
    fetchMore: () => query.fetchNextPage({ cancelRefetch: false }),
    retry: () => void query.refetch(),
  }
}
