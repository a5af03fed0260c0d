import { describe, expect, test } from 'vitest'
import { openColleagues, type Colleague } from '../../test/colleagues.ts'
import { openStores } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('unread by me, on $kind', ({ databaseUrl }) => {
  async function open() {
    const world = await openColleagues(await databaseUrl())
    const unread = async (who: Colleague) =>
      (await who.call('GET', '/api/conversations')).body.data.conversations[0].unreadByMe as number
    return { ...world, unread }
  }

  test('opening a chat clears what I have not read, not what a colleague has not, nor who must answer', async () => {
    const { olga, ana, path, receive, unread } = await open()
    await receive('And another')
    expect([await unread(olga), await unread(ana)]).toEqual([2, 2])
    const opened = (await olga.call('POST', `${path}/read`)).body.data
    expect(opened).toMatchObject({ unreadByMe: 0, needsReply: true, unreadCount: 0 })
    expect([await unread(olga), await unread(ana)]).toEqual([0, 2])
    await receive('A third')
    expect([await unread(olga), await unread(ana)]).toEqual([1, 3])
  })

  test('putting it back among the unread is for me alone', async () => {
    const { olga, ana, path, unread } = await open()
    for (const who of [olga, ana]) await who.call('POST', `${path}/read`)
    const changed = (await olga.call('PATCH', path, { unread: true })).body.data
    expect(changed).toMatchObject({ unreadByMe: 1 })
    expect([await unread(olga), await unread(ana)]).toEqual([1, 0])
  })

  test('what was said before a colleague came is not unread for them', async () => {
    const { olga, app, path, join, receive, unread } = await open()
    await olga.call('POST', `${path}/read`)
    await app.advance(60_000)
    const nora = await join('Nora')
    expect(await unread(nora)).toBe(0)
    await app.advance(60_000)
    await app.app.store.system.conversations.updateWhere({}, { lastInboundAt: app.clock.now().toISOString() })
    await receive('Hello, Nora')
    expect(await unread(nora)).toBe(1)
  })
})
