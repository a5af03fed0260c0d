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

  test('a person has 200 views at most, and 200 are shared', async () => {
    const { app, olga, ana } = await open()
    const { savedViews } = app.app.store.workspace((await app.call('GET', '/api/auth/me')).body.data.workspace.id)
    const fill = (ownerId: string, count: number, shared: boolean) =>
      savedViews.insertMany(
        Array.from({ length: count }, (_, number) => ({ ownerId, name: `${shared} ${number}`, filter: {}, shared })),
      )
    const create = (who: Colleague, name: string, shared = false) => who.call('POST', url, { name, filter: {}, shared })
    await fill(ana.id, 198, false)
    await fill(olga.id, 199, true)
    const answers = await Promise.all(Array.from({ length: 6 }, (_, number) => create(ana, `New ${number}`)))
    const refused = answers.filter(({ status }) => status === 409)
    expect(refused.length).toBeLessThanOrEqual(4)
    const last = await create(ana, 'Last')
    expect(last.body).toMatchObject({
      error: { code: 'saved_view.too_many' },
      message: expect.stringContaining('200 views'),
    })
    expect(await savedViews.count({ ownerId: ana.id })).toBe(204 - refused.length)
    const own = (await create(olga, 'Own')).body.data
    expect(own.shared).toBe(false)
    expect((await create(olga, 'One more')).body.error.code).toBe('saved_view.too_many')
    expect((await olga.call('PATCH', `${url}/${own.id}`, { shared: true })).status).toBe(200)
    await savedViews.remove((await savedViews.first({ ownerId: ana.id }))!.id)
    const anas = (await savedViews.first({ ownerId: ana.id }))!
    const share = await ana.call('PATCH', `${url}/${anas.id}`, { shared: true })
    expect(share.body.error.code).toBe('saved_view.too_many')
    expect((await ana.call('PATCH', `${url}/${anas.id}`, { name: 'Renamed' })).status).toBe(200)
    expect(await names(ana)).toHaveLength(403 - refused.length)
  })
})
