import { AppError } from '../../errors.ts'
import type { Collection, Page, Tests } from '../../platform/store/store.ts'

type Child = { id: string; conversationId: string }
/** Asked once for many rows, so that a page costs one question more and not one per row. */
type Judge<Row> = (rows: readonly Row[]) => Promise<(row: Row) => boolean>

/** Most rows a page looks at when most of them are hidden. */
const mostLookedAt = 5000
const step = 200

/** Rows that are there when their conversation is. Writing new ones is free: whoever writes has found the conversation. */
export function limitChildren<Row extends Child, Insert>(
  all: Collection<Row, Insert>,
  judge: Judge<Row>,
  visible: (conversationIds: readonly string[]) => Promise<Set<string>>,
): Collection<Row, Insert> {
  const reading = limitPrivate(all, judge)
  /** True when the condition is about one conversation and that one is there. */
  async function isWithin(where: Tests<Row> = {}): Promise<boolean> {
    const { conversationId } = where as { conversationId?: unknown }
    // Over all conversations there is no honest answer that hides none.
    if (typeof conversationId !== 'string') throw new AppError('auth.forbidden')
    return (await visible([conversationId])).has(conversationId)
  }

  return {
    ...reading,
    count: async (where, search, atMost) => ((await isWithin(where)) ? all.count(where, search, atMost) : 0),
    group: async (group) => ((await isWithin(group.where)) ? all.group(group) : []),
    updateWhere: async (where, set, options) => ((await isWithin(where)) ? all.updateWhere(where, set, options) : []),
    claim: async (where, set, options) => ((await isWithin(where)) ? all.claim(where, set, options) : []),
    removeWhere: async (where) => ((await isWithin(where)) ? all.removeWhere(where) : 0),
  }
}

/** The same for rows that are counted and changed only as one's own. */
export function limitPrivate<Row extends { id: string }, Insert>(
  all: Collection<Row, Insert>,
  judge: Judge<Row>,
): Collection<Row, Insert> {
  const keep = async (rows: Row[]) => (rows.length === 0 ? rows : rows.filter(await judge(rows)))
  const find = (page: Page<Row> = {}) => findKept(all, keep, page)
  const get = async (id: string) => {
    const row = await all.get(id)
    return row && (await keep([row]))[0]
  }

  return {
    ...all,
    get,
    find,
    getMany: async (ids) => keep(await all.getMany(ids)),
    async first(where, sort) {
      const row = await all.first(where, sort)
      return row && (await keep([row]))[0]
    },
    update: async (id, set, options) => ((await get(id)) ? all.update(id, set, options) : undefined),
    async updateEach(edits) {
      const kept = new Set((await keep(await all.getMany(edits.map(({ id }) => id)))).map(({ id }) => id))
      return all.updateEach(edits.filter(({ id }) => kept.has(id)))
    },
    remove: async (id) => ((await get(id)) ? all.remove(id) : false),
  }
}

/** Reads on behind what is hidden, so that a page is full as long as there is something to show. */
async function findKept<Row extends { id: string }, Insert>(
  all: Collection<Row, Insert>,
  keep: (rows: Row[]) => Promise<Row[]>,
  page: Page<Row>,
): Promise<Row[]> {
  const { skip = 0, sort } = page
  const limit = skip + (page.limit ?? 100)
  const found: Row[] = []
  let after = page.after
  for (let looked = 0; looked < mostLookedAt; looked += step) {
    const rows = await all.find({ ...page, skip: 0, ...(after ? { after } : {}), limit: Math.min(limit, step) })
    found.push(...(await keep(rows)))
    if (found.length >= limit || rows.length < Math.min(limit, step) || !sort) break
    const last = rows.at(-1)!
    after = { value: (last[sort[0]] ?? null) as NonNullable<typeof after>['value'], id: last.id }
  }
  return found.slice(skip, limit)
}
