import { io } from 'socket.io-client'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { ContextFor } from '../../feature.ts'
import { openStores, openTestApp, register, owner, type TestApp } from '../../test/world.ts'
import { runImport } from './import-run.ts'

const stores = await openStores()
const long = 5000

/** Long enough not to be read within the request; every hundredth row has no usable number. */
function table(rows: number, from = 0): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const number = from + index
    const phone = number % 100 === 99 ? '12' : `+5511${900_000_000 + number}`
    return `Person ${number},${phone},person-${number}@example.com,City ${number % 7}`
  })
  return ['name,phone,email,City', ...lines, ''].join('\n')
}

describe.each(stores)('a long import, on the $kind store', ({ databaseUrl }) => {
  let app: TestApp
  afterEach(() => app.close())

  async function open() {
    app = await openTestApp({ databaseUrl: await databaseUrl() })
  }
  async function send(file: string, options: object = {}, cookie = app.cookie) {
    const form = new FormData()
    form.set('options', JSON.stringify(options))
    form.set('file', new Blob([file], { type: 'text/csv' }), 'people.csv')
    const response = await fetch(`${app.url}/api/contacts/import/csv`, {
      method: 'POST',
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
      body: form,
    })
    const { data, error } = (await response.json()) as { data: { importId: string; state: string }; error?: unknown }
    return { status: response.status, error, ...data }
  }
  /** Ana, an agent. */
  async function join() {
    const { link } = (await app.call('POST', '/api/team/invitations', { email: 'ana@example.com' })).body.data
    const body = { token: link.split('#').at(-1), name: 'Ana', password: 'green boats on grey water 3' }
    const joined = await app.call('POST', '/api/invitations/accept', body, { cookie: null })
    return joined.headers.get('set-cookie')!.split(';')[0]!
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
  const read = async (id: string) => (await app.call('GET', `/api/contacts/imports/${id}`)).body.data
  const post = (id: string, verb: string) => app.call('POST', `/api/contacts/imports/${id}/${verb}`)
  const workspace = async () => {
    const [one] = await app.app.store.system.contactImports.find({ limit: 1 })
    return app.app.store.workspace(one!.workspaceId)
  }
  const fileOfImport = async () => (await app.app.store.system.contactImports.find({ limit: 1 }))[0]!.sha256!
  const countContacts = async () => (await workspace()).contacts.count()
  /** So many batches, as a process does before it ends. */
  async function runSome(id: string, batches?: number) {
    const { files, store } = app.app
    const [one] = await store.system.contactImports.find({ where: { id } })
    const contextFor: ContextFor = (workspaceId) => ({
      store: store.workspace(workspaceId),
      workspaceId,
      user: null,
      now: app.clock.now,
      idempotencyKey: null,
      notify: () => {},
      flush: () => {},
    })
    const deps = { pathOf: files.pathOf, removeFile: files.remove }
    return runImport(contextFor(one!.workspaceId), deps, id, batches)
  }

  test('is answered at once, goes on in the background, and says how far it is', async () => {
    await open()
    const answer = await send(table(long), { tags: ['fair'] })
    expect(answer).toMatchObject({ status: 202, state: 'running' })
    expect(await read(answer.importId)).toMatchObject({ rows: 0, done: 0, fileName: 'people.csv' })
    expect(await runSome(answer.importId, 4)).toBe(false)
    const half = await read(answer.importId)
    expect(half).toMatchObject({ state: 'running', rows: 2000, created: 1980, failed: 20 })
    expect(half.done).toBeGreaterThan(0)
    expect(half.done).toBeLessThan(1)
    await app.settle()
    expect(await read(answer.importId)).toMatchObject({ state: 'done', rows: long, created: 4950, failed: 50, done: 1 })
    expect(await countContacts()).toBe(4950)
    const { imports } = (await app.call('GET', '/api/contacts/imports')).body.data
    expect(imports).toMatchObject([{ id: answer.importId, state: 'done', created: 4950 }])
    const { entries } = (await app.call('GET', '/api/audit?action=contacts.imported')).body.data
    expect(entries).toMatchObject([{ actorName: owner.name, details: { rows: long, created: 4950 } }])
  })

  test('goes on behind the last row that was stored, and two runs at once store none twice', async () => {
    await open()
    const { importId } = await send(table(long))
    await runSome(importId, 3)
    await Promise.all([runSome(importId), runSome(importId), app.settle()])
    expect(await read(importId)).toMatchObject({ state: 'done', rows: long, created: 4950, updated: 0, failed: 50 })
    expect(await countContacts()).toBe(4950)
    expect(await (await workspace()).contactImportProblems.count()).toBe(50)
  })

  test('leaves no file behind, and takes none from another import of the same file', async () => {
    await open()
    const first = await send(table(long))
    const second = await send(table(long))
    const sha256 = await fileOfImport()
    await app.settle()
    const [one, other] = [await read(first.importId), await read(second.importId)]
    expect([one.state, other.state]).toEqual(['done', 'done'])
    // Where both run at once, each adds a part.
    expect([one.created + other.created, one.updated + other.updated]).toEqual([4950, 4950])
    expect(await countContacts()).toBe(4950)
    expect(await app.app.files.stat(sha256)).toBeUndefined()
  })

  test('stops when whoever began it is disabled', async () => {
    await open()
    const { importId } = await send(table(long), {}, await join())
    await runSome(importId, 2)
    const ana = (await app.call('GET', '/api/team')).body.data.members.find(
      ({ name }: { name: string }) => name === 'Ana',
    )
    expect((await app.call('PATCH', `/api/team/${ana.id}`, { disabled: true })).status).toBe(200)
    await app.settle()
    expect(await read(importId)).toMatchObject({ state: 'cancelled', rows: 1000 })
    expect((await post(importId, 'undo')).status).toBe(202)
  })

  test('can be stopped: what is stored stays, and nothing comes after', async () => {
    await open()
    const { importId } = await send(table(long))
    await runSome(importId, 2)
    expect((await post(importId, 'cancel')).body.data).toMatchObject({ state: 'cancelled', rows: 1000 })
    await app.settle()
    expect(await read(importId)).toMatchObject({ state: 'cancelled', rows: 1000, created: 990 })
    expect(await countContacts()).toBe(990)
    expect((await post(importId, 'cancel')).body.error.code).toBe('contact_import.over')
  })

  test('whose file is gone ends with a sentence', async () => {
    await open()
    const { importId } = await send(table(long))
    await app.app.files.remove(await fileOfImport())
    await app.settle()
    expect(await read(importId)).toMatchObject({ state: 'failed', error: 'The file is gone. Import it again.' })
  })

  test('hands out the rows it could not use as they stood, to be corrected and imported', async () => {
    await open()
    const { importId } = await send(table(300))
    const problems = await fetch(`${app.url}/api/contacts/imports/${importId}/problems`, {
      headers: { cookie: app.cookie, 'sec-fetch-site': 'same-origin' },
    })
    expect(problems.headers.get('content-disposition')).toContain('.csv')
    const text = await problems.text()
    expect(text).toContain('name,phone,email,City,line,problem')
    expect(text).toContain('Person 99,12,person-99@example.com,City 1,101,')
    const corrected = text.replaceAll(/,12,person-(\d+)/g, ',+4915112345$1,person-$1').replace('\ufeff', '')
    const again = await send(corrected)
    expect(await read(again.importId)).toMatchObject({ rows: 3, created: 3, failed: 0 })
    const unknown = await fetch(`${app.url}/api/contacts/imports/imp_unknown/problems`, {
      headers: { cookie: app.cookie, 'sec-fetch-site': 'same-origin' },
    })
    expect(unknown.status).toBe(404)
  })

  test('is taken back: who was added and not used since goes, everybody else stays', async () => {
    await open()
    await app.call('POST', '/api/contacts', { name: 'Known before', phone: '+5511900000001' })
    const { importId } = await send(table(400), { tags: ['fair'] })
    const { contacts } = (await app.call('GET', '/api/contacts?limit=100&tag=fair')).body.data
    const [changed, pursued] = contacts.filter(({ name }: { name: string }) => name !== 'Person 1')
    await app.advance(1000)
    await app.call('PATCH', `/api/contacts/${changed.id}`, { language: 'de' })
    await app.call('POST', '/api/leads', { contactId: pursued.id, title: 'Wants cake' })
    expect((await post(importId, 'undo')).status).toBe(202)
    await app.advance(2000)
    await app.settle()
    // 396 usable rows, one of them was known.
    expect(await read(importId)).toMatchObject({ state: 'undone', created: 395, removed: 393 })
    expect(await countContacts()).toBe(3)
    expect((await post(importId, 'undo')).body.error.code).toBe('contact_import.undo_over')
  })

  test('is left to its owner and to admins', async () => {
    await open()
    const { importId } = await send(table(long))
    const cookie = await join()
    for (const [method, path] of [
      ['GET', `/${importId}`],
      ['GET', `/${importId}/problems`],
      ['POST', `/${importId}/cancel`],
      ['POST', `/${importId}/undo`],
    ] as const)
      expect((await app.call(method, `/api/contacts/imports${path}`, undefined, { cookie })).status).toBe(404)
    const listed = await app.call('GET', '/api/contacts/imports', undefined, { cookie })
    expect(listed.body.data.imports).toEqual([])
    expect((await app.call('GET', '/api/contacts/imports')).body.data.imports).toHaveLength(1)
    const stranger = await register(app, { ...owner, email: 'eve@example.com' })
    const foreign = await app.call('GET', `/api/contacts/imports/${importId}`, undefined, { cookie: stranger })
    expect(foreign.status).toBe(404)
  })

  test('is told of to its owner and to admins; everybody else hears that there are new contacts', async () => {
    await open()
    const agent = await join()
    const [olga, ana] = [await listen(app.cookie), await listen(agent)]
    await send(table(long))
    await app.settle()
    await vi.waitFor(() => expect(olga.at(-1)).toBe('contacts:changed'))
    expect(new Set(olga)).toEqual(new Set(['contacts:import', 'contacts:changed']))
    await vi.waitFor(() => expect(ana).toHaveLength(olga.filter((name) => name === 'contacts:changed').length))
    expect(new Set(ana)).toEqual(new Set(['contacts:changed']))
    olga.length = ana.length = 0
    await send('name,phone\nAna,+4915112345678\n', {}, agent)
    for (const heard of [olga, ana]) await vi.waitFor(() => expect(heard).toContain('contacts:import'))
  })

  test('forgets the row of somebody who is erased', async () => {
    await open()
    await send('name,phone,email\nAna,+5511987654321,nonsense\nBob,+4915112345678,nonsense\n')
    const { id } = (await app.call('POST', '/api/contacts', { phone: '+55 11 98765-4321' })).body.data
    await app.call('DELETE', `/api/contacts/${id}`)
    const rows = await (await workspace()).contactImportProblems.find({ limit: 10 })
    expect(rows).toMatchObject([{ cells: ['Bob', '+4915112345678', 'nonsense'] }])
  })
})
