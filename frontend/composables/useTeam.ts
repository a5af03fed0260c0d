import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { team } from '#contract/team.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'

export type TeamMember = { id: string; name: string }

/** The people of the workspace. Disabled ones keep their name on what they did, but nothing new is given to them. */
export function useTeam() {
  const { data, error, refetch } = useQuery({ queryKey: keys.team, queryFn: () => call(team.list, {}) })
  const people = computed(() => data.value?.members ?? [])
  return {
    people,
    members: computed<TeamMember[]>(() => people.value.filter(({ disabledAt }) => !disabledAt)),
    invitations: computed(() => data.value?.invitations ?? []),
    loaded: computed(() => data.value !== undefined),
    error,
    retry: () => void refetch(),
    /** A name for a chip, null for nobody; somebody not known here is still somebody. */
    nameOf: (id: string | null) =>
      id === null ? null : (people.value.find((member) => member.id === id)?.name ?? 'Someone else'),
  }
}
