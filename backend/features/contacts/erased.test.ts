import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { day } from '../../platform/clock.ts'
import { connectSimulator, openStores, ripen } from '../../test/world.ts'
import { keepHouse } from '../housekeeping/housekeeping.ts'

const stores = await openStores()
const canary = 'Kirschbaum'
const phone = '5511987654399'
const run = promisify(execFile)

/** E1: whatever an erased person left is looked for in all bytes that are kept: files of the store, or a dump of the database. */
describe.each(stores)('of an erased person no byte is left, on the $kind store', ({ kind, databaseUrl }) => {
  let world: Awaited<ReturnType<typeof connectSimulator>>
  const call: (typeof world)['test']['call'] = (...given) => world.test.call(...given)
  const ok = async (method: string, path: string, body?: unknown, headers = {}) => {
    const answer = await call(method, path, body, { headers })
    expect({ path, ...answer }).toMatchObject({ path, status: expect.toSatisfy((status: number) => status < 300) })
    return answer.body.data
  }
  afterEach(() => world.close())

  async function settle() {
    for (let round = 0; round < 3; round++) {
      await world.simulator.settled()
      await ripen(world.test)
      await world.test.settle()
    }
  }
  async function hear(type: 'text' | 'image', content: object, from = phone) {
    world.simulator.receive(type, content, { from, profileName: `${canary} Profile` } as never)
    await settle()
  }
  async function upload(path: string, text: string, name: string) {
    const form = new FormData()
    form.append('file', new Blob([text], { type: 'text/plain' }), name)
    const headers = { cookie: world.test.cookie, 'sec-fetch-site': 'same-origin' }
    const response = await fetch(`${world.test.url}${path}`, { method: 'POST', headers, body: form })
    return ((await response.json()) as { data: { id: string } }).data
  }

  /** Everything that is kept, with the name of where it is. */
  async function keptBytes(url: string | undefined): Promise<[string, string][]> {
    const names = await readdir(world.test.folder, { recursive: true, withFileTypes: true })
    const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    const kept = await Promise.all(
      files.map(async (path): Promise<[string, string]> => [path, await readFile(path, 'latin1')]),
    )
    if (!url) return kept
    const { stdout } = await run('pg_dump', ['--inserts', url], { maxBuffer: 2 ** 28 })
    return [...kept, ...stdout.split('\n').map((line): [string, string] => [line.slice(0, 400), line])]
  }
  const traces = (kept: [string, string][]) =>
    kept.filter(([, bytes]) => bytes.includes(canary) || bytes.includes(phone)).map(([place]) => place)

  test('in whatever they touched', async () => {
    const url = await databaseUrl()
    const hook = createServer((_request, response) => response.writeHead(500).end())
    await new Promise<void>((listening) => hook.listen(0, '127.0.0.1', listening))
    const hookUrl = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`
    world = await connectSimulator({ databaseUrl: url, env: { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' } })
    const system = world.test.app.store.system

    const trigger = { kind: 'keyword', match: 'contains', words: ['order'] }
    const steps = [
      { kind: 'webhook', url: hookUrl },
      { kind: 'note', text: 'said {{name}}' },
      { kind: 'remind', note: 'call {{name}}', afterHours: 2 },
    ]
    await ok('POST', '/api/automation/rules', { name: 'Hook', trigger, steps })
    await hear('text', { body: `${canary} wants to order` })
    await hear('image', { caption: `${canary} picture` })
    const [{ id: conversationId, contactId, channelId }] = (await ok('GET', `/api/conversations?search=${phone}`))
      .conversations
    const { id: me } = (await ok('GET', '/api/auth/me')).user
    await ok('PATCH', `/api/contacts/${contactId}`, { name: `${canary} Name`, fields: { Street: `${canary} 7` } })
    await ok('PATCH', `/api/conversations/${conversationId}`, { assignedTo: me })
    await ok('POST', `/api/conversations/${conversationId}/notes`, { text: `${canary} note @me`, mentions: [me] })
    const lead = await ok('POST', '/api/leads', { contactId, title: `${canary} lead` })
    await ok('PATCH', `/api/leads/${lead.id}`, { title: `${canary} lead again` })
    const dueAt = new Date(world.test.clock.now().getTime() + day / 2).toISOString()
    await ok('POST', '/api/reminders', { conversationId, note: `${canary} reminder`, dueAt })
    const planned = { conversationId, type: 'text', content: { text: `${canary} later` } }
    await ok('POST', '/api/scheduled-messages', { message: planned, sendAt: dueAt })
    const key = { 'idempotency-key': 'once' }
    const sent = await ok('POST', '/api/messages/text', { conversationId, text: `${canary} answer` }, key)
    const file = await upload('/api/media', `${canary} contract`, `${canary}.txt`)
    await ok('POST', '/api/messages', { conversationId, type: 'document', content: { mediaId: file.id } })
    await settle()
    await ok('POST', '/api/messages', {
      conversationId,
      type: 'text',
      content: { text: `${canary} reply` },
      replyTo: sent.id,
    })
    await settle()
    await upload(
      '/api/contacts/import/csv',
      `name;phone\n${canary} Import;+${phone}\n${canary} Broken;+${phone}99999999\n${canary} Twin;+491511234509\n`,
      'people.csv',
    )
    const [twin] = (await ok('GET', '/api/contacts?search=491511234509')).contacts
    await ok('POST', `/api/contacts/${contactId}/merge`, { contactId: twin.id })
    await ok('POST', '/api/contacts/bulk', { ids: [contactId], change: { addTags: ['fair'] } })
    await ok('POST', '/api/conversations/bulk', { ids: [conversationId], change: { status: 'closed' } })
    await settle()
    await ok('GET', `/api/search?q=${canary}`)
    const { workspaceId } = (await system.conversations.get(conversationId))!
    const kept = { claimedUntil: new Date(0).toISOString(), signedBy: 'installation', bytes: 10 }
    for (const state of ['failed', 'unreadable'] as const)
      await system.webhookDeliveries.insert({
        ...kept,
        workspaceId,
        state,
        error: `at "${canary} ${phone}"`,
        body: `{"from":"${phone}","text":"${canary}"}`,
      })
    const payload = { from: phone, text: canary }
    const letter = { workspaceId, channelId, deliveryId: 'whd_1', kind: 'message', error: canary }
    await system.webhookDeadLetters.insert({ ...letter, key: phone, payload, state: 'dead' })
    if (kind === 'json') {
      const quarantine = join(world.test.folder, 'parley.quarantine')
      await mkdir(quarantine, { recursive: true })
      await writeFile(join(quarantine, 'old.tail'), `[["messages",{"text":"${canary}"}]]`)
      await utimes(join(quarantine, 'old.tail'), new Date(), new Date())
    }
    // So that the search finds something to find.
    expect(traces(await keptBytes(url)).length).toBeGreaterThan(kind === 'json' ? 2 : 15)

    await ok('DELETE', `/api/contacts/${contactId}`)
    await settle()
    for (let passed = 0; passed < 2; passed++) {
      await world.test.advance(day + 1000)
      await settle()
      await keepHouse({ store: world.test.app.store, now: world.test.clock.now })
    }
    await settle()
    expect(traces(await keptBytes(url))).toEqual([])
    hook.close()
  }, 60_000)
})
