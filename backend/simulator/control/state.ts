import type { Simulation } from '../simulation.ts'
import type { World } from '../world/world.ts'

/** The world as JSON: Maps become lists, bytes become their length. */
export function describeState({ world, behaviour, faults }: Simulation): object {
  return {
    behaviour,
    faults: faults.list(),
    apps: list(world.apps),
    businesses: list(world.businesses),
    accounts: list(world.accounts),
    phoneNumbers: list(world.phoneNumbers),
    tokens: list(world.tokens),
    templates: [...world.templates.values()].map(({ components: _components, ...template }) => template),
    media: [...world.media.values()].map(({ bytes, ...media }) => ({ ...media, size: bytes.byteLength })),
    customers: list(world.customers),
    messages: world.messages.size,
  }
}

const list = (map: ReadonlyMap<string, object>): unknown[] => [...map.values()].map((item) => plain(item))

function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner ?? null)]))
  if (value instanceof Set) return [...value]
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}

const KINDS = {
  apps: 'apps',
  businesses: 'businesses',
  accounts: 'accounts',
  'phone-numbers': 'phoneNumbers',
  tokens: 'tokens',
  templates: 'templates',
} as const satisfies Record<string, keyof World>

/** Breaks or mends one thing: `PATCH /_sim/world/phone-numbers/1065… { "status": "DISCONNECTED" }`. null removes a member. */
export function patchWorld(world: World, kind: string, id: string, change: Record<string, unknown>): unknown {
  if (!(kind in KINDS)) throw new RangeError(`The kind is one of: ${Object.keys(KINDS).join(', ')}.`)
  const map = world[KINDS[kind as keyof typeof KINDS]] as unknown as Map<string, Record<string, unknown>>
  const item = map.get(id)
  if (!item) throw new RangeError(`There is no ${id} among ${kind}.`)
  for (const [name, value] of Object.entries(change)) {
    item[name] =
      value === null
        ? undefined
        : name === 'subscribedApps'
          ? readSubscribed(value)
          : name === 'allowedRecipients'
            ? new Set(value as string[])
            : value
  }
  return plain(item)
}

const readSubscribed = (value: unknown) =>
  new Map(Array.isArray(value) ? value.map((appId) => [String(appId), undefined]) : [])
