import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { doctor as routes, type HealthReport } from '#contract/doctor.ts'
import type { Answer } from '#contract/route.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'

/** The last report of every number; live events keep it right. */
export function useHealth() {
  const queryClient = useQueryClient()
  const query = useQuery({ queryKey: keys.health, queryFn: ({ signal }) => call(routes.reports, {}, { signal }) })
  return {
    reportOf: (channelId: string) => query.data.value?.reports.find((report) => report.channelId === channelId),
    keep: (report: HealthReport) =>
      queryClient.setQueryData<Answer<typeof routes.reports>>(keys.health, (known) => withReport(known, report)),
  }
}

export function withReport(known: Answer<typeof routes.reports> | undefined, report: HealthReport) {
  const others = (known?.reports ?? []).filter(({ channelId }) => channelId !== report.channelId)
  return { reports: [report, ...others] }
}
