import { afterEach, describe, expect, test } from 'vitest'
import type { Contact } from '../../contract/contacts.ts'
import type { Lead } from '../../contract/leads.ts'
import { openStores, openTestApp, type TestApp } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('leads and their contacts, on the $kind store', ({ databaseUrl }) => {
  let opened: TestApp
  afterEach(() => opened.close())

  const open = async () => (opened = await openTestApp({ databaseUrl: await databaseUrl() }))
  const person = async (name: string, phone: string): Promise<Contact> =>
    (await opened.call('POST', '/api/contacts', { name, phone })).body.data
  const add = async (contactId: string): Promise<Lead> =>
    (await opened.call('POST', '/api/leads', { contactId, title: 'Cake' })).body.data
  const get = async (id: string): Promise<Lead> => (await opened.call('GET', `/api/leads/${id}`)).body.data

  test('a renamed contact is renamed on its leads, and they are found by the new name', async () => {
    await open()
    const ana = await person('Ana Silva', '+5511987654321')
    const { id } = await add(ana.id)
    await opened.call('PATCH', `/api/contacts/${ana.id}`, { name: 'Ana Souza' })
    expect(await get(id)).toMatchObject({ contactName: 'Ana Souza' })
    const { body } = await opened.call('GET', '/api/leads?search=souza')
    expect(body.data.leads).toHaveLength(1)
  })

  test('the leads of a contact that is merged away go to the kept one, and come back when it is undone', async () => {
    await open()
    const ana = await person('Ana Silva', '+5511987654321')
    const twin = await person('Anna', '+4915112345678')
    const kept = await add(ana.id)
    const moved = await add(twin.id)
    await opened.call('POST', `/api/contacts/${ana.id}/merge`, { contactId: twin.id })
    expect(await get(moved.id)).toMatchObject({ contactId: ana.id, contactName: 'Ana Silva' })
    const [merge] = (await opened.call('GET', `/api/contacts/${ana.id}`)).body.data.merges
    await opened.call('POST', `/api/contacts/${ana.id}/unmerge`, { mergeId: merge.id })
    expect(await get(moved.id)).toMatchObject({ contactId: twin.id, contactName: 'Anna' })
    expect(await get(kept.id)).toMatchObject({ contactId: ana.id })
  })

  test('erasing a person takes their leads along', async () => {
    await open()
    const ana = await person('Ana Silva', '+5511987654321')
    const { id } = await add(ana.id)
    await opened.call('DELETE', `/api/contacts/${ana.id}`)
    expect((await opened.call('GET', `/api/leads/${id}`)).status).toBe(404)
  })
})
