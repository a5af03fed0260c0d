import type { Viewer } from '../../feature.ts'
import type { WorkspaceStore } from '../../model/index.ts'
import type { Tests } from '../../platform/store/store.ts'

type Conversations = WorkspaceStore['conversations']
type Where = Tests<NonNullable<Awaited<ReturnType<Conversations['get']>>>>
type Assignee = string | null

/** Adds the assignees this person may see to every condition. */
export function limitConversations(all: Conversations, { id: viewerId, visibility }: Viewer): Conversations {
  const assignees: readonly Assignee[] = visibility === 'unassigned' ? [viewerId, null] : [viewerId]
  const narrow = <W extends Where>(where: W = {} as W): W => ({
    ...where,
    assignedTo: narrowAssignee(assignees, where.assignedTo),
  })
  /** Who sees only their own would lose what they begin. */
  const own = <F extends { assignedTo?: Assignee }>(fields: F): F =>
    visibility === 'mine' && !fields.assignedTo ? { ...fields, assignedTo: viewerId } : fields

  return {
    get: (id) => (typeof id === 'string' ? all.first(narrow({ id })) : all.get(id)),
    getMany: async (ids) => (await all.getMany(ids)).filter(({ assignedTo }) => assignees.includes(assignedTo)),
    first: (where, sort) => all.first(narrow(where), sort),
    find: (page = {}) => all.find({ ...page, where: narrow(page.where) }),
    count: (where) => all.count(narrow(where)),
    group: (group) => all.group({ ...group, where: narrow(group.where) }),
    insert: (fields) => all.insert(own(fields as { assignedTo?: Assignee }) as typeof fields),
    insertMany: (fields, options) =>
      all.insertMany(
        fields.map((one) => own(one as { assignedTo?: Assignee }) as typeof one),
        options,
      ),
    update: (id, set, options = {}) => all.update(id, set, { ...options, onlyIf: narrow(options.onlyIf) }),
    updateEach: (edits) => all.updateEach(edits.map((edit) => ({ ...edit, onlyIf: narrow(edit.onlyIf) }))),
    updateWhere: (where, set, options) => all.updateWhere(narrow(where), set, options),
    claim: (where, set, options) => all.claim(narrow(where), set, options),
    remove: async (id) => (await all.removeWhere(narrow({ id }))) > 0,
    removeWhere: (where) => all.removeWhere(narrow(where)),
  }
}

/** What passes both the given test and the list; nothing where a test is of a kind that assignees are not asked by. */
function narrowAssignee(
  assignees: readonly Assignee[],
  test: Where['assignedTo'],
): NonNullable<Where['assignedTo']> | null {
  const passing = assignees.filter((assignee) => {
    if (test === undefined) return true
    if (test === null || typeof test === 'string') return assignee === test
    if ('in' in test) return test.in!.includes(assignee)
    return 'not' in test && assignee !== test.not
  })
  // An equality is served by the index of assignees; a list would be looked through.
  return passing.length === 1 ? passing[0]! : { in: passing }
}
