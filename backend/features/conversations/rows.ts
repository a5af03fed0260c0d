import type { Conversation as Row, ConversationLead } from '../../contract/conversations.ts'
import type { Context } from '../../feature.ts'
import type { Conversation } from '../../model/index.ts'
import { withMarks } from './marks.ts'

/** More leads of one person than this are not looked at for a row. */
const leadsEach = 5

/** Conversations as the asking person sees them in a list: one query more for what they have read, one for the pipeline. */
export async function presentRows(context: Context, rows: readonly Conversation[]): Promise<Row[]> {
  const [marked, leads] = await Promise.all([withMarks(context, rows), readLeads(context, rows)])
  return marked.map((row) => ({ ...row, lead: leads.get(row.contactId) ?? null }))
}

export async function presentRow(context: Context, row: Conversation): Promise<Row> {
  return (await presentRows(context, [row]))[0]!
}

async function readLeads({ store }: Context, rows: readonly Conversation[]): Promise<Map<string, ConversationLead>> {
  const contactIds = [...new Set(rows.map(({ contactId }) => contactId))]
  if (contactIds.length === 0) return new Map()
  const open = await store.leads.find({
    where: { contactId: { in: contactIds }, status: 'open' },
    sort: ['updatedAt', 'desc'],
    limit: contactIds.length * leadsEach,
  })
  // Of each person the one that changed last is written last, and stays. What the limit cuts off is the oldest.
  return new Map(
    open
      .toReversed()
      .map(({ contactId, id, stageId, value, currency }) => [contactId, { id, stageId, value, currency }]),
  )
}
