import { useDebounceFn } from '@vueuse/core'
import type { Conversation, ConversationLead } from '#contract/conversations.ts'
import type { Lead, leads as routes } from '#contract/leads.ts'
import type { Answer } from '#contract/route.ts'
import type { Pages } from '../composables/useList.ts'
import { leadBelongs, leadOrder, type LeadFilter } from '../state/lead-filter.ts'
import { keys } from './keys.ts'
import { knownConversations, patchConversation, type Live } from './live.ts'
import { find, putLead, replaceLead } from './merge.ts'
import type { Realtime } from './realtime.ts'

/** Changes of one lead that are on their way, one after the other. What others tell about it waits for the last answer. */
export type LeadTurns = Map<string, Promise<unknown>>

type Details = Answer<typeof routes.get>
type Stages = Answer<typeof routes.stages>

/** Keeps every list, column and sum right by what the server tells. */
export function connectLeads(live: Live, realtime: Realtime) {
  const { queryClient } = live
  // A hundred moves in a second are one look at the sums.
  const refreshSums = useDebounceFn(() => queryClient.invalidateQueries({ queryKey: keys.leadStages }), 300, {
    maxWait: 2000,
  })
  const refreshAll = useDebounceFn(() => queryClient.invalidateQueries({ queryKey: keys.allLeads }), 300, {
    maxWait: 2000,
  })
  const refreshRows = useDebounceFn(() => queryClient.invalidateQueries({ queryKey: keys.conversationLists }), 1000, {
    maxWait: 5000,
  })
  realtime.on('lead:updated', ({ lead }) => {
    showLead(live, lead)
    void refreshSums()
  })
  realtime.on('lead:removed', ({ leadId }) => {
    forgetLead(live, leadId)
    void refreshSums()
  })
  realtime.on('leads:changed', () => {
    void refreshAll()
    // Their rows name a stage.
    void refreshRows()
  })
  realtime.on('contact:removed', () => void refreshAll())
  realtime.on('contact:updated', ({ contact }) => {
    for (const lead of knownLeads(live))
      if (lead.contactId === contact.id && lead.contactName !== contact.displayName)
        writeLead(live, { ...lead, contactName: contact.displayName })
  })
}

export function showLead(live: Live, lead: Lead) {
  const known = knownLead(live, lead.id)
  if (live.leadTurns?.has(lead.id) || (known && known.updatedAt > lead.updatedAt)) return
  writeLead(live, lead)
}

/** Into every list it belongs to, out of those it has left. */
export function writeLead(live: Live, lead: Lead) {
  const { queryClient } = live
  const one = keys.lead(lead.id)
  const details = queryClient.getQueryData<Details>(one)
  if (details) {
    queryClient.setQueryData<Details>(one, { ...details, ...lead })
    if (details.updatedAt !== lead.updatedAt) void queryClient.invalidateQueries({ queryKey: one })
  }
  showInRows(live, lead)
  changeLists(live, (list, filter) =>
    filter.search
      ? replaceLead(list, lead)
      : putLead(list, lead, leadBelongs(filter, lead, live.userId()), leadOrder(filter.sort)),
  )
}

/** The chip in the rows of the person's chats. */
function showInRows(live: Live, { id, contactId, status, stageId, value, currency }: Lead) {
  const shown = status === 'open' ? { id, stageId, value, currency } : null
  changeConversations(live, (row) => row.contactId === contactId && (shown !== null || row.lead?.id === id), shown)
}

export function forgetLead(live: Live, id: string) {
  changeConversations(live, ({ lead }) => lead?.id === id, null)
  changeLists(live, (list) => ({
    ...list,
    pages: list.pages.map((page) => ({ ...page, items: page.items.filter((lead) => lead.id !== id) })),
  }))
  live.queryClient.removeQueries({ queryKey: keys.lead(id) })
}

/** Shows fields at once; what it answers puts the lead back as it was, unless something newer came. */
export function patchLead(live: Live, before: Lead, fields: Partial<Lead>): () => void {
  const after = { ...before, ...fields }
  writeLead(live, after)
  shiftSums(live, before, after)
  return () => {
    const now = knownLead(live, before.id)
    if (now && now.updatedAt !== before.updatedAt) return
    writeLead(live, before)
    shiftSums(live, after, before)
  }
}

/** The heads of the columns follow a move at once; the server's own sums come a moment later. */
function shiftSums({ queryClient }: Live, before: Lead, after: Lead) {
  queryClient.setQueryData<Stages>(
    keys.leadStages,
    (known) =>
      known && {
        stages: known.stages.map((stage) => {
          const share = ({ stageId, value, currency }: Lead) =>
            stageId === stage.id
              ? { count: 1, value: !stage.currency || currency === stage.currency ? (value ?? 0) : 0, currency }
              : { count: 0, value: 0, currency: '' }
          const [out, into] = [share(before), share(after)]
          const count = stage.count - out.count + into.count
          return {
            ...stage,
            count,
            value: stage.value - out.value + into.value,
            currency: stage.currency || into.currency,
          }
        }),
      },
  )
}

export const knownLead = (live: Live, id: string): Lead | undefined => {
  const one = live.queryClient.getQueryData<Details>(keys.lead(id))
  if (one) return one
  for (const [, list] of live.queryClient.getQueriesData<Pages<Lead>>({ queryKey: keys.leadLists })) {
    const found = find(list, id)
    if (found) return found
  }
  return undefined
}

function knownLeads({ queryClient }: Live): Lead[] {
  const lists = queryClient.getQueriesData<Pages<Lead>>({ queryKey: keys.leadLists })
  const all = lists.flatMap(([, list]) => list?.pages.flatMap(({ items }) => items) ?? [])
  return [...new Map(all.map((lead) => [lead.id, lead])).values()]
}

function changeConversations(live: Live, isMeant: (row: Conversation) => boolean, lead: ConversationLead | null) {
  for (const row of knownConversations(live)) if (isMeant(row)) patchConversation(live, row.id, { lead })
}

function changeLists({ queryClient }: Live, change: (list: Pages<Lead>, filter: LeadFilter) => Pages<Lead>) {
  for (const query of queryClient.getQueryCache().findAll({ queryKey: keys.leadLists })) {
    const filter = query.queryKey[2] as LeadFilter
    queryClient.setQueryData<Pages<Lead>>(query.queryKey, (list) => list && change(list, filter))
  }
}
