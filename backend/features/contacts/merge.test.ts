import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { model, type WorkspaceStore } from '../../model/index.ts'
import { readModel } from '../../platform/store/spec.ts'
import { connectSimulator, openStores, ripen } from '../../test/world.ts'

const stores = await openStores()
const later = '2027-01-01T10:00:00.000Z'

type Place = {
  contactId: string
  conversationId: string
  userId: string
  stageId: string
  ruleId: string
  bulkActionId: string
}
type Maker = (store: WorkspaceStore, place: Place) => Promise<{ id: string }>

/** One of each kind that belongs to a contact or to a chat; the key is the column that says so. */
const makers: { [column: string]: Maker } = {
  'contactIdentities.contactId': (store, { contactId }) =>
    store.contactIdentities.insert({ contactId, kind: 'bsuid', value: `BR.${contactId}` }),
  'conversations.contactId': async (store, { conversationId }) => (await store.conversations.get(conversationId))!,
  'messages.contactId': async (store, { conversationId }) => (await store.messages.first({ conversationId }))!,
  'messages.conversationId': async (store, { conversationId }) => (await store.messages.first({ conversationId }))!,
  'leads.contactId': (store, place) => makeLead(store, place),
  'leads.conversationId': (store, place) => makeLead(store, place),
  'contactMerges.keptId': (store, { contactId }) =>
    store.contactMerges.insert({
      keptId: contactId,
      removed: { id: 'con_earlier', displayName: 'Earlier' },
      before: {},
      identityIds: [],
      leadIds: [],
      mergeIds: [],
      conversations: { moved: [], joined: [] },
    }),
  'threadEntries.conversationId': (store, { conversationId }) =>
    store.threadEntries.insert({ conversationId, kind: 'note', text: 'Likes cake', mentions: [] }),
  'conversationReads.conversationId': (store, { conversationId, userId }) =>
    store.conversationReads.insert({ id: `${userId}.${conversationId}`, userId, conversationId, seen: 1 }),
  'notifications.conversationId': (store, { conversationId, userId }) =>
    store.notifications.insert({
      userId,
      kind: 'mention',
      key: `mention:${conversationId}`,
      conversationId,
      contactName: 'Twin',
      preview: 'Look',
      expiresAt: later,
    }),
  'reminders.conversationId': (store, { conversationId, userId }) =>
    store.reminders.insert({
      userId,
      conversationId,
      contactName: 'Twin',
      note: 'Call',
      dueAt: later,
      state: 'waiting',
    }),
  'scheduledMessages.conversationId': (store, { conversationId, userId }) =>
    store.scheduledMessages.insert({
      conversationId,
      contactName: 'Twin',
      userId,
      message: { conversationId, type: 'text', content: { text: 'Tomorrow' } },
      sendAt: later,
      state: 'waiting',
    }),
  'automationRuns.conversationId': (store, { conversationId, ruleId }) =>
    store.automationRuns.insert({
      kind: 'rule',
      key: `run:${conversationId}`,
      ruleId,
      name: 'Rule',
      conversationId,
      contactName: 'Twin',
      outcome: 'done',
      reason: 'It fits',
      actions: [],
      expiresAt: later,
    } as Parameters<WorkspaceStore['automationRuns']['insert']>[0]),
  'ruleCooldowns.conversationId': (store, { conversationId, ruleId }) =>
    store.ruleCooldowns.insert({ ruleId, conversationId, happenedAt: later, key: 'k' }),
  'bulkItems.conversationId': (store, { conversationId, bulkActionId }) =>
    store.bulkItems.insert({ bulkActionId, conversationId, state: 'done' }),
}

/** The way to take many changes back at once does not survive a merge; it lasts ten minutes anyway. */
const staysBehind = new Set(['bulkItems.conversationId'])

function makeLead(store: WorkspaceStore, { contactId, conversationId, stageId }: Place) {
  return store.leads.insert({
    contactId,
    conversationId,
    contactName: 'Twin',
    title: 'Wedding cake',
    stageId,
    status: 'open',
    currency: 'EUR',
    position: 1,
  })
}

function belongingColumns(): string[] {
  return [...readModel(model)].flatMap(([name, { spec }]) => {
    const fields = spec.columns
      .map((column) => column.name)
      .filter((field) => ['contactId', 'conversationId'].includes(field))
    const references = spec.references.filter(({ collection }) => ['contacts', 'conversations'].includes(collection))
    return [...new Set([...fields, ...references.map(({ field }) => field)])].map((field) => `${name}.${field}`)
  })
}

test('every column that names a contact or a chat has a row in the tests of merging', () => {
  expect(Object.keys(makers).toSorted()).toEqual(belongingColumns().toSorted())
})

describe.each(stores)('merging two contacts, on the $kind store', ({ databaseUrl }) => {
  let world: Awaited<ReturnType<typeof connectSimulator>>
  const call: typeof world.test.call = (...given) => world.test.call(...given)
  let people = 0
  beforeAll(async () => {
    world = await connectSimulator({ databaseUrl: await databaseUrl() })
  })
  afterAll(() => world?.close())

  /** Two people who wrote, as they are before anybody knows that they are one. */
  async function open() {
    const numbers = [people++, people++].map((number) => `55119876${10_000 + number}`)
    for (const from of numbers) {
      world.simulator.receive('text', { body: `Hello from ${from}` }, { from } as never)
      await world.simulator.settled()
      await world.test.settle()
    }
    const { system } = world.test.app.store
    const contacts = await system.contacts.find({ limit: 1000 })
    const [kept, twin] = numbers.map((phone) => contacts.find((one) => one.phone === `+${phone}`)!)
    const store = world.test.app.store.workspace(kept!.workspaceId)
    const chatOf = async (contactId: string) => (await store.conversations.first({ contactId }))!
    return { store, kept: kept!, twin: twin!, keptChat: await chatOf(kept!.id), twinChat: await chatOf(twin!.id) }
  }
  async function placeOf(store: WorkspaceStore, contactId: string, conversationId: string): Promise<Place> {
    const [user] = await store.users.find({ limit: 1 })
    const [stage] = await store.leadStages.find({ limit: 1 })
    const rule = (
      await call('POST', '/api/automation/rules', {
        name: `Rule ${conversationId}`,
        trigger: { kind: 'keyword', match: 'exact', words: ['price'] },
        steps: [{ kind: 'note', text: 'Asked' }],
      })
    ).body.data
    const bulk = await store.bulkActions.insert({
      change: { addTags: ['x'] },
      state: 'done',
      undoUntil: later,
      expiresAt: later,
    })
    return { contactId, conversationId, userId: user!.id, stageId: stage!.id, ruleId: rule.id, bulkActionId: bulk.id }
  }
  const merge = (id: string, contactId: string) => call('POST', `/api/contacts/${id}/merge`, { contactId })
  async function unmerge(id: string) {
    const [{ id: mergeId }] = (await call('GET', `/api/contacts/${id}`)).body.data.merges
    return call('POST', `/api/contacts/${id}/unmerge`, { mergeId })
  }

  test.each(Object.keys(makers))('%s goes to the kept one and comes back', async (column) => {
    const { store, kept, twin, keptChat, twinChat } = await open()
    const [name, field] = column.split('.') as ['leads', 'contactId']
    const row = await makers[column]!(store, await placeOf(store, twin.id, twinChat.id))
    const isOfChat = String(field) === 'conversationId'
    const [keptOwner, twinOwner] = isOfChat ? [keptChat.id, twinChat.id] : [kept.id, twin.id]
    expect((await merge(kept.id, twin.id)).status).toBe(200)
    const least = staysBehind.has(column) ? 0 : 1
    expect(await store[name].count({ [field]: keptOwner })).toBeGreaterThanOrEqual(least)
    expect(await store[name].count({ [field]: twinOwner })).toBe(0)
    expect((await unmerge(kept.id)).status).toBe(200)
    expect((await store[name].get(row.id))?.[field]).toBe(twinOwner)
  })

  test('the chat has the facts of both, and each has its own again afterwards', async () => {
    const { store, kept, twin, keptChat, twinChat } = await open()
    await call('PATCH', `/api/conversations/${keptChat.id}`, { tags: ['mine'] })
    await call('PATCH', `/api/conversations/${twinChat.id}`, { tags: ['theirs'] })
    const before = (await store.conversations.get(keptChat.id))!
    await merge(kept.id, twin.id)
    expect(await store.conversations.get(keptChat.id)).toMatchObject({
      tags: ['mine', 'theirs'],
      inboundCount: 2,
    })
    await unmerge(kept.id)
    const { updatedAt: _now, ...facts } = before
    expect(await store.conversations.get(keptChat.id)).toMatchObject(facts)
    expect(await store.conversations.get(twinChat.id)).toMatchObject({ tags: ['theirs'], inboundCount: 1 })
  })

  test('the one that comes back, and its chat, are as old as they were', async () => {
    const { store, kept, twin, keptChat, twinChat } = await open()
    await world.test.advance(3_600_000)
    await merge(kept.id, twin.id)
    expect((await unmerge(kept.id)).body.data.restored.createdAt).toBe(twin.createdAt)
    for (const chat of [keptChat, twinChat])
      expect((await store.conversations.get(chat.id))?.createdAt).toBe(chat.createdAt)
  })

  test('what the kept one took over is given back, unless somebody changed it since', async () => {
    const { kept, twin } = await open()
    await call('PATCH', `/api/contacts/${kept.id}`, { name: 'Ana', tags: ['a'], fields: { City: 'Recife' } })
    await call('PATCH', `/api/contacts/${twin.id}`, {
      email: 'twin@example.com',
      language: 'de',
      tags: ['b'],
      fields: { City: 'Bonn', Size: 'M' },
      optIn: { status: 'opted_out', source: 'form' },
    })
    const merged = (await merge(kept.id, twin.id)).body.data
    expect(merged).toMatchObject({ email: 'twin@example.com', language: 'de', fields: { City: 'Recife', Size: 'M' } })
    expect(merged.optIn.status).toBe('opted_out')
    await call('PATCH', `/api/contacts/${kept.id}`, { language: 'fr', tags: ['a', 'b', 'c'] })
    const { kept: again, restored } = (await unmerge(kept.id)).body.data
    expect(again).toMatchObject({
      name: 'Ana',
      email: null,
      language: 'fr',
      tags: ['a', 'c'],
      fields: { City: 'Recife' },
    })
    expect(again.optIn.status).toBe('unknown')
    expect(restored).toMatchObject({ email: 'twin@example.com', fields: { City: 'Bonn', Size: 'M' } })
  })

  test('a contact without a number that took one over has none again', async () => {
    const { twin } = await open()
    const { id } = (await call('POST', '/api/contacts', { name: 'No number' })).body.data
    expect((await merge(id, twin.id)).body.data.phone).toBe(twin.phone)
    expect((await unmerge(id)).body.data).toMatchObject({ kept: { phone: null }, restored: { phone: twin.phone } })
  })

  test('a merge of a merge comes apart in either order', async () => {
    const { store, kept, twin } = await open()
    const { id: third } = (await call('POST', '/api/contacts', { name: 'Third', phone: '+4915112345679' })).body.data
    await call('PATCH', `/api/contacts/${twin.id}`, { name: 'Twin' })
    await merge(twin.id, third)
    await merge(kept.id, twin.id)
    const numbersOf = async (contactId: string) =>
      (await store.contactIdentities.find({ where: { contactId, kind: 'phone' } })).map(({ value }) => value)
    const { merges } = (await call('GET', `/api/contacts/${kept.id}`)).body.data
    const inner = merges.find(({ name }: { name: string }) => name === 'Third')
    expect((await call('POST', `/api/contacts/${kept.id}/unmerge`, { mergeId: inner.id })).status).toBe(200)
    expect(await numbersOf(third)).toEqual(['4915112345679'])
    await unmerge(kept.id)
    expect(await numbersOf(third)).toEqual(['4915112345679'])
    expect(await numbersOf(twin.id)).toEqual([twin.phone!.slice(1)])
    expect(await numbersOf(kept.id)).toEqual([kept.phone!.slice(1)])
  })

  test('a message that was planned for the one goes out in the chat they share', async () => {
    const { store, kept, twin, keptChat, twinChat } = await open()
    const sendAt = new Date(world.test.clock.now().getTime() + 3_600_000).toISOString()
    const message = { conversationId: twinChat.id, type: 'text', content: { text: 'As promised' } }
    expect((await call('POST', '/api/scheduled-messages', { message, sendAt })).status).toBe(201)
    await merge(kept.id, twin.id)
    await world.test.advance(3_700_000)
    await ripen(world.test)
    await world.test.settle()
    const sent = await store.messages.find({ where: { conversationId: keptChat.id, direction: 'outbound' } })
    expect(sent).toMatchObject([{ content: { text: 'As promised' } }])
  })
})
