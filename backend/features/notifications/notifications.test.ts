import { describe, expect, test } from 'vitest'
import { keepHouse } from '../housekeeping/housekeeping.ts'
import { day } from '../../platform/clock.ts'
import { openColleagues } from '../../test/colleagues.ts'
import { openStores } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('notifications, on $kind', ({ databaseUrl }) => {
  const open = async () => openColleagues(await databaseUrl())

  test('being given a chat is told to that person; taking one oneself is not', async () => {
    const { olga, ana, path, chat } = await open()
    await ana.call('PATCH', path, { assignedTo: ana.id })
    expect((await ana.call('GET', '/api/notifications')).body.data.unread).toBe(0)
    await olga.call('PATCH', path, { assignedTo: null })
    await olga.call('PATCH', path, { assignedTo: ana.id })
    const { notifications } = (await ana.call('GET', '/api/notifications')).body.data
    expect(notifications).toMatchObject([{ kind: 'assigned', conversationId: chat.id, contactName: chat.contactName }])
  })

  test('one is read, then all; nobody reads those of another', async () => {
    const { olga, ana, path } = await open()
    for (const text of ['a', 'b', 'c']) await olga.call('POST', `${path}/notes`, { text, mentions: [ana.id] })
    const { notifications } = (await ana.call('GET', '/api/notifications')).body.data
    const first = `/api/notifications/${notifications[0].id}/read`
    expect((await olga.call('POST', first)).body.error.code).toBe('notification.not_found')
    expect((await ana.call('POST', first)).body.data.unread).toBe(2)
    expect((await ana.call('POST', first)).body.data.unread).toBe(2)
    expect((await ana.call('GET', '/api/notifications?unread=true')).body.data.notifications).toHaveLength(2)
    expect((await ana.call('POST', '/api/notifications/read-all')).body.data.unread).toBe(0)
    expect((await ana.call('GET', '/api/notifications')).body.data).toMatchObject({ unread: 0 })
  })

  test('old ones are forgotten', async () => {
    const { olga, ana, path, app } = await open()
    await olga.call('POST', `${path}/notes`, { text: 'a', mentions: [ana.id] })
    const later = () => new Date(app.clock.now().getTime() + 61 * day)
    await keepHouse({ store: app.app.store, now: later })
    expect(await app.app.store.system.notifications.find({})).toEqual([])
  })
})
