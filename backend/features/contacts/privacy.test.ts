import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { day } from '../../platform/clock.ts'
import { connectSimulator, openStores, owner, register } from '../../test/world.ts'
import { listFailedJobs, PermanentFailure, startWorker } from '../../platform/jobs/jobs.ts'
import { keepHouse } from '../housekeeping/housekeeping.ts'
import { applyRetention } from '../policies/retention.ts'

const stores = await openStores()
const canary = 'Kirschbaum'

describe.each(stores)('what is kept of a person, on the $kind store', ({ databaseUrl }) => {
  let world: Awaited<ReturnType<typeof connectSimulator>>
  const call: typeof world.test.call = (...given) => world.test.call(...given)
  const system = () => world.test.app.store.system

  beforeEach(async () => {
    world = await connectSimulator({ databaseUrl: await databaseUrl() })
  })
  afterEach(() => world.close())

  async function hear(type: 'text' | 'image', content: object, from: string) {
    world.simulator.receive(type, content, { from } as never)
    await world.simulator.settled()
    await world.test.settle()
  }
  async function theContact(search: string) {
    return (await call('GET', `/api/contacts?search=${search}`)).body.data.contacts[0]
  }
  const messagesOf = async (phone: string) => {
    const [conversation] = (await call('GET', `/api/conversations?search=${phone}`)).body.data.conversations
    return (await call('GET', `/api/conversations/${conversation.id}/messages`)).body.data.messages
  }

  test('is exported whole: contact, chats, notes, leads and files, nobody else, and the log says so', async () => {
    await hear('text', { body: `${canary} one` }, '5511987654321')
    await hear('image', { caption: `${canary} picture` }, '5511987654321')
    await hear('text', { body: 'Somebody else' }, '4915112345678')
    const contact = await theContact('5511987654321')
    const [{ conversationId }] = await messagesOf('5511987654321')
    await call('POST', `/api/conversations/${conversationId}/notes`, { text: `${canary} note` })
    await call('POST', '/api/leads', { contactId: contact.id, title: `${canary} lead` })
    const answer = await fetch(`${world.test.url}/api/contacts/${contact.id}/export`, {
      headers: { cookie: world.test.cookie, 'sec-fetch-site': 'same-origin' },
    })
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${contact.id}.json"`)
    const text = await answer.text()
    const everything = JSON.parse(text)
    expect(everything.contact.id).toBe(contact.id)
    expect(everything.leads).toHaveLength(1)
    const [conversation] = everything.conversations
    expect(conversation.messages).toHaveLength(2)
    expect(conversation.notesAndActivity).toMatchObject([{ text: `${canary} note` }])
    const file = conversation.messages.flatMap(({ files }: { files: { url: string }[] }) => files)[0]
    expect((await fetch(`${world.test.url}${file.url}`, { headers: { cookie: world.test.cookie } })).status).toBe(200)
    expect(text).not.toContain('Somebody else')
    expect(text).not.toContain('4915112345678')
    const { entries } = (await call('GET', '/api/audit?action=contact.exported')).body.data
    expect(entries).toMatchObject([{ subjectId: contact.id, actorName: owner.name }])
  })

  test('is exported for admins of this workspace only', async () => {
    const stranger = await register(world.test, { ...owner, email: 'eve@example.com' })
    await hear('text', { body: canary }, '5511987654321')
    const { id } = await theContact('5511987654321')
    const foreign = await call('GET', `/api/contacts/${id}/export`, undefined, { cookie: stranger })
    const unknown = await call('GET', '/api/contacts/con_unknown/export')
    expect([foreign.status, foreign.body.error.code]).toEqual([unknown.status, unknown.body.error.code])
    expect(foreign.status).toBe(404)
  })

  test('is erased from every collection and from the disk; what others sent stays', async () => {
    await hear('text', { body: `${canary} one` }, '5511987654321')
    await hear('image', { caption: `${canary} picture` }, '5511987654321')
    await hear('image', { caption: 'the same picture' }, '4915112345678')
    const [{ conversationId }] = await messagesOf('5511987654321')
    await call('POST', `/api/conversations/${conversationId}/notes`, { text: `${canary} note` })
    await call('PATCH', `/api/contacts/${(await theContact('5511987654321')).id}`, { name: canary })
    const { id } = await theContact('5511987654321')
    await call('POST', '/api/leads', { contactId: id, title: `${canary} lead` })
    const key = { headers: { 'idempotency-key': 'once' } }
    await call('POST', '/api/messages/text', { conversationId, text: `${canary} answer` }, key)
    await world.test.settle()
    const { workspaceId } = (await system().conversations.get(conversationId))!
    const kept = { claimedUntil: new Date(0).toISOString(), signedBy: 'installation', bytes: 10 }
    const body = `{"from":"5511987654321","text":"${canary}"}`
    await system().webhookDeliveries.insert({ ...kept, workspaceId, state: 'failed', body })
    await system().webhookDeadLetters.insert({
      workspaceId,
      deliveryId: 'whd_1',
      key: 'k',
      kind: 'message',
      payload: { from: '5511987654321', text: canary },
      error: 'x',
      state: 'dead',
    })
    const everything = async () => {
      const names = [
        'contacts',
        'contactIdentities',
        'conversations',
        'messages',
        'threadEntries',
        'media',
        'leads',
        'leadEvents',
        'notifications',
        'idempotencyKeys',
        'webhookDeliveries',
        'webhookDeadLetters',
        'orphans',
        'auditEntries',
      ] as const
      return JSON.stringify(await Promise.all(names.map((name) => system()[name].find({ limit: 1000 }))))
    }
    expect(await everything()).toContain(canary)
    const [file] = await system().media.find({ limit: 10 })
    expect((await call('DELETE', `/api/contacts/${id}`)).status).toBe(200)
    // The last statuses of what was sent come when nothing is left that they belong to.
    await world.simulator.settled()
    await world.test.settle()
    expect(await everything()).not.toContain(canary)
    expect(await everything()).not.toContain('5511987654321')
    expect(await world.test.app.files.stat(file!.sha256!)).toBeDefined()
    const { entries } = (await call('GET', '/api/audit?action=contact.erased')).body.data
    expect(entries).toMatchObject([{ subjectId: id, subjectName: null, details: { messages: 3, files: 1 } }])
    const other = await theContact('4915112345678')
    expect((await call('DELETE', `/api/contacts/${other.id}`)).status).toBe(200)
    expect(await world.test.app.files.stat(file!.sha256!)).toBeUndefined()
  })

  test('what failed for good goes with the person it names, and after thirty days in any case', async () => {
    await hear('text', { body: canary }, '5511987654321')
    const { id } = await theContact('5511987654321')
    const { store, clock } = { store: world.test.app.store, clock: world.test.clock }
    const workspaceId = (await system().contacts.get(id))!.workspaceId
    const runAt = new Date(clock.now().getTime() - day).toISOString()
    const job = (key: string, payload: object) => ({ workspaceId, kind: 'call', key, runAt, payload: { ...payload } })
    await system().schedule([
      job('1', { contact: { id, name: canary } }),
      job('2', { phone: '+5511987654321' }),
      job('3', { phone: '+4915112345678' }),
      { ...job('4', { emailKey: 'olga@example.com' }), workspaceId: 'installation' },
    ])
    const fail = async () => Promise.reject(new PermanentFailure('no'))
    const log = { info() {}, warn() {}, error() {} }
    const worker = startWorker(store.driver, { call: fail }, { now: clock.now, log, manual: true })
    await worker.runDue()
    await worker.stop()
    const kept = async () => {
      const failed = [workspaceId, 'installation'].map((of) => listFailedJobs(store.driver, of, { limit: 9 }))
      return (await Promise.all(failed)).flatMap(({ jobs }) => jobs.map(({ key }) => key)).toSorted()
    }
    expect(await kept()).toEqual(['1', '2', '3', '4'])
    expect((await call('DELETE', `/api/contacts/${id}`)).status).toBe(200)
    expect(await kept()).toEqual(['3', '4'])
    await world.test.advance(29 * day)
    await keepHouse({ store, now: clock.now })
    expect(await kept()).toEqual(['3', '4'])
    await world.test.advance(2 * day)
    await keepHouse({ store, now: clock.now })
    expect(await kept()).toEqual([])
  })

  describe('and shares a file with somebody else', () => {
    const phones = ['5511987654321', '4915112345678']
    async function upload() {
      const form = new FormData()
      form.append('file', new Blob(['Our price list'], { type: 'text/plain' }), 'prices.txt')
      const response = await fetch(`${world.test.url}/api/media`, {
        method: 'POST',
        headers: { cookie: world.test.cookie, 'sec-fetch-site': 'same-origin' },
        body: form,
      })
      return ((await response.json()) as { data: { id: string } }).data.id
    }
    async function meetAndSend(mediaId: string) {
      for (const phone of phones) {
        await hear('text', { body: 'How much?' }, phone)
        const [{ conversationId }] = await messagesOf(phone)
        const message = { conversationId, type: 'document', content: { mediaId } }
        expect((await call('POST', '/api/messages', message)).status).toBe(201)
      }
    }
    const erase = async (phone: string) => call('DELETE', `/api/contacts/${(await theContact(phone)).id}`)
    const download = async (id: string) =>
      (await fetch(`${world.test.url}/api/media/${id}/file`, { headers: { cookie: world.test.cookie } })).status

    test.each([phones, phones.toReversed()])('it goes with the last of them (%s first)', async (first, second) => {
      const mediaId = await upload()
      await meetAndSend(mediaId)
      await erase(first!)
      expect(await download(mediaId)).toBe(200)
      await erase(second!)
      expect(await download(mediaId)).toBe(404)
    })

    test('it stays while a saved answer or a planned message shows it', async () => {
      const saved = await upload()
      const planned = await upload()
      await call('POST', '/api/canned-replies', { shortcut: 'prices', text: 'Here you are', mediaId: saved })
      await meetAndSend(saved)
      await meetAndSend(planned)
      await hear('text', { body: 'And me?' }, '4915112345670')
      const [{ conversationId }] = await messagesOf('4915112345670')
      const message = { conversationId, type: 'document', content: { mediaId: planned } }
      const sendAt = new Date(world.test.clock.now().getTime() + day).toISOString()
      expect((await call('POST', '/api/scheduled-messages', { message, sendAt })).status).toBe(201)
      for (const phone of phones) await erase(phone)
      expect([await download(saved), await download(planned)]).toEqual([200, 200])
      await erase('4915112345670')
      expect([await download(saved), await download(planned)]).toEqual([200, 200])
    })
  })

  describe('for a time', () => {
    const forget = () =>
      applyRetention({
        system: system(),
        now: world.test.clock.now,
        removeFile: (sha256) => world.test.app.files.remove(sha256),
        contextFor: (workspaceId) => ({
          store: world.test.app.store.workspace(workspaceId),
          workspaceId,
          user: null,
          now: world.test.clock.now,
          notify: () => {},
          flush: () => {},
        }),
      })
    const say = (patch: object) => call('PATCH', '/api/settings/policies', patch)

    test('is for ever, unless the workspace says otherwise', async () => {
      await hear('image', { caption: canary }, '5511987654321')
      await world.test.advance(700 * day)
      expect(await forget()).toEqual({ messages: 0, files: 0 })
    })

    test('forgets files first: the message stays and says that its file is gone', async () => {
      await hear('image', { caption: canary }, '5511987654321')
      await say({ mediaRetentionDays: 7 })
      expect(await forget()).toEqual({ messages: 0, files: 0 })
      const [file] = await system().media.find({ limit: 1 })
      await world.test.advance(8 * day)
      expect(await forget()).toEqual({ messages: 0, files: 1 })
      expect(await forget()).toEqual({ messages: 0, files: 0 })
      const [message] = await messagesOf('5511987654321')
      expect(message.content).toMatchObject({ caption: canary, media: { state: 'expired' } })
      expect(await world.test.app.files.stat(file!.sha256!)).toBeUndefined()
    })

    test('forgets messages with their files and the line in the list, and keeps the young ones', async () => {
      await hear('image', { caption: canary }, '5511987654321')
      await hear('text', { body: canary }, '4915112345678')
      await say({ messageRetentionDays: 7 })
      await world.test.advance(8 * day)
      const [busy] = await system().messages.find({ where: { type: 'text' }, limit: 1 })
      await system().messages.update(busy!.id, { sentAt: world.test.clock.now().toISOString() })
      expect(await forget()).toEqual({ messages: 1, files: 0 })
      expect(await messagesOf('5511987654321')).toEqual([])
      expect(await messagesOf('4915112345678')).toHaveLength(1)
      expect(await system().media.count()).toBe(0)
      const [conversation] = (await call('GET', '/api/conversations?search=5511987654321')).body.data.conversations
      expect(conversation.lastMessage).toBeNull()
      expect((await call('GET', '/api/audit?action=retention.applied')).body.data.entries).toMatchObject([
        { actorId: null, details: { messages: 1, files: 0 } },
      ])
    })

    test('is no business of agents', async () => {
      const { link } = (await call('POST', '/api/team/invitations', { email: 'ana@example.com' })).body.data
      const body = { token: link.split('#').at(-1), name: 'Ana', password: 'green boats on grey water 3' }
      const joined = await call('POST', '/api/invitations/accept', body, { cookie: null })
      const cookie = joined.headers.get('set-cookie')!.split(';')[0]!
      expect((await call('PATCH', '/api/settings/policies', { messageRetentionDays: 1 }, { cookie })).status).toBe(403)
      expect((await say({ messageRetentionDays: 0 })).status).toBe(422)
      expect((await call('GET', '/api/settings/policies')).body.data.messageRetentionDays).toBeNull()
    })
  })
})
