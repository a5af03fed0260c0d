import { setImmediate } from 'node:timers/promises'
import type { Condition, SegmentFilter } from '../../contract/segments.ts'
import type { Context } from '../../feature.ts'
import type { Contact } from '../../model/index.ts'
import type { Tests } from '../../platform/store/store.ts'
import { countByValues } from './count-values.ts'
import { matchesFilter, type Subject } from './matches.ts'
import { aboutChats, aboutLeads, findRelated, isDenied } from './related.ts'

const pageSize = 500
/** Of one page of contacts; each has a chat per channel and few leads. */
const relatedRows = 100_000
/** So many ids are worth a question for them alone, instead of looking through all contacts. */
const mostIds = 5000

type Reader = Pick<Context, 'store' | 'now'>

/**
 * Everybody a filter finds, a page at a time, oldest contact first: for campaigns, automation and exports. Nobody comes
 * twice; contacts that are added meanwhile come too, unless the filter asks for chats or leads.
 */
export async function* eachContactOf(context: Reader, filter: SegmentFilter): AsyncGenerator<Contact[]> {
  const related = await findFewest(context, filter)
  if (related) return yield* eachOf(context, filter, related)
  const narrowed = await narrow(context, filter)
  let after: { value: string; id: string } | undefined
  for (;;) {
    const page = await context.store.contacts.find({
      ...narrowed,
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

/** Ids begin with the time they were made at, so this is the same order. */
async function* eachOf(context: Reader, filter: SegmentFilter, ids: ReadonlySet<string>): AsyncGenerator<Contact[]> {
  const sorted = [...ids].sort()
  for (let from = 0; from < sorted.length; from += pageSize) {
    const page = await context.store.contacts.find({
      where: { ...testsOf(filter), id: { in: sorted.slice(from, from + pageSize) } },
      sort: ['createdAt', 'asc'],
      limit: pageSize,
    })
    const found = await keepMatching(context, filter, page)
    if (found.length > 0) yield found
  }
}

export async function countContactsOf(context: Reader, filter: SegmentFilter): Promise<number> {
  const { contacts } = context.store
  if (canCount(filter)) return contacts.count(testsOf(filter))
  const [only, ...others] = filter.conditions
  const related = only && others.length === 0 ? await findRelated(context, only) : undefined
  if (related) return isDenied(only!) ? (await contacts.count()) - related.size : related.size
  if (only?.field === 'tag' && others.length === 0) {
    const [all, tagged] = await Promise.all([contacts.count(), contacts.count({ tags: { has: only.value } })])
    return all - tagged
  }
  const byValues = await countByValues(context, filter, { where: testsOf(filter), ...searchOf(filter) })
  if (byValues !== undefined) return byValues
  let count = 0
  for await (const page of eachContactOf(context, filter)) count += page.length
  return count
}

/** How many chats there are with the contacts of a filter. */
export async function countChatsOf(context: Reader, filter: SegmentFilter): Promise<number> {
  const { conversations } = context.store
  if (filter.conditions.length === 0) return conversations.count()
  let count = 0
  for await (const page of eachContactOf(context, filter)) {
    count += await conversations.count({ contactId: { in: page.map(({ id }) => id) } })
    // The JSON store answers without ever waiting: others get their turn in between.
    await setImmediate()
  }
  return count
}

/** The ids of everybody a filter finds, or undefined when they are more than `most`. */
export async function findIdsOf(context: Reader, filter: SegmentFilter, most: number): Promise<string[] | undefined> {
  const ids: string[] = []
  for await (const page of eachContactOf(context, filter)) {
    ids.push(...page.map(({ id }) => id))
    if (ids.length > most) return undefined
  }
  return ids
}

/**
 * Those of a page that pass, in the same order. Chats and leads are only read when a condition asks for them, and what is
 * hidden from the one who asks is not there: otherwise a condition would tell of it, one question at a time.
 */
export async function keepMatching(
  { store, now }: Reader,
  filter: SegmentFilter,
  contacts: readonly Contact[],
): Promise<Contact[]> {
  const ids = contacts.map(({ id }) => id)
  const asksFor = (fields: ReadonlySet<string>) =>
    ids.length > 0 && filter.conditions.some(({ field }) => fields.has(field))
  const conversations = asksFor(aboutChats)
    ? await store.conversations.find({ where: { contactId: { in: ids } }, limit: relatedRows })
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

type Narrowed = { where: Tests<Contact>; search?: string }

/** What the store can already leave out. The filter itself is asked all the same. */
export async function narrow(context: Reader, filter: SegmentFilter): Promise<Narrowed> {
  const where = testsOf(filter)
  const related = await findFewest(context, filter)
  if (related && related.size <= mostIds) return { where: { ...where, id: { in: [...related] } } }
  return { where, ...searchOf(filter) }
}

function searchOf(filter: SegmentFilter): { search?: string } {
  const words = sureOf(filter).find(isInSearchText)
  return words && 'value' in words ? { search: String(words.value) } : {}
}

/** The contacts of the condition about chats or leads that leaves the fewest; nobody else can pass. */
async function findFewest(context: Reader, filter: SegmentFilter): Promise<Set<string> | undefined> {
  let fewest: Set<string> | undefined
  for (const condition of sureOf(filter)) {
    const related = isDenied(condition) ? undefined : await findRelated(context, condition)
    if (related && related.size < (fewest?.size ?? Infinity)) fewest = related
  }
  return fewest
}

/** The conditions without which nobody passes. */
const sureOf = ({ match, conditions }: SegmentFilter): readonly Condition[] =>
  match === 'any' && conditions.length > 1 ? [] : conditions

const testsOf = (filter: SegmentFilter): Tests<Contact> => {
  const tags = anyTagOf(filter)
  return tags ? { tags: { hasAny: tags } } : Object.assign({}, ...sureOf(filter).map(testOf))
}

/** The tags of which one is enough, where the filter asks for nothing else. */
function anyTagOf({ match, conditions }: SegmentFilter): string[] | undefined {
  if (match === 'all' || conditions.length < 2) return undefined
  const tags = conditions.flatMap((one) => (one.field === 'tag' && one.op === 'has' ? one.value : []))
  return tags.length === conditions.length ? tags : undefined
}

/** The text that contacts are searched by has all of these. */
function isInSearchText(condition: Condition): boolean {
  const isThere = ['name', 'phone', 'email', 'username'].includes(condition.field)
  return isThere && 'op' in condition && ['contains', 'starts', 'is'].includes(condition.op)
}

function testOf(condition: Condition): Tests<Contact> {
  if (condition.field === 'tag' && condition.op === 'has') return { tags: { has: condition.value } }
  if (condition.field === 'optIn' && condition.op === 'is') return { optInStatus: condition.value }
  if (condition.field === 'blocked') return { blockedAt: condition.value ? { not: null } : null }
  return {}
}

/** Whether the store alone decides: every condition is a test of its own. */
function canCount(filter: SegmentFilter): boolean {
  const fields = Object.keys(testsOf(filter))
  return filter.conditions.length === fields.length || anyTagOf(filter) !== undefined
}
