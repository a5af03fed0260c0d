import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { createApp, type App } from '../../backend/app.ts'
import { loadConfig } from '../../backend/config.ts'
import type { AppStore } from '../../backend/model/index.ts'
import { createLogs } from '../../backend/platform/log.ts'
import { jobsSpec } from '../../backend/platform/store/json/jobs.ts'
import { setupCode } from '../house.ts'
import type { Stage } from './stage.ts'

/** Longer than every lease, and than the time in which a status may prove that a cut-off message was accepted. */
const ahead = 150_000
/** For so many seconds nothing of what is left may get less; what is then unfinished, the audit finds. */
const patience = 120

export type Aftermath = {
  store: AppStore
  /** Resolves when nothing is left to do, or nothing happens any more. */
  settle(): Promise<void>
  close(): Promise<void>
}

/**
 * The same product 150 seconds later, in this process, where nobody has to wait for them: its clock is ahead, and on
 * PostgreSQL, whose clock is its own, what waits is that much older.
 */
export async function openAftermath({ env, dataFile, databaseUrl, houses, simulator }: Stage): Promise<Aftermath> {
  if (databaseUrl) await ageRows(databaseUrl)
  const config = loadConfig({ NODE_ENV: 'test', ...env, DATA_FILE_PATH: dataFile, SETUP_CODE: setupCode })
  const clock = () => new Date(Date.now() + (databaseUrl ? 0 : ahead))
  const app = await createApp(config, { now: clock, bcryptCost: 4, logs: createLogs({ level: 'silent' }) })
  // Where Meta and the clients know it.
  const port = Number(new URL(houses[0]!.url).port)
  await new Promise<void>((listening) => app.server.listen(port, '127.0.0.1', listening))
  if ((app.server.address() as AddressInfo).port !== port) throw new Error('The port is taken')
  await app.processor.takeOver(false)
  return {
    store: app.store,
    async settle() {
      await simulator.settled(patience * 1000).catch(() => {})
      await waitWhileLess(() => countUnfinished(app, clock))
      await simulator.settled(patience * 1000)
      await app.processor.idle()
    },
    close: () => app.stop(),
  }
}

/** A long run leaves much: each kill holds up a few chats for as long as a status may prove what was cut off. */
async function waitWhileLess(count: () => Promise<number>): Promise<void> {
  let [least, seen] = [Infinity, performance.now()]
  for (let left = await count(); left > 0; left = await count()) {
    if (left < least) [least, seen] = [left, performance.now()]
    if (performance.now() - seen > patience * 1000) return
    await pause(100)
  }
}

async function ageRows(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const age = (column: string) => `${column} = ${column} - interval '${ahead} milliseconds'`
  for (const text of [
    `update messages set ${age('lease_until')} where status = 'sending'`,
    `update idempotency_keys set ${age('expires_at')} where state = 'running'`,
    `update webhook_deliveries set ${age('claimed_until')} where state = 'waiting'`,
    `update job_workers set ${age('seen_at')}`,
    `update graphile_worker._private_jobs set ${age('run_at')} where locked_at is null`,
  ])
    await client.query(text)
  await client.end()
}

async function countUnfinished({ store: { system, driver } }: App, clock: () => Date): Promise<number> {
  const soon = new Date(clock().getTime() + 100_000)
  const counts = await Promise.all([
    driver.kind === 'json'
      ? driver.count(jobsSpec, { state: { in: ['waiting', 'running'] }, runAt: { lte: soon.toISOString() } })
      : countJobs(driver.pool, soon),
    system.messages.count({ status: { in: ['queued', 'sending'] } }),
    system.webhookDeliveries.count({ state: 'waiting' }),
    system.webhookDeadLetters.count({ state: 'retrying' }),
    system.scheduledMessages.count({ state: 'waiting' }),
    system.reminders.count({ state: 'waiting' }),
    system.bulkActions.count({ state: 'running' }),
    system.automationRuns.count({ outcome: 'running' }),
  ])
  return counts.reduce((sum, count) => sum + count, 0)
}

async function countJobs(pool: Pick<pg.Pool, 'query'>, until: Date): Promise<number> {
  const text = `select count(*)::int as count from graphile_worker._private_jobs
    where run_at <= $1 and key is not null and attempts < max_attempts`
  return (await pool.query<{ count: number }>(text, [until])).rows[0]!.count
}
