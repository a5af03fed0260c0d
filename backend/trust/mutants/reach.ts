import type { Mutant } from './mutant.ts'

const json = 'backend/platform/store/json/json.test.ts'
const postgres = 'backend/platform/store/postgres/postgres.test.ts'
const store = 'backend/platform/store/store.test.ts'
const tenancy = 'backend/trust/tenancy.test.ts'
const roles = 'backend/trust/roles.test.ts'
const visibility = 'backend/features/visibility/visibility.test.ts'

/** Who may see and do what: workspaces, roles, and agents who see only their own. */
export const reach: readonly Mutant[] = [
  {
    bug: 'a store of one workspace reads and changes those of all',
    file: 'backend/platform/store/input.ts',
    edits: [['where as Where), ...scope }', 'where as Where) }']],
    caughtBy: [json, postgres],
  },
  {
    bug: 'whoever inserts may name another workspace',
    file: 'backend/platform/store/input.ts',
    edits: [['document[name] = workspaceId\n', "document[name] = fields['workspaceId'] ?? workspaceId\n"]],
    caughtBy: [json, postgres],
  },
  {
    bug: 'a change moves a document into another workspace',
    file: 'backend/platform/store/input.ts',
    edits: [[": ['id', 'workspaceId', 'createdAt', 'updatedAt'])", ": ['id', 'createdAt', 'updatedAt'])"]],
    caughtBy: [json, postgres],
  },
  {
    bug: 'a job goes to the workspace that its maker names, not to the one it was made in',
    file: 'backend/platform/store/store.ts',
    edits: [['const workspaceId = scope ?? job.workspaceId', 'const workspaceId = job.workspaceId ?? scope']],
    caughtBy: [store],
  },
  {
    bug: 'one workspace cancels the jobs of another',
    file: 'backend/platform/store/store.ts',
    edits: [['const owner = workspaceId ?? named', 'const owner = named ?? workspaceId']],
    caughtBy: [store],
  },
  {
    bug: 'the id of a colleague in a body is not looked up',
    file: 'backend/features/conversations/conversations.ts',
    edits: [['if (change.assignedTo) await requireAssignee(context.store, change.assignedTo)', '']],
    caughtBy: [tenancy],
  },
  {
    bug: 'many chats at once are given to whatever id a body names',
    file: 'backend/features/bulk/bulk.ts',
    edits: [['if (assignedTo) await requireAssignee(store, assignedTo)', '']],
    caughtBy: ['backend/features/bulk/bulk.test.ts'],
  },
  {
    bug: 'live events go to the browsers of every workspace',
    file: 'backend/platform/realtime/socket-io.ts',
    edits: [['workspace: (id: string) => `workspace:${id}`', "workspace: (_id: string) => 'workspace:every'"]],
    caughtBy: ['backend/platform/realtime/realtime.test.ts', 'backend/http/live.test.ts'],
  },
  {
    bug: 'a browser may listen in on the conversation of another workspace',
    file: 'backend/app/live.ts',
    edits: [['limitStore(store.workspace(workspaceId), {', 'limitStore(store.system as never, {']],
    caughtBy: ['backend/http/live.test.ts'],
  },
  {
    bug: 'a file is served to whoever knows its id, in any workspace',
    file: 'backend/app/doors.ts',
    edits: [
      [
        'findFile: createFindFile({ files, log: logs.error }),',
        'findFile: (context, id) =>\n        createFindFile({ files, log: logs.error })({ ...context, store: ground.system } as never, id),',
      ],
    ],
    caughtBy: ['backend/http/media.test.ts'],
  },
  {
    bug: 'every route is open to every member',
    file: 'backend/http/mount.ts',
    edits: [['requireAccess(await authenticate(request), route.access)', 'requireAccess(await authenticate(request))']],
    caughtBy: [roles],
  },
  {
    bug: 'an answer has every column of its row',
    file: 'backend/http/mount.ts',
    edits: [['if (success) return data\n', 'if (success) return result\n']],
    caughtBy: ['backend/http/server.test.ts'],
  },
  {
    bug: 'agents may remove a number',
    file: 'backend/contract/channels.ts',
    edits: [["result: Done,\n    access: 'admin',", 'result: Done,']],
    caughtBy: [roles],
  },
  {
    bug: 'agents may take all customers along in one file',
    file: 'backend/http/contact-files.ts',
    edits: [
      [
        "const context = await signIn(request, response, 'admin')\n    const { data, error } = ContactFilter",
        'const context = await signIn(request, response)\n    const { data, error } = ContactFilter',
      ],
    ],
    caughtBy: [roles],
  },
  {
    bug: 'agents may take all messages along in one file',
    file: 'backend/http/contact-files.ts',
    edits: [
      [
        "const context = await signIn(request, response, 'admin')\n    const { data, error } = MessageFilter",
        'const context = await signIn(request, response)\n    const { data, error } = MessageFilter',
      ],
    ],
    caughtBy: [roles],
  },
  {
    bug: 'agents may take along all there is about a customer',
    file: 'backend/http/contact-files.ts',
    edits: [
      [
        "const context = await signIn(request, response, 'admin')\n    const contactId",
        'const context = await signIn(request, response)\n    const contactId',
      ],
    ],
    caughtBy: [roles],
  },
  {
    bug: 'an admin makes an owner',
    file: 'backend/features/team/members.ts',
    edits: [["if (touchesOwner && actor?.role !== 'owner')", 'if (false)']],
    caughtBy: ['backend/features/team/team.test.ts'],
  },
  {
    bug: 'the list of chats shows an agent those of others',
    file: 'backend/features/visibility/limited-owned.ts',
    edits: [['all.find({ ...page, where: narrow(page.where) })', 'all.find(page)']],
    caughtBy: [visibility],
  },
  {
    bug: 'an agent opens the chat of somebody else by its id',
    file: 'backend/features/visibility/limited-owned.ts',
    edits: [["typeof id === 'string' ? all.first(narrow({ id } as unknown as Where)) : all.get(id)", 'all.get(id)']],
    caughtBy: [visibility],
  },
  {
    bug: 'a count tells an agent how many chats others have',
    file: 'backend/features/visibility/limited-owned.ts',
    edits: [['all.count(narrow(where), search, atMost)', 'all.count(where, search, atMost)']],
    caughtBy: [visibility],
  },
  {
    bug: 'sums tell an agent about the chats of others',
    file: 'backend/features/visibility/limited-owned.ts',
    edits: [['all.group({ ...group, where: narrow(group.where) })', 'all.group(group)']],
    caughtBy: [visibility],
  },
  {
    bug: 'a search finds an agent the messages of others',
    file: 'backend/features/visibility/limited-children.ts',
    edits: [['    get,\n    find,\n', '    get,\n    find: all.find,\n']],
    caughtBy: [visibility],
  },
  {
    bug: 'inside a transaction an agent sees everything',
    file: 'backend/features/visibility/limited-store.ts',
    edits: [['run(limitStore(tx, viewer))', 'run(tx)']],
    caughtBy: [visibility],
  },
  {
    bug: 'an agent opens the files of chats of others',
    file: 'backend/features/visibility/limited-store.ts',
    edits: [['media: { get: () => limitPrivate(store.media, ofMessage) },', '']],
    caughtBy: [visibility],
  },
  {
    bug: 'an agent is told of a mention in a chat they may not see',
    file: 'backend/features/visibility/viewer.ts',
    edits: [["return viewer && (viewer.visibility === 'all' ||", 'return viewer && (true ||']],
    caughtBy: [visibility],
  },
  {
    bug: 'an agent hears live what happens in the chats of others',
    file: 'backend/platform/realtime/limited.ts',
    edits: [['if (sees(now)) return socket.send(event)', 'return socket.send(event)']],
    caughtBy: [visibility],
  },
  {
    bug: 'the browser of an agent who sees only their own joins the room of those who see everything',
    file: 'backend/platform/realtime/socket-io.ts',
    edits: [['isLimited ? rooms.limited(workspaceId) : rooms.workspace(workspaceId)', 'rooms.workspace(workspaceId)']],
    caughtBy: [visibility],
  },
]
