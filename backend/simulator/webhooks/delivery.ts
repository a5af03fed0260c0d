import type { Clock } from '../clock.ts'
import type { Behaviour } from '../options.ts'
import { signatureOf } from './encode.ts'
import type { Poster } from './post.ts'

export interface Delivery {
  number: number
  url: string
  bytes: number
  items: number
  fields: string[]
  attempts: { at: number; status: number; ms: number }[]
  outcome: 'waiting' | 'acknowledged' | 'given up'
}

interface PostJob {
  url: string
  body: Uint8Array
  appSecret: string
  items: number
  fields: string[]
  /** Replaces the right signature: a string is sent as it is, null sends no header. */
  signature?: string | null
  retryAfterMs?: readonly number[] | ((attempt: number) => number | undefined)
}

export interface Courier {
  /** Resolves when the delivery was acknowledged or given up. */
  deliver(job: PostJob): Promise<Delivery>
  /** Deliveries under way, waiting for a free place, or waiting for a retry. */
  pending(): number
  close(): void
}

/** Posts webhooks: a bounded number at once, and again after anything but a 200 until the schedule ends. */
export function createCourier(parts: {
  clock: Clock
  poster: Poster
  delivery: () => Behaviour['delivery']
  record: (delivery: Delivery) => void
}): Courier {
  const { clock, poster } = parts
  const queue: (() => void)[] = []
  let running = 0
  let pending = 0
  let count = 0
  let closed = false

  function start(run: () => Promise<void>): void {
    queue.push(() => {
      running += 1
      void run().finally(() => {
        running -= 1
        pump()
      })
    })
    pump()
  }

  function pump(): void {
    while (running < parts.delivery().parallel && queue.length > 0) queue.shift()?.()
  }

  function retryDelay(job: PostJob, failures: number): number | undefined {
    const schedule = job.retryAfterMs ?? parts.delivery().retryAfterMs
    return typeof schedule === 'function' ? schedule(failures) : schedule[failures - 1]
  }

  return {
    deliver(job) {
      count += 1
      pending += 1
      const delivery: Delivery = {
        number: count,
        url: job.url,
        bytes: job.body.byteLength,
        items: job.items,
        fields: job.fields,
        attempts: [],
        outcome: 'waiting',
      }
      parts.record(delivery)
      return new Promise((resolve) => {
        const settle = (outcome: Delivery['outcome']) => {
          delivery.outcome = outcome
          pending -= 1
          resolve(delivery)
        }
        const attempt = async (): Promise<void> => {
          if (closed) return settle('given up')
          const at = clock.now()
          const began = performance.now()
          const status = await poster.post(job.url, headersOf(job), job.body, parts.delivery().timeoutMs)
          delivery.attempts.push({ at, status, ms: Math.round(performance.now() - began) })
          if (status === 200) return settle('acknowledged')
          const delay = retryDelay(job, delivery.attempts.length)
          if (delay === undefined || closed) return settle('given up')
          clock.after(delay, () => start(attempt))
        }
        start(attempt)
      })
    },
    pending: () => pending,
    close() {
      closed = true
      queue.length = 0
      poster.close()
    },
  }
}

function headersOf(job: PostJob): Record<string, string> {
  const signature = job.signature === undefined ? signatureOf(job.body, job.appSecret) : job.signature
  return {
    'content-type': 'application/json',
    'user-agent': 'facebookexternalua',
    accept: '*/*',
    ...(signature === null ? {} : { 'x-hub-signature-256': signature }),
  }
}
