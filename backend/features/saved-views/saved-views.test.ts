import { describe, expect, test } from 'vitest'
import { openColleagues, type Colleague } from '../../test/colleagues.ts'
import { openStores } from '../../test/world.ts'

const stores = await openStores()
const url = '/api/saved-views'

describe.each(stores)('saved views, on $kind', ({ databaseUrl }) => {
  const open = async () => openColleagues(await databaseUrl())
  const names = async (who: Colleague) =>
    (await who.call('GET', url)).body.data.savedViews.map(({ name }: { name: string }) => name)

  test('one sees one’s own and the shared ones', async () => {
    const { olga, ana } = await open()
    await olga.call('POST', url, { name: 'VIP', filter: { tag: 'VIP', needsReply: true }, shared: true })
    await olga.call('POST', url, { name: 'Mine', filter: { assignedTo: 'me' } })
    await ana.call('POST', url, { name: 'Mine', filter: { assignedTo: 'me' } })
    expect([await names(olga), await names(ana)]).toEqual([
      ['Mine', 'VIP'],
      ['Mine', 'VIP'],
    ])
    const again = await ana.call('POST', url, { name: 'Mine', filter: {} })
    expect(again.body.error.code).toBe('saved_view.name_taken')
  })

  test('a shared view is changed by its owner and by admins, a personal one by its owner', async () => {
    const { olga, ana } = await open()
    const shared = (await olga.call('POST', url, { name: 'VIP', filter: {}, shared: true })).body.data
    const personal = (await ana.call('POST', url, { name: 'Ana’s', filter: {} })).body.data
    expect((await ana.call('PATCH', `${url}/${shared.id}`, { name: 'x' })).status).toBe(403)
    expect((await olga.call('PATCH', `${url}/${personal.id}`, { name: 'x' })).status).toBe(404)
    await ana.call('PATCH', `${url}/${personal.id}`, { shared: true })
    expect((await olga.call('DELETE', `${url}/${personal.id}`)).status).toBe(200)
    expect((await ana.call('DELETE', `${url}/${personal.id}`)).body.error.code).toBe('saved_view.not_found')
  })
})
