import { afterEach, describe, expect, test } from 'vitest'
import type { Lead } from '../../contract/leads.ts'
import { connectSimulator, openStores } from '../../test/world.ts'

type World = Awaited<ReturnType<typeof connectSimulator>>

const stores = await openStores()
const password = 'green boats on grey water 3'

describe.each(stores)('leads from first messages, on the $kind store', ({ databaseUrl }) => {
  let world: World
  afterEach(() => world.close())

  async function open(settings: object) {
    world = await connectSimulator({ databaseUrl: await databaseUrl() })
    const { status } = await world.test.call('PATCH', '/api/settings/pipeline', settings)
    expect(status).toBe(200)
    return world
  }
  async function write(from: string, options: object = {}) {
    const sent = await world.simulator.receive('text', { body: 'Hello' }, { from, ...options })
    await world.simulator.settled()
    await world.test.settle()
    return sent
  }
  const leads = async (): Promise<Lead[]> => (await world.test.call('GET', '/api/leads?sort=created')).body.data.leads
  const workspace = async () => {
    const [first] = await world.test.app.store.system.workspaces.find({ limit: 1 })
    return world.test.app.store.workspace(first!.id)
  }
  async function join(name: string) {
    const { test: opened } = world
    const invited = await opened.call('POST', '/api/team/invitations', { email: `${name}@example.com`, role: 'agent' })
    const token = invited.body.data.link.split('#').at(-1)
    const { body } = await opened.call('POST', '/api/invitations/accept', { token, name, password }, { cookie: null })
    return body.data.user.id as string
  }

  test('nobody becomes a lead by themselves unless the workspace says so', async () => {
    await open({ fromFirstMessage: false })
    await write('5511987654321')
    expect(await leads()).toEqual([])
  })

  test('a first message makes one lead, in the chosen stage, with its conversation', async () => {
    await open({ fromFirstMessage: true, currency: 'BRL' })
    const { stages } = (await world.test.call('GET', '/api/lead-stages')).body.data
    await world.test.call('PATCH', '/api/settings/pipeline', { stageId: stages[1].id })
    await write('5511987654321')
    await write('5511987654321')
    const [conversation] = (await world.test.call('GET', '/api/conversations')).body.data.conversations
    expect(await leads()).toMatchObject([
      {
        stageId: stages[1].id,
        status: 'open',
        contactId: conversation.contactId,
        conversationId: conversation.id,
        currency: 'BRL',
        ownerId: null,
        source: 'first_message',
      },
    ])
  })

  test('the same first message delivered again makes no second lead, also when the first was removed', async () => {
    await open({ fromFirstMessage: true })
    const { wamid } = await write('5511987654321')
    await write('5511987654321', { id: wamid })
    const [lead] = await leads()
    expect(await leads()).toHaveLength(1)
    await world.test.call('DELETE', `/api/leads/${lead!.id}`)
    await write('5511987654321', { id: wamid })
    await write('5511987654321')
    expect(await leads()).toEqual([])
  })

  test('of two who make the lead of one contact at the same moment, one does', async () => {
    await open({ fromFirstMessage: true })
    const own = await workspace()
    await write('5511987654321')
    const [lead] = await own.leads.find({ limit: 1 })
    const { id, ...twin } = lead!
    expect(await own.leads.insertMany([twin], { ifTaken: 'skip' })).toEqual([])
    expect(await leads()).toMatchObject([{ id }])
  })

  test('somebody whom the team already works on gets no second lead', async () => {
    await open({ fromFirstMessage: true })
    const { body } = await world.test.call('POST', '/api/contacts', { name: 'Ana', phone: '+5511987654321' })
    await world.test.call('POST', '/api/leads', { contactId: body.data.id, title: 'By hand' })
    await write('5511987654321')
    expect((await leads()).map(({ title }) => title)).toEqual(['By hand'])
  })

  test('by turns, whoever has the fewest open leads gets the next one, and disabled people none', async () => {
    await open({ fromFirstMessage: true, assign: 'round_robin' })
    const [ana, ben] = [await join('ana'), await join('ben')]
    const olga = (await world.test.call('GET', '/api/auth/me')).body.data.user.id
    await world.test.call('PATCH', `/api/team/${ben}`, { disabled: true })
    for (const from of ['5511987650001', '5511987650002', '5511987650003', '5511987650004']) await write(from)
    const owners = (await leads()).map(({ ownerId }) => ownerId)
    expect(owners.toSorted()).toEqual([ana, ana, olga, olga].toSorted())
    expect(owners[0]).not.toBe(owners[1])
  })

  test('who gets the lead gets the chat too, with its line and its bell, and a chat of somebody stays theirs', async () => {
    await open({ fromFirstMessage: true })
    const [ana, ben] = [await join('ana'), await join('ben')]
    await world.test.call('PATCH', '/api/settings/pipeline', { assign: { userId: ana } })
    await write('5511987650001')
    const chat = async (index: number) =>
      (await world.test.call('GET', '/api/conversations?limit=10')).body.data.conversations[index]
    const { id, assignedTo } = await chat(0)
    expect(assignedTo).toBe(ana)
    const own = await workspace()
    expect(await own.threadEntries.find({ where: { conversationId: id } })).toMatchObject([
      { kind: 'assigned', before: null, after: ana, userId: null },
    ])
    expect(await own.notifications.find({ where: { userId: ana } })).toMatchObject([
      { kind: 'assigned', conversationId: id, preview: 'Hello' },
    ])
    // Ben has written to somebody new; the answer is his.
    const contact = (await world.test.call('POST', '/api/contacts', { name: 'Cy', phone: '+5511987650002' })).body.data
    const { id: second } = await own.conversations.insert({
      channelId: (await chat(0)).channelId,
      contactId: contact.id,
      contactName: contact.displayName,
      status: 'open',
      tags: [],
      lastMessageAt: '2026-01-01T00:00:00.000Z',
    })
    await world.test.call('PATCH', `/api/conversations/${second}`, { assignedTo: ben })
    await write('5511987650002')
    expect((await own.conversations.get(second))?.assignedTo).toBe(ben)
    expect((await leads()).map(({ ownerId }) => ownerId)).toEqual([ben, ana])
  })

  test('many first messages of one delivery are spread over the team', async () => {
    await open({ fromFirstMessage: true, assign: 'round_robin' })
    await join('ana')
    const numbers = Array.from({ length: 6 }, (_, index) => `551198765000${index}`)
    await Promise.all(numbers.map((from) => world.simulator.receive('text', { body: 'Hi' }, { from })))
    await world.simulator.settled()
    await world.test.settle()
    const byOwner = Map.groupBy(await leads(), ({ ownerId }) => ownerId)
    expect([...byOwner.values()].map((own) => own.length)).toEqual([3, 3])
  })

  test('one person can get them all, and while that person is disabled nobody does', async () => {
    await open({ fromFirstMessage: true })
    const ana = await join('ana')
    await world.test.call('PATCH', '/api/settings/pipeline', { assign: { userId: ana } })
    await write('5511987650001')
    await world.test.call('PATCH', `/api/team/${ana}`, { disabled: true })
    await write('5511987650002')
    expect((await leads()).map(({ ownerId }) => ownerId)).toEqual([null, ana])
  })

  test('only admins change the settings, and only to what exists', async () => {
    await open({ fromFirstMessage: true })
    const patch = (body: object) => world.test.call('PATCH', '/api/settings/pipeline', body)
    expect((await patch({ stageId: 'stg_0' })).body.error.code).toBe('lead.stage_not_found')
    expect((await patch({ assign: { userId: 'usr_0' } })).body.error.code).toBe('user.not_found')
    const { body } = await world.test.call('GET', '/api/settings/pipeline')
    expect(body.data).toEqual({ currency: 'USD', fromFirstMessage: true, stageId: null, assign: 'nobody' })
  })
})
