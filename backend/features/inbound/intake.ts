import type { SystemStore, WebhookDelivery } from '../../model/index.ts'
import { verifySignature } from '../../platform/channel/channel.ts'
import { StoreBusy } from '../../platform/store/store.ts'
import type { Routing } from './routing.ts'

export type Verdict = 'stored' | 'signature_invalid' | 'not_configured'

/** Takes signed webhook bodies: verified, durable, then handed to the processor. */
export type Intake = {
  /** Resolves once the body is on disk. Rejects with StoreBusy when too much waits: Meta delivers again. */
  accept(body: Buffer, signature: string | string[] | undefined): Promise<Verdict>
  /** Resolves when all accepted bodies are stored. */
  drain(): Promise<void>
}

type Options = {
  system: SystemStore
  routing: Routing
  now: () => Date
  /** Gets every stored delivery; this process holds it until `claimedUntil`. */
  process: (deliveries: WebhookDelivery[]) => void
  /** How many deliveries and bytes the processor has not finished yet. */
  backlog: () => { deliveries: number; bytes: number }
}

/** A delivery belongs to the process that stored it for this long; if it dies, another one takes over then. */
export const claimLength = 60_000

// Beyond this Meta is asked to come again, rather than holding the flood in memory.
const backlogLimit = { deliveries: 60_000, bytes: 64 * 1024 * 1024 }
/** Bodies stored by one statement, and statements under way at once. */
const batchLimit = { deliveries: 200, bytes: 4 * 1024 * 1024, concurrent: 2 }

type NewDelivery = Parameters<SystemStore['webhookDeliveries']['insert']>[0]
type Waiting = { row: NewDelivery; bytes: number; resolve: () => void; reject: (error: unknown) => void }

export function createIntake({ system, routing, now, process, backlog }: Options): Intake {
  const waiting: Waiting[] = []
  const writing = new Set<Promise<void>>()

  function pump(): void {
    while (waiting.length > 0 && writing.size < batchLimit.concurrent) {
      const batch = takeBatch(waiting)
      const written = write(batch).finally(() => {
        writing.delete(written)
        pump()
      })
      writing.add(written)
    }
  }

  async function write(batch: Waiting[]): Promise<void> {
    try {
      const deliveries = await system.webhookDeliveries.insertMany(
        batch.map(({ row }) => row),
        { ifTaken: 'reject' },
      )
      for (const { resolve } of batch) resolve()
      process(deliveries)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  return {
    async accept(body, signature) {
      const secrets = await routing.secrets()
      if (secrets.length === 0) return 'not_configured'
      const signer = secrets.find(({ appSecret }) => verifySignature(body, signature, appSecret))
      if (!signer) return 'signature_invalid'
      const held = backlog()
      if (held.deliveries > backlogLimit.deliveries || held.bytes > backlogLimit.bytes)
        throw new StoreBusy('Too many webhooks are waiting to be processed')
      await new Promise<void>((resolve, reject) => {
        waiting.push({ row: deliveryRow(body, signer.signedBy, now()), bytes: body.length, resolve, reject })
        pump()
      })
      return 'stored'
    },

    async drain() {
      while (waiting.length > 0 || writing.size > 0) await Promise.all(writing)
    },
  }
}

function deliveryRow(body: Buffer, signedBy: string, at: Date): NewDelivery {
  return {
    state: 'waiting',
    signedBy,
    claimedUntil: new Date(at.getTime() + claimLength).toISOString(),
    bytes: body.length,
    body: body.toString('utf8'),
  }
}

function takeBatch(waiting: Waiting[]): Waiting[] {
  let bytes = 0
  let count = 0
  while (count < waiting.length && count < batchLimit.deliveries) {
    bytes += waiting[count]!.bytes
    if (count > 0 && bytes > batchLimit.bytes) break
    count++
  }
  return waiting.splice(0, count)
}
