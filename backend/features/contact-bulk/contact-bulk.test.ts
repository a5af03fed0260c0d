import { io } from 'socket.io-client'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { openStores, openTestApp, type TestApp } from '../../test/world.ts'
import { runContactBulk } from './run.ts'

const stores = await openStores()
const everybody = 450

describe.each(stores)('changing many contacts, on the $kind store', ({ databaseUrl }) => {
  let app: TestApp
  afterEach(() => app.close())

  async function open() {
    app = await openTestApp({ databaseUrl: await databaseUrl() })
    const rows = Array.from({ length: everybody }, (_, index) => `Person ${index},+5511${900_000_000 + index},old`)
    const form = new FormData()
    form.set('file', new Blob([['name,phone,tags', ...rows].join('\n')], { type: 'text/csv' }), 'people.csv')
    const headers = { cookie: app.cookie, 'sec-fetch-site': 'same-origin' }
    await fetch(`${app.url}/api/contacts/import/csv`, { method: 'POST', headers, body: form })
  }
  const start = (body: object, cookie = app.cookie) => app.call('POST', '/api/contacts/bulk', body, { cookie })
  async function finished(body: object) {
    const { status, body: answer } = await start(body)
    expect(status).toBe(202)
    await app.settle()
    return (await app.call('GET', `/api/contacts/bulk/${answer.data.id}`)).body.data
  }
  async function undone(id: string) {
    const { status } = await app.call('POST', `/api/contacts/bulk/${id}/undo`)
    expect(status).toBe(202)
    await app.advance(2000)
    await app.settle()
    return (await app.call('GET', `/api/contacts/bulk/${id}`)).body.data
  }
  async function join(role = 'agent', email = 'ana@example.com') {
    const { link } = (await app.call('POST', '/api/team/invitations', { email, role })).body.data
    const body = { token: link.split('#').at(-1), name: 'Ana', password: 'green boats on grey water 3' }
    const joined = await app.call('POST', '/api/invitations/accept', body, { cookie: null })
    return { id: joined.body.data.user.id as string, cookie: joined.headers.get('set-cookie')!.split(';')[0]! }
  }
  /** What a browser hears about contacts. */
  async function listen(cookie: string) {
    const extraHeaders = { cookie, origin: app.url }
    const socket = io(app.url, { transports: ['websocket'], extraHeaders, reconnection: false, forceNew: true })
    onTestFinished(() => void socket.disconnect())
    const heard: string[] = []
    await new Promise<void>((resolve) => void socket.once('hello', () => resolve()))
    socket.onAny((name: string) => name.startsWith('contacts:') && heard.push(name))
    return heard
  }
  const list = async (query: string) => (await app.call('GET', `/api/contacts?limit=100${query}`)).body.data.contacts
  const count = async (query: string): Promise<number> =>
    (await app.call('GET', `/api/contacts?page=1&limit=1${query}`)).body.data.pagination.total

  test('a tag reaches all matches, also when it takes them out of the filter, and is taken back', async () => {
    await open()
    const change = { addTags: ['new'], removeTags: ['old'] }
    const bulk = await finished({ filter: { tag: 'old' }, change })
    expect(bulk).toMatchObject({ state: 'done', total: everybody, seen: everybody, changed: everybody })
    expect([await count('&tag=new'), await count('&tag=old')]).toEqual([everybody, 0])
    expect(await undone(bulk.id)).toMatchObject({ state: 'undone', changed: 0 })
    expect([await count('&tag=new'), await count('&tag=old')]).toEqual([0, everybody])
  })

  test('only those that are found are changed: by words, by segment, by id', async () => {
    await open()
    await finished({ filter: { search: 'person 44' }, change: { addTags: ['seven'] } })
    const matches = await count('&search=person%2044')
    expect(await count('&tag=seven')).toBe(matches)
    const filter = { match: 'all', conditions: [{ field: 'tag', op: 'has', value: 'seven' }] }
    const segment = (await app.call('POST', '/api/segments', { name: 'Seven', filter })).body.data
    const field = { name: 'City', value: 'Recife' }
    await finished({ filter: { segment: segment.id }, change: { setField: field } })
    expect((await list('&tag=seven')).map(({ fields }: { fields: object }) => fields)).toEqual(
      Array.from({ length: matches }, () => ({ City: 'Recife' })),
    )
    const ids = (await list('&tag=seven')).slice(0, 2).map(({ id }: { id: string }) => id)
    const chosen = await finished({ ids: [...ids, 'con_none'], change: { blocked: true } })
    expect(chosen).toMatchObject({ total: 2, changed: 2 })
    expect(await count('&blocked=true')).toBe(2)
    expect(await finished({ filter: { blocked: true }, change: { addTags: ['no'] } })).toMatchObject({ changed: 2 })
    await undone(chosen.id)
    expect(await count('&blocked=true')).toBe(0)
  })

  test('what somebody changed since is theirs and stays when it is taken back', async () => {
    await open()
    const bulk = await finished({
      filter: {},
      change: { setField: { name: 'City', value: 'Recife' }, addTags: ['new'] },
    })
    const [one] = await list('&search=person%2044')
    await app.advance(1000)
    await app.call('PATCH', `/api/contacts/${one.id}`, { fields: { City: 'Olinda' }, tags: ['old', 'new', 'own'] })
    await undone(bulk.id)
    expect((await app.call('GET', `/api/contacts/${one.id}`)).body.data).toMatchObject({
      fields: { City: 'Olinda' },
      tags: ['old', 'own'],
    })
    expect((await list('&search=person%2043'))[0]).toMatchObject({ fields: {}, tags: ['old'] })
  })

  test('two runs at once change nobody twice, and a run goes on where another stopped', async () => {
    await open()
    const { data } = (await start({ filter: {}, change: { addTags: ['new'] } })).body
    const { store } = app.app
    const { workspaceId } = (await store.system.contactBulks.get(data.id))!
    const work = () =>
      runContactBulk(
        {
          blockAtProvider: async () => {},
          removeFile: async () => {},
          noteErased: async () => {},
          forgetJobs: async () => {},
        },
        () => ({
          store: store.workspace(workspaceId),
          workspaceId,
          user: null,
          now: app.clock.now,
          idempotencyKey: null,
          notify: () => {},
          flush: () => {},
        }),
        { workspaceId, payload: { contactBulkId: data.id } },
      )
    await Promise.all([work(), work(), app.settle()])
    const bulk = (await app.call('GET', `/api/contacts/bulk/${data.id}`)).body.data
    expect(bulk).toMatchObject({ state: 'done', seen: everybody, changed: everybody })
    await undone(data.id)
    expect(await count('&tag=new')).toBe(0)
  })

  test('it can be taken back for ten minutes, and erasing not at all', async () => {
    await open()
    const bulk = await finished({ filter: {}, change: { addTags: ['new'] } })
    const matches = await count('&search=person%2044')
    const erased = await finished({ filter: { search: 'person 44' }, change: { erase: true } })
    expect(erased).toMatchObject({ state: 'done', total: matches, changed: matches, undoUntil: null })
    expect(await count('')).toBe(everybody - matches)
    const never = await app.call('POST', `/api/contacts/bulk/${erased.id}/undo`)
    expect(never.body.error.code).toBe('bulk_action.undo_over')
    await app.advance(11 * 60_000)
    const late = await app.call('POST', `/api/contacts/bulk/${bulk.id}/undo`)
    expect(late.body.error.code).toBe('bulk_action.undo_over')
  })

  test('agents do not erase, and nobody erases and changes at once', async () => {
    await open()
    const { cookie } = await join()
    expect((await start({ filter: {}, change: { erase: true } }, cookie)).status).toBe(403)
    expect((await start({ filter: {}, change: { addTags: ['new'] } }, cookie)).status).toBe(202)
    expect((await start({ filter: {}, change: { erase: true, blocked: true } })).status).toBe(422)
    expect((await start({ filter: { tag: 'nobody' }, change: { blocked: true } })).status).toBe(404)
  })

  test.each([
    ['was disabled', { disabled: true }, { addTags: ['new'] }],
    ['was disabled', { disabled: true }, { erase: true }],
    ['is no admin any more', { role: 'agent' }, { erase: true }],
  ])('of somebody who %s meanwhile it goes no further', async (_, patch, change) => {
    await open()
    const ana = await join('admin')
    const { data } = (await start({ filter: {}, change }, ana.cookie)).body
    expect((await app.call('PATCH', `/api/team/${ana.id}`, patch)).status).toBe(200)
    await app.settle()
    expect((await app.call('GET', `/api/contacts/bulk/${data.id}`)).body.data).toMatchObject({
      state: 'done',
      total: everybody,
      changed: 0,
    })
    expect([await count(''), await count('&tag=new')]).toEqual([everybody, 0])
  })

  test('who does it and the admins hear how it goes on, everybody else that contacts changed', async () => {
    await open()
    const [ana, ben] = [await join(), await join('agent', 'ben@example.com')]
    const [anas, bens, olgas] = [await listen(ana.cookie), await listen(ben.cookie), await listen(app.cookie)]
    await start({ filter: {}, change: { addTags: ['new'] } }, ana.cookie)
    await app.settle()
    for (const heard of [anas, bens, olgas]) await expect.poll(() => heard).toContain('contacts:changed')
    expect(new Set(anas)).toEqual(new Set(['contacts:bulk', 'contacts:changed']))
    expect(new Set(olgas)).toEqual(new Set(['contacts:bulk', 'contacts:changed']))
    expect(new Set(bens)).toEqual(new Set(['contacts:changed']))
  })

  test('how many a search finds is told exactly, also beyond ten thousand', async () => {
    await open()
    const { system } = app.app.store
    const [workspace] = await system.workspaces.find({ limit: 1 })
    const { contacts } = app.app.store.workspace(workspace!.id)
    const optIn = { status: 'unknown' as const, at: null, source: null }
    for (let batch = 0; batch < 11; batch++)
      await contacts.insertMany(
        Array.from({ length: 1000 }, (_, index) => {
          const displayName = `Visitor ${batch * 1000 + index}`
          return { name: displayName, displayName, tags: [], fields: {}, optIn }
        }),
      )
    expect(await count('&search=visitor')).toBe(11_000)
    const { body } = await start({ filter: { search: 'visitor' }, change: { addTags: ['new'] } })
    expect(body.data.total).toBe(11_000)
  })

  test('whoever is erased afterwards is not kept in the way back', async () => {
    await open()
    await finished({ filter: {}, change: { addTags: ['new'] } })
    const [one] = await list('')
    await app.call('DELETE', `/api/contacts/${one.id}`)
    const batches = await app.app.store.system.contactBulkBatches.find({ limit: 100 })
    expect(JSON.stringify(batches)).not.toContain(one.id)
  })
})
