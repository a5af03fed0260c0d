import { describe, expect, test } from 'vitest'
import { openColleagues, type Colleague } from '../../test/colleagues.ts'
import { openStores } from '../../test/world.ts'

const stores = await openStores()
const url = '/api/canned-replies'

describe.each(stores)('saved answers, on $kind', ({ databaseUrl }) => {
  const open = async () => openColleagues(await databaseUrl())
  const shortcuts = async (who: Colleague) =>
    (await who.call('GET', url)).body.data.cannedReplies.map(({ shortcut }: { shortcut: string }) => shortcut)

  test('everybody sees those of the workspace and their own, by shortcut', async () => {
    const { olga, ana } = await open()
    await olga.call('POST', url, { shortcut: 'Thanks', text: 'Thank you!' })
    await olga.call('POST', url, { shortcut: 'bye', text: 'Bye', scope: 'personal' })
    await ana.call('POST', url, { shortcut: 'hours', text: '9 to 5', scope: 'personal' })
    expect([await shortcuts(olga), await shortcuts(ana)]).toEqual([
      ['bye', 'thanks'],
      ['hours', 'thanks'],
    ])
  })

  test('a shortcut is one word and there is one of it in the workspace', async () => {
    const { olga, ana } = await open()
    expect((await olga.call('POST', url, { shortcut: 'two words', text: 'x' })).status).toBe(422)
    await olga.call('POST', url, { shortcut: 'thanks', text: 'Thank you!' })
    const again = await ana.call('POST', url, { shortcut: 'THANKS', text: 'Mine', scope: 'personal' })
    expect(again.body.error.code).toBe('canned_reply.shortcut_taken')
    const other = (await olga.call('POST', url, { shortcut: 'bye', text: 'Bye' })).body.data
    const renamed = await olga.call('PATCH', `${url}/${other.id}`, { shortcut: 'thanks' })
    expect(renamed.body.error.code).toBe('canned_reply.shortcut_taken')
  })

  test('agents change their own; of those of others they know nothing', async () => {
    const { olga, ana } = await open()
    const shared = (await olga.call('POST', url, { shortcut: 'thanks', text: 'Thank you!' })).body.data
    const personal = (await olga.call('POST', url, { shortcut: 'bye', text: 'Bye', scope: 'personal' })).body.data
    expect((await ana.call('POST', url, { shortcut: 'x', text: 'x' })).body.error.code).toBe('canned_reply.not_yours')
    expect((await ana.call('PATCH', `${url}/${shared.id}`, { text: 'x' })).status).toBe(403)
    expect((await ana.call('DELETE', `${url}/${personal.id}`)).status).toBe(404)
    const own = (await ana.call('POST', url, { shortcut: 'x', text: 'x', scope: 'personal' })).body.data
    expect((await ana.call('PATCH', `${url}/${own.id}`, { text: 'y' })).body.data.text).toBe('y')
    expect((await ana.call('DELETE', `${url}/${own.id}`)).status).toBe(200)
  })

  test('a file must be there', async () => {
    const { olga } = await open()
    const answer = await olga.call('POST', url, { shortcut: 'menu', text: 'Our menu', mediaId: 'med_nowhere' })
    expect(answer.body.error.code).toBe('media.not_found')
  })

  test('there are 1,000 for everybody at most, and 500 of one person', async () => {
    const { app, olga, ana } = await open()
    const { cannedReplies } = app.app.store.workspace((await app.call('GET', '/api/auth/me')).body.data.workspace.id)
    const fill = (ownerId: string | null, count: number) =>
      cannedReplies.insertMany(
        Array.from({ length: count }, (_, number) => ({ ownerId, shortcut: `${ownerId}-${number}`, text: 'x' })),
      )
    await fill(null, 999 - (await cannedReplies.count({ ownerId: null })))
    await fill(ana.id, 499)
    const create = (who: Colleague, shortcut: string, scope: string) =>
      who.call('POST', url, { shortcut, text: 'x', scope })
    expect((await create(olga, 'thousand', 'workspace')).status).toBe(201)
    const refused = await create(olga, 'more', 'workspace')
    expect(refused.body).toMatchObject({ error: { code: 'canned_reply.too_many', details: { most: 1000 } } })
    expect((await create(ana, 'five-hundred', 'personal')).status).toBe(201)
    expect((await create(ana, 'more', 'personal')).body.error.code).toBe('canned_reply.too_many')
    expect((await create(olga, 'more', 'personal')).status).toBe(201)
  })
})
