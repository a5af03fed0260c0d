import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** One word of the address that can be written; empty when it is not there. */
export function useRouteQuery(name: string) {
  const route = useRoute()
  const router = useRouter()
  return computed({
    get: () => String(route.query[name] ?? ''),
    set: (value) => void router.replace({ query: { ...route.query, [name]: value || undefined } }),
  })
}
