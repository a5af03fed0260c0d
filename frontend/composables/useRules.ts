import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { leads } from '#contract/leads.ts'
import type { Answer } from '#contract/route.ts'
import { rules as routes, type Rule } from '#contract/rules.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { useAction } from './useAction.ts'
import { useTeam } from './useTeam.ts'

type Listed = Answer<typeof routes.list>

/** The rules in their order; what is changed is seen at once. */
export function useRules() {
  const queryClient = useQueryClient()
  const query = useQuery({ queryKey: keys.rules, queryFn: ({ signal }) => call(routes.list, {}, { signal }) })
  const rules = computed(() => query.data.value?.rules ?? [])
  const show = (next: readonly Rule[]) => queryClient.setQueryData<Listed>(keys.rules, { rules: [...next] })
  const shown = (next: readonly Rule[]) => {
    const before = rules.value
    show(next)
    return () => show(before)
  }
  const toggle = useAction(
    (rule: Rule, enabled: boolean) => call(routes.update, { params: { ruleId: rule.id }, body: { enabled } }),
    {
      optimistic: (rule, enabled) => shown(rules.value.map((one) => (one.id === rule.id ? { ...one, enabled } : one))),
    },
  )
  const order = useAction(
    (next: readonly Rule[]) => call(routes.order, { body: { ruleIds: next.map(({ id }) => id) } }),
    {
      optimistic: shown,
    },
  )
  const remove = useAction((rule: Rule) => call(routes.remove, { params: { ruleId: rule.id } }), {
    optimistic: (rule) => shown(rules.value.filter(({ id }) => id !== rule.id)),
  })
  return { query, rules, toggle: toggle.run, order: order.run, remove: remove.run }
}

/** Names for the ids that sentences about rules mention. */
export function useRuleNames() {
  const { nameOf } = useTeam()
  const { data } = useQuery({ queryKey: keys.leadStages, queryFn: () => call(leads.stages, {}) })
  const stages = computed(() => data.value?.stages ?? [])
  return {
    stages,
    names: {
      stage: (id: string) => stages.value.find((stage) => stage.id === id)?.name ?? '…',
      person: (id: string) => nameOf(id) ?? 'nobody',
    },
  }
}
