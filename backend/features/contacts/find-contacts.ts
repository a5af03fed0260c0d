import type { ContactFilter } from '../../contract/contacts.ts'
import type { Context } from '../../feature.ts'
import type { Contact } from '../../model/index.ts'
import type { Collection, Tests } from '../../platform/store/store.ts'
import { countContactsOf, keepMatching, narrow } from '../segments/audience.ts'
import { getSegment } from '../segments/segments.ts'

const pageSize = 500

export function testsOf({ tag, blocked, optIn }: ContactFilter): Tests<Contact> {
  return {
    ...(tag ? { tags: { has: tag } } : {}),
    ...(blocked === undefined ? {} : { blockedAt: blocked ? { not: null } : null }),
    ...(optIn ? { optInStatus: optIn } : {}),
  }
}

type Source = Pick<Collection<Contact, never>, 'find' | 'count'>

/** The contacts, or only those of a segment; these are looked for in the order that is asked for. */
export async function sourceOf(context: Context, { segment }: ContactFilter): Promise<Source> {
  const { contacts } = context.store
  if (!segment) return contacts
  const { filter } = await getSegment(context, segment)
  const narrowed = await narrow(context, filter)
  const find: Source['find'] = async ({ skip = 0, limit: wanted = pageSize, after, where, search, ...page } = {}) => {
    const limit = skip + wanted
    const found: Contact[] = []
    const [field] = page.sort!
    let behind = after
    // Where most contacts of a page pass, a short list need not read hundreds.
    let size = Math.min(pageSize, Math.max(limit, 20))
    while (found.length < limit) {
      const read = await contacts.find({
        ...page,
        // A filter of the list wins over the segment's test of the same field, which is asked below.
        where: { ...narrowed.where, ...where },
        search: search ?? narrowed.search,
        limit: size,
        ...(behind ? { after: behind } : {}),
      })
      found.push(...(await keepMatching(context, filter, read)))
      if (read.length < size) break
      size = Math.min(pageSize, size * 4)
      behind = { value: read.at(-1)![field] as string, id: read.at(-1)!.id }
    }
    return found.slice(skip, limit)
  }
  return {
    find,
    count: async (where = {}, search) =>
      Object.keys(where).length === 0 && !search
        ? countContactsOf(context, filter)
        : (await find({ where, sort: ['createdAt', 'asc'], limit: Infinity, ...(search ? { search } : {}) })).length,
  }
}

/** How many there are, however many that is. */
export async function countContactsMatching(context: Context, filter: ContactFilter): Promise<number> {
  return (await sourceOf(context, filter)).count(testsOf(filter), filter.search)
}

/** All pages of what the list would show, by name. */
export async function* eachContactMatching(context: Context, filter: ContactFilter): AsyncGenerator<Contact[]> {
  const source = await sourceOf(context, filter)
  const { search } = filter
  let after: { value: string; id: string } | undefined
  for (;;) {
    const page = await source.find({
      where: testsOf(filter),
      sort: ['displayName', 'asc'],
      limit: pageSize,
      ...(search ? { search } : {}),
      ...(after ? { after } : {}),
    })
    if (page.length > 0) yield page
    if (page.length < pageSize) return
    after = { value: page.at(-1)!.displayName, id: page.at(-1)!.id }
  }
}
