import { afterEach, expect, test } from 'vitest'
import type { ContextFor } from '../../feature.ts'
import type { WorkspaceStore } from '../../model/index.ts'
import { signBody } from '../../platform/channel/channel.ts'
import { StoreBusy } from '../../platform/store/store.ts'
import { openTestApp, type TestApp } from '../../test/world.ts'
import { createIntake } from './intake.ts'
import { createProcessor } from './processor.ts'
import { createRouting, installation } from './routing.ts'

const appSecret = 'a-secret-for-this-test'
const log = { debug() {}, info() {}, warn() {}, error() {} }

let opened: TestApp
afterEach(() => opened.close())

/** The real pipeline, except that storing a message whose text is "poison" fails, and that the first transactions may, too. */
async function openPipeline({ deadlocks = 0 } = {}) {
  let left = deadlocks
  opened = await openTestApp()
  const { store } = opened.app
  const { body } = await opened.call('POST', '/api/channels', {
    name: 'A',
    businessPhone: '+15550001111',
    phoneNumberId: '100000000000001',
  })
  const { now } = opened.clock
  const { workspaceId } = (await store.system.channels.get(body.data.id))!
  const contextFor: ContextFor = (id) => ({
    store: left-- > 0 ? deadlockedStore(store.workspace(id)) : poisonedStore(store.workspace(id)),
    workspaceId: id,
    user: null,
    now,
    notify() {},
    flush() {},
  })
  const routing = createRouting({ system: store.system, open: () => null, appSecret, verifyToken: undefined, now })
  const processor = createProcessor({ store, routing, contextFor, now, log })
  const intake = createIntake({
    system: store.system,
    routing,
    now,
    process: processor.push,
    backlog: processor.backlog,
  })
  const accept = async (webhook: object) => {
    const raw = Buffer.from(JSON.stringify(webhook))
    expect(await intake.accept(raw, signBody(raw, appSecret))).toBe('stored')
    await processor.idle()
  }
  return { accept, own: store.workspace(workspaceId), system: store.system, processor }
}

function poisonedStore(store: WorkspaceStore): WorkspaceStore {
  return Object.create(store, {
    transaction: {
      value: (run: (tx: WorkspaceStore) => Promise<unknown>) => store.transaction((tx) => run(poisoned(tx))),
    },
  }) as WorkspaceStore
}

function deadlockedStore(store: WorkspaceStore): WorkspaceStore {
  const transaction = () => Promise.reject(new StoreBusy('Others kept changing the same documents'))
  return Object.create(store, { transaction: { value: transaction } }) as WorkspaceStore
}

function poisoned(tx: WorkspaceStore): WorkspaceStore {
  const insertMany: WorkspaceStore['messages']['insertMany'] = (rows, options) => {
    if (rows.some(({ searchText }) => searchText?.includes('poison'))) throw new Error('this one is poisonous')
    return tx.messages.insertMany(rows, options)
  }
  return Object.create(tx, { messages: { value: { ...tx.messages, insertMany } } }) as WorkspaceStore
}

const text = (id: string, from: string, body: string) => ({
  field: 'messages',
  value: {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550001111', phone_number_id: '100000000000001' },
    contacts: [{ profile: { name: from }, wa_id: from }],
    messages: [{ id, from, timestamp: '1763700000', type: 'text', text: { body } }],
  },
})
const webhook = (...changes: object[]) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '200000000000002', changes }],
})

test('a poisonous item ends as a dead letter and its neighbours go through', async () => {
  const { accept, own, system } = await openPipeline()
  await accept(
    webhook(
      text('wamid.1', '15550000001', 'fine'),
      text('wamid.2', '15550000002', 'poison'),
      text('wamid.3', '15550000003', 'fine too'),
    ),
  )
  const stored = await own.messages.find({ where: { direction: 'inbound' } })
  expect(stored.map(({ providerMessageId }) => providerMessageId).sort()).toEqual(['wamid.1', 'wamid.3'])
  expect(await own.webhookDeadLetters.find()).toMatchObject([{ kind: 'message', state: 'retrying' }])
  const [delivery] = await system.webhookDeliveries.find({ where: { state: 'failed' } })
  expect(delivery).toMatchObject({ items: 3, failures: 1 })
  // Kept, so that nothing is lost while the reason is looked for.
  expect(delivery!.body).toContain('poison')
})

test('a deadlock with another process is tried again at once, not when the claim ends', async () => {
  const { accept, own, system } = await openPipeline({ deadlocks: 2 })
  await accept(webhook(text('wamid.1', '15550000001', 'fine')))
  expect(await own.messages.count({ direction: 'inbound' })).toBe(1)
  expect(await system.webhookDeliveries.count({ state: 'waiting' })).toBe(0)
})

test('a body for a number nobody knows is kept as unrouted', async () => {
  const { accept, system } = await openPipeline()
  const stranger = text('wamid.9', '15550000001', 'hello')
  stranger.value.metadata.phone_number_id = '999999999999999'
  await accept(webhook(stranger))
  expect(await system.webhookDeliveries.find({ where: { state: 'unrouted' } })).toMatchObject([{ items: 1 }])
})

test('what was under way to a number that is removed meanwhile is of nobody, and no failure', async () => {
  const { accept, own, system } = await openPipeline()
  await accept(webhook(text('wamid.1', '15550000001', 'fine')))
  const [channel] = await system.channels.find({ limit: 1 })
  // Another process removes it, so that this one still takes it for known.
  await own.channels.remove(channel!.id)
  await accept(webhook(text('wamid.2', '15550000001', 'late')))
  expect(await own.webhookDeadLetters.count()).toBe(0)
  expect(await system.webhookDeliveries.find({ where: { state: 'unrouted' } })).toMatchObject([{ failures: 0 }])
})

test('a body that is no JSON is stored and called unreadable', async () => {
  const { system, processor } = await openPipeline()
  const raw = 'this is no JSON'
  const [delivery] = await system.webhookDeliveries.insertMany([
    { state: 'waiting', signedBy: installation, claimedUntil: new Date(0).toISOString(), bytes: raw.length, body: raw },
  ])
  await processor.takeOver(true)
  await processor.idle()
  expect(await system.webhookDeliveries.get(delivery!.id)).toMatchObject({ state: 'unreadable', body: raw })
})
