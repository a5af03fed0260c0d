import type { AppStore, Channel } from '../../model/index.ts'
import { second } from '../../platform/clock.ts'

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
const clocksDiffer = 5 * second

type Options = { store: AppStore; now: () => Date }

export function createRates({ store, now }: Options): Rates {
  const reserved = new Map<string, { windowStart: string; left: number }>()
  const reserving = new Map<string, Promise<boolean>>()
  const lines = new Map<string, { windowStart: string; length: number }>()
  const pairs = new Map<string, number>()

  /** Those who come at the same moment share one reservation: places of a second one would be lost with the first. */
  function reserveOnce(channel: Channel, windowStart: string): Promise<boolean> {
    const running = reserving.get(channel.id)
    if (running) return running
    const started = reserve(channel, windowStart).finally(() => reserving.delete(channel.id))
    reserving.set(channel.id, started)
    return started
  }

  async function reserve(channel: Channel, windowStart: string): Promise<boolean> {
    const { sendRates } = store.workspace(channel.workspaceId)
    const rate = (await sendRates.first({ channelId: channel.id })) ?? (await firstRate(channel, windowStart))
    // Other processes may be a little ahead; more than that was written before the clock was set back.
    const ahead = new Date(Date.parse(windowStart) + clocksDiffer).toISOString()
    const taken =
      (await sendRates.update(
        rate.id,
        {},
        { onlyIf: { windowStart, used: { lte: limitOf(channel) - chunk } }, add: { used: chunk } },
      )) ??
      (await sendRates.update(
        rate.id,
        { windowStart, used: chunk },
        { onlyIf: { windowStart: { lt: windowStart } } },
      )) ??
      (await sendRates.update(rate.id, { windowStart, used: chunk }, { onlyIf: { windowStart: { gt: ahead } } }))
    if (taken) reserved.set(channel.id, { windowStart, left: chunk })
    return taken !== undefined
  }

  async function firstRate(channel: Channel, windowStart: string) {
    const { sendRates } = store.workspace(channel.workspaceId)
    await sendRates.insertMany([{ channelId: channel.id, windowStart, used: 0 }], { ifTaken: 'skip' })
    return (await sendRates.first({ channelId: channel.id }))!
  }

  async function takePlace(channel: Channel, windowStart: string): Promise<boolean> {
    for (;;) {
      const place = reserved.get(channel.id)
      if (place?.windowStart === windowStart && place.left > 0) {
        place.left--
        return true
      }
      if (!(await reserveOnce(channel, windowStart))) return false
    }
  }

  /** Each second serves as many as may leave in it, so that a long line does not wake up whole every second. */
  function standInLine(channel: Channel, windowStart: string): Date {
    const known = lines.get(channel.id)
    const before = known && known.windowStart <= windowStart ? known : { windowStart, length: 0 }
    const served = ((Date.parse(windowStart) - Date.parse(before.windowStart)) / second) * limitOf(channel)
    const ahead = Math.max(0, before.length - served)
    lines.set(channel.id, { windowStart, length: ahead + 1 })
    return new Date(Date.parse(windowStart) + second * (1 + Math.floor(ahead / limitOf(channel))))
  }

  /** The leaky-bucket rule: each message borrows six seconds, 45 of them ahead. */
  function paidUntil(contactId: string, instant: number): number {
    const paid = pairs.get(contactId) ?? 0
    // Nobody can borrow more than that, so the clock was set back.
    const isPossible = paid <= instant + pair.burst * pair.every
    return Math.max(isPossible ? paid : 0, instant) + pair.every
  }

  function takePair(contactId: string, instant: number): void {
    pairs.set(contactId, paidUntil(contactId, instant))
    if (pairs.size > 10_000) for (const [id, until] of pairs) if (until < instant) pairs.delete(id)
  }

  return {
    async take(channel, contactId) {
      if (channel.kind === 'practice') return undefined
      const instant = now().getTime()
      const mayBorrow = instant + pair.burst * pair.every
      const owed = paidUntil(contactId, instant) - mayBorrow
      if (owed > 0) return new Date(instant + owed)
      const windowStart = new Date(Math.floor(instant / second) * second).toISOString()
      if (!(await takePlace(channel, windowStart))) return standInLine(channel, windowStart)
      takePair(contactId, instant)
      return undefined
    },
  }
}

function limitOf({ info }: Channel): number {
  return info.throughput === 'HIGH' ? throughput.HIGH : throughput.STANDARD
}
