import { readdir } from 'node:fs/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Intake } from './features/inbound/intake.ts'
import type { OnProcessed, Processor } from './features/inbound/processor.ts'
import type { Transmit } from './features/sending/outbox.ts'
import type { SystemStore } from './model/index.ts'
import { countJobs, RunAgainAt, type Handlers } from './platform/jobs/jobs.ts'
import type { Metrics } from './platform/metrics.ts'
import type { Realtime } from './platform/realtime/realtime.ts'
import { StorageFull, StoreBusy, type Driver } from './platform/store/store.ts'

type Sources = {
  metrics: Metrics
  driver: Driver
  system: SystemStore
  now: () => Date
  realtime: Pick<Realtime, 'counts'>
  processor: Pick<Processor, 'backlog'>
}

/** What can be asked of the parts when somebody wants to know. */
export function measureProcess({ metrics, driver, system, now, realtime, processor }: Sources): { stop: () => void } {
  const { gauge, total } = metrics
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  total('process_cpu_seconds_total', 'Processor time.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss())
  gauge('process_uptime_seconds', 'Time since the start.', () => process.uptime())
  gauge('nodejs_heap_used_bytes', 'Memory of JavaScript.', () => process.memoryUsage().heapUsed)
  gauge('nodejs_eventloop_lag_seconds', 'How late timers were since the last scrape.', () => {
    const values = [50, 99].map((percent) => ({
      labels: { quantile: String(percent / 100) },
      value: Math.max(0, delay.percentile(percent) / 1e9 - 0.02),
    }))
    delay.reset()
    return values
  })
  gauge('parley_sockets', 'Browsers that are connected.', () => realtime.counts().sockets)
  gauge('parley_users_online', 'People with a browser that is connected.', () => realtime.counts().users)
  gauge(
    'parley_webhook_backlog',
    'Webhooks that are stored and wait in this process.',
    () => processor.backlog().deliveries,
  )
  gauge('parley_webhook_backlog_bytes', 'Their size.', () => processor.backlog().bytes)
  gauge(
    'parley_webhook_oldest_waiting_seconds',
    'How long the oldest stored webhook has waited, in whatever process.',
    () => oldestWaiting(system, now()),
  )
  gauge('parley_channel_silent_seconds', 'How long WhatsApp has delivered nothing for a number.', async () => {
    const channels = await system.channels.find({ where: { kind: 'cloud', webhookSeenAt: { not: null } }, limit: 1000 })
    return channels.map(({ id, webhookSeenAt }) => ({
      labels: { channel: id },
      value: Math.max(0, (now().getTime() - Date.parse(webhookSeenAt!)) / 1000),
    }))
  })
  gauge('parley_webhook_dead_letters', 'Items of webhooks that could not be applied and wait for a person.', () =>
    system.webhookDeadLetters.count({ state: 'dead' }),
  )
  gauge('parley_jobs', 'Jobs by kind; due ones could run now, waiting ones later.', async () =>
    (await countJobs(driver, now())).map(({ kind, state, count }) => ({ labels: { kind, state }, value: count })),
  )
  if (driver.kind === 'json') {
    total(
      'parley_store_commits_total',
      'Batches written to the journal since the store began.',
      () => driver.status().journal.batch,
    )
    gauge('parley_store_journal_bytes', 'Size of the newest journal.', () => driver.status().journal.bytes)
    gauge(
      'parley_store_sync_seconds',
      'How long the last write to disk took.',
      () => (driver.status().journal.lastSyncMs ?? 0) / 1000,
    )
    gauge('parley_store_waiting', 'Writes that wait.', () => driver.status().waiting)
    gauge(
      'parley_store_quarantined_files',
      'Torn ends and damaged files that were set aside.',
      async () => (await readdir(driver.status().quarantine).catch(() => [])).length,
    )
    gauge('parley_store_ok', 'Whether the store takes writes.', () => Number(driver.status().state === 'ok'))
    gauge('parley_store_documents', 'Documents by collection.', () =>
      Object.entries(driver.status().documents).map(([collection, value]) => ({ labels: { collection }, value })),
    )
  } else {
    gauge('parley_database_connections', 'Connections to PostgreSQL.', () => [
      { labels: { state: 'idle' }, value: driver.pool.idleCount },
      { labels: { state: 'used' }, value: driver.pool.totalCount - driver.pool.idleCount },
    ])
    gauge('parley_store_waiting', 'Statements that wait for a connection.', () => driver.pool.waitingCount)
  }
  return { stop: () => delay.disable() }
}

const mostLookedAt = 500

async function oldestWaiting({ webhookDeliveries }: SystemStore, now: Date): Promise<number> {
  const waiting = await webhookDeliveries.find({
    where: { state: 'waiting' },
    sort: ['claimedUntil', 'asc'],
    limit: mostLookedAt,
  })
  const oldest = Math.min(now.getTime(), ...waiting.map(({ createdAt }) => Date.parse(createdAt)))
  return (now.getTime() - oldest) / 1000
}

const writes = ['insert', 'update', 'updateEach', 'remove', 'schedule', 'cancel', 'transaction'] as const

/** Times every write until it is durable. Changes the driver in place, before anybody uses it. */
export function measureStore({ histogram }: Metrics, driver: Driver): void {
  const bounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5]
  const observe = histogram(
    'parley_store_write_seconds',
    'Time until a write was durable, refused or rolled back.',
    bounds,
  )
  for (const name of writes) {
    const run = driver[name] as (...args: unknown[]) => Promise<unknown>
    const timed = async (...args: unknown[]) => {
      const started = performance.now()
      const end = (result: string) => observe((performance.now() - started) / 1000, { result })
      try {
        const value = await run(...args)
        end('done')
        return value
      } catch (error) {
        end(reasonOf(error) ?? 'rolled_back')
        throw error
      }
    }
    Object.assign(driver, { [name]: timed })
  }
}

const reasonOf = (error: unknown) =>
  error instanceof StorageFull ? 'full' : error instanceof StoreBusy ? 'busy' : undefined

type Door = { connections: () => number; running: () => number; waiting: () => number }

export function measureDoor({ gauge }: Metrics, door: Door): void {
  gauge('parley_http_connections', 'Open connections, live ones included.', door.connections)
  gauge('parley_http_waiting', 'Requests to the API that wait for a place.', door.waiting)
  gauge('parley_http_running', 'Requests to the API that are being worked on.', door.running)
}

export function countRefusals({ histogram }: Metrics): (reason: string, seconds: number) => void {
  const bounds = [0.01, 0.025, 0.05, 0.1, 0.25, 1]
  const observe = histogram(
    'parley_http_refused_seconds',
    'Requests refused because there were too many: time from reading to refusing.',
    bounds,
  )
  return (reason, seconds) => observe(seconds, { reason })
}

export function measureTransmit({ counter }: Metrics, transmit: Transmit): Transmit {
  const count = counter('parley_sends_total', 'Attempts to send a message, by outcome.')
  return async (...args) => {
    const outcome = await transmit(...args)
    count({ outcome: outcome.kind })
    return outcome
  }
}

export function measureIntake({ counter }: Metrics, accept: Intake['accept']): Intake['accept'] {
  const count = counter('parley_webhooks_total', 'Webhooks by what was answered.')
  return async (...args) => {
    try {
      const result = await accept(...args)
      count({ result })
      return result
    } catch (error) {
      count({ result: reasonOf(error) ?? 'failed' })
      throw error
    }
  }
}

export function countProcessed({ counter }: Metrics): OnProcessed {
  const count = counter(
    'parley_webhooks_processed_total',
    'Stored webhooks that were applied, or put off for a moment.',
  )
  return (deliveries, result) => count({ result }, deliveries)
}

export function measureJobs({ histogram }: Metrics, handlers: Handlers): Handlers {
  const bounds = [0.01, 0.05, 0.25, 1, 5, 30]
  const observe = histogram('parley_job_duration_seconds', 'Turns of jobs, by kind and result.', bounds)
  return Object.fromEntries(
    Object.entries(handlers).map(([kind, handle]) => [
      kind,
      async (job) => {
        const started = performance.now()
        const end = (result: string) => observe((performance.now() - started) / 1000, { kind, result })
        try {
          await handle(job)
          end('done')
        } catch (error) {
          end(error instanceof RunAgainAt ? 'again' : 'failed')
          throw error
        }
      },
    ]),
  )
}
