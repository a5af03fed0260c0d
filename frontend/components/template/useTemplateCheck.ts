import { refDebounced } from '@vueuse/core'
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { templates as routes, type TemplateComponent } from '#contract/templates.ts'
import { call } from '../../api/client.ts'
import { componentsOf, formatOf, type Draft } from './template-draft.ts'

/** Asks while somebody types what Meta would refuse, and sorts the answers by the part they are about. */
export function useTemplateCheck(draft: Ref<Draft>) {
  const body = computed(() => ({
    // Only the text is checked here; the name has a rule of its own beside its field.
    name: /^[a-z0-9_]+$/.test(draft.value.name) ? draft.value.name : 'unnamed',
    language: draft.value.language,
    category: draft.value.category,
    parameterFormat: formatOf(draft.value),
    components: componentsOf(draft.value),
  }))
  const queryClient = useQueryClient()
  const settled = refDebounced(body, 350)
  const asking = (what: typeof body.value) => ({
    queryKey: ['template-check', what],
    queryFn: async ({ signal }: { signal: AbortSignal }) => {
      const { problems: found } = await call(routes.check, { body: what }, { signal })
      return { problems: found, components: what.components }
    },
  })
  const query = useQuery({
    queryKey: computed(() => asking(settled.value).queryKey),
    queryFn: (context) => asking(settled.value).queryFn(context),
    placeholderData: (before) => before,
    gcTime: 60_000,
    retry: false,
  })
  const problems = computed(() => query.data.value?.problems ?? [])
  const checked = computed(() => query.data.value?.components ?? [])
  const isEmptyPart = (part: TemplateComponent | undefined) => part?.['text'] === ''

  /** The sentence for one part, or one of its members. */
  function problemOf(type: string, member?: string): string | undefined {
    const index = checked.value.findIndex((part) => part.type === type)
    if (index === -1) return undefined
    // What was empty when it was looked at and is not any more is not called empty until the next look.
    const present = body.value.components.find((part) => part.type === type)
    if (isEmptyPart(checked.value[index]) && !isEmptyPart(present)) return undefined
    const path = `components.${index}`
    return problems.value.find((problem) =>
      member
        ? problem.path.startsWith(`${path}.${member}`)
        : problem.path === path || problem.path.startsWith(`${path}.`),
    )?.message
  }

  const buttonProblems = computed(() => {
    const found: Record<string, string> = {}
    for (const { path, message } of problems.value) {
      const [, place] = /^components\.\d+\.buttons\.(\d+\.\w+)/.exec(path) ?? []
      if (place) found[place] ??= message
    }
    return found
  })
  /** What is written at this moment, which the checks while typing may not have seen yet. */
  async function checkNow() {
    const known = await queryClient.fetchQuery({ ...asking(body.value), retry: false, staleTime: 60_000 })
    return known.problems
  }

  return { problems, checkNow, problemOf, buttonProblems, isChecking: query.isFetching }
}
