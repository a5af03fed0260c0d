import { io, type Socket } from 'socket.io-client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Visibility } from '../../contract/workspace.ts'
import { second } from '../../platform/clock.ts'
import { readAllRoutes } from '../../test/routes.ts'
import { openStores, openTestApp, type TestApp } from '../../test/world.ts'

const stores = await openStores()
const routes = await readAllRoutes()
const password = 'green boats on grey water 3'
const canary = 'Zanzibar'

describe.each(stores)('what an agent sees, on the $kind store', ({ databaseUrl }) => {
  let opened: TestApp
  let ana: { id: string; cookie: string }
  let ben: { id: string; cookie: string }
  let workspaceId: string
  let channelId: string
  const sockets: Socket[] = []
  const asAna = () => ({ cookie: ana.cookie })

  beforeEach(async () => {
    opened = await openTestApp({ databaseUrl: await databaseUrl() })
    workspaceId = (await opened.call('GET', '/api/auth/me')).body.data.workspace.id
    ana = await join('ana@example.com')
    ben = await join('ben@example.com')
    channelId = (
      await opened.call('POST', '/api/channels', {
        name: 'Shop',
        businessPhone: '+5511987654321',
        phoneNumberId: '1234567890',
      })
    ).body.data.id
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.disconnect()
    await opened.close()
  })

  async function join(email: string) {
    const { link } = (await opened.call('POST', '/api/team/invitations', { email })).body.data
    const body = { token: link.split('#').at(-1), name: email.split('@')[0], password }
    const joined = await opened.call('POST', '/api/invitations/accept', body, { cookie: null })
    return { id: joined.body.data.user.id as string, cookie: joined.headers.get('set-cookie')!.split(';')[0]! }
  }
  const store = () => opened.app.store.workspace(workspaceId)
  const limit = async (visibility: Visibility, userId = ana.id) => {
    expect((await opened.call('PATCH', `/api/team/${userId}`, { visibility })).status).toBe(200)
    // Lines of somebody whose rule changed are refused for ten seconds.
    await opened.advance(11 * second)
    const { status, headers } = await opened.call(
      'POST',
      '/api/auth/login',
      { email: userId === ana.id ? 'ana@example.com' : 'ben@example.com', password },
      { cookie: null },
    )
    expect(status).toBe(200)
    const cookie = headers.get('set-cookie')!.split(';')[0]!
    if (userId === ana.id) ana.cookie = cookie
    else ben.cookie = cookie
  }

  let count = 0
  /** A conversation with a message, a note and a file, all with the canary in them. */
  async function converse(name: string, assignedTo: string | null) {
    count += 1
    const at = opened.clock.now().toISOString()
    const contact = (await opened.call('POST', '/api/contacts', { name, phone: `+55119876543${10 + count}` })).body.data
    const conversation = await store().conversations.insert({
      channelId,
      contactId: contact.id,
      contactName: name,
      contactPhone: contact.phone,
      status: 'open',
      assignedTo,
      tags: [],
      lastMessageAt: at,
      lastMessage: null,
    })
    const message = await store().messages.insert({
      conversationId: conversation.id,
      channelId,
      contactId: contact.id,
      direction: 'inbound',
      type: 'text',
      content: { text: `${canary} ${name}` } as never,
      status: 'received',
      rank: 0,
      statusHistory: [],
      sentAt: at,
      reactions: [],
      source: 'contact',
      searchText: canary,
    })
    const note = await store().threadEntries.insert({
      conversationId: conversation.id,
      kind: 'note',
      userId: null,
      text: `${canary} note`,
      mentions: [],
    })
    const file = await store().media.insert({
      messageId: message.id,
      state: 'ready',
      sha256: 'a'.repeat(64),
      mimeType: 'text/plain',
      filename: `${canary}.txt`,
      details: {},
    })
    const scheduled = await store().scheduledMessages.insert({
      conversationId: conversation.id,
      contactName: name,
      message: { type: 'text', content: { text: `${canary} ${name}` } } as never,
      sendAt: at,
      state: 'waiting',
    })
    return { contact, conversation, message, note, file, scheduled }
  }
  const namesFor = async (who: { cookie: string }, query = '') => {
    const { body } = await opened.call('GET', `/api/conversations${query}`, undefined, { cookie: who.cookie })
    return body.data.conversations.map(({ contactName }: { contactName: string }) => contactName).sort()
  }

  test.each<[Visibility, string[]]>([
    ['all', ['Ben has it', 'Mine', 'Nobody has it']],
    ['unassigned', ['Mine', 'Nobody has it']],
    ['mine', ['Mine']],
  ])('is, with "%s", %j', async (visibility, expected) => {
    await converse('Mine', ana.id)
    await converse('Ben has it', ben.id)
    await converse('Nobody has it', null)
    await limit(visibility)
    expect(await namesFor(ana)).toEqual(expected)
    expect(await namesFor(ana, '?search=has')).toEqual(expected.filter((name) => name.includes('has')))
    expect(await namesFor(ana, `?assignedTo=${ben.id}`)).toEqual(expected.filter((name) => name.startsWith('Ben')))
    expect(await namesFor(ana, '?assignedTo=none')).toEqual(expected.filter((name) => name.startsWith('Nobody')))
    const counted = await opened.call('GET', '/api/conversations?page=1', undefined, asAna())
    expect(counted.body.data.pagination.total).toBe(expected.length)
    expect(await namesFor({ cookie: opened.cookie })).toHaveLength(3)
  })

  test('is what the workspace says, unless there is a rule of their own', async () => {
    await converse('Mine', ana.id)
    await converse('Nobody has it', null)
    expect(await namesFor(ana)).toHaveLength(2)
    expect((await opened.call('PATCH', '/api/settings/policies', { agentVisibility: 'mine' })).status).toBe(200)
    await opened.advance(1001)
    expect(await namesFor(ana)).toEqual(['Mine'])
    await limit('all')
    expect(await namesFor(ana)).toHaveLength(2)
    expect((await opened.call('PATCH', '/api/settings/policies', { agentVisibility: 'all' }, asAna())).status).toBe(403)
  })

  test('is everything once they are an admin', async () => {
    await converse('Ben has it', ben.id)
    await limit('mine')
    expect(await namesFor(ana)).toEqual([])
    await opened.call('PATCH', `/api/team/${ana.id}`, { role: 'admin' })
    await opened.advance(1001)
    expect(await namesFor(ana)).toEqual(['Ben has it'])
  })

  const bodies: Record<string, unknown> = {
    'PATCH /conversations/:conversationId': { status: 'closed', tags: ['x'] },
    'POST /conversations/:conversationId/notes': { text: 'hello' },
    'PATCH /conversations/:conversationId/notes/:noteId': { text: 'hello' },
  }

  test('is nothing more through any route: a hidden id is answered like an unknown one, and nothing changes', async () => {
    const hidden = await converse('Ben has it', ben.id)
    await limit('unassigned')
    const before = JSON.stringify([await store().conversations.find(), await store().messages.find()])
    const known: Record<string, string> = {
      conversationId: hidden.conversation.id,
      messageId: hidden.message.id,
      mediaId: hidden.file.id,
      noteId: hidden.note.id,
      entryId: hidden.note.id,
      scheduledMessageId: hidden.scheduled.id,
      scheduledId: hidden.scheduled.id,
    }
    const about = routes.filter(({ path }) => /:(conversationId|messageId|mediaId|noteId|scheduled\w*)\b/.test(path))
    expect(about.length).toBeGreaterThan(8)
    for (const route of about) {
      const ask = async (ids: Record<string, string>) => {
        const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => ids[name] ?? 'xyz_0')
        const body = route.method === 'GET' ? undefined : (bodies[route.name] ?? {})
        const { status, body: answer } = await opened.call(route.method, `/api${path}`, body, asAna())
        const { requestId: _, ...error } = answer.error ?? {}
        return { route: route.name, status, message: answer.message, error, text: JSON.stringify(answer) }
      }
      const [foreign, unknown] = [await ask(known), await ask({})]
      expect({ ...foreign, text: '' }).toEqual({ ...unknown, text: '' })
      expect(foreign.status).toBeGreaterThanOrEqual(400)
      expect(foreign.text).not.toContain(canary)
    }
    expect(JSON.stringify([await store().conversations.find(), await store().messages.find()])).toBe(before)
    expect((await opened.call('GET', `/api/media/${hidden.file.id}/file`, undefined, asAna())).status).toBe(404)
  })

  test('is nothing more through any list, change feed or contact', async () => {
    const hidden = await converse('Ben has it', ben.id)
    await converse('Mine', ana.id)
    await limit('unassigned')
    const since = encodeURIComponent(new Date(0).toISOString())
    const queries = [
      `?conversationId=${hidden.conversation.id}`,
      `?contactId=${hidden.contact.id}`,
      `?since=${since}`,
      `?search=${canary}`,
      `?q=${canary}`,
      '',
    ]
    for (const route of routes.filter(({ method, access }) => method === 'GET' && (access ?? 'member') === 'member'))
      for (const query of queries) {
        const ids = { contactId: hidden.contact.id }
        const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => ids[name as 'contactId'] ?? 'xyz_0')
        const { status, body } = await opened.call('GET', `/api${path}${query}`, undefined, asAna())
        expect({ path, isFault: status >= 500 }).toEqual({ path, isFault: false })
        const text = JSON.stringify(body)
        const leaks = [hidden.conversation.id, `${canary} Ben`].filter((secret) => text.includes(secret))
        expect({ asked: `${path}${query}`, leaks }).toEqual({ asked: `${path}${query}`, leaks: [] })
      }
  })

  test('can neither be written to, nor found by writing to its number', async () => {
    const { conversation, contact } = await converse('Ben has it', ben.id)
    await limit('mine')
    const byId = await opened.call(
      'POST',
      '/api/messages/text',
      { conversationId: conversation.id, text: 'Hi' },
      asAna(),
    )
    expect([byId.status, byId.body.error.code]).toEqual([404, 'conversation.not_found'])
    const byNumber = await opened.call('POST', '/api/messages/text', { to: contact.phone, text: 'Hi' }, asAna())
    expect(byNumber.status).toBe(404)
    expect(await store().messages.count({ direction: 'outbound' })).toBe(0)
  })

  test('keeps contacts right for everybody: a new name reaches hidden conversations too', async () => {
    const { contact, conversation } = await converse('Ben has it', ben.id)
    await limit('mine')
    const renamed = await opened.call('PATCH', `/api/contacts/${contact.id}`, { name: 'New name' }, asAna())
    expect(renamed.status).toBe(200)
    expect((await store().conversations.get(conversation.id))!.contactName).toBe('New name')
  })

  describe('of leads', () => {
    /** One lead of each, with the canary in its title, and the ids by owner. */
    async function pipeline() {
      const { contact } = await converse('Shared', null)
      const leads = []
      for (const ownerId of [ana.id, ben.id, null]) {
        const body = { contactId: contact.id, ownerId, title: `${canary} ${ownerId ?? 'nobody'}`, value: 10 }
        leads.push((await opened.call('POST', '/api/leads', body)).body.data)
      }
      const [mine, bens, nobodys] = leads
      return { contact, mine, bens, nobodys, stageId: mine.stageId as string }
    }
    const titles = async (query = '') =>
      (await opened.call('GET', `/api/leads${query}`, undefined, asAna())).body.data.leads
        .map(
          ({ ownerId }: { ownerId: string | null }) =>
            ({ [ana.id]: 'mine', [ben.id]: 'bens' })[ownerId ?? ''] ?? 'nobodys',
        )
        .sort()

    test.each<[Visibility, string[]]>([
      ['all', ['bens', 'mine', 'nobodys']],
      ['unassigned', ['mine', 'nobodys']],
      ['mine', ['mine']],
    ])('is, with "%s", %j: in lists, columns, sums, by contact and in searches', async (visibility, expected) => {
      const { contact, stageId } = await pipeline()
      await limit(visibility)
      const ways = ['', `?stageId=${stageId}&sort=position`, `?contactId=${contact.id}`, `?search=${canary}`]
      for (const query of [...ways, '?withoutNextStep=true', '?sort=value'])
        expect(await titles(query)).toEqual(expected)
      expect(await titles(`?ownerId=${ben.id}`)).toEqual(expected.filter((who) => who === 'bens'))
      expect(await titles('?ownerId=none')).toEqual(expected.filter((who) => who === 'nobodys'))
      const counted = (await opened.call('GET', '/api/leads?page=1', undefined, asAna())).body.data.pagination
      expect(counted.total).toBe(expected.length)
      const { stages } = (await opened.call('GET', '/api/lead-stages', undefined, asAna())).body.data
      expect(stages[0]).toMatchObject({ count: expected.length, value: expected.length * 10 })
    })

    test('a hidden one is answered like an unknown one, and nothing changes', async () => {
      const { bens, mine } = await pipeline()
      await limit('mine')
      const before = JSON.stringify(await store().leads.get(bens.id))
      for (const [method, body] of [['GET'], ['PATCH', { title: 'Taken' }], ['DELETE']] as const) {
        const [hidden, unknown] = [
          await opened.call(method, `/api/leads/${bens.id}`, body, asAna()),
          await opened.call(method, '/api/leads/lead_0', body, asAna()),
        ]
        expect([hidden.status, hidden.body.error.code]).toEqual([unknown.status, unknown.body.error.code])
        expect(JSON.stringify(hidden.body)).not.toContain(canary)
      }
      const behind = await opened.call('PATCH', `/api/leads/${mine.id}`, { after: bens.id }, asAna())
      expect(behind.status).toBe(404)
      expect(JSON.stringify(await store().leads.get(bens.id))).toBe(before)
    })

    test('what they begin is theirs, and a new name reaches hidden ones too', async () => {
      const { contact, bens } = await pipeline()
      await limit('mine')
      const made = await opened.call('POST', '/api/leads', { contactId: contact.id }, asAna())
      expect(made.body.data.ownerId).toBe(ana.id)
      await opened.call('PATCH', `/api/contacts/${contact.id}`, { name: 'New name' }, asAna())
      expect((await store().leads.get(bens.id))!.contactName).toBe('New name')
    })
  })

  test('is not told of in a mention', async () => {
    const { conversation } = await converse('Ben has it', ben.id)
    await limit('mine')
    const mentions = { text: `${canary} look`, mentions: [ana.id] }
    expect((await opened.call('POST', `/api/conversations/${conversation.id}/notes`, mentions)).status).toBe(201)
    expect((await opened.call('GET', '/api/notifications', undefined, asAna())).body.data.notifications).toEqual([])
    // What is only hidden from the list would have gone to her browser.
    expect(await store().notifications.count({ userId: ana.id })).toBe(0)
  })

  describe('live', () => {
    async function listen(cookie: string) {
      const socket = io(opened.url, {
        transports: ['websocket'],
        extraHeaders: { cookie, origin: opened.url },
        reconnection: false,
        forceNew: true,
      })
      sockets.push(socket)
      const heard: { name: string; payload: unknown }[] = []
      socket.onAny((name: string, payload: unknown) => void heard.push({ name, payload }))
      await expect.poll(() => heard.some(({ name }) => name === 'hello')).toBe(true)
      return { socket, heard, text: () => JSON.stringify(heard) }
    }
    const change = (id: string, patch: object) => opened.call('PATCH', `/api/conversations/${id}`, patch)

    test('is nothing of what they may not see, and everything of what they may', async () => {
      const hidden = await converse('Ben has it', ben.id)
      const own = await converse('Mine', ana.id)
      await limit('mine')
      const line = await listen(ana.cookie)
      const owner = await listen(opened.cookie)
      await change(hidden.conversation.id, { tags: ['secret'] })
      await opened.call('POST', `/api/conversations/${hidden.conversation.id}/notes`, { text: canary })
      owner.socket.emit('join-conversation', hidden.conversation.id)
      line.socket.emit('join-conversation', hidden.conversation.id)
      opened.app.realtime.publish(workspaceId, [
        { name: 'message:updated', payload: { message: hidden.message as never } },
        { name: 'message:new', payload: { message: hidden.message as never, conversation: hidden.conversation } },
        { name: 'message:updated', payload: { message: own.message as never } },
      ])
      await change(own.conversation.id, { tags: ['fine'] })
      await expect.poll(line.text).toContain('"fine"')
      await expect.poll(owner.text).toContain('"fine"')
      expect(owner.text()).toContain(hidden.conversation.id)
      expect(line.text()).not.toContain(hidden.conversation.id)
      expect(line.text()).toContain(own.message.id)
      expect(line.text()).not.toContain('secret')
    })

    test('is gone when it is given to somebody else, and there when it is given to them', async () => {
      const { conversation } = await converse('Passed around', ana.id)
      await limit('mine')
      await limit('mine', ben.id)
      const [a, b] = [await listen(ana.cookie), await listen(ben.cookie)]
      a.socket.emit('join-conversation', conversation.id)
      await expect.poll(a.text).toContain('presence')
      await change(conversation.id, { assignedTo: ben.id })
      await expect.poll(a.text).toContain('conversation:removed')
      await expect.poll(b.text).toContain('conversation:updated')
      const before = a.heard.length
      await change(conversation.id, { tags: ['later'] })
      await expect.poll(b.text).toContain('later')
      expect(a.heard.slice(before)).toEqual([])
      expect(b.text()).not.toContain('conversation:removed')
    })

    test('of leads is only theirs, and one that is given away is gone', async () => {
      const { contact } = await converse('Shared', null)
      const add = async (ownerId: string, title: string) =>
        (await opened.call('POST', '/api/leads', { contactId: contact.id, ownerId, title })).body.data
      await limit('mine')
      const line = await listen(ana.cookie)
      const hidden = await add(ben.id, 'Not for Ana')
      const own = await add(ana.id, 'For Ana')
      await opened.call('PATCH', `/api/leads/${hidden.id}`, { title: 'Still not for Ana' })
      await expect.poll(line.text).toContain('For Ana')
      await opened.call('PATCH', `/api/leads/${own.id}`, { ownerId: ben.id, title: 'Given away' })
      await expect.poll(() => line.heard.at(-1)).toMatchObject({ name: 'lead:removed', payload: { leadId: own.id } })
      await opened.call('PATCH', `/api/leads/${hidden.id}`, { ownerId: ana.id, title: 'Now for Ana' })
      await expect.poll(line.text).toContain('Now for Ana')
      for (const secret of ['Not for Ana', 'Still not', 'Given away']) expect(line.text()).not.toContain(secret)
    })

    test('ends with the session it came with', async () => {
      const line = await listen(ana.cookie)
      const ended = new Promise((resolve) => line.socket.on('disconnect', resolve))
      const other = await opened.call(
        'POST',
        '/api/auth/login',
        { email: 'ana@example.com', password },
        { cookie: null },
      )
      const cookie = other.headers.get('set-cookie')!.split(';')[0]!
      expect((await opened.call('DELETE', '/api/sessions', undefined, { cookie })).body.data.ended).toBe(1)
      await ended
      expect(line.text()).toContain('session_ended')
    })
  })
})
