import type { AppStore, Channel } from '../../model/index.ts'

/** Keeps what leaves a number under Meta's limits, so that Meta does not have to. */
export type Rates = {
  /** Undefined: go. A date: no place is free before then. */
  take(channel: Channel, contactId: string): Promise<Date | undefined>
}

/** Messages per second and number that Meta takes, in and out together; half of it is left for what comes in. */
const throughput = { STANDARD: 40, HIGH: 500 }
/** Places are reserved in the store a few at a time, so that not every message costs a write. */
const chunk = 10
/** To one person: 45 at once, then one every six seconds. */
const pair = { burst: 45, every: 6_000 }

type Options = { store: AppStore; now: () => Date }

export function createRates({ store, now }: Options): Rates {
  const reserved = new Map<string, { second: string; left: number }>()
  const pairs = new Map<string, number>()

  async function reserve(channel: Channel, second: string): Promise<boolean> {
    const { sendRates } = store.workspace(channel.workspaceId)
    const limit = channel.info.throughput === 'HIGH' ? throughput.HIGH : throughput.STANDARD
    const rate = (await sendRates.first({ channelId: channel.id })) ?? (await firstRate(channel, second))
    const taken =
      (await sendRates.update(
        rate.id,
        {},
        { onlyIf: { windowStart: second, used: { lte: limit - chunk } }, add: { used: chunk } },
      )) ??
      (await sendRates.update(
        rate.id,
        { windowStart: second, used: chunk },
        { onlyIf: { windowStart: { lt: second } } },
      ))
    if (taken) reserved.set(channel.id, { second, left: chunk })
    return taken !== undefined
  }

  async function firstRate(channel: Channel, second: string) {
    const { sendRates } = store.workspace(channel.workspaceId)
    await sendRates.insertMany([{ channelId: channel.id, windowStart: second, used: 0 }], { ifTaken: 'skip' })
    return (await sendRates.first({ channelId: channel.id }))!
  }

  /** When the pair may speak next, by the leaky-bucket rule: each message borrows six seconds, 45 of them ahead. */
  function takePair(contactId: string, instant: number): Date | undefined {
    const paidUntil = Math.max(pairs.get(contactId) ?? 0, instant) + pair.every
    const ahead = paidUntil - instant
    if (ahead > pair.burst * pair.every) return new Date(paidUntil - pair.burst * pair.every)
    pairs.set(contactId, paidUntil)
    if (pairs.size > 10_000) for (const [id, until] of pairs) if (until < instant) pairs.delete(id)
    return undefined
  }

  return {
    async take(channel, contactId) {
      if (channel.kind === 'practice') return undefined
      const instant = now().getTime()
      const wait = takePair(contactId, instant)
      if (wait) return wait
      const second = new Date(Math.floor(instant / 1000) * 1000).toISOString()
      const place = reserved.get(channel.id)
      const free = place?.second === second && place.left > 0 ? place : undefined
      if (!free && !(await reserve(channel, second))) return new Date(Date.parse(second) + 1000)
      reserved.get(channel.id)!.left--
      return undefined
    },
  }
}
