import { model, type Channel, type User, type WorkspaceStore } from '../../backend/model/index.ts'
import { openStore } from '../../backend/platform/store/store.ts'
import { createRandom, type Random } from '../../scripts/seed/random.ts'
import type { Size } from './size.ts'
import { makeName } from './words.ts'

export const day = 24 * 60 * 60_000
export const iso = (time: number) => new Date(time).toISOString()

/** The workspace that is filled. `moveTo` is the clock: what is written next was made then. */
export type Shop = {
  store: WorkspaceStore
  size: Size
  random: Random
  now: number
  moveTo: (time: number) => void
  channels: Channel[]
  team: User[]
  workspaceId: string
  system: Awaited<ReturnType<typeof openStore<typeof model>>>
}

const years = 1

export async function openShop(url: string, size: Size): Promise<Shop> {
  const now = Date.now()
  let clock = now
  const system = await openStore(url, model, { now: () => new Date(clock), strict: false })
  const [owner] = await system.system.users.find({ where: { role: 'owner' }, limit: 1 })
  const store = system.workspace(owner!.workspaceId)
  const random = createRandom(7)
  const shop: Shop = {
    store,
    size,
    random,
    now,
    moveTo: (time) => (clock = time),
    channels: [],
    team: [],
    workspaceId: owner!.workspaceId,
    system,
  }
  shop.moveTo(now - years * 365 * day)
  const [channel] = await store.channels.find({ where: { kind: 'cloud' }, limit: 1 })
  const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, workspaceId: _workspaceId, ...fields } = channel!
  const second = { ...fields, name: 'Second number', businessPhone: '+15550002222', phoneNumberId: '200000000000009' }
  shop.channels = [channel!, await store.channels.insert(second)]
  shop.team = [
    owner!,
    ...(await store.users.insertMany(Array.from({ length: 11 }, (_, index) => makeAgent(random, index, owner!)))),
  ]
  return shop
}

function makeAgent(random: Random, index: number, { passwordHash }: User) {
  const email = `agent${index}@example.com`
  return { name: makeName(random), email, emailKey: email, passwordHash, role: 'agent' as const }
}

/** In parts of a size that both stores like. */
export async function writeAll<T>(
  rows: readonly T[],
  write: (part: T[]) => Promise<unknown>,
  size = 2000,
): Promise<void> {
  for (let from = 0; from < rows.length; from += size) await write(rows.slice(from, from + size))
}
