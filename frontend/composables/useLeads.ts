import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { leads as routes, type Lead, type LeadStage } from '#contract/leads.ts'
import type { Request } from '#contract/route.ts'
import { call } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { forgetLead, patchLead, showLead, writeLead } from '../api/live-leads.ts'
import { useLive } from '../api/live.ts'
import type { LeadFilter } from '../state/lead-filter.ts'
import { useAction } from './useAction.ts'
import { useList } from './useList.ts'
import { newKey } from '../new-key.ts'

const pageSize = 50

export function useLeadList(filter: Ref<LeadFilter>) {
  return useList<Lead>({
    key: () => keys.leadList(filter.value),
    async fetchPage(cursor, signal) {
      const { withoutNextStep, ...rest } = filter.value
      const query = {
        ...rest,
        limit: pageSize,
        cursor,
        ...(withoutNextStep && { withoutNextStep: 'true' }),
      } as Request<typeof routes.list>['query']
      const { leads, pagination } = await call(routes.list, { query }, { signal })
      return { items: leads, nextCursor: pagination.nextCursor }
    },
  })
}

export function useStages() {
  const query = useQuery({ queryKey: keys.leadStages, queryFn: ({ signal }) => call(routes.stages, {}, { signal }) })
  const stages = computed(() => query.data.value?.stages ?? [])
  return {
    stages,
    loaded: computed(() => query.data.value !== undefined),
    error: query.error,
    retry: () => void query.refetch(),
    stageOf: (id: string) => stages.value.find((stage) => stage.id === id),
    firstOf: (kind: LeadStage['kind']) => stages.value.find((stage) => stage.kind === kind),
  }
}

export type LeadPatch = NonNullable<Request<typeof routes.update>['body']>

/** Every change is shown at once and put back when the server refuses; changes of one lead keep their order. */
export function useLeadActions() {
  const live = useLive()

  async function inTurn(id: string, send: () => Promise<Lead>): Promise<Lead> {
    const turns = live.leadTurns!
    const turn = (turns.get(id) ?? Promise.resolve()).catch(() => undefined).then(send)
    turns.set(id, turn)
    try {
      const lead = await turn
      if (turns.get(id) === turn) {
        turns.delete(id)
        writeLead(live, lead)
      }
      return lead
    } catch (error) {
      if (turns.get(id) === turn) turns.delete(id)
      // Somebody else may have changed it meanwhile: what stands now is asked for rather than guessed.
      void call(routes.get, { params: { leadId: id } }).then(
        (lead) => showLead(live, lead),
        () => undefined,
      )
      throw error
    }
  }

  const { run: save } = useAction(
    (lead: Lead, body: LeadPatch, _shown?: Partial<Lead>) =>
      inTurn(lead.id, () => call(routes.update, { params: { leadId: lead.id }, body })),
    {
      optimistic(lead: Lead, body: LeadPatch, shown?: Partial<Lead>) {
        const fields: Partial<Lead> & { after?: unknown } = { ...(body as Partial<Lead>), ...shown }
        delete fields.after
        return patchLead(live, lead, fields)
      },
    },
  )
  const { run: remove, running: removing } = useAction(async (lead: Lead) => {
    await call(routes.remove, { params: { leadId: lead.id } })
    forgetLead(live, lead.id)
    return true
  })
  const {
    run: create,
    running: creating,
    error: createError,
  } = useAction(async (body: NonNullable<Request<typeof routes.create>['body']>) => {
    const lead = await call(routes.create, { body }, { idempotencyKey: newKey() })
    showLead(live, lead)
    return lead
  })

  /** `shown` is what the server will work out by itself, for the moment until it has. */
  return { save, remove, removing, create, creating, createError }
}
