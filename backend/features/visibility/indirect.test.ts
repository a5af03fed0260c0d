import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { second } from '../../platform/clock.ts'
import { openStores, openTestApp, ripen, type TestApp } from '../../test/world.ts'

const stores = await openStores()
const password = 'green boats on grey water 3'
type Hidden = 'ben' | 'ana' | null

describe.each(stores)(
  'what an agent learns of hidden chats and leads by other ways, on the $kind store',
  ({ databaseUrl }) => {
    let opened: TestApp
    let ids: { ana: string; ben: string }
    let cookie: string
    let workspaceId: string

    beforeEach(async () => {
      opened = await openTestApp({ databaseUrl: await databaseUrl() })
      workspaceId = (await opened.call('GET', '/api/auth/me')).body.data.workspace.id
      const [ana, ben] = [await join('ana@example.com'), await join('ben@example.com')]
      ids = { ana: ana.id, ben: ben.id }
      cookie = ana.cookie
      await opened.call('PATCH', `/api/team/${ana.id}`, { visibility: 'mine' })
      await opened.advance(2 * second)
    })
    afterEach(() => opened.close())

    async function join(email: string) {
      const { link } = (await opened.call('POST', '/api/team/invitations', { email })).body.data
      const body = { token: link.split('#').at(-1), name: email.split('@')[0], password }
      const joined = await opened.call('POST', '/api/invitations/accept', body, { cookie: null })
      return { id: joined.body.data.user.id as string, cookie: joined.headers.get('set-cookie')!.split(';')[0]! }
    }
    const asAna = (method: string, path: string, body?: object) => opened.call(method, path, body, { cookie })
    const store = () => opened.app.store.workspace(workspaceId)
    const addChannel = async (digit: number) =>
      (await opened.call('POST', '/api/channels', { name: `Shop ${digit}`, businessPhone: `+551198765432${digit}` }))
        .body.data.id as string
    const addContact = async (name: string, digit: number) =>
      (await opened.call('POST', '/api/contacts', { name, phone: `+551190000000${digit}` })).body.data as { id: string }
    async function converse(channelId: string, contact: { id: string }, whose: Hidden) {
      const at = opened.clock.now().toISOString()
      const assignedTo = whose && ids[whose]
      const facts = { contactName: 'Somebody', status: 'open' as const, tags: [], lastMessageAt: at }
      return store().conversations.insert({ ...facts, channelId, contactId: contact.id, assignedTo })
    }

    test.each<[Hidden, Hidden, number]>([
      ['ana', 'ben', 403],
      ['ben', 'ana', 403],
      ['ben', null, 403],
      ['ana', 'ana', 200],
    ])('contacts whose chats on one number are with %s and %s: merging answers %i', async (keep, other, status) => {
      const channelId = await addChannel(1)
      const [kept, merged] = [await addContact('Kept', 1), await addContact('Merged', 2)]
      await converse(channelId, kept, keep)
      const chat = await converse(channelId, merged, other)
      const answer = await asAna('POST', `/api/contacts/${kept.id}/merge`, { contactId: merged.id })
      expect({ status: answer.status, left: Boolean(await store().conversations.get(chat.id)) }).toEqual({
        status,
        left: status !== 200,
      })
      expect((await opened.call('POST', `/api/contacts/${kept.id}/merge`, { contactId: merged.id })).status).toBe(
        status === 200 ? 404 : 200,
      )
    })

    test('contacts with chats on different numbers are merged, and the hidden chat stays hidden', async () => {
      const [kept, merged] = [await addContact('Kept', 1), await addContact('Merged', 2)]
      await converse(await addChannel(1), kept, 'ana')
      const hidden = await converse(await addChannel(2), merged, 'ben')
      expect((await asAna('POST', `/api/contacts/${kept.id}/merge`, { contactId: merged.id })).status).toBe(200)
      expect((await asAna('GET', `/api/conversations/${hidden.id}`)).status).toBe(404)
      expect((await asAna('GET', `/api/contacts/${kept.id}`)).body.data.conversationIds).toHaveLength(1)
    })

    describe('a segment', () => {
      const conditions = () => [
        { field: 'assignee', op: 'is', value: ids.ben },
        { field: 'conversation', op: 'is', value: 'open' },
        { field: 'lastActivity', op: 'within', days: 1 },
        { field: 'lead', op: 'is', value: 'open' },
      ]
      async function oneOfBen() {
        const contact = await addContact('Of Ben', 1)
        await converse(await addChannel(1), contact, 'ben')
        await opened.call('POST', '/api/leads', { contactId: contact.id, ownerId: ids.ben })
      }

      test('tells nobody of what they do not see, however it is asked', async () => {
        await oneOfBen()
        for (const condition of conditions()) {
          const filter = { conditions: [condition] }
          const seen = async (call: typeof asAna) => {
            const { body: found } = await call('POST', '/api/segments/preview', { filter })
            const { body: made } = await call('POST', '/api/segments', { name: 'One', filter })
            const { id } = made.data
            const { body: listed } = await call('GET', '/api/segments')
            const { body: one } = await call('GET', `/api/segments/${id}`)
            const { body: contacts } = await call('GET', `/api/contacts?segment=${id}&page=1`)
            const { status } = await call('POST', '/api/contacts/bulk', {
              filter: { segment: id },
              change: { addTags: ['x'] },
            })
            await opened.call('DELETE', `/api/segments/${id}`)
            const counts = [found.data, made.data, listed.data.segments[0], one.data].map(({ count }) => count)
            return { counts: [...counts, contacts.data.contacts.length, contacts.data.pagination.total], status }
          }
          expect({ condition, ...(await seen(asAna)) }).toEqual({ condition, counts: [0, 0, 0, 0, 0, 0], status: 404 })
          const all = await seen((method, path, body) => opened.call(method, path, body))
          expect({ condition, ...all }).toEqual({ condition, counts: [1, 1, 1, 1, 1, 1], status: 202 })
        }
      })

      test('that such an agent looks at is counted as before for everybody else', async () => {
        await oneOfBen()
        const filter = { conditions: [{ field: 'lead', op: 'is', value: 'open' }] }
        const { id } = (await opened.call('POST', '/api/segments', { name: 'Open', filter })).body.data
        expect((await asAna('GET', `/api/segments/${id}`)).body.data.count).toBe(0)
        expect((await asAna('PATCH', `/api/segments/${id}`, { name: 'Ours' })).body.data.count).toBe(0)
        expect((await opened.call('GET', '/api/segments')).body.data.segments).toMatchObject([
          { name: 'Ours', count: 1 },
        ])
      })

      test('reaches in a change of many contacts no further than they see', async () => {
        await oneOfBen()
        const own = await addContact('Of Ana', 2)
        await opened.call('POST', '/api/leads', { contactId: own.id, ownerId: ids.ana })
        const filter = { conditions: [{ field: 'lead', op: 'is', value: 'open' }] }
        const { id } = (await opened.call('POST', '/api/segments', { name: 'Open', filter })).body.data
        const bulk = await asAna('POST', '/api/contacts/bulk', { filter: { segment: id }, change: { addTags: ['x'] } })
        await ripen(opened)
        await opened.settle()
        expect((await asAna('GET', `/api/contacts/bulk/${bulk.body.data.id}`)).body.data).toMatchObject({
          total: 1,
          seen: 1,
          changed: 1,
        })
        expect(await store().contacts.count({ tags: { has: 'x' } })).toBe(1)
      })
    })
  },
)
