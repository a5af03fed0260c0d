import { afterEach, describe, expect, test } from 'vitest'
import { connectSimulator, openStores, register, owner } from '../../test/world.ts'

type World = Awaited<ReturnType<typeof connectSimulator>>

const stores = await openStores()

describe.each(stores)('contacts, on the $kind store', ({ databaseUrl }) => {
  let world: World
  afterEach(() => world.close())

  async function open() {
    world = await connectSimulator({ databaseUrl: await databaseUrl() })
  }
  const call: World['test']['call'] = (...given) => world.test.call(...given)
  const create = async (body: object) => (await call('POST', '/api/contacts', body)).body.data
  const read = async (id: string) => (await call('GET', `/api/contacts/${id}`)).body.data
  const list = async (query = '') => (await call('GET', `/api/contacts${query}`)).body.data.contacts
  async function hear(body: string, from: string) {
    await world.simulator.receive('text', { body }, { from })
    await world.simulator.settled()
    await world.test.settle()
  }

  test('of several who change different fields of one contact at once, nobody takes another’s away', async () => {
    await open()
    const { id } = await create({ name: 'Ana', phone: '+5511987654321', fields: { Size: 42 } })
    const change = (body: object) => call('PATCH', `/api/contacts/${id}`, body)
    const fields = ['City', 'Shoe', 'Colour', 'Birthday', 'Pet', 'Street']
    const answers = await Promise.all([
      ...fields.map((field) => change({ fields: { [field]: field } })),
      change({ name: 'Ana Lima' }),
      change({ email: 'ana@example.com' }),
      call('POST', '/api/contacts/tags', { contactIds: [id], add: ['vip'], remove: [] }),
      call('POST', '/api/contacts/tags', { contactIds: [id], add: ['new'], remove: [] }),
    ])
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    const after = await read(id)
    expect(after.fields).toEqual({ Size: 42, ...Object.fromEntries(fields.map((field) => [field, field])) })
    expect(after).toMatchObject({ name: 'Ana Lima', displayName: 'Ana Lima', email: 'ana@example.com' })
    expect(after.tags.toSorted()).toEqual(['new', 'vip'])
  })

  test('a contact is kept as it was typed, its number in the international form', async () => {
    await open()
    const created = await create({
      name: ' Ana ',
      phone: '+55 (11) 98765-4321',
      tags: ['vip', 'vip'],
      fields: { Size: 42 },
    })
    expect(created).toMatchObject({ name: 'Ana', displayName: 'Ana', phone: '+5511987654321', tags: ['vip'] })
    expect(await read(created.id)).toMatchObject({
      fields: { Size: 42 },
      identities: [{ kind: 'phone', value: '5511987654321' }],
      conversationIds: [],
    })
    expect((await call('POST', '/api/contacts', { name: 'X', phone: '12345' })).body.error.code).toBe(
      'contact.phone_invalid',
    )
    expect((await call('POST', '/api/contacts', {})).status).toBe(422)
  })

  test('two contacts cannot have one number, nor the two spellings of a Brazilian one', async () => {
    await open()
    const ana = await create({ name: 'Ana', phone: '+5511987654321' })
    for (const phone of ['+55 11 98765 4321', '+551187654321'])
      expect(await call('POST', '/api/contacts', { name: 'Twin', phone })).toMatchObject({
        status: 409,
        body: { error: { code: 'contact.phone_taken', details: { contactId: ana.id } } },
      })
    expect(await list()).toHaveLength(1)
  })

  test('who writes from the number of a known contact is that contact, and a new name reaches the chat', async () => {
    await open()
    const { id } = await create({ name: 'Ana', phone: '+5511987654321' })
    await hear('Hello', '5511987654321')
    const [conversation] = (await call('GET', '/api/conversations')).body.data.conversations
    expect(conversation).toMatchObject({ contactId: id, contactName: 'Ana' })
    await call('PATCH', `/api/contacts/${id}`, { name: 'Ana Silva' })
    expect((await call('GET', `/api/conversations/${conversation.id}`)).body.data.contactName).toBe('Ana Silva')
    expect(await read(id)).toMatchObject({ conversationIds: [conversation.id] })
  })

  test('a change leaves what it does not name, and null takes a field away', async () => {
    await open()
    const { id } = await create({ name: 'Ana', email: 'ana@example.com', fields: { City: 'Lisbon', Size: 1 } })
    await call('PATCH', `/api/contacts/${id}`, {
      fields: { Size: null },
      optIn: { status: 'opted_in', source: 'Fair' },
    })
    expect(await read(id)).toMatchObject({
      email: 'ana@example.com',
      fields: { City: 'Lisbon' },
      optIn: { status: 'opted_in', source: 'Fair', at: expect.any(String) },
    })
    expect((await read(id)).fields).not.toHaveProperty('Size')
  })

  test('the list is searched, filtered and paged', async () => {
    await open()
    const ana = await create({ name: 'Ana Sílva', phone: '+5511987654321', tags: ['vip'] })
    await create({ name: 'Bob', email: 'bob@example.com', optIn: { status: 'opted_in' } })
    await create({ name: 'Cy' })
    const names = async (query: string) => (await list(query)).map(({ name }: { name: string }) => name)
    expect(await names('?search=silva')).toEqual(['Ana Sílva'])
    expect(await names('?search=98765')).toEqual(['Ana Sílva'])
    expect(await names('?search=BOB%40')).toEqual(['Bob'])
    expect(await names('?tag=vip')).toEqual(['Ana Sílva'])
    expect(await names('?optIn=opted_in')).toEqual(['Bob'])
    await call('POST', `/api/contacts/${ana.id}/block`)
    expect(await names('?blocked=true')).toEqual(['Ana Sílva'])
    expect(await names('?blocked=false')).toEqual(['Bob', 'Cy'])
    const first = (await call('GET', '/api/contacts?limit=2')).body.data
    expect(first.contacts).toHaveLength(2)
    expect(await names(`?limit=2&cursor=${first.pagination.nextCursor}`)).toEqual(['Cy'])
    expect(await names('?limit=1&skip=1')).toEqual(['Bob'])
    expect(await names('?limit=1&page=3')).toEqual(['Cy'])
    expect((await call('GET', '/api/contacts?skip=-1')).status).toBe(422)
  })

  test('a merge joins chats, numbers and fields, and taking it back separates them again', async () => {
    await open()
    await hear('from the first number', '5511987654321')
    await hear('from the second number', '4915112345678')
    const [first, second] = (await list('?sort=created')).toReversed()
    await call('PATCH', `/api/contacts/${first.id}`, { name: 'Ana', tags: ['a'] })
    await call('PATCH', `/api/contacts/${second.id}`, { name: 'Ana S.', tags: ['b'], email: 'ana@example.com' })
    const merged = (await call('POST', `/api/contacts/${first.id}/merge`, { contactId: second.id })).body.data
    expect(merged).toMatchObject({ id: first.id, name: 'Ana', email: 'ana@example.com', tags: ['a', 'b'] })
    const kept = await read(first.id)
    expect(kept.identities.map(({ value }: { value: string }) => value)).toEqual(
      expect.arrayContaining(['5511987654321', '4915112345678']),
    )
    expect(kept.conversationIds).toHaveLength(1)
    const thread = async (id: string) => (await call('GET', `/api/conversations/${id}/messages`)).body.data.messages
    expect(await thread(kept.conversationIds[0])).toHaveLength(2)
    const undone = await call('POST', `/api/contacts/${first.id}/unmerge`, { mergeId: kept.merges[0].id })
    expect(undone.body.data).toMatchObject({ restored: { id: second.id, name: 'Ana S.' } })
    const again = await read(second.id)
    expect(again.identities).toContainEqual({ kind: 'phone', value: '4915112345678' })
    expect((await read(first.id)).identities).not.toContainEqual({ kind: 'phone', value: '4915112345678' })
    expect(await thread(again.conversationIds[0])).toHaveLength(1)
    expect((await call('POST', `/api/contacts/${first.id}/merge`, { contactId: first.id })).status).toBe(422)
  })

  test('erasing removes the person, their chats, and frees the number', async () => {
    await open()
    await hear('Hello', '5511987654321')
    const [{ id }] = await list()
    expect((await call('DELETE', `/api/contacts/${id}`)).status).toBe(200)
    expect((await call('GET', '/api/conversations')).body.data.conversations).toEqual([])
    expect((await call('GET', `/api/contacts/${id}`)).status).toBe(404)
    expect((await call('POST', '/api/contacts', { name: 'New', phone: '+5511987654321' })).status).toBe(201)
  })

  test('many contacts get a tag at once, and those of another workspace do not', async () => {
    await open()
    const ids = [(await create({ name: 'Ana', tags: ['old'] })).id, (await create({ name: 'Bob' })).id]
    const body = { contactIds: [...ids, 'con_none'], add: ['new'], remove: ['old'] }
    const stranger = await register(world.test, { ...owner, email: 'other@example.com' })
    expect((await call('POST', '/api/contacts/tags', body, { cookie: stranger })).body.data).toEqual({ changed: 0 })
    expect((await call('POST', '/api/contacts/tags', body)).body.data).toEqual({ changed: 2 })
    expect((await list()).map(({ tags }: { tags: string[] }) => tags)).toEqual([['new'], ['new']])
    expect((await call('POST', '/api/contacts/tags', body)).body.data).toEqual({ changed: 0 })
    expect((await call('GET', `/api/contacts/${ids[0]}`, undefined, { cookie: stranger })).status).toBe(404)
  })

  test('a number without a country code is of the country of the workspace', async () => {
    await open()
    const { store } = world.test.app
    const [workspace] = await store.system.workspaces.find({ limit: 1 })
    const settings = { ...workspace!.settings, defaultCountry: 'DE' }
    await store.system.workspaces.update(workspace!.id, { settings })
    expect(await create({ name: 'Jörg', phone: '0151 12345678' })).toMatchObject({ phone: '+4915112345678' })
  })
})
