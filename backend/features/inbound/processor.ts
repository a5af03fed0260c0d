import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { WebhookDelivery } from '../../model/index.ts'
import { StoreBusy } from '../../platform/store/store.ts'
import { applyBatch, readDelivery, type BatchDeps } from './batch.ts'
import { claimLength } from './intake.ts'
import { createPace } from './pace.ts'

/** Turns stored deliveries into messages, statuses and the rest, in the order they came. */
export type Processor = {
  /** Deliveries this process has just stored. */
  push(deliveries: readonly WebhookDelivery[]): void
  backlog(): { deliveries: number; bytes: number }
  /** Takes over what a process that died, or an earlier run, left behind. Answers how many it took. */
  takeOver(everything: boolean): Promise<number>
  /** Resolves when nothing pushed is left. */
  idle(): Promise<void>
  stop(): Promise<void>
}

export type OnProcessed = (deliveries: number, result: 'applied' | 'put_off') => void

/** Waiting for the end of the claim instead would let a customer's words come a minute late. */
const busyTries = 4
const busyPauseMs = 50

/** Few enough for one quick transaction, unless a single delivery has more. */
const mostItems = 400

export function createProcessor(deps: BatchDeps & { onProcessed?: OnProcessed }): Processor {
  const { store, now, log, onProcessed = () => {} } = deps
  const pace = createPace()
  const queue: WebhookDelivery[] = []
  const held = new Set<string>()
  let bytes = 0
  let stopped = false
  let running: Promise<void> | undefined

  function start(): void {
    running ??= work().finally(() => {
      running = undefined
      if (queue.length > 0 && !stopped) start()
    })
  }

  async function work(): Promise<void> {
    while (queue.length > 0 && !stopped) {
      const taken = queue.splice(0, pace.batchSize(queue.length))
      try {
        for (const batch of splitBatches(taken.map(readDelivery))) await applyPatiently(batch)
        onProcessed(taken.length, 'applied')
      } catch (error) {
        // Not the items' fault (the store is full or away): they stay stored and are taken over when the claim ends.
        onProcessed(taken.length, 'put_off')
        log.error({ error, deliveries: taken.length }, 'webhook deliveries could not be processed now')
      } finally {
        for (const delivery of taken) {
          bytes -= delivery.bytes
          held.delete(delivery.id)
        }
      }
      const restMs = pace.restMs(queue.length)
      if (restMs > 0) await pause(restMs)
    }
  }

  /** Where several processes write, PostgreSQL now and then ends one of two transactions that wait for each other. */
  async function applyPatiently(batch: Parameters<typeof applyBatch>[1]): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await applyBatch(deps, batch)
      } catch (error) {
        if (!(error instanceof StoreBusy) || tries === busyTries || stopped) throw error
        await pause(busyPauseMs * tries + randomInt(busyPauseMs))
      }
    }
  }

  function push(deliveries: readonly WebhookDelivery[]): void {
    pace.noteArrivals(deliveries.length)
    for (const delivery of deliveries) {
      if (held.has(delivery.id)) continue
      held.add(delivery.id)
      queue.push(delivery)
      bytes += delivery.bytes
    }
    if (!stopped) start()
  }

  return {
    push,
    backlog: () => ({ deliveries: queue.length, bytes }),

    async takeOver(everything) {
      const instant = now()
      const claimedUntil = new Date(instant.getTime() + claimLength).toISOString()
      const due = everything ? {} : { claimedUntil: { lte: instant.toISOString() } }
      const taken = await store.system.webhookDeliveries.claim(
        { state: 'waiting', ...due },
        { claimedUntil },
        { sort: ['claimedUntil', 'asc'], limit: 500 },
      )
      push(taken)
      return taken.length
    },

    async idle() {
      while (running) await running
    },

    async stop() {
      stopped = true
      await running
    },
  }
}

type Readable = ReturnType<typeof readDelivery>

function splitBatches(readable: readonly Readable[]): Readable[][] {
  const batches: Readable[][] = []
  let items = 0
  for (const entry of readable) {
    const last = batches.at(-1)
    if (!last || items + entry.items.length > mostItems) {
      batches.push([entry])
      items = entry.items.length
    } else {
      last.push(entry)
      items += entry.items.length
    }
  }
  return batches
}
