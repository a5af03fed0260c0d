import type { Condition, SegmentFilter } from '../../contract/segments.ts'
import type { Context } from '../../feature.ts'
import type { Contact } from '../../model/index.ts'
import type { Tests } from '../../platform/store/store.ts'
import { matchesFilter, type Subject } from './matches.ts'
import { wholeStoreOf } from '../visibility/limited-store.ts'

const pageSize = 500
/** Of one page of contacts; each has a chat per channel and few leads. */
const relatedRows = 100_000
const aboutChats = new Set(['window', 'channel', 'assignee', 'conversation', 'lastActivity', 'lastInbound'])
const aboutLeads = new Set(['stage', 'lead'])

type Reader = Pick<Context, 'store' | 'now'>

/**
 * Everybody a filter finds, a page at a time, oldest contact first: for campaigns, automation and exports. Contacts that
 * are added meanwhile come too; nobody comes twice.
 */
export async function* eachContactOf(context: Reader, filter: SegmentFilter): AsyncGenerator<Contact[]> {
  const where = narrow(filter)
  let after: { value: string; id: string } | undefined
  for (;;) {
    const page = await context.store.contacts.find({
      where,
      sort: ['createdAt', 'asc'],
      limit: pageSize,
      ...(after ? { after } : {}),
    })
    const found = await keepMatching(context, filter, page)
    if (found.length > 0) yield found
    if (page.length < pageSize) return
    after = { value: page.at(-1)!.createdAt, id: page.at(-1)!.id }
  }
}

export async function countContactsOf(context: Reader, filter: SegmentFilter): Promise<number> {
  if (canCount(filter)) return context.store.contacts.count(narrow(filter))
  let count = 0
  for await (const page of eachContactOf(context, filter)) count += page.length
  return count
}

/** Those of a page that pass, in the same order. Chats and leads are only read when a condition asks for them. */
export async function keepMatching(
  { store, now }: Reader,
  filter: SegmentFilter,
  contacts: readonly Contact[],
): Promise<Contact[]> {
  const ids = contacts.map(({ id }) => id)
  const asksFor = (fields: Set<string>) => ids.length > 0 && filter.conditions.some(({ field }) => fields.has(field))
  const conversations = asksFor(aboutChats)
    ? await wholeStoreOf(store).conversations.find({ where: { contactId: { in: ids } }, limit: relatedRows })
    : []
  const leads = asksFor(aboutLeads)
    ? await store.leads.find({ where: { contactId: { in: ids } }, limit: relatedRows })
    : []
  const chatsOf = Map.groupBy(conversations, ({ contactId }) => contactId)
  const leadsOf = Map.groupBy(leads, ({ contactId }) => contactId)
  const at = now()
  const subjectOf = (contact: Contact): Subject => ({
    contact,
    conversations: chatsOf.get(contact.id) ?? [],
    leads: leadsOf.get(contact.id) ?? [],
  })
  return contacts.filter((contact) => matchesFilter(filter, subjectOf(contact), at))
}

/** What the store can already leave out. The filter itself is asked all the same. */
function narrow({ match, conditions }: SegmentFilter): Tests<Contact> {
  return match === 'any' && conditions.length > 1 ? {} : Object.assign({}, ...conditions.map(testOf))
}

function testOf(condition: Condition): Tests<Contact> {
  if (condition.field === 'tag' && condition.op === 'has') return { tags: { has: condition.value } }
  if (condition.field === 'optIn' && condition.op === 'is') return { optInStatus: condition.value }
  if (condition.field === 'blocked') return { blockedAt: condition.value ? { not: null } : null }
  return {}
}

/** Whether the store alone decides: every condition is a test of its own. */
function canCount(filter: SegmentFilter): boolean {
  const fields = Object.keys(narrow(filter))
  return filter.conditions.length === fields.length
}
