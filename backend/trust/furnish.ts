import type { TestApp } from '../test/world.ts'
import { owner, register } from '../test/world.ts'

type Call = (method: string, path: string, body?: unknown) => Promise<{ id?: string; [field: string]: unknown }>

/** A workspace with one of everything a path can name. */
export type Furnished = {
  workspaceId: string
  cookie: string
  /** Its word in every text that a person could have written; it must not turn up anywhere else. */
  canary: string
  /** By the name of the parameter in the paths of the contract. */
  ids: { [parameter: string]: string }
}

const inAWeek = (clock: TestApp['clock']) => new Date(clock.now().getTime() + 7 * 86_400_000).toISOString()

/** How an id for each parameter of a path comes about. A route with an unknown parameter fails the matrix until it is added. */
const makers: { [parameter: string]: (call: Call, furnished: Furnished, test: TestApp) => Promise<unknown> } = {
  contactId: (call, { canary }) =>
    call('POST', '/contacts', { phone: '+5511912345678', name: `Contact ${canary}`, email: `${canary}@example.com` }),
  async conversationId(call) {
    const { conversations } = await call('GET', '/conversations')
    return (conversations as { id: string }[])[0]
  },
  async messageId(call, { ids }) {
    const { messages } = await call('GET', `/conversations/${ids['conversationId']}/messages`)
    return (messages as { id: string }[])[0]
  },
  async channelId(call) {
    const { channels } = await call('GET', '/channels')
    return (channels as { id: string; kind: string }[]).find(({ kind }) => kind === 'cloud')
  },
  leadId: (call, { ids, canary }) =>
    call('POST', '/leads', { contactId: ids['contactId'], title: `Lead ${canary}`, value: 10 }),
  segmentId: (call, { canary }) =>
    call('POST', '/segments', { name: `Segment ${canary}`, filter: { match: 'all', conditions: [] } }),
  noteId: (call, { ids, canary }) =>
    call('POST', `/conversations/${ids['conversationId']}/notes`, { text: `Note ${canary}` }),
  invitationId: (call, { canary }) =>
    call('POST', '/team/invitations', { email: `invited-${canary}@example.com`, role: 'agent' }),
  async userId(_call, { workspaceId }, { app }) {
    return (await app.store.workspace(workspaceId).users.find({ limit: 1 }))[0]
  },
  async sessionId(_call, { workspaceId }, { app }) {
    return (await app.store.workspace(workspaceId).sessions.find({ limit: 1 }))[0]
  },
  templateId: (call, { ids, canary }) =>
    call('POST', '/templates', {
      channelId: ids['channelId'],
      name: `template_${canary}`,
      language: 'en',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: `Hello from ${canary}` }],
    }),
  async mediaId(_call, { cookie, canary }, { url }) {
    const form = new FormData()
    form.append('file', new Blob([`Text of ${canary}`], { type: 'text/plain' }), `${canary}.txt`)
    const response = await fetch(`${url}/api/media`, {
      method: 'POST',
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
      body: form,
    })
    return ((await response.json()) as { data: { id: string } }).data
  },
  async deliveryId(_call, { workspaceId }, { app }) {
    return (await app.store.system.webhookDeliveries.find({ where: { workspaceId }, limit: 1 }))[0]
  },
  letterId: (_call, { workspaceId, ids, canary }, { app }) =>
    app.store.workspace(workspaceId).webhookDeadLetters.insert({
      deliveryId: ids['deliveryId']!,
      channelId: ids['channelId']!,
      key: `key-${canary}`,
      kind: 'message',
      payload: { note: canary },
      error: 'It did not work',
      state: 'dead',
    }),
  notificationId: (_call, { workspaceId, ids, canary }, { app, clock }) =>
    app.store.workspace(workspaceId).notifications.insert({
      userId: ids['userId']!,
      kind: 'mention',
      key: `mention-${canary}`,
      conversationId: ids['conversationId']!,
      contactName: canary,
      preview: canary,
      expiresAt: new Date(clock.now().getTime() + 86_400_000).toISOString(),
    }),
  cannedReplyId: (call, { canary }) => call('POST', '/canned-replies', { shortcut: canary, text: `Canned ${canary}` }),
  savedViewId: (call, { canary }) => call('POST', '/saved-views', { name: `View ${canary}`, filter: {} }),
  reminderId: (call, { ids, canary }, { clock }) =>
    call('POST', '/reminders', { conversationId: ids['conversationId'], note: canary, dueAt: inAWeek(clock) }),
  scheduledId: (call, { ids, canary }, { clock }) =>
    call('POST', '/scheduled-messages', {
      message: { conversationId: ids['conversationId'], type: 'text', content: { text: canary } },
      sendAt: inAWeek(clock),
    }),
  ruleId: (call, { canary }) =>
    call('POST', '/automation/rules', {
      name: `Rule ${canary}`,
      trigger: { kind: 'keyword', match: 'exact', words: [canary] },
      steps: [{ kind: 'note', text: `Step ${canary}` }],
    }),
  contactBulkId: (call, { ids }) =>
    call('POST', '/contacts/bulk', { ids: [ids['contactId']], change: { addTags: ['bulk'] } }),
  async importId(_call, { cookie, canary }, { url }) {
    const form = new FormData()
    const row = `Import ${canary},+5511987654399,no e-mail address`
    form.append('file', new Blob([`name,phone,email\n${row}\n`], { type: 'text/csv' }), `${canary}.csv`)
    const response = await fetch(`${url}/api/contacts/import/csv`, {
      method: 'POST',
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
      body: form,
    })
    return { id: ((await response.json()) as { data: { importId: string } }).data.importId }
  },
  bulkActionId: (call, { ids }) =>
    call('POST', '/conversations/bulk', { ids: [ids['conversationId']], change: { addTags: ['bulk'] } }),
}

export const knownParameters: ReadonlySet<string> = new Set(Object.keys(makers))

/** Opens a workspace, with a practice conversation, and fills it. */
export async function furnish(test: TestApp, canary: string): Promise<Furnished> {
  const email = `owner-${canary}@example.com`
  const cookie = await register(test, { ...owner, email, workspaceName: `Shop ${canary}`, name: `Owner ${canary}` })
  await test.settle()
  const call: Call = async (method, path, body) => {
    const answer = await test.call(method, `/api${path}`, body, { cookie })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body.data
  }
  const { id: workspaceId } = (await call('GET', '/auth/me'))['workspace'] as { id: string }
  const furnished: Furnished = { workspaceId, cookie, canary, ids: {} }
  // Connected to a number that Meta's simulator does not know: whatever is asked of it is refused.
  const digits = String(10 ** 14 + ([...canary].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 1e9))
  await call('POST', '/channels', {
    name: `Channel ${canary}`,
    businessPhone: '+15550001111',
    phoneNumberId: digits,
    businessAccountId: `2${digits}`,
    accessToken: `token-${canary}`,
  })
  for (const [parameter, make] of Object.entries(makers))
    furnished.ids[parameter] = ((await make(call, furnished, test)) as { id: string }).id
  return furnished
}
