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
})
