import { describe, expect, test } from 'vitest'
import type { Conversation } from '../../contract/conversations.ts'
import { minute } from '../../platform/clock.ts'
import { openColleagues } from '../../test/colleagues.ts'
import { openStores, owner, register } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('changes of many chats, on $kind', ({ databaseUrl }) => {
  async function open(customers = 7) {
    const world = await openColleagues(await databaseUrl())
    const { app, olga, simulator } = world
    for (let number = 1; number < customers; number++)
      simulator.receive('text', { body: `Hello ${number}` }, { from: `1555020${1000 + number}` } as never)
    await simulator.settled()
    await app.settle()
    const list = async (query = '') =>
      (await olga.call('GET', `/api/conversations?limit=100${query}`)).body.data.conversations as Conversation[]
    const start = async (body: object, who = olga) => {
      const answer = await who.call('POST', '/api/conversations/bulk', body)
      await app.settle()
      return answer.body.data ?? answer.body.error
    }
    const read = async (id: string) => (await olga.call('GET', `/api/bulk-actions/${id}`)).body.data
    const undo = async (id: string, who = olga) => {
      const answer = await who.call('POST', `/api/bulk-actions/${id}/undo`)
      await app.settle()
      return answer
    }
    return { ...world, list, start, read, undo, chats: await list() }
  }

  test('the chosen ones change, each with its line, and nothing else does', async () => {
    const { chats, list, start, read, olga } = await open()
    const ids = chats.slice(0, 3).map(({ id }) => id)
    const action = await start({ ids: [...ids, ids[0]], change: { status: 'closed', addTags: ['Done'] } })
    expect(await read(action.id)).toMatchObject({ state: 'done', total: 3, done: 3 })
    expect((await list('&status=closed')).map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
    expect(await list('&tag=Done')).toHaveLength(3)
    const { entries } = (await olga.call('GET', `/api/conversations/${ids[0]}/activity`)).body.data
    expect(entries).toMatchObject([
      { kind: expect.stringMatching(/status|tags/), userId: olga.id },
      { kind: expect.stringMatching(/status|tags/), userId: olga.id },
    ])
  })

  test('none is given to somebody of another workspace', async () => {
    const { app, chats, start } = await open(2)
    const cookie = await register(app, { ...owner, email: 'eve@example.com' })
    const eve = (await app.call('GET', '/api/auth/me', undefined, { cookie })).body.data.user
    const answer = await start({ ids: [chats[0]!.id], change: { assignedTo: eve.id } })
    expect(answer).toMatchObject({ code: 'user.not_found' })
  })

  test('all matches of a filter change, though the change takes them out of it', async () => {
    const { chats, list, start, read } = await open(60)
    const action = await start({ filter: { status: 'open' }, change: { status: 'closed' } })
    expect(await read(action.id)).toMatchObject({ state: 'done', total: chats.length, done: chats.length })
    expect(await list('&status=open')).toEqual([])
  })

  test('undoing puts everything back, who must answer too, but not what was changed since', async () => {
    const { chats, list, start, read, undo, olga } = await open()
    const [first, second] = chats
    await olga.call('PATCH', `/api/conversations/${second!.id}`, { tags: ['Old'] })
    const action = await start({
      filter: { status: 'open' },
      change: { status: 'closed', addTags: ['Done'], removeTags: ['Old'], assignedTo: olga.id },
    })
    await olga.call('PATCH', `/api/conversations/${first!.id}`, { status: 'pending', tags: ['Done', 'New'] })
    expect((await undo(action.id)).status).toBe(202)
    expect(await read(action.id)).toMatchObject({ state: 'undone' })
    const after = new Map((await list()).map((chat) => [chat.id, chat]))
    expect(after.get(first!.id)).toMatchObject({ status: 'pending', tags: ['New'], assignedTo: null })
    expect(after.get(second!.id)).toMatchObject({ status: 'open', tags: ['Old'], assignedTo: null, needsReply: true })
  })

  test('of somebody who was disabled meanwhile it goes no further', async () => {
    const { app, olga, ana, list, read } = await open(3)
    const begin = async (target: object) =>
      (await ana.call('POST', '/api/conversations/bulk', { ...target, change: { status: 'closed' } })).body.data
    const found = await begin({ filter: { status: 'open' } })
    const chosen = await begin({ ids: (await list()).map(({ id }) => id) })
    await olga.call('PATCH', `/api/team/${ana.id}`, { disabled: true })
    await app.settle()
    for (const { id } of [found, chosen]) expect(await read(id)).toMatchObject({ state: 'done', done: 0 })
    expect(await list('&status=closed')).toEqual([])
  })

  test('an action is taken back once, by whoever did it, and within ten minutes', async () => {
    const { chats, app, start, undo, ana } = await open(2)
    const action = await start({ ids: [chats[0]!.id], change: { status: 'closed' } })
    expect((await undo(action.id, ana)).body.error.code).toBe('bulk_action.not_found')
    expect((await undo(action.id)).status).toBe(202)
    expect((await undo(action.id)).body.error.code).toBe('bulk_action.undo_over')
    const second = await start({ ids: [chats[0]!.id], change: { status: 'closed' } })
    await app.advance(10 * minute + 1000)
    expect((await undo(second.id)).body.error.code).toBe('bulk_action.undo_over')
  })

  test('who is given many chats is told once', async () => {
    const { start, ana } = await open()
    await start({ filter: {}, change: { assignedTo: ana.id } })
    const { notifications } = (await ana.call('GET', '/api/notifications')).body.data
    expect(notifications).toMatchObject([{ kind: 'assigned', preview: 'and 6 more chats' }])
  })

  test('snoozed together, they wake together', async () => {
    const { app, start, list } = await open(3)
    const until = new Date(app.clock.now().getTime() + 30 * minute).toISOString()
    await start({ filter: { status: 'open' }, change: { snoozedUntil: until } })
    expect(await list('&snoozed=true')).toHaveLength(3)
    await app.advance(31 * minute)
    await app.settle()
    expect(await list('&snoozed=true')).toEqual([])
  })

  test('what is unread by me can be listed and changed as a whole', async () => {
    const { chats, olga, list, start, read } = await open()
    await olga.call('POST', `/api/conversations/${chats[0]!.id}/read`)
    expect(await list('&unreadByMe=true')).toHaveLength(chats.length - 1)
    const action = await start({ filter: { unread: true }, change: { addTags: ['Look'] } })
    expect(await read(action.id)).toMatchObject({ done: chats.length - 1 })
  })

  test('nobody who does not work here is given a chat, and a change must say something', async () => {
    const { chats, start } = await open(1)
    const ids = [chats[0]!.id]
    expect((await start({ ids, change: { assignedTo: 'usr_nobody' } })).code).toBe('user.not_found')
    expect((await start({ ids, change: {} })).code).toBe('request.invalid')
    expect((await start({ change: { status: 'open' } })).code).toBe('request.invalid')
  })
})
