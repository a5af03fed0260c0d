import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseWebhookJson, readWebhook } from '../../platform/channel/channel.ts'
import type { Simulator } from '../../simulator/simulator.ts'
import { connectSimulator, openStores, type TestApp } from '../../test/world.ts'
import { fieldBodies } from './test/field-bodies.ts'
import { messageBodies } from './test/message-bodies.ts'
import { statusBodies } from './test/status-bodies.ts'

type Json = Record<string, unknown>
const stores = await openStores()

/** The places that a body leaves open: who wrote it, where to, and about what. */
function fill(body: unknown, places: Record<string, unknown>): unknown {
  if (typeof body === 'string') return Object.hasOwn(places, body) ? places[body] : body
  if (Array.isArray(body)) return body.map((part) => fill(part, places))
  if (typeof body !== 'object' || body === null) return body
  return Object.fromEntries(Object.entries(body).map(([name, part]) => [name, fill(part, places)]))
}

const isLike = (text: string, wanted: string | RegExp) =>
  typeof wanted === 'string' ? wanted === '' || text === wanted : wanted.test(text)
const phoneOf = (index: number) => String(4917_000_0000 + index)

describe.each(stores)('webhooks that others have met, on $kind', ({ databaseUrl }) => {
  let simulator: Simulator
  let app: TestApp
  let close: () => Promise<void>

  beforeAll(async () => {
    const world = await connectSimulator({ databaseUrl: await databaseUrl() }, { seed: 1 })
    simulator = world.simulator
    app = world.test
    close = world.close
    await postAll()
  }, 120_000)
  afterAll(() => close())

  function places(index = 0) {
    const { phoneNumberId, businessAccountId } = simulator.credentials
    const phone = phoneOf(index)
    return {
      $from: phone,
      $number: Number(phone),
      $plus: `+${phone}`,
      $spaced: `+49 1700 ${phone.slice(6)}`,
      $jid: `${phone}@s.whatsapp.net`,
      $phoneNumberId: phoneNumberId,
      $phoneNumberIdNumber: Number(phoneNumberId),
      $account: businessAccountId,
      $id: `wamid.status.${index}`,
    }
  }
  const metadata = () => ({ display_phone_number: '15550783881', phone_number_id: simulator.credentials.phoneNumberId })
  const envelope = (field: string, value: unknown, entry: Json = {}) => ({
    object: 'whatsapp_business_account',
    entry: [{ id: simulator.credentials.businessAccountId, changes: [{ field, value }], ...entry }],
  })

  function messageBody(index: number): Json {
    const { message, around } = messageBodies[index]!
    const sent = { from: phoneOf(index), id: `wamid.body.${index}`, timestamp: '1749416383', ...message }
    const value = {
      messaging_product: 'whatsapp',
      metadata: metadata(),
      contacts: [{ profile: {}, wa_id: phoneOf(index) }],
      messages: [sent],
      ...around,
    }
    return envelope('messages', fill(value, places(index)))
  }

  function statusBody(index: number): Json {
    const { statuses } = statusBodies[index]!
    return envelope('messages', fill({ metadata: metadata(), statuses }, places(index)))
  }

  function fieldBody(index: number): Json {
    const { field, value, entry } = fieldBodies[index]!
    return envelope(field, fill({ metadata: metadata(), ...value }, places()), entry)
  }

  async function postAll() {
    const echoes = statusBodies.map((_, index) => ({
      from: '15550783881',
      to: '16505551234',
      id: `wamid.status.${index}`,
      timestamp: '1750030000',
      type: 'text',
      text: { body: 'x' },
    }))
    const bodies = [
      envelope('smb_message_echoes', { metadata: metadata(), message_echoes: echoes }),
      ...messageBodies.map((_, index) => messageBody(index)),
      ...statusBodies.map((_, index) => statusBody(index)),
      ...fieldBodies.map((_, index) => fieldBody(index)),
    ]
    for (const body of bodies) {
      const { attempts } = await simulator.post(body)
      expect(attempts.map(({ status }) => status)).toEqual([200])
    }
    await app.settle()
  }

  test('end done, none of them dead', async () => {
    const { system } = app.app.store
    const deliveries = await system.webhookDeliveries.find({ limit: 1000 })
    expect(deliveries.filter(({ state }) => state !== 'done')).toEqual([])
    const posted = 1 + messageBodies.length + statusBodies.length + fieldBodies.length
    expect(deliveries.length).toBeGreaterThanOrEqual(posted)
    expect(await system.webhookDeadLetters.count()).toBe(0)
  })

  test.each(messageBodies.map(({ name }, index) => [name, index] as const))('message: %s', async (_name, index) => {
    const { type, preview, contact, check, chat, message } = messageBodies[index]!
    const { system } = app.app.store
    const providerMessageId = String(message['id'] ?? `wamid.body.${index}`)
    const [stored] = await system.messages.find({ where: { providerMessageId }, limit: 2 })
    expect(stored).toMatchObject({ type, direction: 'inbound', status: 'received', ...check })
    const conversation = (await system.conversations.get(stored!.conversationId))!
    expect(conversation).toMatchObject(chat ?? {})
    const { lastMessage } = conversation
    // Reactions do not become the last message of a chat.
    const shown = type === 'reaction' || preview === undefined ? '' : preview
    expect([lastMessage?.preview, isLike(lastMessage?.preview ?? '', shown)]).toEqual([lastMessage?.preview, true])
    const person = (await system.contacts.get(stored!.contactId))!
    expect(person.displayName).toBe(contact ?? `+${phoneOf(index)}`)
    expect(person.phone).toBe('from' in message ? person.phone : `+${phoneOf(index)}`)
    expect(Date.parse(stored!.sentAt)).toBeGreaterThan(Date.UTC(2025, 0, 1))
  })

  test.each(statusBodies.map(({ name }, index) => [name, index] as const))('status: %s', async (_name, index) => {
    const { becomes, check } = statusBodies[index]!
    const where = { providerMessageId: `wamid.status.${index}` }
    const [stored] = await app.app.store.system.messages.find({ where, limit: 1 })
    expect(stored).toMatchObject({ status: becomes, ...check })
  })

  test.each(fieldBodies.map(({ name }, index) => [name, index] as const))('field: %s', (_name, index) => {
    const { items, summary } = readWebhook(parseWebhookJson(JSON.stringify(fieldBody(index))))
    expect(items.length).toBeGreaterThan(0)
    expect(summary).toMatch(fieldBodies[index]!.summary)
  })

  test('of other products, and of several numbers at once, are taken without an error', async () => {
    const message = (id: string) => ({
      from: '12125550199',
      id,
      timestamp: '1749416383',
      type: 'text',
      text: { body: 'x' },
    })
    const value = (phone_number_id: string, id: string) => ({
      metadata: { phone_number_id },
      messages: [message(id)],
      statuses: [{ id, status: 'read', timestamp: '1' }],
    })
    const own = simulator.credentials.phoneNumberId
    const several = {
      object: 'whatsapp_business_account',
      entry: [
        { id: '1', changes: [{ field: 'messages', value: value('999', 'wamid.theirs') }] },
        {
          id: simulator.credentials.businessAccountId,
          changes: [{ field: 'messages', value: value(own, 'wamid.ours') }, null, {}],
        },
        null,
      ],
    }
    const others = ['instagram', 'page'].map((object) => ({
      object,
      entry: [{ id: '17841', time: 1, messaging: [{ sender: { id: '1' }, message: { mid: 'm', text: 'x' } }] }],
    }))
    for (const body of [several, ...others, {}, [], null, 'text', { object: 'whatsapp_business_account', entry: [] }]) {
      const { attempts } = await simulator.post(body === null || typeof body === 'string' ? JSON.stringify(body) : body)
      expect(attempts.map(({ status }) => status)).toEqual([200])
    }
    await app.settle()
    const { system } = app.app.store
    const stored = await system.messages.find({
      where: { providerMessageId: { in: ['wamid.ours', 'wamid.theirs'] } },
      limit: 5,
    })
    expect(stored.map(({ providerMessageId }) => providerMessageId)).toEqual(['wamid.ours'])
    expect(await system.webhookDeadLetters.count()).toBe(0)
  })
})
