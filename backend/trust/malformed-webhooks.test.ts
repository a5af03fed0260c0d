import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fieldBodies } from '../features/inbound/test/field-bodies.ts'
import { messageBodies } from '../features/inbound/test/message-bodies.ts'
import { statusBodies } from '../features/inbound/test/status-bodies.ts'
import { signBody } from '../platform/channel/channel.ts'
import { connectSimulator, openStores } from '../test/world.ts'
import { anything } from './arbitraries.ts'

const runs = Number(process.env['WEBHOOK_RUNS'] ?? 400)
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000)
const stores = await openStores()

type Json = { [name: string]: unknown }

/** A signed change of any kind, and some places of it put out of shape. */
const change = fc.oneof(
  fc
    .constantFrom(...messageBodies)
    .map(({ message }) => ({ field: 'messages', value: { messages: [message] } as Json })),
  fc.constantFrom(...statusBodies).map((status) => ({ field: 'messages', value: { statuses: [status] } as Json })),
  fc.constantFrom(...fieldBodies).map(({ field, value }) => ({ field, value: value as Json })),
)
const wound = fc.record({ place: fc.nat(), how: fc.constantFrom('remove', 'replace', 'double', 'wrap'), by: anything })
const malformed = fc.tuple(change, fc.array(wound, { minLength: 1, maxLength: 4 })).map(([healthy, wounds]) => {
  const body = structuredClone(healthy)
  for (const { place, how, by } of wounds) hurt(body.value, place, how, by)
  return body
})

/** Changes one member somewhere below; which one, `place` decides. */
function hurt(value: Json, place: number, how: string, by: unknown): void {
  const members = membersOf(value)
  const found = members[place % Math.max(1, members.length)]
  if (!found) return
  const { owner, name } = found
  if (how === 'remove') delete owner[name]
  else if (how === 'replace') owner[name] = structuredClone(by)
  else owner[name] = how === 'double' ? [owner[name], owner[name]] : { [name]: owner[name] }
}

function membersOf(value: unknown): { owner: Json; name: string }[] {
  if (typeof value !== 'object' || value === null) return []
  const owner = value as Json
  return Object.keys(owner).flatMap((name) => [{ owner, name }, ...membersOf(owner[name])])
}

describe.each(stores)(`signed webhooks out of shape, on the $kind store, with FUZZ_SEED=${seed}`, ({ databaseUrl }) => {
  let world: Awaited<ReturnType<typeof connectSimulator>>
  beforeAll(async () => void (world = await connectSimulator({ databaseUrl: await databaseUrl() })))
  afterAll(() => world?.close())

  async function post(changes: unknown[]): Promise<number> {
    const { appSecret, businessAccountId } = world.simulator.credentials
    const raw = Buffer.from(
      JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: businessAccountId, changes }] }),
    )
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signBody(raw, appSecret) }
    return (await fetch(`${world.test.url}/api/webhooks/meta`, { method: 'POST', headers, body: raw })).status
  }

  test('are taken, disturb nobody, and the messages beside them arrive', { timeout: 60_000 + runs * 50 }, async () => {
    const { credentials } = world.simulator
    const metadata = { display_phone_number: '15550783881', phone_number_id: credentials.phoneNumberId }
    const neighbour = (index: number) => ({
      field: 'messages',
      value: {
        metadata,
        contacts: [{ wa_id: '491700000001', profile: { name: 'Neighbour' } }],
        messages: [
          {
            id: `wamid.neighbour.${index}`,
            from: '491700000001',
            timestamp: '1763700000',
            type: 'text',
            text: { body: 'Hi' },
          },
        ],
      },
    })
    const statuses = new Set<number>()
    const samples = fc.sample(malformed, { seed, numRuns: runs })
    for (const [index, body] of samples.entries()) {
      const value = { messaging_product: 'whatsapp', metadata, ...body.value }
      statuses.add(await post([neighbour(2 * index), { ...body, value }, neighbour(2 * index + 1)]))
      if (index % 50 === 49) await world.test.settle()
    }
    await world.test.settle()
    expect([...statuses]).toEqual([200])
    const stored = await world.test.app.store.system.messages.count({
      providerMessageId: { gte: 'wamid.neighbour.', lt: 'wamid.neighbour/' },
    })
    expect(stored).toBe(2 * runs)
    expect(await world.test.app.store.system.webhookDeliveries.count({ state: 'waiting' })).toBe(0)
  })
})
