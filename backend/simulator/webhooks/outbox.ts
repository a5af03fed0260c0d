import type { Clock } from '../clock.ts'
import type { Random } from '../ids.ts'
import type { Behaviour } from '../options.ts'
import { type Change, countItems, envelope, mergedEnvelope } from '../payloads/envelope.ts'
import type { App, World } from '../world/world.ts'
import type { Courier } from './delivery.ts'
import { destinationsOf } from './destinations.ts'
import { encodeWebhook } from './encode.ts'

/** Meta's own limits of one post. */
const MAX_ITEMS = 1000
const MAX_BYTES = 3 * 1024 * 1024

export interface Outbox {
  publish(change: Change): void
  /** Sends what is being collected, without waiting for the batch to fill. */
  flush(): void
  /** Changes collected and not yet handed to the courier. */
  collecting(): number
  close(): void
}

interface Batch {
  app: App
  url: string
  changes: Change[]
  cancel: () => void
}

/** From a change to posts: finds the receivers, collects batches, and adds the disorder that was asked for. */
export function createOutbox(parts: {
  world: World
  clock: Clock
  random: Random
  courier: Courier
  delivery: () => Behaviour['delivery']
}): Outbox {
  const { world, clock, random, courier } = parts
  const batches = new Map<string, Batch>()

  function collect(app: App, url: string, change: Change): void {
    const { batch, batchWaitMs } = parts.delivery()
    const key = `${app.id} ${url}`
    let open = batches.get(key)
    if (!open) {
      const cancel = batch > 1 ? clock.after(batchWaitMs, () => send(key)) : () => {}
      open = { app, url, changes: [], cancel }
      batches.set(key, open)
    }
    open.changes.push(change)
    if (open.changes.length >= Math.min(batch, MAX_ITEMS)) send(key)
  }

  function send(key: string): void {
    const batch = batches.get(key)
    if (!batch) return
    batches.delete(key)
    batch.cancel()
    const changes = parts.delivery().shuffle ? shuffled(batch.changes, random) : batch.changes
    for (const part of split(changes)) {
      void courier.deliver({
        url: batch.url,
        appSecret: batch.app.secret,
        body: encodeWebhook(mergedEnvelope(part, randomLevel(random))),
        items: part.reduce((sum, change) => sum + countItems(change), 0),
        fields: [...new Set(part.map((change) => change.field))],
      })
    }
  }

  return {
    publish(change) {
      const { duplicate, maxCopies } = parts.delivery()
      const copies = random() < duplicate ? 2 + Math.floor(random() * Math.max(0, maxCopies - 1)) : 1
      for (const { app, url } of destinationsOf(world, change)) {
        for (let copy = 0; copy < copies; copy += 1) collect(app, url, change)
      }
    },
    flush() {
      for (const key of batches.keys()) send(key)
    },
    collecting: () => [...batches.values()].reduce((sum, batch) => sum + batch.changes.length, 0),
    close() {
      for (const batch of batches.values()) batch.cancel()
      batches.clear()
    },
  }
}

/** Cuts by items and by size; one change that is too big alone still goes out alone. */
export function split(changes: readonly Change[], maxBytes = MAX_BYTES): Change[][] {
  if (changes.length === 1) return [[...changes]]
  const parts: Change[][] = []
  let items = 0
  let bytes = 0
  for (const change of changes) {
    const changeItems = countItems(change)
    const changeBytes = encodeWebhook(envelope(change)).byteLength
    const last = parts.at(-1)
    if (last && items + changeItems <= MAX_ITEMS && bytes + changeBytes <= maxBytes) {
      last.push(change)
      items += changeItems
      bytes += changeBytes
    } else {
      parts.push([change])
      items = changeItems
      bytes = changeBytes
    }
  }
  return parts
}

export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const result = [...list]
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    ;[result[last], result[other]] = [result[other] as T, result[last] as T]
  }
  return result
}

const randomLevel = (random: Random) =>
  (['entries', 'changes', 'values'] as const)[Math.floor(random() * 3)] ?? 'entries'
