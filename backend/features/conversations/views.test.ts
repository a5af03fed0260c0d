import { describe, expect, onTestFinished, test } from 'vitest'
import type { Conversation } from '../../contract/conversations.ts'
import { connectSimulator, openStores } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('views of the inbox, on $kind', ({ databaseUrl }) => {
  async function open() {
    const { test: app, simulator, close } = await connectSimulator({ databaseUrl: await databaseUrl() })
    onTestFinished(close)
    simulator.receive('text', { body: 'Hello' })
    await simulator.settled()
    await app.settle()
    const list = async (query = '') =>
      (await app.call('GET', `/api/conversations${query}`)).body.data.conversations as Conversation[]
    const chat = (await list()).find(({ lastMessage }) => lastMessage?.preview === 'Hello')!
    const change = async (fields: object) =>
      (await app.call('PATCH', `/api/conversations/${chat.id}`, fields)).body.data as Conversation
    return { app, list, chat, change }
  }

  test('only a chat that sleeps now is among the snoozed ones', async () => {
    const { list, chat, change } = await open()
    expect(await list('?snoozed=true')).toEqual([])
    await change({ snoozedUntil: '2999-01-01T00:00:00.000Z' })
    expect((await list('?snoozed=true')).map(({ id }) => id)).toEqual([chat.id])
    await change({ snoozedUntil: '2001-01-01T00:00:00.000Z' })
    expect(await list('?snoozed=true')).toEqual([])
  })

  test('a read chat can be put back among the unread ones, and a count that is there stays', async () => {
    const { app, chat, change } = await open()
    expect((await change({ unread: true })).unreadCount).toBe(chat.unreadCount)
    await app.call('POST', `/api/conversations/${chat.id}/read`)
    expect((await change({ unread: true })).unreadCount).toBe(1)
  })

  test('a page of what I have not read is full as long as there is more, however much was read before', async () => {
    const { app, chat } = await open()
    const { user, workspace } = (await app.call('GET', '/api/auth/me')).body.data
    const store = app.app.store.workspace(workspace.id)
    const contacts = await store.contacts.insertMany(
      Array.from({ length: 950 }, (_, index) => ({
        displayName: `Person ${index}`,
        tags: [],
        fields: {},
        optIn: { status: 'unknown' as const, at: null, source: null },
      })),
    )
    const start = app.clock.now().getTime()
    const rows = await store.conversations.insertMany(
      contacts.map((contact, index) => ({
        channelId: chat.channelId,
        contactId: contact.id,
        contactName: contact.displayName,
        contactPhone: null,
        status: 'open' as const,
        tags: [],
        inboundCount: 1,
        lastMessageAt: new Date(start + index).toISOString(),
      })),
    )
    // The 940 latest were read.
    await store.conversationReads.insertMany(
      rows.slice(10).map(({ id }) => ({ id: `${user.id}.${id}`, userId: user.id, conversationId: id, seen: 1 })),
    )
    const page = async (query: string) =>
      (await app.call('GET', `/api/conversations?unreadByMe=true&${query}`)).body.data
    const first = await page('limit=6')
    expect(first.conversations.map(({ id }: Conversation) => id)).toEqual(
      rows
        .slice(4, 10)
        .map(({ id }) => id)
        .toReversed(),
    )
    const second = await page(`limit=6&cursor=${first.pagination.nextCursor}`)
    expect(second.conversations).toHaveLength(5)
    expect(second.pagination.nextCursor).toBeNull()
  })

  test('the numbers beside the boxes are those of their lists, up to one hundred', async () => {
    const { app, list, chat, change } = await open()
    const counts = async () => (await app.call('GET', '/api/conversations/counts')).body.data
    const ofLists = async () => {
      const queries = {
        mine: '?status=open&assignedTo=me&limit=100',
        unassigned: '?status=open&assignedTo=none&limit=100',
        needsReply: '?status=open&needsReply=true&limit=100',
        snoozed: '?snoozed=true&limit=100',
      }
      const lengths = Object.entries(queries).map(async ([box, query]) => [box, (await list(query)).length])
      return Object.fromEntries(await Promise.all(lengths))
    }
    const before = await counts()
    expect(before).toEqual(await ofLists())
    expect(before.needsReply).toBe(1)

    const { user, workspace } = (await app.call('GET', '/api/auth/me')).body.data
    await change({ assignedTo: user.id, snoozedUntil: '2999-01-01T00:00:00.000Z' })
    expect(await counts()).toEqual({ ...before, ...(await ofLists()), mine: 1, snoozed: 1 })
    await change({ status: 'closed', snoozedUntil: null })
    expect(await counts()).toMatchObject({ ...(await ofLists()), mine: 0, needsReply: 0, snoozed: 0 })

    const store = app.app.store.workspace(workspace.id)
    const others = await store.contacts.insertMany(
      Array.from({ length: 130 }, (_, index) => ({
        displayName: `Person ${index}`,
        tags: [],
        fields: {},
        optIn: { status: 'unknown' as const, at: null, source: null },
      })),
    )
    await store.conversations.insertMany(
      others.map((contact) => ({
        channelId: chat.channelId,
        contactId: contact.id,
        contactName: contact.displayName,
        contactPhone: null,
        status: 'open' as const,
        tags: [],
        lastMessageAt: app.clock.now().toISOString(),
      })),
    )
    expect(await counts()).toMatchObject({ unassigned: 100, mine: 0 })
  })

  test('a row says where the open lead of its person stands, and nothing once it is won', async () => {
    const { app, list, chat } = await open()
    const { stages } = (await app.call('GET', '/api/lead-stages')).body.data
    expect((await list())[0]).toMatchObject({ lead: null })
    const body = { contactId: chat.contactId, stageId: stages[1].id, value: 250, currency: 'EUR' }
    const { id } = (await app.call('POST', '/api/leads', body)).body.data
    const lead = { id, stageId: stages[1].id, value: 250, currency: 'EUR' }
    expect((await list()).find((one) => one.id === chat.id)).toMatchObject({ lead })
    expect((await app.call('GET', `/api/conversations/${chat.id}`)).body.data).toMatchObject({ lead })
    await app.call('PATCH', `/api/leads/${id}`, { stageId: stages.at(-2).id })
    expect((await list()).find((one) => one.id === chat.id)).toMatchObject({ lead: null })
  })
})
