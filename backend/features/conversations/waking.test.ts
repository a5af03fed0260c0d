import { describe, expect, test } from 'vitest'
import { hour } from '../../platform/clock.ts'
import { openColleagues } from '../../test/colleagues.ts'
import { openStores } from '../../test/world.ts'
import { wakeConversation } from './waking.ts'

const stores = await openStores()

describe.each(stores)('snoozed chats, on $kind', ({ databaseUrl }) => {
  async function open() {
    const world = await openColleagues(await databaseUrl())
    const { app, olga, path } = world
    const at = (ahead: number) => new Date(app.clock.now().getTime() + ahead).toISOString()
    const read = async () => (await olga.call('GET', path)).body.data
    const news = async (who = olga) =>
      (await who.call('GET', '/api/notifications')).body.data.notifications.map(({ kind }: { kind: string }) => kind)
    const lines = async () =>
      (await olga.call('GET', `${path}/activity`)).body.data.entries.map(({ kind }: { kind: string }) => kind)
    return { ...world, at, read, news, lines }
  }

  test('a chat wakes when its time has come, is open again, and whoever put it to sleep is told', async () => {
    const { app, ana, path, at, read, news, lines } = await open()
    await ana.call('PATCH', path, { status: 'pending', snoozedUntil: at(2 * hour) })
    await app.advance(hour)
    await app.settle()
    expect((await read()).snoozedUntil).not.toBeNull()
    await app.advance(hour + 1000)
    await app.settle()
    expect(await read()).toMatchObject({ snoozedUntil: null, status: 'open' })
    expect(await news(ana)).toEqual(['woke'])
    expect((await lines())[0]).toBe('woke')
  })

  test('snoozing again moves the time, and only the last one counts', async () => {
    const { app, olga, path, at, read, news } = await open()
    await olga.call('PATCH', path, { snoozedUntil: at(hour) })
    await olga.call('PATCH', path, { snoozedUntil: at(3 * hour) })
    await app.advance(2 * hour)
    await app.settle()
    expect((await read()).snoozedUntil).not.toBeNull()
    await app.advance(hour + 1000)
    await app.settle()
    expect((await read()).snoozedUntil).toBeNull()
    expect(await news()).toEqual(['woke'])
  })

  test('the job run twice, or too late, changes nothing', async () => {
    const { app, olga, path, chat, at, read, news, lines } = await open()
    const until = at(hour)
    await olga.call('PATCH', path, { snoozedUntil: until })
    await app.advance(hour + 1000)
    await app.settle()
    const written = await lines()
    const { workspaceId } = (await app.app.store.system.conversations.get(chat.id))!
    const job = { workspaceId, payload: { conversationId: chat.id, until } }
    const contextFor = () => ({
      store: app.app.store.workspace(workspaceId),
      workspaceId,
      user: null,
      now: app.clock.now,
      notify: () => {},
      flush: () => {},
    })
    await wakeConversation(contextFor, job)
    expect([await lines(), await news()]).toEqual([written, ['woke']])
    const later = at(5 * hour)
    await olga.call('PATCH', path, { snoozedUntil: later })
    await wakeConversation(contextFor, job)
    expect((await read()).snoozedUntil).toBe(later)
  })

  test('a message of the customer wakes at once, and the person is told once', async () => {
    const { app, olga, path, at, read, receive, news } = await open()
    await olga.call('PATCH', path, { snoozedUntil: at(hour) })
    await receive('Are you there?')
    expect(await read()).toMatchObject({ snoozedUntil: null, status: 'open' })
    await app.advance(2 * hour)
    await app.settle()
    expect(await news()).toEqual(['woke'])
  })

  test('closing ends the sleep without a word', async () => {
    const { app, olga, path, at, news, lines } = await open()
    await olga.call('PATCH', path, { snoozedUntil: at(hour) })
    await olga.call('PATCH', path, { status: 'closed' })
    await app.advance(2 * hour)
    await app.settle()
    expect([await news(), await lines()]).toEqual([[], ['status', 'snoozed']])
  })
})
