import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from '../config.ts'
import type { ServerEvent } from '../contract/events.ts'
import type { ContextFor } from '../feature.ts'
import { pauseAfterMove } from '../features/installation/moved.ts'
import { bringUpToDate } from '../features/installation/upgrade.ts'
import { createQuota } from '../features/media/quota.ts'
import { limitStore } from '../features/visibility/limited-store.ts'
import { measureStore } from '../measure.ts'
import { model, type AppStore } from '../model/index.ts'
import { dataVersion } from '../model/version.ts'
import { systemNow } from '../platform/clock.ts'
import { openVault } from '../platform/crypto.ts'
import { createHttpClient } from '../platform/http-client.ts'
import { createLogs, type Logs } from '../platform/log.ts'
import { createMail } from '../platform/mail.ts'
import { openMediaFiles } from '../platform/media/media.ts'
import { createMetrics } from '../platform/metrics.ts'
import { placeOfDatabase, placeOfFolder } from '../platform/place.ts'
import { createRealtime } from '../platform/realtime/realtime.ts'
import { openStore, readDefaults } from '../platform/store/store.ts'
import { ignoreFullDisk } from './full-disk.ts'

export type Ground = Awaited<ReturnType<typeof openGround>>

/** What all parts stand on: the data, the keys, the logs, the browsers that listen, and the way out to other servers. */
export async function openGround(
  config: Config,
  { now = systemNow, random = Math.random, logs: given }: { now?: () => Date; random?: () => number; logs?: Logs },
) {
  const logs = given ?? createLogs({ level: config.LOG_LEVEL, readable: config.NODE_ENV === 'development' })
  const vault = await openVault(config)
  const store = await openData(config, { now, logs })
  const { driver, system } = store
  const metrics = createMetrics()
  measureStore(metrics, driver)
  const pool = driver.kind === 'postgres' ? driver.pool : undefined
  const realtime = createRealtime({ log: logs.error, now, ...(pool ? { pool } : {}) })
  const files = await openMediaFiles(join(config.dataFolder, 'media'), { now })
  const quota = createQuota(config.MEDIA_QUOTA_MB ? config.MEDIA_QUOTA_MB * 1024 * 1024 : null)
  const ownNetworks = config.WEBHOOK_ALLOWED_NETWORKS ?? []
  const http = createHttpClient({ allowAddresses: ownNetworks })
  const mail = createMail({ url: config.SMTP_URL, from: config.MAIL_FROM })

  const contextFor: ContextFor = (workspaceId, viewer) => {
    const events: ServerEvent[] = []
    const whole = store.workspace(workspaceId)
    return {
      store: viewer ? limitStore(whole, viewer) : whole,
      workspaceId,
      user: null,
      now,
      online: () => realtime.online(workspaceId),
      notify: (event) => void events.push(event),
      flush: () => realtime.publish(workspaceId, events.splice(0)),
    }
  }

  return {
    now,
    random,
    logs,
    vault,
    store,
    driver,
    system,
    pool,
    metrics,
    realtime,
    files,
    quota,
    ownNetworks,
    http,
    mail,
    contextFor,
  }
}

async function openData(config: Config, { now, logs }: { now: () => Date; logs: Logs }): Promise<AppStore> {
  const store: AppStore = await openStore(config.storeUrl, model, {
    now,
    log: logs.business,
    poolSize: config.DATABASE_POOL_SIZE,
    strict: config.NODE_ENV !== 'production',
  })
  const { system, driver } = store
  try {
    await bringUpToDate({ store, version: dataVersion, defaults: readDefaults(model), log: logs.business })
  } catch (error) {
    await store.close()
    throw error
  }
  const place =
    driver.kind === 'postgres' ? placeOfDatabase(driver.pool) : placeOfFolder(`${fileURLToPath(config.storeUrl)}.place`)
  // Before anything could send. With a full disk nothing can be written, and so nothing is sent.
  await place
    .then((found) => pauseAfterMove({ system, place: found, version: dataVersion, now, log: logs.security }))
    .catch(ignoreFullDisk)
  return store
}
