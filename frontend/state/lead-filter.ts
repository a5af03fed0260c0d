import type { Lead, StageKind } from '#contract/leads.ts'

export type LeadSort = 'position' | 'created' | 'updated' | 'value' | 'next_step'
/** What a list of leads was asked for, as in the request. */
export type LeadFilter = {
  stageId?: string
  status?: StageKind
  /** A user's id, `me`, or `none`. */
  ownerId?: string
  contactId?: string
  withoutNextStep?: boolean
  search?: string
  sort: LeadSort
}

/** Whether a lead is in such a list; what a search finds only the server knows. */
export function leadBelongs(filter: LeadFilter, lead: Lead, me: string | undefined): boolean {
  const owner = filter.ownerId === 'me' ? me : filter.ownerId === 'none' ? null : filter.ownerId
  return (
    (!filter.stageId || lead.stageId === filter.stageId) &&
    (!filter.status || lead.status === filter.status) &&
    (!filter.contactId || lead.contactId === filter.contactId) &&
    (owner === undefined || lead.ownerId === owner) &&
    (!filter.withoutNextStep || (lead.status === 'open' && lead.nextStepAt === null)) &&
    (filter.sort !== 'value' || lead.value !== null)
  )
}

const keyOf: Record<LeadSort, { read: (lead: Lead) => string | number | null; direction: 1 | -1 }> = {
  position: { read: (lead) => lead.position, direction: 1 },
  created: { read: (lead) => lead.createdAt, direction: -1 },
  updated: { read: (lead) => lead.updatedAt, direction: -1 },
  value: { read: (lead) => lead.value, direction: -1 },
  next_step: { read: (lead) => lead.nextStepAt, direction: 1 },
}

/** The order of the server: what is missing is the largest, and the id decides between equals. */
export function leadOrder(sort: LeadSort): (a: Lead, b: Lead) => number {
  const { read, direction } = keyOf[sort]
  return (a, b) => direction * (compare(read(a), read(b)) || compare(a.id, b.id))
}

function compare(a: string | number | null, b: string | number | null): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  return a < b ? -1 : 1
}

/** A place in a column: behind which lead, and the position to show until the server says its own. */
export type Place = { after: string | null; position: number }

const gap = 1024

/** `index` counts the cards of the column without the one that moves. */
export function placeAt(others: readonly Lead[], index: number): Place {
  const above = others[index - 1]
  const below = others[index]
  if (!above) return { after: null, position: (below?.position ?? gap * 2) - gap }
  return { after: above.id, position: below ? (above.position + below.position) / 2 : above.position + gap }
}
