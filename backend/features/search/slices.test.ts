import { describe, expect, test } from 'vitest'
import { day } from '../../platform/clock.ts'
import { openColleagues } from '../../test/colleagues.ts'
import { openStores } from '../../test/world.ts'
import { findInSlices } from './slices.ts'

const stores = await openStores()

describe.each(stores)('searching in slices, on $kind', ({ databaseUrl }) => {
  test('finds the same as one search, however the messages lie in time, and goes on where it stopped', async () => {
    const { app, chat } = await openColleagues(await databaseUrl())
    const { workspaceId } = (await app.app.store.system.conversations.get(chat.id))!
    const { messages } = app.app.store.workspace(workspaceId)
    const [pattern] = await messages.find({ limit: 1 })
    const { id: _id, createdAt: _c, updatedAt: _u, providerMessageId: _p, workspaceId: _w, ...fields } = pattern!
    // Years apart, and several in the same millisecond.
    // The second one stands exactly where the first stretch ends.
    const ages = [0, 1 / 24, 0, 0, 1, 6.9, 7, 7, 30, 400, 400, 1500]
    await messages.insertMany(
      ages.map((days, index) => ({
        ...fields,
        sentAt: new Date(Date.parse('2030-11-20T00:00:00.000Z') - days * day).toISOString(),
        searchText: index % 4 === 3 ? 'nothing' : 'a needle here',
      })),
    )
    const whole = await messages.find({ search: 'needle', sort: ['sentAt', 'desc'], limit: 100 })
    expect(whole.length).toBeGreaterThan(6)
    const ids = (rows: { id: string }[]) => rows.map(({ id }) => id)
    expect(ids(await findInSlices(messages, { search: 'needle', limit: 100 }))).toEqual(ids(whole))
    const paged: string[] = []
    let after: { value: string; id: string } | undefined
    for (;;) {
      const page = await findInSlices(messages, { search: 'needle', limit: 2, ...(after ? { after } : {}) })
      paged.push(...ids(page))
      if (page.length < 2) break
      after = { value: page.at(-1)!.sentAt, id: page.at(-1)!.id }
    }
    expect(paged).toEqual(ids(whole))
  })
})
