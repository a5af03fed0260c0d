import type { Viewer } from '../../feature.ts'
import type { Collection, Tests } from '../../platform/store/store.ts'

type Person = string | null

/**
 * Adds the people whose rows this person may see to every condition. `field` says whose a row is: the assignee of a chat,
 * the owner of a lead.
 */
export function limitOwned<Field extends string, Row extends { id: string } & Record<Field, Person>, Insert>(
  all: Collection<Row, Insert>,
  { id: viewerId, visibility }: Viewer,
  field: Field,
): Collection<Row, Insert> {
  type Where = Tests<Row>
  const people: readonly Person[] = visibility === 'unassigned' ? [viewerId, null] : [viewerId]
  const testOf = (where: Where) => (where as { [Name in Field]?: PersonTest })[field]
  const narrow = (where: Where = {} as Where): Where => ({ ...where, [field]: narrowPerson(people, testOf(where)) })
  /** Who sees only their own would lose what they begin. */
  const own = (fields: Insert): Insert =>
    visibility === 'mine' && !(fields as { [Name in Field]?: Person })[field]
      ? { ...fields, [field]: viewerId }
      : fields

  return {
    get: (id) => (typeof id === 'string' ? all.first(narrow({ id } as unknown as Where)) : all.get(id)),
    getMany: async (ids) => (await all.getMany(ids)).filter((row) => people.includes(row[field])),
    first: (where, sort) => all.first(narrow(where), sort),
    find: (page = {}) => all.find({ ...page, where: narrow(page.where) }),
    count: (where, search, atMost) => all.count(narrow(where), search, atMost),
    group: (group) => all.group({ ...group, where: narrow(group.where) }),
    insert: (fields) => all.insert(own(fields)),
    insertMany: (fields, options) => all.insertMany(fields.map(own), options),
    restore: (row) => all.restore(row),
    update: (id, set, options = {}) => all.update(id, set, { ...options, onlyIf: narrow(options.onlyIf) }),
    updateEach: (edits) => all.updateEach(edits.map((edit) => ({ ...edit, onlyIf: narrow(edit.onlyIf) }))),
    updateWhere: (where, set, options) => all.updateWhere(narrow(where), set, options),
    claim: (where, set, options) => all.claim(narrow(where), set, options),
    remove: async (id) => (await all.removeWhere(narrow({ id } as unknown as Where))) > 0,
    removeWhere: (where) => all.removeWhere(narrow(where)),
  }
}

type PersonTest = Person | { in?: readonly Person[] } | { not?: Person } | undefined

/** What passes both the given test and the list; nothing where a test is of a kind that people are not asked by. */
function narrowPerson(people: readonly Person[], test: PersonTest): Person | { in: readonly Person[] } {
  const passing = people.filter((person) => {
    if (test === undefined) return true
    if (test === null || typeof test === 'string') return person === test
    if ('in' in test) return test.in!.includes(person)
    return 'not' in test && person !== test.not
  })
  // An equality is served by the index of the field; a list would be looked through.
  return passing.length === 1 ? passing[0]! : { in: passing }
}
