import type { Server } from 'node:http'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openAccounts } from './app/accounts.ts'
import { closeServer } from './app/close.ts'
import { createDoor } from './app/doors.ts'
import { gatherFeatures } from './app/features.ts'
import { ignoreFullDisk } from './app/full-disk.ts'
import { openGround, type Ground } from './app/ground.ts'
import { attachLive } from './app/live.ts'
import { createParts, type Parts } from './app/parts.ts'
import { connectWhatsApp } from './app/whatsapp.ts'
import { startJobs, startTimers } from './app/work.ts'
import type { Config } from './config.ts'
import type { Setup } from './features/auth/setup.ts'
import { tellOfLostKey } from './features/channels/lost-key.ts'
import { keepErased } from './features/contacts/erasures.ts'
import type { Processor } from './features/inbound/processor.ts'
import { freeCutOffKeys } from './http/idempotency.ts'
import { measureProcess } from './measure.ts'
import type { AppStore, Channel } from './model/index.ts'
import type { Worker } from './platform/jobs/jobs.ts'
import type { Logs } from './platform/log.ts'
import type { MediaFiles } from './platform/media/media.ts'
import type { Realtime } from './platform/realtime/realtime.ts'

/** Other than the machine's own, for tests. */
export type AppOptions = {
  now?: () => Date
  /** From 0 to 1, for waits that differ on purpose. */
  random?: () => number
  logs?: Logs
  /** Jobs run only when the test says so, and timers never. */
  manualJobs?: boolean
  /** A cheaper password hash. */
  bcryptCost?: number
  /** Another patience with WhatsApp than 20 seconds. */
  graphTimeoutMs?: number
}

export type App = {
  server: Server
  store: AppStore
  setup: Setup
  processor: Processor
  worker: Worker
  /** Looks for chats that wait for a follow-up; runs by itself every FOLLOW_UP_INTERVAL_MS. */
  sweep: () => Promise<void>
  realtime: Realtime
  files: MediaFiles
  logs: Logs
  /** Takes no new request, finishes the running ones and what they left, then closes the store. */
  stop(): Promise<void>
}

/** The composition root: with `app/` the one place that knows all parts. Opened from the bottom up, closed from the top down. */
export async function createApp(config: Config, options: AppOptions = {}): Promise<App> {
  const { graphTimeoutMs: timeoutMs, bcryptCost, manualJobs = false } = options
  const ground = await openGround(config, options)
  const { store, driver, system, realtime, files, logs, metrics, now, http, mail } = ground
  const whatsapp = connectWhatsApp(config, ground, timeoutMs ? { timeoutMs } : {})
  const { processor, intake } = whatsapp
  const accounts = await openAccounts(config, ground, whatsapp, bcryptCost ? { bcryptCost } : {})
  const parts = createParts(config, ground, whatsapp)
  await eraseAgain(ground, parts)
  const hasToken = (channel: Channel) => whatsapp.credentialsOf(channel) !== undefined
  await tellOfLostKey({ system, hasToken, log: logs.error })
  const worker = startJobs(ground, whatsapp, accounts, parts, { manual: manualJobs })
  const measured = measureProcess({ metrics, driver, system, now, realtime, processor })

  let stopping = false
  const { server, overload } = createDoor(config, ground, whatsapp, accounts, parts, {
    features: gatherFeatures(ground, whatsapp, accounts, parts),
    dashboardFolder: resolve(import.meta.dirname, '../frontend/dist'),
    isStopping: () => stopping,
  })
  attachLive(config, server, ground, whatsapp, accounts)

  // A JSON store has one process, so whatever waits was left by an earlier run of this one.
  if (driver.kind === 'json') await freeCutOffKeys(system).catch(ignoreFullDisk)
  await processor.takeOver(driver.kind === 'json').catch(ignoreFullDisk)
  // In the background: a mail server that is away keeps nobody from starting.
  void tellOfMail(ground)
  const timers = startTimers(config, ground, whatsapp, parts, { manual: manualJobs })

  return {
    server,
    store,
    setup: accounts.setup,
    processor,
    worker,
    sweep: parts.automation.sweep,
    realtime,
    files,
    logs,
    async stop() {
      stopping = true
      // A load balancer asks /readyz every few seconds, and until it noticed it goes on sending requests.
      await pause(config.SHUTDOWN_DELAY_MS)
      timers.stop()
      await realtime.close()
      await closeServer(server)
      await intake.drain()
      await processor.stop()
      await worker.stop()
      // The next round would have done it; a full disk or a lost database must not keep the process from ending.
      await timers.seal().catch(() => 0)
      overload.stop()
      measured.stop()
      http.close()
      mail.close()
      await store.close()
      logs.flush()
    },
  }
}

async function tellOfMail({ mail, logs }: Ground): Promise<void> {
  const fault = await mail.check()
  if (fault) logs.error.warn(`${fault} Until it works, nobody gets a link for a forgotten password.`)
}

/** Data that came from a backup or a copy may have people again who were erased since. */
async function eraseAgain({ store, contextFor, logs }: Ground, { ledger, contactDeps }: Parts): Promise<void> {
  const erased = await keepErased({ store, contextFor, erase: contactDeps, ledger })
  if (erased > 0)
    logs.security.warn(`${erased} people were in this data again though they had been erased, and were erased again.`)
}
