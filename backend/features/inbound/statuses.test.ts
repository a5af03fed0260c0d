import { afterEach, describe, expect, test } from 'vitest'
import { statusRank } from '../../contract/messages.ts'
import type { WorkspaceStore } from '../../model/index.ts'
import { connectSimulator, openStores } from '../../test/world.ts'
import { changeMessage, foldStatuses } from '../conversations/statuses.ts'
import { StaleWrite } from './routed.ts'
import { applyStatuses } from './statuses.ts'

type World = Awaited<ReturnType<typeof connectSimulator>>
const customer = '5511987654321'
const stores = await openStores()

describe.each(stores)('a status that races with the answer to its message, on the $kind store', ({ databaseUrl }) => {
  let world: World
  afterEach(() => world.close())

  /** A message whose connection broke after Meta had accepted it. */
  async function openCutOff() {
    world = await connectSimulator({ databaseUrl: await databaseUrl() })
    const { simulator, test: app } = world
    simulator.configure({ statuses: { sent: null, delivered: null, read: null } })
    simulator.receive('text', { body: 'Do you deliver?' }, { from: customer })
    await simulator.settled()
    await app.settle()
    simulator.fault({ fault: { kind: 'drop', when: 'after' } })
    const body = { to: `+${customer}`, type: 'text', content: { text: 'Yes' } }
    const { id } = (await app.call('POST', '/api/messages', body)).body.data
    await app.settle()
    const message = (await app.app.store.system.messages.get(id))!
    const own = app.app.store.workspace(message.workspaceId)
    return { own, message, channel: (await own.channels.get(message.channelId))!, now: app.clock.now }
  }

  test('is not lost when the id is stored between its two looks for the message', async () => {
    const { own, message, channel, now } = await openCutOff()
    const { wamid, opaque } = world.simulator.ledger.accepted[0]!
    const find: WorkspaceStore['messages']['find'] = async (page) => {
      const found = await own.messages.find(page)
      await own.messages.update(message.id, { providerMessageId: wamid, status: 'accepted', rank: 30 })
      return found
    }
    const store = Object.create(own, { messages: { value: { ...own.messages, find } } }) as WorkspaceStore
    const about = { providerMessageId: wamid, opaque, person: { phone: `+${customer}` } }
    const item = { kind: 'status', status: 'read', at: now().toISOString(), key: 'k', ...about }
    const context = { store, now, workspaceId: message.workspaceId, user: null, notify() {} }
    await applyStatuses(context as never, [{ item, channel }] as never)
    expect(await own.messages.get(message.id)).toMatchObject({ status: 'read', providerMessageId: wamid })
  })

  /** The store, where a status that is further on is written in the moment before `name` does its work. */
  function overtaken(own: WorkspaceStore, id: string, name: 'update' | 'updateEach') {
    let isFirst = true
    const write = async (...given: never[]) => {
      if (isFirst) await own.messages.update(id, { status: 'read', rank: statusRank.read })
      isFirst = false
      return (own.messages[name] as (...given: never[]) => Promise<unknown>)(...given)
    }
    return Object.create(own, { messages: { value: { ...own.messages, [name]: write } } }) as WorkspaceStore
  }
  const delivered = { kind: 'status', status: 'delivered', key: 'k' }

  test('is not written over one that came meanwhile, and both are in its history', async () => {
    const { own, message, now } = await openCutOff()
    const item = { ...delivered, at: now().toISOString(), providerMessageId: 'wamid.x' } as never
    const store = overtaken(own, message.id, 'update')
    const changed = await changeMessage({ store, now }, message.id, (current) => foldStatuses(current, [item]))
    expect(changed).toMatchObject({ status: 'read', rank: statusRank.read })
    expect(changed!.statusHistory.map(({ status }) => status)).toContain('delivered')
  })

  test('of a webhook waits for its next turn when the message changed meanwhile', async () => {
    const { own, message, channel, now } = await openCutOff()
    const { wamid, opaque } = world.simulator.ledger.accepted[0]!
    const item = { ...delivered, at: now().toISOString(), providerMessageId: wamid, opaque, person: {} }
    const store = overtaken(own, message.id, 'updateEach')
    const context = { store, now, workspaceId: message.workspaceId, user: null, notify() {} }
    await expect(applyStatuses(context as never, [{ item, channel }] as never)).rejects.toThrow(StaleWrite)
    expect(await own.messages.get(message.id)).toMatchObject({ status: 'read' })
  })
})
