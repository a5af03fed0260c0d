import { afterEach, describe, expect, test } from 'vitest'
import { openStores, openTestApp, type TestApp } from '../../test/world.ts'
import type { Condition } from '../../contract/segments.ts'
import type { Contact } from '../../model/index.ts'
import { countContactsOf, eachContactOf } from './audience.ts'
import { matchesFilter } from './matches.ts'

const stores = await openStores()
const day = 24 * 60 * 60 * 1000

describe.each(stores)('segments, on the $kind store', ({ databaseUrl }) => {
  let app: TestApp
  afterEach(() => app.close())

  const storeOf = () => app.app.store.workspace(workspaceId)
  let workspaceId = ''

  /** Ana is a customer with an open chat and a won lead, Bob a silent one, Cy said no. */
  async function open() {
    app = await openTestApp({ databaseUrl: await databaseUrl() })
    workspaceId = (await app.app.store.system.workspaces.find({ limit: 1 }))[0]!.id
    const people = []
    for (const [name, phone, more] of [
      ['Ana Sílva', '+5511987654321', { tags: ['vip', 'lisbon'], fields: { Orders: 12, City: 'Lisboa' } }],
      ['Bob', '+4915112345678', { tags: ['vip'], fields: { Orders: 3 }, email: 'bob@example.com' }],
      ['Cy', '+4915112345679', { optIn: { status: 'opted_out' } }],
    ] as const)
      people.push((await app.call('POST', '/api/contacts', { name, phone, ...more })).body.data)
    const [ana, bob] = people
    const store = storeOf()
    const channel = (await app.call('POST', '/api/channels', { name: 'Shop', businessPhone: '+4930123456' })).body.data
    const now = app.clock.now().getTime()
    const chat = (contact: { id: string; displayName: string }, days: number, windowExpiresAt: string | null) =>
      store.conversations.insert({
        channelId: channel.id,
        contactId: contact.id,
        contactName: contact.displayName,
        status: windowExpiresAt ? 'open' : 'closed',
        tags: [],
        lastMessageAt: new Date(now - days * day).toISOString(),
        lastInboundAt: windowExpiresAt && new Date(now - days * day).toISOString(),
        windowExpiresAt,
      })
    await chat(ana, 0.5, new Date(now + day / 2).toISOString())
    await chat(bob, 40, null)
    const { stages } = (await app.call('GET', '/api/leads/stages')).body.data ?? {}
    const won = (stages ?? (await store.leadStages.find())).find(({ kind }: { kind: string }) => kind === 'won')
    await store.leads.insert({
      contactId: ana.id,
      contactName: ana.displayName,
      title: 'Cake',
      stageId: won.id,
      status: 'won',
      currency: 'EUR',
      position: 1,
    })
    return { channelId: channel.id, stageId: won.id as string, anaId: ana.id as string }
  }

  async function find(conditions: object[], match = 'all'): Promise<string[]> {
    const { status, body } = await app.call('POST', '/api/segments/preview', { filter: { match, conditions } })
    expect(status).toBe(200)
    expect(body.data.count).toBe(body.data.sample.length)
    // A kept segment is counted by another way than looking at everybody.
    const kept = await app.call('POST', '/api/segments', { name: 'Kept', filter: { match, conditions } })
    expect(kept.body.data.count).toBe(body.data.count)
    const listed = await app.call('GET', `/api/contacts?page=1&limit=1&segment=${kept.body.data.id}`)
    expect(listed.body.data.pagination.total).toBe(body.data.count)
    await app.call('DELETE', `/api/segments/${kept.body.data.id}`)
    return body.data.sample.map(({ name }: { name: string }) => name.split(' ')[0])
  }

  test('there are 500 segments at most', async () => {
    await open()
    const filter = { match: 'all' as const, conditions: [] }
    const none = { count: 0, chatCount: 0, countedAt: new Date().toISOString() }
    await storeOf().segments.insertMany(
      Array.from({ length: 499 }, (_, number) => ({ name: `Segment ${number}`, filter, ...none })),
    )
    const create = (name: string) => app.call('POST', '/api/segments', { name, filter })
    expect((await create('The last')).status).toBe(201)
    expect((await create('One more')).body.error.code).toBe('segment.too_many')
    await storeOf().segments.remove((await storeOf().segments.first({}))!.id)
    expect((await create('One more')).status).toBe(201)
  })

  test('conditions over contacts, chats and leads find who they describe', async () => {
    const { channelId, stageId } = await open()
    expect(await find([])).toEqual(['Ana', 'Bob', 'Cy'])
    expect(await find([{ field: 'name', op: 'contains', value: 'silva' }])).toEqual(['Ana'])
    expect(await find([{ field: 'phone', op: 'starts', value: '+49' }])).toEqual(['Bob', 'Cy'])
    expect(await find([{ field: 'email', op: 'present' }])).toEqual(['Bob'])
    expect(await find([{ field: 'custom', name: 'Orders', op: 'more', value: '9' }])).toEqual(['Ana'])
    expect(await find([{ field: 'custom', name: 'City', op: 'empty' }])).toEqual(['Bob', 'Cy'])
    expect(await find([{ field: 'tag', op: 'lacks', value: 'vip' }])).toEqual(['Cy'])
    expect(await find([{ field: 'optIn', op: 'not', value: 'opted_out' }])).toEqual(['Ana', 'Bob'])
    expect(await find([{ field: 'blocked', op: 'is', value: true }])).toEqual([])
    expect(await find([{ field: 'stage', op: 'is', value: stageId }])).toEqual(['Ana'])
    expect(await find([{ field: 'lead', op: 'not', value: 'won' }])).toEqual(['Bob', 'Cy'])
    expect(await find([{ field: 'channel', op: 'is', value: channelId }])).toEqual(['Ana', 'Bob'])
    expect(await find([{ field: 'window', op: 'is', value: true }])).toEqual(['Ana'])
    expect(await find([{ field: 'conversation', op: 'is', value: 'closed' }])).toEqual(['Bob'])
    expect(await find([{ field: 'lastActivity', op: 'within', days: 30 }])).toEqual(['Ana'])
    expect(await find([{ field: 'lastActivity', op: 'before', days: 30 }])).toEqual(['Bob', 'Cy'])
    expect(await find([{ field: 'window', op: 'is', value: false }])).toEqual(['Bob', 'Cy'])
    expect(await find([{ field: 'marketingStopped', op: 'is', value: false }])).toEqual(['Ana', 'Bob', 'Cy'])
    expect(await find([{ field: 'name', op: 'is', value: 'ana' }])).toEqual([])
    expect(await find([{ field: 'created', op: 'within', days: 1 }])).toEqual(['Ana', 'Bob', 'Cy'])
  })

  test('all conditions, or any of them', async () => {
    await open()
    const vip = { field: 'tag', op: 'has', value: 'vip' }
    const lisbon = { field: 'tag', op: 'has', value: 'lisbon' }
    const no = { field: 'optIn', op: 'is', value: 'opted_out' }
    expect(await find([vip, lisbon])).toEqual(['Ana'])
    expect(await find([lisbon, no], 'any')).toEqual(['Ana', 'Cy'])
    expect(await find([lisbon, vip], 'any')).toEqual(['Ana', 'Bob'])
    expect(await find([lisbon, { field: 'tag', op: 'lacks', value: 'vip' }], 'any')).toEqual(['Ana', 'Cy'])
    expect(await find([vip, no])).toEqual([])
    const german = { field: 'phone', op: 'starts', value: '+49' }
    expect(await find([vip, german])).toEqual(['Bob'])
    expect(await find([german, { field: 'email', op: 'empty' }])).toEqual(['Cy'])
    expect(await find([{ field: 'conversation', op: 'is', value: 'closed' }, german])).toEqual(['Bob'])
    expect(await find([{ field: 'conversation', op: 'is', value: 'open' }, german])).toEqual([])
    expect(await find([{ field: 'tag', op: 'lacks', value: 'vip' }, german])).toEqual(['Cy'])
  })

  test('a count is what a plain look at everybody gives, however it is counted', async () => {
    await open()
    const store = storeOf()
    const pick = <T>(list: readonly T[], index: number) => list[index % list.length]!
    await store.contacts.insertMany(
      Array.from({ length: 300 }, (_, index) => ({
        displayName: pick(['Maria', 'José María', 'Mário', 'Ana Maria', 'Straße', 'STRASSE', 'Bo'], index * 7),
        phone: `+55119${String(index).padStart(8, '0')}`,
        tags: pick([[], ['a'], ['b'], ['a', 'b'], ['a b'], ['b', 'c', 'a']], index * 5),
        fields: {},
        optInStatus: pick(['unknown', 'opted_in', 'opted_out'] as const, index),
        optIn: { status: 'unknown' as const, at: null, source: null },
      })),
    )
    const everybody = await store.contacts.find({ limit: 1000 })
    const context = { store, now: app.clock.now }
    const tag = (value: string, op: 'has' | 'lacks' = 'has') => ({ field: 'tag' as const, op, value })
    const name = (op: 'contains' | 'starts' | 'is', value: string) => ({ field: 'name' as const, op, value })
    const lists: Condition[][] = [
      [tag('a'), tag('b')],
      [tag('a'), tag('a')],
      [tag('c'), tag('a b'), tag('nobody')],
      [tag('a'), tag('b', 'lacks')],
      [tag('a'), name('contains', 'maria')],
      [name('contains', 'maria')],
      [name('contains', ' MARÍA '), tag('a')],
      [name('starts', 'mar'), name('is', 'josé maria')],
      [name('contains', 'strasse')],
      [name('contains', 'straße')],
      [name('contains', 'maria'), { field: 'optIn', op: 'is', value: 'opted_in' }],
      [tag('a'), { field: 'optIn', op: 'is', value: 'opted_in' }],
      [tag('a', 'lacks')],
    ]
    for (const conditions of lists)
      for (const match of ['all', 'any'] as const) {
        const filter = { match, conditions }
        const passes = (contact: Contact) =>
          matchesFilter(filter, { contact, conversations: [], leads: [] }, app.clock.now())
        const expected = everybody.filter(passes).map(({ id }) => id)
        const walked: string[] = []
        for await (const page of eachContactOf(context, filter)) walked.push(...page.map(({ id }) => id))
        expect({ filter, found: walked.sort() }).toEqual({ filter, found: expected.sort() })
        expect({ filter, count: await countContactsOf(context, filter) }).toEqual({ filter, count: expected.length })
      }
  })

  test('a segment is saved under its own name, counted, and counted again when asked for', async () => {
    const { anaId } = await open()
    const filter = { match: 'all', conditions: [{ field: 'tag', op: 'has', value: 'vip' }] }
    const { status, body } = await app.call('POST', '/api/segments', { name: 'Best', filter })
    expect({ status, data: body.data }).toMatchObject({ status: 201, data: { name: 'Best', count: 2, filter } })
    const { id } = body.data
    expect(await app.call('POST', '/api/segments', { name: 'Best', filter })).toMatchObject({ status: 409 })
    await app.call('POST', '/api/contacts/tags', { contactIds: [anaId], remove: ['vip'] })
    expect((await app.call('GET', `/api/segments/${id}`)).body.data).toMatchObject({ count: 1 })
    const everybody = { filter: { conditions: [] }, name: 'All' }
    expect((await app.call('PATCH', `/api/segments/${id}`, everybody)).body.data).toMatchObject({
      name: 'All',
      count: 3,
    })
    expect((await app.call('GET', '/api/segments')).body.data.segments).toHaveLength(1)
    expect((await app.call('DELETE', `/api/segments/${id}`)).status).toBe(200)
    expect((await app.call('GET', `/api/segments/${id}`)).status).toBe(404)
    expect((await app.call('GET', '/api/segments')).body.data.segments).toEqual([])
  })

  test('its chats are counted in the background, again when asked for, and the inbox can be narrowed to it', async () => {
    const { anaId } = await open()
    const filter = { conditions: [{ field: 'tag', op: 'has', value: 'vip' }] }
    const { id, chatCount } = (await app.call('POST', '/api/segments', { name: 'Best', filter })).body.data
    expect(chatCount).toBeNull()
    const listed = async () => (await app.call('GET', '/api/segments')).body.data.segments
    await app.settle()
    expect(await listed()).toMatchObject([{ count: 2, chatCount: 2, usedBy: [] }])
    const names = async (query: string) =>
      (await app.call('GET', `/api/conversations?${query}`)).body.data.conversations.map(
        ({ contactName }: { contactName: string }) => contactName,
      )
    expect(await names(`segment=${id}`)).toEqual(['Ana Sílva', 'Bob'])
    expect(await names(`segment=${id}&status=closed`)).toEqual(['Bob'])
    expect(await names(`segment=${id}&contactId=${anaId}`)).toEqual(['Ana Sílva'])
    expect((await app.call('GET', '/api/conversations?segment=seg_none')).status).toBe(404)
    await app.call('POST', '/api/contacts/tags', { contactIds: [anaId], remove: ['vip'] })
    expect(await names(`segment=${id}`)).toEqual(['Bob'])
    expect((await app.call('POST', '/api/segments/recount')).status).toBe(202)
    await app.settle()
    expect(await listed()).toMatchObject([{ count: 1, chatCount: 1 }])
    const everybody = { filter: { conditions: [] } }
    expect((await app.call('PATCH', `/api/segments/${id}`, everybody)).body.data).toMatchObject({ chatCount: null })
    await app.settle()
    expect(await listed()).toMatchObject([{ count: 3, chatCount: 2 }])
  })

  test('one that a rule asks for stays; a view that needs it is named, another person’s own view is not', async () => {
    await open()
    const { id } = (await app.call('POST', '/api/segments', { name: 'All', filter: { conditions: [] } })).body.data
    const rule = {
      name: 'Thank them',
      trigger: { kind: 'first_message' },
      conditions: [{ field: 'segment', op: 'is', value: id }],
      steps: [{ kind: 'pause' }],
    }
    const { id: ruleId } = (await app.call('POST', '/api/automation/rules', rule)).body.data
    await app.call('POST', '/api/saved-views', { name: 'My best', filter: { segment: id } })
    const own = storeOf()
    const { userId } = { userId: 'usr_elsewhere' }
    const [me] = await own.users.find({ limit: 1 })
    await own.users.insert({ ...me!, id: userId, name: 'Ana', email: 'a@b.c', emailKey: 'a@b.c' })
    await own.savedViews.insert({ name: 'Secret', filter: { segment: id }, shared: false, ownerId: userId })
    expect((await app.call('GET', '/api/segments')).body.data.segments[0].usedBy).toEqual([
      { kind: 'rule', id: ruleId, name: 'Thank them' },
      { kind: 'view', id: expect.any(String), name: 'My best' },
    ])
    const refused = await app.call('DELETE', `/api/segments/${id}`)
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'segment.in_use' } } })
    await app.call('DELETE', `/api/automation/rules/${ruleId}`)
    expect((await app.call('DELETE', `/api/segments/${id}`)).status).toBe(200)
  })

  test('the list of contacts can be narrowed to a segment and paged through', async () => {
    await open()
    const filter = { conditions: [{ field: 'phone', op: 'starts', value: '+49' }] }
    const { id } = (await app.call('POST', '/api/segments', { name: 'Germany', filter })).body.data
    const first = (await app.call('GET', `/api/contacts?segment=${id}&limit=1`)).body.data
    expect(first.contacts).toMatchObject([{ name: 'Bob' }])
    const next = `/api/contacts?segment=${id}&limit=1&cursor=${first.pagination.nextCursor}`
    const second = (await app.call('GET', next)).body.data
    expect(second).toMatchObject({ contacts: [{ name: 'Cy' }], pagination: { nextCursor: null } })
    expect((await app.call('GET', `/api/contacts?segment=${id}&page=1`)).body.data.pagination.total).toBe(2)
    expect((await app.call('GET', '/api/contacts?segment=seg_none')).status).toBe(404)
  })

  test('everybody of a large audience comes once', async () => {
    app = await openTestApp({ databaseUrl: await databaseUrl() })
    workspaceId = (await app.app.store.system.workspaces.find({ limit: 1 }))[0]!.id
    const optIn = { status: 'unknown' as const, at: null, source: null }
    await storeOf().contacts.insertMany(
      Array.from({ length: 1203 }, (_, index) => ({
        displayName: `Person ${index}`,
        tags: index % 2 ? ['odd'] : [],
        fields: {},
        optIn,
      })),
    )
    const conditions = [{ field: 'created', op: 'within', days: 9 }]
    const all = (await app.call('POST', '/api/segments', { name: 'New', filter: { conditions } })).body.data
    const channel = (await app.call('POST', '/api/channels', { name: 'Shop', businessPhone: '+4930123456' })).body.data
    const [person] = await storeOf().contacts.find({ limit: 1 })
    await storeOf().conversations.insert({
      channelId: channel.id,
      contactId: person!.id,
      contactName: person!.displayName,
      status: 'open',
      tags: [],
      lastMessageAt: app.clock.now().toISOString(),
    })
    const found = await app.call('GET', `/api/conversations?segment=${all.id}`)
    expect([all.count, found.body.data.conversations.length]).toEqual([1203, 1])
    const seen: string[] = []
    const filter = {
      match: 'any' as const,
      conditions: [{ field: 'tag' as const, op: 'lacks' as const, value: 'odd' }],
    }
    for await (const page of eachContactOf({ store: storeOf(), now: app.clock.now }, filter))
      seen.push(...page.map(({ id }) => id))
    expect(new Set(seen).size).toBe(602)
    expect(seen).toHaveLength(602)
  })
})
